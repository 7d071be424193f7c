"""Whether the X-Ray SDK records anything in this process."""

from __future__ import annotations

import logging
from typing import Any, ClassVar

from otel_xray import settings

log = logging.getLogger(__name__)

_LITERALS = {
    **dict.fromkeys(("y", "yes", "t", "true", "on", "1"), True),
    **dict.fromkeys(("n", "no", "f", "false", "off", "0"), False),
}


class SDKConfig:
    """
    The switch; ``AWS_XRAY_SDK_ENABLED`` decides where it is set, code decides otherwise.

    Attributes:
        XRAY_ENABLED_KEY: the variable.
        DISABLED_ENTITY_NAME: of the segments that a disabled recorder hands out.
    """

    XRAY_ENABLED_KEY = "AWS_XRAY_SDK_ENABLED"
    DISABLED_ENTITY_NAME = "dummy"

    _enabled: ClassVar[bool | None] = None

    @classmethod
    def sdk_enabled(cls) -> bool:
        """Say whether anything is recorded; the variable is read once."""
        if cls._enabled is None:
            cls._enabled = cls._said_by_environment()
        return cls._enabled

    @classmethod
    def set_sdk_enabled(cls, value: Any) -> None:
        """
        Switch recording on or off, unless the environment decides.

        Args:
            value: anything but a boolean is a warning, and switches it on.
        """
        if cls.XRAY_ENABLED_KEY in settings.environment():
            cls._enabled = cls._said_by_environment()
            return
        if type(value) is not bool:
            log.warning("%r is no boolean for set_sdk_enabled(); the SDK is enabled.", value)
        cls._enabled = value if type(value) is bool else True

    @classmethod
    def _said_by_environment(cls) -> bool:
        text = settings.environment().get(cls.XRAY_ENABLED_KEY, "true")
        if text.lower() not in _LITERALS:
            log.warning(
                "%s is %r; write true or false. The SDK is enabled.", cls.XRAY_ENABLED_KEY, text
            )
        return _LITERALS.get(text.lower(), True)
