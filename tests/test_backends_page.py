"""The reference of the backends says what the table of the presets says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from otel_xray.backends import BACKENDS, ELSEWHERE, FOR_XRAY, Backend
from otel_xray.setting_values import ExporterKind

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/reference/backends.md").read_text()
TO_OTLP = {ExporterKind.OTLP, ExporterKind.XRAY_OTLP}
VENDORS = [one for one in BACKENDS.values() if one.headers or one.collector]
VENDORS.remove(BACKENDS["adot"])  # a collector as such is nobody's product


def rows(heading: str) -> dict[str, list[str]]:
    """Return the cells of the table under *heading*, by the preset in the first one."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    cells = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in section.splitlines()
        if line.startswith("| `")
    ]
    return {name.strip("`"): rest for name, *rest in cells}


def quoted(cell: str) -> list[str]:
    """Return the texts in back quotes."""
    return re.findall(r"`([^`]+)`", cell)


def test_every_preset_has_its_row() -> None:
    """In the order of the table, and no other."""
    assert list(BACKENDS) == list(rows("Where spans go"))


@pytest.mark.parametrize("backend", BACKENDS.values(), ids=BACKENDS)
def test_a_row_says_what_the_preset_sets(backend: Backend) -> None:
    """Exporter, endpoint, protocols, headers, defaults, and the collector's file."""
    exporter, endpoint, protocols, headers, defaults = rows("Where spans go")[backend.name]

    assert [kind.value for kind in backend.exporters] == quoted(exporter)
    if backend.exporters[0] in TO_OTLP:
        expected = [backend.endpoint, *filter(None, [backend.collector])]
        assert expected == quoted(endpoint)
        assert [one.value for one in backend.protocols] == quoted(protocols)
    assert [f"{name}: {value}" for name, value in backend.headers] == quoted(headers)
    assert [f"{name}={value}" for name, value in backend.defaults.items()] == quoted(defaults)


def test_what_changes_with_it_is_what_the_table_says() -> None:
    """Both manners, each with its presets."""
    section = PAGE.partition("## What changes with it\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    for_xray = [name for name, one in BACKENDS.items() if one.manner is FOR_XRAY]

    assert for_xray == quoted(lines[0])
    for manner, column in ((FOR_XRAY, 0), (ELSEWHERE, 1)):
        cells = [line.strip("|").split(" | ")[1:][column] for line in lines]
        assert [manner.span_shape.value] == quoted(cells[1])[:1]
        assert [",".join(manner.propagators)] == quoted(cells[2])
        assert [manner.sampler] == quoted(cells[5])
    assert [FOR_XRAY.id_generator] == quoted(lines[6]) == [ELSEWHERE.id_generator]


@pytest.mark.parametrize("backend", VENDORS, ids=lambda one: one.name)
def test_each_vendors_facts_have_a_source(backend: Backend) -> None:
    """A page of somebody who must know, or the word that it was not seen."""
    assert re.search(r"<https://[^>]+>", rows("Where these facts come from")[backend.name][-1])


@pytest.mark.parametrize("backend", BACKENDS.values(), ids=BACKENDS)
def test_the_collectors_files_that_are_named_exist(backend: Backend) -> None:
    """What a preset tells people to start can be started."""
    assert not backend.collector or (ROOT / "collector-config" / backend.collector).exists()
