from __future__ import annotations

import json
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.collector_files import Finding, Level, check

GOOD = """\
receivers:
  otlp:
    protocols:
      http:
        endpoint: 127.0.0.1:4318
processors:
  memory_limiter:
    check_interval: 1s
  batch:
exporters:
  otlp_http:
    endpoint: ${env:TARGET}
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [otlp_http]
"""
SET = {"TARGET": "http://backend:4318", "AWS_REGION": "eu-west-1"}
ERROR, WARNING, NOTE = Level.ERROR, Level.WARNING, Level.NOTE


class Broken(NamedTuple):
    """
    A file with a mistake.

    Attributes:
        old: what of the good file is replaced; empty for the whole of it.
        new: by what.
        line: of the finding.
        level: how much it matters.
        rule: that finds it.
        said: part of the message.
        remedy: part of what to do.
    """

    old: str
    new: str
    line: int
    level: Level
    rule: str
    said: str
    remedy: str = ""


EXPORTER = "  otlp_http:\n    endpoint: ${env:TARGET}\n"
USED = "exporters: [otlp_http]"
XRAY = "  awsxray:\n    region: ${env:AWS_REGION}\n"


# Six levels of ten aliases each: a million parts.
BOMB = "a0: &a0 x\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 7)
)


def exporter(text: str, name: str) -> str:
    """Return the good file with another exporter."""
    return GOOD.replace(EXPORTER, text).replace(USED, f"exporters: [{name}]")


