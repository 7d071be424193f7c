"""
Calls that S3's transfer manager makes in threads of its own.

Difference: the original loses the segment there, and logs an error for each call.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from boto3.s3.transfer import TransferConfig

from otel_xray.instrument import s3transfer
from otel_xray.testing import Recording
from tests import moto_server
from tests.compat.core.processes import in_a_new_process
from tests.compat.ext import calling

PART = 5 * 1024 * 1024
IN_PARTS = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    """Serve S3."""
    with moto_server.serving() as url:
        yield url


@pytest.fixture
def s3(moto: str, recorded: Recording, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return a client that is traced, and make the bucket ``bucket``."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    session: Any = boto3.session.Session()
    client = session.client("s3", region_name="us-east-1", endpoint_url=moto)
    client.create_bucket(Bucket="bucket")
    calling.patch("botocore")
    yield client
    s3transfer.remove()


@pytest.fixture
def recorder(s3: Any) -> Any:
    """Return the recorder of the alias."""
    return calling.recorder()


def operations(recorded: Recording, parent: Any) -> list[str]:
    """Return the operations of the calls, each of which must be a child of *parent*."""
    found = [one for one in calling.subsegments(recorded) if one.get("namespace") == "aws"]
    assert {parent.id} == {one["parent_id"] for one in found}
    assert {parent.trace_id} == {one["trace_id"] for one in found}
    return [one["aws"]["operation"] for one in found]


def test_parts_of_an_upload_are_children_of_what_started_it(
    s3: Any, recorder: Any, recorded: Recording
) -> None:
    """Of the subsegment that is current then."""
    with recorder.in_segment("shop"), recorder.in_subsegment("upload") as subsegment:
        s3.upload_fileobj(io.BytesIO(bytes(3 * PART)), "bucket", "key", Config=IN_PARTS)
        assert recorder.current_subsegment() is subsegment

    found = operations(recorded, subsegment)
    assert ["CreateMultipartUpload", *["UploadPart"] * 3, "CompleteMultipartUpload"] == found


def test_a_download_is_a_child_of_the_segment(
    s3: Any, recorder: Any, recorded: Recording, tmp_path: Path
) -> None:
    """Where no subsegment is open."""
    s3.put_object(Bucket="bucket", Key="key", Body=bytes(2 * PART))
    with recorder.in_segment("shop") as segment:
        s3.download_file("bucket", "key", str(tmp_path / "file"), Config=IN_PARTS)
        assert recorder.get_trace_entity() is segment

    assert ["HeadObject", "GetObject", "GetObject"] == operations(recorded, segment)
    assert 2 * PART == (tmp_path / "file").stat().st_size


def test_a_copy_is_a_child_too(s3: Any, recorder: Any, recorded: Recording) -> None:
    """S3's own copies go through the manager as well."""
    s3.put_object(Bucket="bucket", Key="key", Body=b"x")
    with recorder.in_segment("shop") as segment:
        s3.copy({"Bucket": "bucket", "Key": "key"}, "bucket", "other")

    assert ["HeadObject", "CopyObject"] == operations(recorded, segment)


def test_entities_read_back_as_children(s3: Any, recorder: Any, tmp_path: Path) -> None:
    """X-Ray code sees the calls in the tree."""
    (tmp_path / "file").write_bytes(b"x")
    with recorder.in_segment("shop") as segment:
        s3.upload_file(str(tmp_path / "file"), "bucket", "key")

        (call,) = segment.subsegments
        assert ("s3", "PutObject") == (call.name, call.aws["operation"])
        assert 200 == call.http["response"]["status"]


def test_the_manager_may_be_imported_later() -> None:
    """The patch loads nothing; it waits for the manager, which resources and transfers load."""
    found = in_a_new_process(
        "import json, sys\n"
        "import botocore.client\n"
        "from otel_xray import compat; compat.install()\n"
        "from aws_xray_sdk.core import patch\n"
        "patch(('botocore',))\n"
        "before = 's3transfer' in sys.modules\n"
        "from s3transfer.futures import BoundedExecutor\n"
        "print(json.dumps([before, hasattr(BoundedExecutor.submit, '__wrapped__')]))"
    )
    assert [False, True] == found
