"""The threads of S3's transfer manager."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError
from s3transfer import futures
from s3transfer.futures import NonThreadedExecutor
from s3transfer.manager import TransferManager

from otel_xray.instrument import s3transfer
from tests.instrument.servers import Answer, Server

MakeClient = Callable[..., Any]

NAME: ContextVar[str] = ContextVar("NAME", default="nobody")
PART = 5 * 1024 * 1024
BEGUN = b"<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
COMPLETED = b"<CompleteMultipartUploadResult/>"


@pytest.fixture
def applied() -> Iterator[None]:
    """Hand on the context."""
    s3transfer.apply(futures)
    yield
    s3transfer.remove()


@pytest.fixture
def seen(client: MakeClient) -> tuple[Any, list[tuple[str, str, bool]]]:
    """Return a client, and what is found in the context of each of its calls."""
    s3 = client("s3", s3={"addressing_style": "path"})
    found: list[tuple[str, str, bool]] = []
    here = threading.get_ident()

    def look(model: Any, **_: Any) -> None:
        found.append((model.name, NAME.get(), threading.get_ident() == here))

    s3.meta.events.register("before-call", look)
    return s3, found


def multipart(server: Server, parts: int) -> None:
    """Let *server* answer to an upload in parts."""
    server.answers.append(Answer(body=BEGUN))
    server.answers.extend([Answer(headers={"ETag": '"e"'}, body=b"")] * parts)
    server.answers.append(Answer(body=COMPLETED))


@pytest.mark.usefixtures("applied")
def test_calls_of_a_transfer_are_made_in_its_context(server: Server, seen: Any) -> None:
    """Each call of an upload in parts finds what was current where the upload was started."""
    s3, found = seen
    multipart(server, parts=3)
    NAME.set("starter")
    config = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART)
    s3.upload_fileobj(io.BytesIO(bytes(2 * PART + 1)), "bucket", "key", Config=config)

    operations = ["CreateMultipartUpload", *["UploadPart"] * 3, "CompleteMultipartUpload"]
    assert [(one, "starter", False) for one in operations] == found


@pytest.mark.usefixtures("applied")
def test_transfers_do_not_mix_up_their_contexts(server: Server, seen: Any) -> None:
    """Several transfers share the manager's threads; each call has its own transfer's context."""
    s3, found = seen
    server.answers.extend([Answer(headers={"ETag": '"e"'}, body=b"")] * 20)
    with TransferManager(s3) as manager:
        started = []
        for index in range(20):
            NAME.set(f"starter {index}")
            started.append(manager.upload(io.BytesIO(b"x"), "bucket", str(index)))
        NAME.set("later")
        for future in started:
            future.result()

    assert {f"starter {index}" for index in range(20)} == {name for _, name, _ in found}
    assert 20 == len(found)


@pytest.mark.usefixtures("applied")
def test_a_failure_and_what_it_cleans_up_are_in_the_context(server: Server, seen: Any) -> None:
    """The exception is the application's, and the call that aborts the upload has a parent, too."""
    s3, found = seen
    server.answers.extend([Answer(body=BEGUN), Answer(403, body=b"<Error><Code>No</Code></Error>")])
    NAME.set("starter")
    config = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, max_concurrency=1)
    with pytest.raises(ClientError):
        s3.upload_fileobj(io.BytesIO(bytes(PART)), "bucket", "key", Config=config)

    assert "AbortMultipartUpload" in [operation for operation, _, _ in found]
    assert {"starter"} == {name for _, name, _ in found}


@pytest.mark.usefixtures("applied")
def test_without_threads_nothing_changes(server: Server, seen: Any) -> None:
    """A manager that works in the caller's thread leaves the caller's context as it was."""
    s3, found = seen
    server.answers.append(Answer(headers={"ETag": '"e"'}, body=b""))
    NAME.set("starter")
    with TransferManager(s3, executor_cls=NonThreadedExecutor) as manager:
        manager.upload(io.BytesIO(b"x"), "bucket", "key").result()

    assert [("PutObject", "starter", True)] == found
    assert "starter" == NAME.get()


@pytest.mark.usefixtures("applied")
def test_callbacks_are_called_in_the_context(server: Server, seen: Any, tmp_path: Path) -> None:
    """What the application wants to hear of the progress runs there, too."""
    s3, _found = seen
    server.answers.append(Answer(headers={"ETag": '"e"'}, body=b""))
    NAME.set("starter")
    heard: list[str] = []
    (tmp_path / "file").write_bytes(b"x")
    s3.upload_file(
        str(tmp_path / "file"), "bucket", "key", Callback=lambda _: heard.append(NAME.get())
    )

    assert {"starter"} == set(heard)


def test_it_can_be_taken_back(server: Server, seen: Any) -> None:
    """Afterwards the executor's method is its own again, and its threads know of nothing."""
    before = futures.BoundedExecutor.submit
    s3transfer.apply(futures)
    s3transfer.apply(futures)
    s3transfer.remove()
    assert before is futures.BoundedExecutor.submit

    s3, found = seen
    server.answers.append(Answer(headers={"ETag": '"e"'}, body=b""))
    NAME.set("starter")
    s3.upload_fileobj(io.BytesIO(b"x"), "bucket", "key")
    assert [("PutObject", "nobody", False)] == found