BROKEN = (
    Broken("", "receivers: [", 1, ERROR, "yaml", "not YAML"),
    Broken("", "a: b\n c: d\n", 2, ERROR, "yaml", "not YAML"),
    Broken("", "a: \x00", 1, ERROR, "yaml", "not YAML"),
    Broken("", "", 1, ERROR, "yaml", "no mapping"),
    Broken("", "- receivers\n", 1, ERROR, "yaml", "no mapping"),
    Broken("", "a: &a [*a]\n", 1, ERROR, "yaml", "refers to itself"),
    Broken("", f"a: {'[' * 2000}{']' * 2000}\n", 1, ERROR, "yaml", "nested too deeply"),
    Broken("", BOMB, 1, ERROR, "yaml", "more than 50000 parts"),
    Broken("  batch:\n", "  batch:\n  batch:\n", 10, ERROR, "repeated", "batch stands here twice"),
    Broken("receivers:\n", "pipelines: {}\nreceivers:\n", 1, ERROR, "section", "pipelines"),
    Broken(": [otlp]", ": [otlp/other]", 16, ERROR, "undefined", "otlp/other", "receivers"),
    Broken("limiter, batch", "limiter, filter", 17, ERROR, "undefined", "filter"),
    Broken(USED, "exporters: [otlp_http, debug]", 18, ERROR, "undefined", "debug"),
    Broken("service:\n", "service:\n  extensions: [zpages]\n", 14, ERROR, "undefined", "zpages"),
    Broken("service:\n", "  debug:\nservice:\n", 13, WARNING, "unused", "exporter debug"),
    Broken(
        "service:\n",
        "extensions:\n  zpages:\nservice:\n",
        14,
        WARNING,
        "unused",
        "extension zpages",
        "service.extensions",
    ),
    Broken(f"      {USED}\n", "", 15, ERROR, "pipeline", "no exporter"),
    Broken("      receivers: [otlp]\n", "", 15, ERROR, "pipeline", "no receiver"),
    Broken(GOOD[GOOD.index("  pipelines") :], "", 13, ERROR, "pipeline", "no pipeline"),
    Broken(GOOD[GOOD.index("service") :], "", 1, ERROR, "pipeline", "no pipeline"),
    Broken(
        "[memory_limiter, batch]", "[batch]", 17, WARNING, "memory", "no memory_limiter", "first"
    ),
    Broken("      processors: [memory_limiter, batch]\n", "", 15, WARNING, "memory", "no memory"),
    Broken("memory_limiter, batch]", "batch, memory_limiter]", 17, WARNING, "memory", "not the"),
    Broken(
        "", GOOD.replace("  batch:\n", "  batch:\n  tail_sampling:\n").replace(
            "limiter, batch", "limiter, batch, tail_sampling"
        ), 18, WARNING, "order", "before tail_sampling", "behind"
    ),
    Broken(
        "", GOOD.replace("  batch:\n", "  batch:\n  decouple:\n").replace(
            "limiter, batch", "limiter, decouple, batch"
        ), 18, ERROR, "order", "decouple is not the last"
    ),
    Broken("${env:TARGET}", "http://$TARGET", 12, WARNING, "dollar", "$TARGET", "${env:TARGET}"),
    Broken("${env:TARGET}", "${env:MISSING}", 12, ERROR, "unset", "MISSING is not set", ":-"),
    Broken("${env:TARGET}", "${MISSING}", 12, ERROR, "unset", "MISSING is not set"),
    Broken(
        "service:\n",
        "service:\n  telemetry:\n    metrics:\n      address: localhost:8888\n",
        16,
        ERROR,
        "telemetry",
        "does not load",
        "level: none",
    ),
    Broken("127.0.0.1:4318", "0.0.0.0:4318", 5, WARNING, "open", "every interface", "127.0.0.1"),
    Broken("127.0.0.1:4318", "'[::]:4318'", 5, WARNING, "open", "every interface"),
    Broken("127.0.0.1:4318", ":4318", 5, WARNING, "open", "every interface"),
    Broken("127.0.0.1:4318", "${env:HOST:-0.0.0.0}:4318", 5, WARNING, "open", "every interface"),
    Broken("127.0.0.1:4318", "127.0.0.1", 5, ERROR, "endpoint", "listen on '127.0.0.1'"),
    Broken("127.0.0.1:4318", "127.0.0.1:70000", 5, ERROR, "endpoint", "listen on"),
    Broken("127.0.0.1:4318", "'[::1:4318'", 5, ERROR, "endpoint", "listen on"),
    Broken("127.0.0.1:4318", "::1:4318", 5, ERROR, "endpoint", "listen on"),
    Broken("${env:TARGET}", "backend:4318", 12, ERROR, "endpoint", "no URL", "http://"),
    Broken("${env:TARGET}", "http://[", 12, ERROR, "endpoint", "no URL"),
    Broken("${env:TARGET}", "http://backend:port", 12, ERROR, "endpoint", "no URL"),
    Broken("${env:TARGET}", "http://b/v1/traces/", 12, ERROR, "endpoint", "twice", "traces_"),
    Broken("    endpoint: ${env:TARGET}\n", "", 11, ERROR, "endpoint", "no address"),
    Broken(
        "", exporter("  otlp_grpc:\n    endpoint: backend\n", "otlp_grpc"), 12, ERROR,
        "endpoint", "no host with a port",
    ),
    Broken(
        "", exporter("  otlp_grpc:\n    endpoint: https://b:1/v1/traces\n", "otlp_grpc"), 12,
        ERROR, "endpoint", "no path",
    ),
    Broken(
        "", exporter("  otlp_grpc:\n    endpoint: http://b:4317\n", "otlp_grpc"), 12, WARNING,
        "tls", "speaks TLS", "insecure",
    ),
    Broken(
        "", exporter("  otlphttp:\n    endpoint: http://b:4318\n", "otlphttp"), 11, WARNING,
        "renamed", "called otlp_http", "older",
    ),
    Broken(
        "", exporter("  logging:\n", "logging"), 11, ERROR, "removed", "exporter logging", "debug"
    ),
    Broken(
        "", exporter("  jaeger/a:\n    endpoint: j:14250\n", "jaeger/a"), 11, ERROR, "removed",
        "exporter jaeger/a", "OTLP",
    ),
    Broken(
        "", exporter(f"{XRAY}    index_all_attributes: true\n", "awsxray"), 13, WARNING,
        "indexed", "every attribute", "indexed_attributes",
    ),
    Broken(
        "",
        exporter(
            f"{XRAY}    indexed_attributes: [{', '.join(f'a{n}' for n in range(51))}]\n", "awsxray"
        ),
        13, WARNING, "indexed", "51 attributes",
    ),
    Broken("", exporter("  awsxray:\n", "awsxray"), 11, WARNING, "region", "no region", "AWS_R"),
    Broken(
        "", exporter(f"{XRAY}    sending_queue: {{}}\n", "awsxray"), 13, ERROR, "xray",
        "no sending_queue", "max_retries",
    ),
    Broken(
        "", exporter(f"{XRAY}    retry_on_failure: {{}}\n", "awsxray"), 13, ERROR, "xray",
        "no retry_on_failure",
    ),
    Broken(
        "",
        exporter(f"{EXPORTER}{XRAY}", "awsxray, otlp_http"),
        20, WARNING, "shared", "repeat itself", "dual-write.yaml",
    ),
    Broken(
        "",
        exporter(f"{EXPORTER}{XRAY}", "otlp_http")
        + "    traces/xray:\n      receivers: [otlp]\n      processors: [memory_limiter, batch]\n"
        + "      exporters: [awsxray]\n",
        24, WARNING, "shared", "in the pipeline traces/xray holds up the pipeline traces",
        "dual-write.yaml",
    ),
    Broken(
        EXPORTER, f"{EXPORTER}    auth:\n      authenticator: sigv4auth\n", 14, ERROR,
        "authenticator", "not defined", "extensions",
    ),
    Broken(
        "service:\n",
        "    auth:\n      authenticator: sigv4auth\nextensions:\n  sigv4auth:\nservice:\n",
        14, ERROR, "authenticator", "sigv4auth is not started", "service.extensions",
    ),
    Broken(
        "${env:TARGET}", "https://xray.${env:AWS_REGION}.amazonaws.com/", 12, ERROR, "signature",
        "without a signature", "sigv4auth",
    ),
    Broken(
        "service:\n", "    headers:\n      X-Api-Key: 12345\nservice:\n", 14, WARNING, "secret",
        "X-Api-Key", "${env:X_API_KEY}",
    ),
)  # fmt: skip


