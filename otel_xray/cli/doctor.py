"""``otel-xray doctor``: where spans go and why, and what is set up wrongly."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator

from otel_xray import settings as variables
from otel_xray.cli.checks import decision, redaction, table
from otel_xray.cli.checks.decision import Decision
from otel_xray.cli.checks.finding import Circumstances, Finding, Severity
from otel_xray.errors import ConfigurationError
from otel_xray.settings import Environ, Settings
from otel_xray.trial import Sent, send

_WELL, _ILL = 0, 1
_VERDICTS = {True: "accepted", False: "not accepted", None: "sent; UDP has no answer"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.epilog = (
        "Exit code 0: no problem; 1: a problem, or the test span was not accepted. It reads the "
        "environment that it is run in, and shows no credential."
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.add_argument(
        "--send", action="store_true", help="send one test span, and say whether it was accepted"
    )


def run(options: argparse.Namespace) -> int:
    """Print the decision, the findings, and what became of the test span."""
    environ = variables.environment()
    seen = circumstances(environ)
    findings = list(table.look(seen))
    sent = send(seen.settings) if options.send and seen.settings else []
    decided = decision.of(seen)
    if options.json:
        text = json.dumps(_members(decided, findings, sent), indent=2) + "\n"
    else:
        text = "".join(f"{line}\n" for line in _lines(decided, findings, sent))
    sys.stdout.write(redaction.redacted(text, environ))
    return _ILL if _is_ill(findings, sent) or (options.send and not sent) else _WELL


def circumstances(environ: Environ) -> Circumstances:
    """Return what checks look at."""
    try:
        return Circumstances(environ, Settings.from_environ(environ, variables.fallback()))
    except ConfigurationError as error:
        return Circumstances(environ, None, str(error))


def _is_ill(findings: list[Finding], sent: list[Sent]) -> bool:
    problems = any(finding.severity is Severity.PROBLEM for finding in findings)
    return problems or any(one.accepted is False for one in sent)


def _members(
    decided: Decision | None, findings: list[Finding], sent: list[Sent]
) -> dict[str, object]:
    return {
        "decision": None
        if decided is None
        else {
            "reason": decided.reason,
            "places": decided.places,
            "manner": dict(decided.manner),
            "ignored": [ignored._asdict() for ignored in decided.ignored],
        },
        "findings": [
            {**finding._asdict(), "severity": finding.severity.value} for finding in findings
        ],
        "sent": [{**one._asdict(), "exporter": one.exporter.value} for one in sent],
    }


def _lines(decided: Decision | None, findings: list[Finding], sent: list[Sent]) -> Iterator[str]:
    if decided is not None:
        yield from (f"Spans go to {place}" for place in decided.places)
        yield f"because {decided.reason}"
        yield ""
        yield from (f"{name}: {value}" for name, value in decided.manner)
        yield from (f"{ignored.name} is ignored: {ignored.why}" for ignored in decided.ignored)
        yield ""
    for finding in findings:
        yield f"{finding.severity.value.upper()} {finding.name}: {finding.what}"
        yield f"    {finding.why}"
        yield f"    -> {finding.change}"
    if not findings:
        yield "Nothing is set up wrongly, as far as can be seen from here."
    for one in sent:
        yield f"Test span {one.trace_id} by {one.exporter.value}: {_VERDICTS[one.accepted]}"
        if one.said:
            yield f"    {one.said}"
