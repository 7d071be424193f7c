"""The id of no trace."""


class NoOpTraceId:
    """
    A trace id of zeros.

    Attributes:
        start_time: zeros.
    """

    VERSION = "1"
    DELIMITER = "-"

    def __init__(self) -> None:
        self.start_time = "0" * 8
        self.__number = "0" * 24

    def to_id(self) -> str:
        """Return it in X-Ray's spelling."""
        return self.DELIMITER.join((self.VERSION, self.start_time, self.__number))
