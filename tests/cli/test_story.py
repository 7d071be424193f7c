from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from otel_xray.cli import main
from otel_xray.console.server import ConsoleServer, ConsoleSettings
from otel_xray.console.store.sqlite import SqliteStore
from tests import moto_server
from tests.console.documents import entity
from tests.console.senders import Senders, entity_id, new_trace_id, order

SHOP = """
import sys
from otel_xray import correlate, remember, ticket, xray_recorder

with xray_recorder.in_segment("shop"), xray_recorder.in_subsegment("charge"):
    if sys.argv[1] == "ticket":
        correlate(orderId="71032")
        print(ticket(), end="")
    else:
        remember(orderId="71032", ttl=600)
        print("71032", end="")
"""
WEBHOOK = """
import sys
from otel_xray import correlate, resume, resume_by, xray_recorder

what, echoed = sys.argv[1:]
with resume(echoed, "paid") if what == "ticket" else resume_by(orderId=echoed, name="paid"):
    correlate(orderId="71032")
    with xray_recorder.in_subsegment("store"):
        pass
"""


@pytest.fixture
def console(tmp_path: Path) -> Iterator[ConsoleServer]:
    """Run a console on free ports over an empty database."""
    settings = ConsoleSettings(tmp_path / "console.db", port=0, otlp_port=0)
    with ConsoleServer(settings) as server:
        yield server


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    """Serve AWS's services on loopback."""
    with moto_server.serving() as url:
        yield url


@pytest.fixture
def dynamodb(moto: str) -> Iterator[str]:
    """Create a table for tickets."""
    client = boto3.client(
        "dynamodb",
        endpoint_url=moto,
        region_name="eu-west-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    client.create_table(
        TableName="tickets",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
    )
    yield moto
    client.delete_table(TableName="tickets")


def recorded_by(program: str, console: ConsoleServer, service: str, *words: str, aws: str) -> str:
    """Run *program* in a process of its own, which sends to *console*; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={
            **os.environ,
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": console.otlp_url,
            "OTEL_SERVICE_NAME": service,
            "OTEL_XRAY_TICKET_SECRET": "shared by both",
            "OTEL_XRAY_TICKET_STORE": "dynamodb:tickets",
            "AWS_ENDPOINT_URL": aws,
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
        },
    )
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout


def told(*words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Return exit code, standard output and standard error of the command."""
    code = main(["story", *words])
    return (code, *capsys.readouterr())


@pytest.mark.slow
@pytest.mark.parametrize("what", ["ticket", "key"])
@pytest.mark.parametrize("place", ["--url", "--db"])
def test_two_processes_make_one_story(
    console: ConsoleServer,
    dynamodb: str,
    capsys: pytest.CaptureFixture[str],
    what: str,
    place: str,
) -> None:
    """They exchange a ticket, or the key alone: two traces, linked, in their order."""
    echoed = recorded_by(SHOP, console, "shop", what, aws=dynamodb)
    recorded_by(WEBHOOK, console, "payments", what, echoed, aws=dynamodb)
    at = console.url if place == "--url" else str(console.settings.database)

    code, out, err = told("orderId=71032", place, at, "--json", capsys=capsys)
    story = json.loads(out)
    first, second = story["traces"]
    assert (0, "", 2) == (code, err, story["total"])
    assert ["shop", "charge"] == [row["name"] for row in first["rows"]]
    assert ["payments", "store"] == [row["name"] for row in second["rows"]]
    assert (None, True) == (first["gap"], second["gap"] > 0)
    assert [] == first["links"]
    assert [
        {
            "from": second["rows"][0]["id"],
            "trace": first["trace"]["id"],
            "id": first["rows"][1]["id"],
            "kind": "resume",
            "number": 1,
        }
    ] == second["links"]

    code, out, err = told("orderId=71032", place, at, capsys=capsys)
    lines = out.splitlines()
    assert (0, "") == (code, err)
    assert lines[0].startswith("orderId=71032: 2 traces, 2 services, ")
    resumed = f"-> resume: charge {first['rows'][1]['id']} of trace 1"
    assert any(line.endswith(resumed) for line in lines)
    assert any(line.endswith(" later ---") for line in lines)
    assert '  X-Ray    annotation.orderId = "71032"' in lines
    assert '  TraceQL  { span.orderId = "71032" }' in lines
    assert "  Datadog  @orderId:71032" in lines