def apply(broken: Broken) -> str:
    """Return the file."""
    assert broken.old in GOOD
    return GOOD.replace(broken.old, broken.new, 1) if broken.old else broken.new


def found(text: str, rule: str) -> list[Finding]:
    """Return what one rule finds."""
    return [finding for finding in check(text, SET).findings if finding.rule == rule]


def test_a_good_file_has_no_findings() -> None:
    """Neither errors nor warnings nor notes; ADOT runs it; its variable is set."""
    report = check(GOOD, SET)

    assert [] == report.findings
    assert report.adot
    assert not report.failed
    assert [("TARGET", 12, True, True)] == [tuple(variable) for variable in report.variables]


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(broken, id=f"{number}: {broken.rule}: {broken.said}")
        for number, broken in enumerate(BROKEN)
    ],
)
def test_each_mistake_is_found(broken: Broken) -> None:
    """With its line, what it is and what to do."""
    (finding,) = found(apply(broken), broken.rule)

    assert (broken.line, broken.level) == (finding.line, finding.level)
    assert broken.said in finding.message
    assert broken.remedy in finding.remedy
    assert finding.message.endswith(".")
    assert finding.remedy.endswith((".", "]", "DEFAULT}."))


def test_a_secret_is_not_repeated() -> None:
    """Findings go to logs of CI."""
    text = GOOD.replace("service:\n", "    headers:\n      authorization: Basic abc\nservice:\n")
    address = GOOD.replace("${env:TARGET}", "ftp://user:abc@backend")

    assert found(text, "secret")
    assert "abc" not in str(check(text, SET))
    assert "//…@backend" in str(check(address, SET))
    assert "abc" not in str(check(address, SET))


