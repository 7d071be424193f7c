"""Propagators, sampler, ids and span shape against the backend: they have to change together."""

from __future__ import annotations

from collections.abc import Iterator

from otel_xray.cli.checks.finding import Circumstances, Finding, Severity, sends_to_xray
from otel_xray.errors import InvalidTraceHeader
from otel_xray.model import header
from otel_xray.setting_values import SpanShape

_XRAY = frozenset({"xray", "otel_xray"})
_XRAY_LAMBDA = frozenset({"xray-lambda", "otel_xray_lambda"})
_W3C = "tracecontext"
_RATIO = frozenset({"traceidratio", "parentbased_traceidratio"})
_NEVER = frozenset({"always_off", "parentbased_always_off"})
_XRAY_SAMPLERS = frozenset({"xray", "otel_xray"})


def both_propagators(seen: Circumstances) -> Iterator[Finding]:
    """Yield two propagators for one header."""
    names = set(seen.listed("OTEL_PROPAGATORS"))
    if names & _XRAY and names & _XRAY_LAMBDA:
        both = sorted((names & _XRAY) | (names & _XRAY_LAMBDA))
        yield Finding(
            "both-xray-propagators",
            f"OTEL_PROPAGATORS has {' and '.join(both)}.",
            "One reads the request's header, the other Lambda's: which caller is the parent "
            "depends on their order. OpenTelemetry's conventions forbid both at once.",
            "Keep one: otel_xray_lambda where OpenTelemetry makes the handler's span for X-Ray, "
            "else otel_xray.",
        )


def no_xray_propagator(seen: Circumstances) -> Iterator[Finding]:
    """Yield propagators that do not know X-Ray's header, for X-Ray."""
    names = seen.listed("OTEL_PROPAGATORS")
    if not names or seen.settings is None or not sends_to_xray(seen, seen.settings):
        return
    known = [place for place, name in enumerate(names) if name in _XRAY | _XRAY_LAMBDA]
    if not known:
        yield Finding(
            "no-xray-propagator",
            f"OTEL_PROPAGATORS is {','.join(names)}, and spans go to X-Ray.",
            "Traces break at every AWS service: those know X-Ray's header only.",
            f"Set it to {','.join((*names, 'otel_xray'))}, or unset it.",
        )
    elif _W3C in names and names.index(_W3C) > known[-1]:
        yield Finding(
            "w3c-wins-over-xray",
            f"OTEL_PROPAGATORS is {','.join(names)}: of two callers the last one is the parent.",
            "A caller that only W3C's header names may not be in X-Ray, and the trace breaks.",
            "Put X-Ray's propagator last, or unset OTEL_PROPAGATORS.",
            Severity.ADVICE,
        )


def lambdas_header_elsewhere(seen: Circumstances) -> Iterator[Finding]:
    """Yield a backend that is told to follow Lambda's own segment, which it does not have."""
    if seen.settings is None or sends_to_xray(seen, seen.settings):
        return
    names = sorted(set(seen.listed("OTEL_PROPAGATORS")) & _XRAY_LAMBDA)
    why = (
        "The parent would be Lambda's segment, which is in X-Ray alone; and without active tracing "
        "Lambda's header says Sampled=0, which parent-based samplers obey: no span is left."
    )
    if names:
        yield Finding(
            "xray-lambda-elsewhere",
            f"OTEL_PROPAGATORS has {names[0]}, and spans do not go to X-Ray.",
            why,
            f"Write {names[0].removesuffix('_lambda').removesuffix('-lambda')} instead.",
        )
    if seen.settings.span_shape is SpanShape.XRAY:
        yield Finding(
            "xray-span-elsewhere",
            "OTEL_XRAY_LAMBDA_SPAN is xray, and spans do not go to X-Ray.",
            why,
            "Unset it, unless a collector sends the spans to X-Ray: then set "
            "OTEL_XRAY_BACKEND=adot.",
        )


def server_span_in_xray(seen: Circumstances) -> Iterator[Finding]:
    """Yield a segment of one's own beside Lambda's."""
    settings = seen.settings
    if settings is None or settings.span_shape is not SpanShape.SERVER:
        return
    if sends_to_xray(seen, settings) and settings.in_lambda:
        yield Finding(
            "server-span-in-xray",
            "OTEL_XRAY_LAMBDA_SPAN is server, and spans go to X-Ray.",
            "The trace map shows the function twice, and phases are drawn by X-Ray and by us.",
            "Unset it.",
            Severity.ADVICE,
        )