@pytest.mark.slow
def test_failures_and_the_rest_of_a_trace_are_shown(
    console: ConsoleServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Faults, throttles, phases, origins and status codes; of many rows the first."""
    trace = new_trace_id(1)
    with Senders(console) as send:
        send.segments(*order(trace, time.time() - 5))

    code, out, _ = told("orderId=7a31c9", "items=3", "--url", console.url, capsys=capsys)
    assert 0 == code
    assert "orderId=7a31c9, items=3: 1 trace, 2 services, 1.0 s, 1 trace with a fault" in out
    assert f"{trace}  1.0 s  POST https://orders.example.com/order/71032 502" in out
    assert "     500 ms     100 ms          DynamoDB THROTTLE 400" in out.replace("+", " ")
    assert "store_order [AWS::Lambda::Function] FAULT" in out
    assert '  X-Ray    annotation.orderId = "7a31c9" AND annotation.items = 3' in out.splitlines()

    _, out, _ = told("orderId=7a31c9", "--rows=2", "--url", console.url, capsys=capsys)
    assert "DynamoDB" not in out
    assert "... 5 more rows; --rows shows them" in out


def test_names_from_outside_do_not_command_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Control characters are written out; a link out of the story says so."""
    path = tmp_path / "console.db"
    link = {"trace_id": new_trace_id(2), "id": entity_id(9)}
    with SqliteStore(path) as store:
        made = entity(name="bad\x1b[2J", annotations={"orderId": "1"}, links=[link])
        store.put([made]).result()

    _, out, _ = told("orderId=1", "--db", str(path), capsys=capsys)
    assert "\x1b" not in out
    assert r"bad\x1b[2J" in out
    left = f"-> link: {link['id']} of trace {link['trace_id']}, which is not in this story"
    assert left in out


def test_nothing_found_says_what_it_looked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, the question and the place; how to ask elsewhere is told all the same."""
    path = tmp_path / "console.db"
    with SqliteStore(path) as store:
        store.put([entity(annotations={"orderId": "1"})]).result()

    code, out, err = told("orderId=2", "shop=a b", "--db", str(path), capsys=capsys)
    assert 1 == code
    assert f"otel-xray story: No trace has orderId=2 and shop=a b in {path}.\n" == err
    assert (
        "The same question elsewhere:\n"
        '  X-Ray    annotation.orderId = "2" AND annotation.shop = "a b"\n'
        '  TraceQL  { span.orderId = "2" } && { span.shop = "a b" }\n'
        '  Datadog  @orderId:2 AND @shop:"a b"\n'
    ) == out
    assert ["console.db"] == [file.name for file in tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["orderId"], "'orderId' is no annotation; write key=value, as in orderId=71032."),
        (["=1"], "'=1' is no annotation"),
        (["orderId="], "'orderId=' is no annotation"),
        (["a=1", "a=2"], "'a' is given twice"),
        (["a=\udcff"], "is no annotation"),
        (["a=1", "--db", "nowhere.db"], "The database 'nowhere.db' cannot be used: there is none"),
        (["a=1", "--db", "/"], "The database '/' cannot be used: it is not a file"),
        (["a=1", "--url", "console"], "'console' is no console's address; write one as http://"),
        (["a=1", "--url", "http://127.0.0.1:1/"], "No console answers at http://127.0.0.1:1/"),
    ],
)
def test_a_wrong_question_is_one_line(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    words: list[str],
    reason: str,
) -> None:
    """Exit code 2, the value and the remedy; nothing is created."""
    monkeypatch.chdir(tmp_path)
    code, out, err = told(*words, capsys=capsys)

    assert (2, "", 1) == (code, out, err.count("\n"))
    assert err.startswith("otel-xray story: ")
    assert reason in err
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("option", ["--rows=0", "--traces=501", "--traces=x", f"--rows={'9' * 99}"])
def test_a_wrong_number_is_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The message quotes the value and gives the range."""
    with pytest.raises(SystemExit) as ended:
        main(["story", "a=1", option])

    assert 2 == ended.value.code
    assert "write one from 1 to" in capsys.readouterr().err


def test_the_default_is_the_consoles_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without --db and --url it is the file that otel-xray console uses."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with SqliteStore(tmp_path / "otel-xray" / "console.db") as store:
        store.put([entity(annotations={"orderId": "1"})]).result()

    code, out, _ = told("orderId=1", "--json", capsys=capsys)
    assert (0, 1) == (code, json.loads(out)["total"])


def test_a_file_of_somebody_else_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is refused before SQLite opens it."""
    path = tmp_path / "notes.txt"
    path.write_text("mine")
    code, _, err = told("orderId=1", "--db", str(path), capsys=capsys)

    assert (2, "mine") == (code, path.read_text())
    assert "it is not a SQLite database" in err


def run(words: list[str], **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "otel_xray", "story", *words],
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, **environment},
    )


@pytest.mark.slow
def test_a_terminal_without_unicode_is_served(tmp_path: Path) -> None:
    """What its encoding lacks is written as an escape."""
    path = tmp_path / "console.db"
    with SqliteStore(path) as store:
        store.put([entity(name="Büro 書", annotations={"orderId": "1"})]).result()

    done = run(["orderId=1", "--db", str(path)], PYTHONIOENCODING="ascii")
    assert (0, b"") == (done.returncode, done.stderr)
    assert rb"B\xfcro \u66f8" in done.stdout


@pytest.mark.slow
def test_it_needs_no_server(tmp_path: Path) -> None:
    """The file is read without Starlette, uvicorn, protobuf and OpenTelemetry's SDK."""
    path = tmp_path / "console.db"
    with SqliteStore(path) as store:
        store.put([entity(annotations={"orderId": "1"})]).result()
    code = f"""
import json, sys
from otel_xray.cli import main
main(["story", "orderId=1", "--json", "--db", {str(path)!r}])
heavy = {{"starlette", "uvicorn", "google", "anyio", "boto3"}}
loaded = {{name.split(".")[0] for name in sys.modules}} & heavy
sys.stderr.write(json.dumps(sorted(loaded)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert [] == json.loads(done.stderr)


def rows_of(found: dict[str, Any]) -> list[str]:
    """Return the names in a story."""
    return [row["name"] for trace in found["traces"] for row in trace["rows"]]


@pytest.mark.slow
def test_a_console_with_a_token_is_asked_with_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The address that the console printed is enough; without its token it is refused."""
    settings = ConsoleSettings(tmp_path / "console.db", host="0.0.0.0", port=0, otlp_port=0)
    with SqliteStore(settings.database) as store:
        store.put([entity(annotations={"orderId": "1"})]).result()
    with ConsoleServer(settings) as server:
        address = f"{server.url}?token={server.token}"
        code, out, _ = told("orderId=1", "--json", "--url", address, capsys=capsys)
        assert (0, ["orders"]) == (code, rows_of(json.loads(out)))

        code, out, err = told("orderId=1", "--url", server.url, capsys=capsys)
        assert (2, "", 1) == (code, out, err.count("\n"))
        assert "wants its token" in err

        code, _, err = told("orderId=2", "--url", address, capsys=capsys)
        assert 1 == code
        assert str(server.token) not in err