@pytest.mark.parametrize(
    "value", ["${env:KEY}", "Bearer ${env:KEY}", "none", "''", "${file:/run/secrets/key}"]
)
def test_what_is_filled_in_is_no_secret(value: str) -> None:
    """Nor is the word none, with which our files say that there is no credential."""
    text = GOOD.replace("service:\n", f"    headers:\n      authorization: {value}\nservice:\n")

    assert [] == found(text, "secret")


@pytest.mark.parametrize(
    "address", ["dns:///backend:4317", "https://backend:4317", "backend:4317", "'[::1]:4317'"]
)
def test_what_grpc_takes_is_right(address: str) -> None:
    """Host and port, a URL of them, or a name resolver of gRPC's own."""
    text = exporter(f"  otlp_grpc:\n    endpoint: {address}\n", "otlp_grpc")

    assert [] == check(text, SET).findings


def test_an_address_that_is_not_known_yet_is_not_judged() -> None:
    """A variable that is not set is said once, as that."""
    text = GOOD.replace("127.0.0.1:4318", "${env:LISTEN}")

    assert ["unset"] == [finding.rule for finding in check(text, SET).findings]


def test_what_adot_lacks_is_a_note_or_an_error() -> None:
    """As it is asked for; names of older collectors count as the present ones."""
    lacking = exporter("  zipkin:\n    endpoint: http://z:9411/api/v2/spans\n", "zipkin")
    (note,) = check(lacking, SET).findings
    (error,) = check(lacking, SET, adot=True).findings
    renamed = exporter("  otlphttp:\n    endpoint: http://b\n", "otlphttp")

    assert (11, NOTE, "adot") == (note.line, note.level, note.rule)
    assert "ADOT has no exporter zipkin." == note.message
    assert ERROR is error.level
    assert not check(lacking, SET).adot
    assert check(renamed, SET).adot


def test_unset_variables_can_be_notes() -> None:
    """In CI, where secrets are not."""
    assert check(GOOD, {}).failed
    assert not check(GOOD, {}, unset=NOTE).failed


def test_a_variable_with_a_default_need_not_be_set() -> None:
    """But it is listed; once without a default is enough to need it; $$ is a dollar sign."""
    text = GOOD.replace("${env:TARGET}", "http://${env:HOST:-backend}/$${env:NO}")
    both = text.replace("check_interval: 1s", "check_interval: ${env:HOST}")

    assert [("HOST", 12, False, False)] == [tuple(v) for v in check(text, {}).variables]
    assert [("HOST", 8, True, False)] == [tuple(v) for v in check(both, {}).variables]


def test_connectors_stand_at_both_ends() -> None:
    """One pipeline's exporter is another's receiver; ADOT has none."""
    text = GOOD.replace("service:\n", "connectors:\n  forward:\nservice:\n").replace(
        "      exporters: [otlp_http]\n",
        "      exporters: [forward]\n    traces/out:\n      receivers: [forward]\n"
        "      processors: [memory_limiter]\n      exporters: [otlp_http]\n",
    )

    assert ["adot"] == [finding.rule for finding in check(text, SET).findings]


def test_findings_come_in_the_order_of_lines() -> None:
    """So that one reads the file once."""
    text = GOOD.replace("127.0.0.1", "0.0.0.0").replace("memory_limiter, ", "")
    lines = [finding.line for finding in check(text, {}).findings]

    assert 4 == len(lines)
    assert sorted(lines) == lines


TEXTS = """
receivers processors exporters connectors extensions service pipelines traces otlp otlp_http awsxray
batch memory_limiter endpoint auth authenticator headers token telemetry metrics address ${env:A}
${B:-c} 0.0.0.0:1 http://[ :: a/b
"""
WORDS = st.sampled_from(TEXTS.split())
VALUES = st.recursive(
    WORDS | st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)


@given(st.text() | VALUES.map(json.dumps))
def test_no_text_is_too_much(text: str) -> None:
    """Whatever a file holds, there is a report about it."""
    report = check(text, {})

    assert all(finding.line >= 1 for finding in report.findings)
    assert report.failed
