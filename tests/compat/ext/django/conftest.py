"""Django in the process of the tests: configured once, with the middleware and nothing else."""

from __future__ import annotations

import pytest
from django.conf import settings

from tests.compat.ext.django import application


@pytest.fixture(scope="session", autouse=True)
def django_is_configured() -> None:
    """Configure Django; what the application for ``INSTALLED_APPS`` does has its own processes."""
    if not settings.configured:
        application.configure(apps=())
