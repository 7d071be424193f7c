"""The files of collector-config, as their headers and their contents tell them."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "collector-config"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
SECTIONS = ("receivers", "processors", "exporters", "extensions")
FIELDS = ("Runs on", "Needs", "May have", "Listens", "Start", "Checked")

# What each required variable may be where nothing is sent.
PLACEHOLDERS = {
    "APPLICATIONINSIGHTS_CONNECTION_STRING": (
        "InstrumentationKey=00000000-0000-0000-0000-000000000000"
    ),
    "AWS_REGION": "us-east-1",
    "DD_API_KEY": "key",
    "DT_API_TOKEN": "key",
    "DT_ENDPOINT": "https://127.0.0.1:9/api/v2/otlp",
    "ELASTIC_API_KEY": "key",
    "ELASTIC_OTLP_ENDPOINT": "https://127.0.0.1:9",
    "GOOGLE_CLOUD_PROJECT": "project",
    "GRAFANA_CLOUD_BASIC_AUTH": "a2V5",
    "GRAFANA_CLOUD_OTLP_ENDPOINT": "https://127.0.0.1:9/otlp",
    "HONEYCOMB_API_KEY": "key",
    "JAEGER_OTLP_ENDPOINT": "http://127.0.0.1:9",
    "LIGHTSTEP_ACCESS_TOKEN": "key",
    "NEW_RELIC_LICENSE_KEY": "key",
    "NEXT_OTLP_ENDPOINT": "http://127.0.0.1:9",
    "OTEL_GATEWAY_ENDPOINT": "http://127.0.0.1:9",
    "OTEL_SECOND_TIER_HOST": "localhost",
    "SIGNOZ_INGESTION_KEY": "key",
    "SIGNOZ_REGION": "us",
    "SPLUNK_ACCESS_TOKEN": "key",
    "SPLUNK_REALM": "us0",
    "TEMPO_OTLP_ENDPOINT": "http://127.0.0.1:9",
}

Configuration = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Header:
    """
    What a file's first comment says.

    Attributes:
        purpose: what it is for.
        fields: lines of the others, by name.
    """

    purpose: str
    fields: Mapping[str, list[str]]


def path(name: str) -> Path:
    """Return the path of a file."""
    return FOLDER / f"{name}.yaml"


def text(name: str) -> str:
    """Return what a file holds."""
    return path(name).read_text()


def header(name: str) -> Header:
    """Return a file's header."""
    comment = re.match(r"(?:#.*\n)+", text(name))
    assert comment is not None
    lines = [line[1:].removeprefix(" ") for line in comment[0].splitlines()]
    blank = lines.index("")
    fields: dict[str, list[str]] = {}
    for line in lines[blank + 1 :]:
        field, value = line[:9].strip().rstrip(":"), line[10:].strip()
        if field:
            fields[field] = []
        fields[list(fields)[-1]].append(value)
    return Header(" ".join(lines[:blank]), fields)


def configuration(name: str) -> Configuration:
    """Return a file's contents."""
    parsed: Configuration = yaml.safe_load(text(name))
    return parsed


def variables(name: str) -> tuple[set[str], set[str]]:
    """Return the names of a file's variables: those without a default, and those with one."""
    found = re.findall(r"\$\{env:(\w+)(:-)?", text(name))
    optional = {variable for variable, default in found if default}
    return {variable for variable, default in found if not default}, optional


def kinds(config: Configuration) -> set[tuple[str, str]]:
    """Return section and type of each component."""
    return {
        (section, name.partition("/")[0])
        for section in SECTIONS
        for name in config.get(section) or {}
    }


def without(config: Configuration, missing: set[tuple[str, str]]) -> Configuration:
    """Return *config* without components of the *missing* types; what exports nothing, debugs."""
    rest = copy.deepcopy(config)
    for section in SECTIONS:
        rest[section] = {
            name: settings
            for name, settings in (config.get(section) or {}).items()
            if (section, name.partition("/")[0]) not in missing
        }
    for exporter in rest["exporters"].values():
        if exporter.get("auth", {}).get("authenticator") not in rest["extensions"]:
            exporter.pop("auth", None)
    service = rest["service"]
    service["extensions"] = _kept(service, "extensions", rest)
    for pipeline in service["pipelines"].values():
        for section in ("receivers", "processors", "exporters"):
            pipeline[section] = _kept(pipeline, section, rest)
        if not pipeline["exporters"]:
            rest["exporters"]["debug"] = {}
            pipeline["exporters"] = ["debug"]
    return rest


def _kept(names: Configuration, section: str, rest: Configuration) -> list[str]:
    return [name for name in names.get(section, ()) if name in rest[section]]
