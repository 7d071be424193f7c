from __future__ import annotations

import json
from typing import Any

import pytest

from otel_xray.model.span import Kind
from otel_xray.segments.encode import EncodeOptions
from tests.segments.making import encode


def listed(*keys: object, **attributes: Any) -> dict[str, Any]:
    """Return *attributes* with the list of those that are annotations."""
    return {**attributes, "aws.xray.annotations": keys}


@pytest.mark.parametrize("value", ["text", "", 7, 1.5, True, False])
def test_a_listed_attribute_is_an_annotation(value: object) -> None:
    """Texts, numbers and booleans are indexed as they are, and not repeated in metadata."""
    document = encode(listed("key", key=value))

    assert document.get("annotations") == {"key": value}
    assert "metadata" not in document


@pytest.mark.parametrize("value", [["a"], {"a": 1}, None])
def test_what_cannot_be_indexed_stays_metadata(value: object) -> None:
    """A listed attribute that X-Ray cannot index is not lost."""
    document = encode(listed("key", key=value))

    assert "annotations" not in document
    assert document.get("metadata") == {"default": {"key": value}}


def test_keys_are_spelled_as_x_ray_indexes_them() -> None:
    """Dots stay, other characters become underscores; of two keys that meet the first counts."""
    attributes = {"a-b": 1, "a b": 2, "c.d": 3}
    document = encode({**attributes, "aws.xray.annotations": ["a-b", "a b", "c.d", "none", 5]})

    assert document.get("annotations") == {"a_b": 1, "c.d": 3}
    assert document.get("metadata") == {"default": {"a b": 2}}


def test_a_long_annotation_is_kept_whole_in_metadata() -> None:
    """X-Ray indexes 1,000 characters; the rest is still to be found."""
    document = encode(listed("key", key="x" * 1_001))

    assert document.get("annotations") == {"key": "x" * 1_000}
    assert document.get("metadata") == {"default": {"key": "x" * 1_001}}


def test_a_listed_attribute_may_have_a_place_too() -> None:
    """What a section shows can be searched as well, if the user says so."""
    document = encode(listed("http.request.method", **{"http.request.method": "GET"}))

    assert document.get("annotations") == {"http.request.method": "GET"}
    assert document.get("http") == {"request": {"method": "GET"}}


def test_a_list_that_is_text_lists_nothing() -> None:
    """aws.xray.annotations must be a list."""
    document = encode({"key": "v", "aws.xray.annotations": "key"})

    assert "annotations" not in document
    assert document.get("metadata") == {"default": {"key": "v", "aws.xray.annotations": "key"}}


def test_the_configuration_lists_attributes_too() -> None:
    """Indexed attributes of span and resource become annotations; a resource only of segments."""
    options = EncodeOptions(indexed_attributes=("key", "otel.resource.host"))
    resource = {"host": "h", "zone": "z"}
    segment = encode({"key": 1}, Kind.SERVER, options, resource=resource)

    assert segment.get("annotations") == {"key": 1, "otel.resource.host": "h"}
    assert segment.get("metadata") == {"default": {"otel.resource.zone": "z"}}
    assert encode({"key": 1}, options=options, resource=resource).get("annotations") == {"key": 1}


def test_everything_may_be_indexed() -> None:
    """All that no section shows becomes an annotation, but for metadata and lists."""
    attributes = {
        "a": 1,
        "list": [1],
        "enduser.id": "u",
        "aws.xray.metadata.ns": '{"x":1}',
    }
    options = EncodeOptions(index_all_attributes=True)
    document = encode(attributes, Kind.SERVER, options, resource={"r": "s"})

    assert document.get("annotations") == {"a": 1, "otel.resource.r": "s"}
    assert document.get("user") == "u"
    assert document.get("metadata") == {"default": {"list": [1]}, "ns": {"x": 1}}


def test_nothing_is_annotated_when_everything_has_a_place() -> None:
    """Without a value left there are no annotations."""
    assert "annotations" not in encode(listed("absent"))


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("ns", '{"a":{"b":[1,2.5,null]}}', {"ns": {"a": {"b": [1, 2.5, None]}}}),
        ("ns", "{}", {"ns": {}}),
        ("default", '{"a":1}', {"default": {"a": 1, "other": "o"}}),
        ("DEFAULT", '{"a":1}', {"default": {"a": 1, "other": "o"}}),
        ("", '{"a":1}', {"default": {"a": 1, "other": "o"}}),
        ("ns", '{"big":9007199254740993}', {"ns": {"big": 9007199254740993}}),
        ("ns", '{"x":[NaN,-Infinity,1e999]}', {"ns": {"x": ["NaN", "-Infinity", "Infinity"]}}),
        ("ns", '{"x":"\\ud800"}', {"ns": {"x": "\ufffd"}}),
    ],
)
def test_a_namespace_is_json_of_an_object(key: str, text: str, expected: dict[str, Any]) -> None:
    """Metadata arrives as it was put; what JSON cannot hold becomes text."""
    document = encode({f"aws.xray.metadata.{key}": text, "other": "o"})

    assert {"default": {"other": "o"}, **expected} == document.get("metadata")


@pytest.mark.parametrize(
    "value",
    ["[1]", "7", "null", "no json", "", 5, "[" * 100_000, '{"n":' + "9" * 5_000 + "}"],
    ids=["list", "number", "null", "text", "empty", "int", "deep", "digits"],
)
def test_a_namespace_that_is_no_object_is_kept(value: object) -> None:
    """What cannot be read as an object is shown under its attribute's key."""
    document = encode({"aws.xray.metadata.ns": value})

    assert document.get("metadata") == {"default": {"aws.xray.metadata.ns": value}}


def test_deep_metadata_can_be_written() -> None:
    """Metadata nested deeper than a JSON writer can follow is cut."""
    text = '{"a":' + "[" * 500 + "]" * 500 + "}"

    assert "nested too deep" in json.dumps(encode({"aws.xray.metadata.ns": text}))
