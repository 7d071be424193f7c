"""``XRAY_RECORDER`` among Django's settings: what the recorder is configured with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings as django_settings
from django.test.signals import setting_changed

from otel_xray.settings import environment

DEFAULTS: dict[str, Any] = {
    "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
    "AUTO_INSTRUMENT": True,
    "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
    "PLUGINS": (),
    "SAMPLING": True,
    "SAMPLING_RULES": None,
    "SAMPLER": None,
    "AWS_XRAY_TRACING_NAME": None,
    "DYNAMIC_NAMING": None,
    "STREAMING_THRESHOLD": None,
    "MAX_TRACE_BACK": None,
    "STREAM_SQL": True,
    "PATCH_MODULES": [],
    "AUTO_PATCH_PARENT_SEGMENT_NAME": None,
    "IGNORE_MODULE_PATTERNS": [],
    "URLS_AS_ANNOTATION": "LAMBDA",  # or ALL, or NONE
}

XRAY_NAMESPACE = "XRAY_RECORDER"

SUPPORTED_ENV_VARS = (
    "AWS_XRAY_DAEMON_ADDRESS",
    "AWS_XRAY_CONTEXT_MISSING",
    "AWS_XRAY_TRACING_NAME",
)


class XRaySettings:
    """
    Settings as attributes.

    A variable of the environment beats the project's setting, and that the default.
    """

    _user_settings: Mapping[str, Any]

    def __init__(self, user_settings: Mapping[str, Any] | None = None) -> None:
        """
        Read settings.

        Args:
            user_settings: the project's; by default Django's ``XRAY_RECORDER``, read late.
        """
        self.defaults = DEFAULTS
        if user_settings:
            self._user_settings = user_settings

    @property
    def user_settings(self) -> Mapping[str, Any]:
        """The project's own settings."""
        if "_user_settings" not in vars(self):
            self._user_settings = getattr(django_settings, XRAY_NAMESPACE, {})
        return self._user_settings

    def __getattr__(self, attr: str) -> Any:
        if attr not in DEFAULTS:
            msg = f"Invalid setting: {attr}"
            raise AttributeError(msg)
        value = self.user_settings.get(attr)
        if value is None:
            value = self.defaults[attr]
        return environment().get(attr, value) if attr in SUPPORTED_ENV_VARS else value


settings = XRaySettings()


def reload_settings(*args: Any, **kwargs: Any) -> None:  # noqa: ARG001  a signal's arguments
    """Read the settings again when Django says that they are others, as in a test."""
    global settings  # noqa: PLW0603  modules ask for it by this name
    if kwargs["setting"] == XRAY_NAMESPACE:
        settings = XRaySettings(kwargs["value"])


setting_changed.connect(reload_settings)