def sampled_out(seen: Circumstances) -> Iterator[Finding]:
    """Yield Lambda's decision against this function's spans, where it counts."""
    settings = seen.settings
    text = seen.text("_X_AMZN_TRACE_ID")
    if settings is None or settings.span_shape is not SpanShape.XRAY or not text:
        return
    if _sampled(text) is False:
        yield Finding(
            "lambda-sampled-0",
            "Lambda's tracing header says Sampled=0.",
            "Spans for X-Ray are parts of Lambda's segment, and follow its decision: this "
            "invocation records nothing.",
            "Switch on active tracing of the function (Tracing: Active), or look at the sampling "
            "rules of what calls it.",
            Severity.ADVICE,
        )


def sampler(seen: Circumstances) -> Iterator[Finding]:
    """Yield a sampler that is unknown, that records nothing, or that cannot work here."""
    name = seen.text("OTEL_TRACES_SAMPLER").lower()
    argument = seen.text("OTEL_TRACES_SAMPLER_ARG")
    if name in _NEVER or (name in _RATIO and _ratio(argument) == 0.0):
        yield Finding(
            "sampler-off",
            f"OTEL_TRACES_SAMPLER is {name}{f', its argument {argument}' if argument else ''}.",
            "Nothing is recorded, but for what a parent decides.",
            "Unset it, or write parentbased_always_on.",
        )
    elif name in _RATIO and argument and _ratio(argument) is None:
        yield Finding(
            "sampler-argument",
            f"OTEL_TRACES_SAMPLER_ARG is {argument!r}.",
            "OpenTelemetry's SDK takes 1.0 instead: everything is recorded.",
            "Write a share from 0 to 1, such as 0.05.",
        )
    elif name and name not in _known_samplers():
        yield Finding(
            "unknown-sampler",
            f"OTEL_TRACES_SAMPLER is {name!r}, which is not installed.",
            "OpenTelemetry's SDK takes parentbased_always_on instead.",
            f"Choose one of {', '.join(sorted(_known_samplers()))}.",
        )
    elif name in _XRAY_SAMPLERS and _asks_lambdas_daemon(seen):
        yield Finding(
            "xray-sampler-in-lambda",
            f"OTEL_TRACES_SAMPLER is {name}, in Lambda.",
            "Lambda's daemon answers no questions for rules: local rules decide.",
            "Write endpoint=aws into OTEL_TRACES_SAMPLER_ARG, or unset the sampler: Lambda has "
            "decided already.",
            Severity.ADVICE,
        )


def ids(seen: Circumstances) -> Iterator[Finding]:
    """Yield trace ids without their time, for X-Ray."""
    if seen.settings is None or not sends_to_xray(seen, seen.settings):
        return
    name = seen.settings.id_generator
    if name == "random":
        yield Finding(
            "random-trace-ids",
            "OTEL_PYTHON_ID_GENERATOR is random, and spans go to X-Ray.",
            "X-Ray takes the first 32 bits of a trace id for its time, and refuses times that are "
            "long ago.",
            "Unset it, or write otel_xray.",
        )


def installed(seen: Circumstances) -> Iterator[Finding]:
    """Yield propagators and id generators that are not there."""
    from importlib.metadata import entry_points

    for variable, group in (
        ("OTEL_PROPAGATORS", "opentelemetry_propagator"),
        ("OTEL_PYTHON_ID_GENERATOR", "opentelemetry_id_generator"),
    ):
        known = entry_points(group=group).names | {"none"}
        unknown = [name for name in seen.listed(variable) if name not in known]
        if unknown:
            yield Finding(
                "not-installed",
                f"{variable} names {', '.join(unknown)}, which is not installed.",
                "OpenTelemetry raises an error when it is loaded.",
                f"Install it, or choose from {', '.join(sorted(known))}.",
            )


def _sampled(text: str) -> bool | None:
    try:
        return header.parse(text).sampled
    except InvalidTraceHeader:
        return None


def _ratio(text: str) -> float | None:
    try:
        ratio = float(text)
    except ValueError:
        return None
    return ratio if 0.0 <= ratio <= 1.0 else None


def _known_samplers() -> frozenset[str]:
    from importlib.metadata import entry_points

    return frozenset(entry_points(group="opentelemetry_traces_sampler").names) | _XRAY_SAMPLERS


def _asks_lambdas_daemon(seen: Circumstances) -> bool:
    settings = seen.settings
    asked = settings.sampling if settings is not None and settings.in_lambda else None
    return asked is not None and asked.central and not asked.endpoint
