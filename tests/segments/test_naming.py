from __future__ import annotations

from typing import Any

import pytest

from otel_xray.model.span import Kind
from tests.segments.making import encode

AWS = {"rpc.system": "aws-api"}


@pytest.mark.parametrize(
    ("kind", "attributes", "name"),
    [
        # a service's own segment
        (Kind.SERVER, {"aws.local.service": "orders"}, "orders"),
        (Kind.SERVER, {}, "shop"),
        (Kind.SERVER, {"peer.service": "caller", "db.name": "db"}, "shop"),
        (Kind.CONSUMER, {"aws.remote.service": "queue"}, "shop"),
        # work inside
        (Kind.INTERNAL, {"peer.service": "x", "aws.local.service": "y"}, "GET /x"),
        (Kind.UNSPECIFIED, {"server.address": "x"}, "GET /x"),
        # calls, by falling precedence
        (Kind.CLIENT, {"aws.remote.service": "pay", "peer.service": "x"}, "pay"),
        (Kind.CLIENT, {"aws.remote.service": "AWS.SDK.S3", **AWS}, "S3"),
        (Kind.CLIENT, {"aws.remote.service": "AWS::S3", **AWS}, "S3"),
        (Kind.CLIENT, {"aws.remote.service": "S3", **AWS}, "S3"),
        (Kind.CLIENT, {"aws.remote.service": "AWS::S3"}, "AWS::S3"),
        (Kind.CLIENT, {"aws.remote.service": 5, "peer.service": "x"}, "x"),
        (Kind.CLIENT, {"peer.service": "pay", "aws.service": "x"}, "pay"),
        (Kind.CLIENT, {"service.peer.name": "pay", "aws.service": "x"}, "pay"),
        (Kind.CLIENT, {"aws.service": "DynamoDB", "db.name": "x"}, "DynamoDB"),
        (Kind.CLIENT, {"db.name": "db", "rpc.service": "x"}, "db"),
        (Kind.CLIENT, {"db.name": "db", "db.connection_string": "mysql://h:3306"}, "db@h"),
        (Kind.CLIENT, {"db.name": "db", "db.connection_string": "jdbc:mysql://h/x"}, "db@h"),
        (Kind.CLIENT, {"db.name": "db", "db.connection_string": "http://[::1"}, "db"),
        (Kind.CLIENT, {"db.namespace": "db", "server.address": "h"}, "db@h"),
        (Kind.CLIENT, {"rpc.service": "Greeter", "http.host": "x"}, "Greeter"),
        (Kind.CLIENT, {"rpc.method": "pkg.Greeter/Hello", "http.host": "x"}, "pkg.Greeter"),
        (Kind.CLIENT, {"rpc.method": "Hello", "http.host": "host"}, "host"),
        (Kind.CLIENT, {"http.host": "host", "net.peer.name": "x"}, "host"),
        (Kind.PRODUCER, {"net.peer.name": "host", "server.address": "x"}, "host"),
        (Kind.CLIENT, {"server.address": "host", "url.full": "http://x/"}, "host"),
        (Kind.CLIENT, {"url.full": "http://host:80/path"}, "host"),
        (Kind.CLIENT, {"http.url": "http://user:pass@HOST/path"}, "host"),
        (Kind.CLIENT, {"url.full": "https://[::1]:8080/"}, "::1"),
        (Kind.CLIENT, {"url.full": "/path"}, "GET /x"),
        (Kind.CLIENT, {"url.full": "http://[::1/"}, "GET /x"),
        (Kind.CLIENT, {}, "GET /x"),
    ],
)
def test_the_first_rule_that_applies_names_the_document(
    kind: Kind, attributes: dict[str, Any], name: str
) -> None:
    """Segments are named after their service, calls after the called one, work after itself."""
    resource = {"service.name": "shop"}

    assert name == encode(attributes, kind, name="GET /x", resource=resource).get("name")


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        ({"rpc.service": "Greeter"}, "Greeter"),
        ({"http.host": "host:8080"}, "host:8080"),
        ({"server.address": "host"}, "host"),
        ({}, "work"),
    ],
)
def test_a_service_without_a_name_is_named_by_its_request(
    attributes: dict[str, Any], name: str
) -> None:
    """Without service.name the request says what was asked for."""
    assert name == encode(attributes, Kind.SERVER).get("name")


@pytest.mark.parametrize("kind", [Kind.SERVER, Kind.CLIENT, Kind.INTERNAL])
def test_names_are_sanitised_on_every_path(kind: Kind) -> None:
    """No name has characters that X-Ray refuses, or more than 200."""
    odd = "a(b)*" + "c" * 300
    attributes = {"aws.local.service": odd, "aws.remote.service": odd}

    assert "ab" + "c" * 198 == encode(attributes, kind, name=odd).get("name")


def test_a_root_without_a_caller_may_name_its_service() -> None:
    """An INTERNAL root is a segment, so aws.local.service names it; else its span does."""
    assert encode({"aws.local.service": "job"}, parent_id=None).get("name") == "job"
    assert encode(parent_id=None, resource={"service.name": "x"}).get("name") == "work"


@pytest.mark.parametrize(
    ("kind", "attributes", "namespace"),
    [
        (Kind.CLIENT, {}, "remote"),
        (Kind.PRODUCER, {}, "remote"),
        (Kind.INTERNAL, {}, None),
        (Kind.CLIENT, {"rpc.system": "aws-api"}, "aws"),
        (Kind.INTERNAL, {"rpc.system": "aws-api"}, "aws"),
        (Kind.CLIENT, {"rpc.system.name": "aws-api"}, "aws"),
        (Kind.CLIENT, {"aws.service": "S3"}, "aws"),
        (Kind.SERVER, {"rpc.system": "aws-api"}, None),
        (Kind.INTERNAL, {"aws.xray.namespace": "remote"}, "remote"),
        (Kind.CLIENT, {"aws.xray.namespace": "aws"}, "aws"),
        (Kind.CLIENT, {"aws.xray.namespace": "remote", "rpc.system": "aws-api"}, "remote"),
        (Kind.CLIENT, {"aws.xray.namespace": "local"}, None),
    ],
)
def test_a_namespace_is_stated_or_follows_from_the_call(
    kind: Kind, attributes: dict[str, Any], namespace: str | None
) -> None:
    """What X-Ray code stated counts before what the span looks like."""
    document = encode(attributes, kind)

    assert namespace == document.get("namespace")
    assert kind is Kind.SERVER or "metadata" not in document


@pytest.mark.parametrize("stated", ["nonsense", ["aws"], 7])
def test_a_namespace_that_x_ray_does_not_know_stays_metadata(stated: object) -> None:
    """Only aws, remote and local are namespaces."""
    document = encode({"aws.xray.namespace": stated})

    assert "namespace" not in document
    assert document.get("metadata") == {"default": {"aws.xray.namespace": stated}}


def test_what_only_names_the_document_is_not_repeated() -> None:
    """Attributes that gave the name do not show up as metadata too."""
    segment = encode({"aws.local.service": "orders"}, Kind.SERVER)
    call = encode({"aws.remote.service": "S3", **AWS}, Kind.CLIENT)
    service = encode({"rpc.service": "Greeter"}, Kind.CLIENT)

    assert "metadata" not in segment
    assert "metadata" not in call
    assert "metadata" not in service
