"""`Plain` as text: for a shell, SAM, Terraform and Docker Compose. Credentials are only named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from otel_xray import backends
from otel_xray.cli.handover.plain import Placeholder, Plain

_REGION = "AWS_REGION"


def _shell(plain: Plain) -> Iterator[str]:
    """Yield lines to be sourced; a variable that is missing ends the shell with its name."""
    values = {one.name: _parameter_expansion(one) for one in plain.placeholders}
    for name, template in plain.variables:
        yield f'export {name}="{backends.fill(template, values)}"'


def _docker(plain: Plain) -> Iterator[str]:
    """Yield a part of a Compose file."""
    values = {one.name: _parameter_expansion(one) for one in plain.placeholders}
    yield "services:"
    yield "  app:"
    yield "    environment:"
    for name, template in plain.variables:
        yield f"      {name}: {json.dumps(backends.fill(template, values))}"


def _parameter_expansion(one: Placeholder) -> str:
    return f"${{{one.name}:-{one.default}}}" if one.default else f"${{{one.name}:?}}"


def _sam(plain: Plain) -> Iterator[str]:
    """Yield a part of a SAM template."""
    asked = [one for one in plain.placeholders if one.name != _REGION]
    values = {one.name: f"${{{_camel_case(one.name)}}}" for one in asked}
    values[_REGION] = "${AWS::Region}"
    if asked:
        yield "Parameters:"
    for one in asked:
        yield f"  {_camel_case(one.name)}:"
        yield "    Type: String"
        if one.secret:
            yield "    NoEcho: true"
        if one.default:
            yield f"    Default: {json.dumps(one.default)}"
    yield from ("Globals:", "  Function:", "    Environment:", "      Variables:")
    for name, template in plain.variables:
        text = json.dumps(backends.fill(template, values))
        if backends.variables(template):
            yield f"        {name}:"
            yield f"          Fn::Sub: {text}"
        else:
            yield f"        {name}: {text}"


def _camel_case(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _terraform(plain: Plain) -> Iterator[str]:
    """Yield variables, and a map for the environment of a function, task or container."""
    for one in plain.placeholders:
        yield f'variable "{one.name.lower()}" {{'
        yield "  type = string"
        if one.secret:
            yield "  sensitive = true"
        if one.default:
            yield f"  default = {json.dumps(one.default)}"
        yield "}"
        yield ""
    values = {one.name: f"${{var.{one.name.lower()}}}" for one in plain.placeholders}
    yield "locals {"
    yield "  otel_environment = {"
    for name, template in plain.variables:
        yield f"    {name} = {json.dumps(backends.fill(template, values))}"
    yield "  }"
    yield "}"


_FORMS: Mapping[str, Callable[[Plain], Iterator[str]]] = {
    "shell": _shell,
    "sam": _sam,
    "terraform": _terraform,
    "docker": _docker,
}
NAMES = tuple(_FORMS)
SAM = "sam"


def lines(plain: Plain, form: str) -> Iterator[str]:
    """Yield *plain* in the *form* of that name; all of them know comments that begin with ``#``."""
    yield from (f"# {note}" for note in plain.notes)
    yield from _FORMS[form](plain)
