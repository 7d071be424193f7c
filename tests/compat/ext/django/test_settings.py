"""``XRAY_RECORDER`` among Django's settings, and what becomes of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import AppConfig
from django.test import override_settings

from otel_xray.testing import Recording
from tests.compat.ext.web_contract import fresh

DJANGO = "aws_xray_sdk.ext.django"


@pytest.fixture
def conf(alias: None) -> Any:
    """Return the module of the settings."""
    return import_module(f"{DJANGO}.conf")


@pytest.fixture
def recorder(recorded: Recording) -> Any:
    """Return the recorder."""
    return import_module("aws_xray_sdk.core").xray_recorder


def ready(monkeypatch: pytest.MonkeyPatch, **settings: Any) -> None:
    """Let Django say that it is ready, with those settings."""
    apps = import_module(f"{DJANGO}.apps")
    chosen = {"AUTO_INSTRUMENT": False, "SAMPLING": False, **settings}
    monkeypatch.setattr(apps, "settings", import_module(f"{DJANGO}.conf").XRaySettings(chosen))
    AppConfig.create(DJANGO).ready()


# --- the settings -------------------------------------------------------------------------------


def test_a_setting_beats_the_default(conf: Any) -> None:
    """What is not set, or is None, has its default."""
    settings = conf.XRaySettings({"SAMPLING": False, "PLUGINS": None})
    assert (False, (), "127.0.0.1:2000", "LAMBDA") == (
        settings.SAMPLING,
        settings.PLUGINS,
        settings.AWS_XRAY_DAEMON_ADDRESS,
        settings.URLS_AS_ANNOTATION,
    )


def test_a_variable_beats_a_setting(conf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three of them can be set in the environment; the others cannot."""
    settings = conf.XRaySettings({"AWS_XRAY_TRACING_NAME": "shop", "SAMPLING": False})
    for name in (*conf.SUPPORTED_ENV_VARS, "SAMPLING"):
        monkeypatch.setenv(name, "from outside")

    assert ["from outside"] * 3 == [getattr(settings, name) for name in conf.SUPPORTED_ENV_VARS]
    assert settings.SAMPLING is False


def test_a_setting_that_there_is_not_is_an_error(conf: Any) -> None:
    """A misspelt one is no attribute."""
    with pytest.raises(AttributeError, match="Invalid setting: SAMPLE"):
        _ = conf.settings.SAMPLE


def test_the_settings_follow_djangos(conf: Any) -> None:
    """A test that overrides them gets others from the module."""
    before = conf.settings
    with override_settings(DEBUG=True):
        assert conf.settings is before
    with override_settings(XRAY_RECORDER={"AWS_XRAY_TRACING_NAME": "another"}):
        assert "another" == conf.settings.AWS_XRAY_TRACING_NAME
    assert "shop" == conf.settings.AWS_XRAY_TRACING_NAME
    assert "shop" == before.AWS_XRAY_TRACING_NAME


# --- the application ----------------------------------------------------------------------------


def test_the_recorder_is_configured(recorder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each setting is an argument of the recorder's; repeating it changes nothing."""
    sampler = object()
    for _ in range(2):
        ready(
            monkeypatch,
            AWS_XRAY_TRACING_NAME="shop",
            AWS_XRAY_DAEMON_ADDRESS="127.0.0.1:3000",
            AWS_XRAY_CONTEXT_MISSING="RUNTIME_ERROR",
            SAMPLER=sampler,
            DYNAMIC_NAMING="*.example.com",
            STREAMING_THRESHOLD=5,
            MAX_TRACE_BACK=3,
            STREAM_SQL=False,
        )

    assert ("shop", False, sampler) == (recorder.service, recorder.sampling, recorder.sampler)
    assert 3000 == recorder.emitter.port
    assert "RUNTIME_ERROR" == recorder.context.context_missing
    assert "a.example.com" == recorder.dynamic_naming.get_name("a.example.com")
    assert (5, 3, False) == (
        recorder.streaming_threshold,
        recorder.max_trace_back,
        recorder.stream_sql,
    )


def test_a_service_needs_a_name(recorder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Django does not start without one."""
    missing = import_module("aws_xray_sdk.core.exceptions.exceptions").SegmentNameMissingException
    with pytest.raises(missing, match=r"Segment name is required\."):
        ready(monkeypatch, AWS_XRAY_TRACING_NAME="")


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Be in the folder of two modules, which are forgotten afterwards."""
    before = list(sys.meta_path)
    for name in ("basket", "secret"):
        (tmp_path / f"django_{name}.py").write_text("def look():\n    return 'seen'\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.meta_path[:] = before
    for name in ("basket", "secret"):
        sys.modules.pop(f"django_{name}", None)


@pytest.mark.parametrize("parent", [None, "start"])
@pytest.mark.usefixtures("modules")
def test_modules_are_patched(
    recorder: Any, recorded: Recording, monkeypatch: pytest.MonkeyPatch, parent: str | None
) -> None:
    """Within a segment, if that is asked for, and not those that are to be ignored."""
    ready(
        monkeypatch,
        AWS_XRAY_TRACING_NAME="shop",
        PATCH_MODULES=["django_basket", "django_secret"],
        IGNORE_MODULE_PATTERNS=["django_s.*"],
        AUTO_PATCH_PARENT_SEGMENT_NAME=parent,
    )
    with recorder.in_segment("shop"):
        assert "seen" == fresh("django_basket").look() == fresh("django_secret").look()

    names = [one["name"] for one in recorded.documents()]
    assert [*([parent] if parent else []), "look", "shop"] == names


@pytest.mark.parametrize("part", ["patch_db", "patch_template"])
def test_what_cannot_be_patched_stops_nothing(
    recorder: Any, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """Django starts, whatever is wrong with its database or its templates."""
    apps = import_module(f"{DJANGO}.apps")
    done: list[str] = []

    def patch(name: str) -> None:
        done.append(name)
        if name == part:
            raise RuntimeError(name)

    for name in ("patch_db", "patch_template"):
        monkeypatch.setattr(apps, name, lambda name=name: patch(name))
    ready(monkeypatch, AWS_XRAY_TRACING_NAME="shop", AUTO_INSTRUMENT=True)
    assert ["patch_db", "patch_template"] == done
