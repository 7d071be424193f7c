"""
The whole document schema as a generator, and what of it "equal" means.

Documents are valid, which is not to say tame: members that nobody knows, nulls, values of the
wrong type inside sections, annotations with the names of attributes that mean something else.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from otel_xray.model import limits
from otel_xray.segments.identity import LATEST
from otel_xray.segments.members import OWN_KEYS

TRACE_ID = "1-5759e988-bd862e3fe1be46a994272793"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
integers = st.integers(-(1 << 63), (1 << 63) - 1)
numbers = st.floats(allow_nan=False, allow_infinity=False)
leaves = st.none() | st.booleans() | integers | numbers | texts
json_values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=4,
)
json_objects = st.dictionaries(texts, json_values, max_size=3)

# What a span can hold exactly: whole nanoseconds, or as fine as a double is at that time.
times = (
    st.floats(min_value=1 << 23, max_value=LATEST)
    | st.integers(1, LATEST)
    | st.integers(1, 10**12).map(lambda micro: micro / 1_000_000)
)
ids = st.integers(1, (1 << 64) - 1).map("{:016x}".format)
trace_ids = st.integers(1, (1 << 128) - 1).map("{:032x}".format).map(lambda d: f"1-{d[:8]}-{d[8:]}")
names = st.text(max_size=20).map(limits.name) | st.sampled_from(
    ["DynamoDB", "AWS::S3", "AWS.SDK.SQS", "db@host", "pay.example.com", " ", "\u00fc"]
)


def mixed(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly what the schema says, sometimes any JSON: X-Ray takes the document all the same."""
    return st.one_of(usual, usual, usual, json_values)


def section(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return an object with some of *members*, and sometimes with others."""
    known = st.fixed_dictionaries({}, optional={m: mixed(value) for m, value in members.items()})
    return known | st.builds(lambda extra, own: {**extra, **own}, json_objects, known)


flags = st.booleans()
counts = st.integers(0, 1 << 40)
frames = st.fixed_dictionaries({}, optional={"path": texts, "line": counts, "label": texts})
exceptions = section(
    id=ids,
    type=texts,
    message=texts,
    remote=flags,
    truncated=counts,
    skipped=counts,
    cause=ids,
    stack=st.lists(frames, max_size=3),
)
causes = (
    ids
    | texts
    | section(
        working_directory=texts,
        paths=st.lists(texts, max_size=2),
        exceptions=st.lists(exceptions, max_size=2),
    )
)
requests = section(
    method=st.sampled_from(["GET", "POST"]),
    url=st.sampled_from(["https://pay.example.com/a?b=c", "/path"]) | texts,
    user_agent=texts,
    client_ip=st.sampled_from(["127.0.0.1", "::1", "localhost"]),
    x_forwarded_for=flags,
    traced=flags,
)
https = section(
    request=requests,
    response=section(status=st.integers(100, 599), content_length=st.integers(-1, 1 << 40)),
)
hosting = {
    "account_id": st.sampled_from(["123456789012"]),
    "ec2": section(instance_id=texts, availability_zone=texts, instance_size=texts, ami_id=texts),
    "ecs": section(container=texts, container_id=texts, task_arn=texts, launch_type=texts),
    "eks": section(cluster_name=texts, pod=texts, container_id=texts),
    "elastic_beanstalk": section(environment_name=texts, version_label=texts, deployment_id=counts),
    "cloudwatch_logs": st.lists(section(log_group=texts, arn=texts), max_size=2),
    "xray": section(
        sdk=st.sampled_from(["X-Ray for Go", "opentelemetry for python", "X-Ray", " for "]),
        sdk_version=texts,
        auto_instrumentation=flags,
        sampling_rule_name=texts,
    ),
}
aws = section(
    **hosting,
    operation=texts,
    region=st.sampled_from(["eu-west-1"]),
    request_id=texts,
    queue_url=texts,
    table_name=texts,
    table_names=st.lists(texts, max_size=2),
    retries=counts,
    bucket_name=texts,
    key=texts,
    topic_arn=texts,
    message_id=texts,
    function_name=texts,
    resource_names=st.lists(texts, max_size=2),
)
sql = section(
    url=texts,
    connection_string=texts,
    sanitized_query=texts,
    database_type=st.sampled_from(["PostgreSQL", "mysql"]),
    database_version=texts,
    driver_version=texts,
    user=texts,
    preparation=st.sampled_from(["call", "statement"]),
)
annotation_keys = (
    texts | st.sampled_from(sorted(OWN_KEYS)) | st.sampled_from(["http.method", "url.path", "user"])
)
annotated = st.dictionaries(annotation_keys, mixed(texts | integers | numbers | flags), max_size=4)
metadata = st.dictionaries(
    st.sampled_from(["default", "Default", "", "app", "AWS.x"]) | texts,
    mixed(json_objects),
    max_size=3,
)
links = st.lists(
    st.fixed_dictionaries({"trace_id": trace_ids, "id": ids}, optional={"attributes": json_objects})
    | json_values,
    max_size=2,
)

entity: dict[str, st.SearchStrategy[Any]] = {
    "error": mixed(flags),
    "throttle": mixed(flags),
    "fault": mixed(flags),
    "namespace": mixed(st.sampled_from(["aws", "remote", "local"])),
    "http": https | st.none(),
    "aws": aws | st.none(),
    "sql": sql | st.none(),
    "cause": causes | st.none(),
    "annotations": annotated | st.none(),
    "metadata": metadata | st.none(),
    "links": links | st.none(),
    "precursor_ids": st.lists(ids | texts, max_size=2) | st.none(),
    "traced": mixed(flags),
    "origin": mixed(
        st.sampled_from(["AWS::EC2::Instance", "AWS::Lambda::Function", "AWS::ECS::EC2"])
    ),
    "resource_arn": mixed(texts),
    "user": mixed(texts),
    "inferred": mixed(flags),
    "service": section(version=texts, runtime=texts, compiler=texts) | st.none(),
    "Dummy": json_values,
    "\u00fc": json_values,
}


def _ended(required: dict[str, st.SearchStrategy[Any]], **optional: st.SearchStrategy[Any]) -> Any:
    rest = {**entity, **optional}
    start = {"name": names, "id": ids, "start_time": times, **required}
    ended = st.fixed_dictionaries(
        {**start, "end_time": times}, optional={**rest, "in_progress": st.just(False)}
    )
    return ended | st.fixed_dictionaries({**start, "in_progress": st.just(True)}, optional=rest)


leaf_subsegments = _ended({})
subsegments = _ended({}, subsegments=st.lists(leaf_subsegments, max_size=2))
inside = {"subsegments": st.lists(subsegments, max_size=2)}
documents: st.SearchStrategy[Any] = _ended(
    {"trace_id": trace_ids}, type=st.just("segment"), parent_id=ids, **inside
) | _ended({"trace_id": trace_ids, "type": st.just("subsegment"), "parent_id": ids}, **inside)


def same(one: Any, other: Any) -> bool:
    """Say whether two values are the same JSON; 1 and 1.0 are one number, and true is none."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)
