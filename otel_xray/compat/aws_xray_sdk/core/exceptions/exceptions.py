"""What X-Ray calls raise by contract."""


class InvalidSamplingManifestError(Exception):
    """Local sampling rules are incomplete or contradict themselves."""


class SegmentNotFoundException(Exception):
    """There is no current segment, and the strategy for that is to raise."""


class InvalidDaemonAddressException(Exception):
    """The address of the X-Ray daemon cannot be read."""


class SegmentNameMissingException(Exception):
    """A segment has no name, and the recorder has no service name either."""


class SubsegmentNameMissingException(Exception):
    """A subsegment has no name; nothing raises it, handlers for it may exist."""


class FacadeSegmentMutationException(Exception):
    """The function's own segment, which Lambda makes, was to be changed."""


class MissingPluginNames(Exception):
    """Plugins were asked for without naming any."""


class AlreadyEndedException(Exception):
    """A closed segment or subsegment was to be changed or closed again."""
