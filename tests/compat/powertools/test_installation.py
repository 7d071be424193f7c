from __future__ import annotations

import inspect
import json
from pathlib import Path

import pytest

from otel_xray.compat.powertools import base, tracing
from tests.compat.core.processes import in_a_new_process

SURFACE = Path(__file__).parents[4] / "shared" / "data" / "xray-sdk-surface.json"


@pytest.mark.parametrize("before", ["import aws_lambda_powertools.middleware_factory", ""])
def test_powertools_is_given_our_tracer(before: str) -> None:
    """Whether it was imported before or not; uninstalling gives it its own again."""
    found = in_a_new_process(
        f"{before}\n"
        "import json\n"
        "from otel_xray.compat import powertools\n"
        "powertools.install(); powertools.install()\n"
        "import aws_lambda_powertools, aws_lambda_powertools.tracing, aws_xray_sdk\n"
        "from aws_lambda_powertools import Logger, Tracer\n"
        "from aws_lambda_powertools.middleware_factory import factory\n"
        "from aws_lambda_powertools.tracing.base import BaseProvider\n"
        "from aws_lambda_powertools.tracing import aiohttp_trace_config\n"
        "holders = [aws_lambda_powertools, aws_lambda_powertools.tracing, factory]\n"
        "ours = [one.Tracer is powertools.Tracer for one in holders]\n"
        "ours += [Tracer is powertools.Tracer, 'otel_xray' in aws_xray_sdk.__file__]\n"
        "powertools.uninstall(); powertools.uninstall()\n"
        "import aws_lambda_powertools.tracing, aws_xray_sdk\n"
        "theirs = [one.Tracer.__module__ for one in [*holders[:1], holders[2],"
        " aws_lambda_powertools.tracing]]\n"
        "print(json.dumps([ours, theirs, 'otel_xray' in aws_xray_sdk.__file__]))"
    )

    assert [True] * 5 == found[0]
    assert ["aws_lambda_powertools.tracing.tracer"] * 3 == found[1]
    assert found[2] is False


def test_powertools_need_not_be_installed() -> None:
    """Without it the package has the Tracer, and is gone afterwards."""
    found = in_a_new_process(
        "import json, sys\n"
        "from otel_xray.compat import powertools\n"
        "powertools.Tracer\n"  # loads what is in site-packages of OpenTelemetry
        "sys.path[:] = [one for one in sys.path if 'site-packages' not in one]\n"
        "powertools.install()\n"
        "from aws_lambda_powertools import Tracer\n"
        "from aws_lambda_powertools.tracing import Tracer as Same, aiohttp_trace_config\n"
        "tracer = Tracer('booking')\n"
        "powertools.uninstall()\n"
        "print(json.dumps([Tracer is Same, tracer.disabled,"
        " 'aws_lambda_powertools' in sys.modules]))",
    )

    assert [True, True, False] == found


def test_one_variable_undoes_it() -> None:
    """OTEL_XRAY_COMPAT=false leaves Powertools its own Tracer."""
    found = in_a_new_process(
        "import json; from otel_xray.compat import powertools; powertools.install();"
        "import aws_lambda_powertools as real;"
        "print(json.dumps(real.Tracer.__module__))",
        {"OTEL_XRAY_COMPAT": "false"},
    )

    assert "aws_lambda_powertools.tracing.tracer" == found


@pytest.mark.skipif(not SURFACE.exists(), reason="the surface is not at hand")
@pytest.mark.parametrize("module", ["tracing", "tracing.base"])
def test_the_surface_is_powertools(module: str) -> None:
    """Every public method takes what Powertools' takes, by the same names in the same order."""
    surface = json.loads(SURFACE.read_text())[f"aws_lambda_powertools.{module}"]
    ours = {"tracing": tracing, "tracing.base": base}[module]
    for name, described in surface.items():
        for method, signature in described.get("class", {}).items():
            parameters = inspect.signature(getattr(getattr(ours, name), method)).parameters
            names = [parameter for parameter, _, _ in signature["method"]]
            assert names == list(parameters), f"{name}.{method}"
