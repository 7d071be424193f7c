"""A real collector accepts the files of collector-config."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.collector import files, running

pytestmark = pytest.mark.slow

# What no collector of one's own, or not every module proxy, has; the headers say so.
LAYER_ONLY = {("processors", "decouple")}


@pytest.mark.parametrize("name", files.NAMES)
def test_a_collector_accepts_it(
    name: str, full: str, available: set[tuple[str, str]], tmp_path: Path
) -> None:
    """The whole file, or the rest of it where its header says what the collector lacks."""
    config = files.configuration(name)
    old = {("exporters", "otlp"), ("exporters", "otlphttp")}
    missing = files.kinds(config) - available - old
    checked = files.header(name).fields["Checked"][0]
    assert all(component in checked for _, component in missing)
    assert LAYER_ONLY.isdisjoint(missing) is (name != "lambda-community-layer")
    whole = tmp_path / "config.json"
    whole.write_text(json.dumps(files.without(config, missing)))

    path = whole if missing else files.path(name)
    words = running.arguments(tmp_path, path, [running.moved(config, running.Ports())])
    finished = subprocess.run(
        [full, "validate", *words],
        capture_output=True,
        text=True,
        check=False,
        env=running.environment(name, tmp_path, {}),
    )

    assert (0, "") == (finished.returncode, finished.stderr)
