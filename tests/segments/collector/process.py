"""The real collector: OTLP in, segment documents out, on loopback."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from otel_xray.exporters.otlp_encoding import encode
from otel_xray.model.span import SpanData
from otel_xray.segments.encode import EncodeOptions

ROOT = Path(__file__).parents[3]
START_SECONDS = 20
REQUEST_SECONDS = 60


class Stopped(AssertionError):
    """The collector refused spans, or ended."""


@dataclass(slots=True)
class Sink:
    """What X-Ray's ``PutTraceSegments`` was sent."""

    port: int = 0
    documents: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def take(self) -> list[dict[str, Any]]:
        """Return what has arrived, and forget it."""
        arrived, self.documents = self.documents, []
        return arrived


@contextmanager
def sink(port: int = 0) -> Iterator[Sink]:
    """Serve a ``PutTraceSegments`` that takes everything; on *port*, or on a free one."""
    kept = Sink()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet: Go sometimes closes between the head of an answer and its body

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            kept.documents.extend(json.loads(text) for text in body["TraceSegmentDocuments"])
            answer = b'{"UnprocessedTraceSegments":[]}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_request(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        kept.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()


@dataclass(slots=True)
class Pipeline:
    """One receiver with its exporter, and the options that this has."""

    options: EncodeOptions
    port: int
    sink: Sink
    process: subprocess.Popen[bytes]
    log: Path

    def documents(self, spans: Sequence[SpanData]) -> list[dict[str, Any]]:
        """
        Return the documents of *spans*, in order.

        Without a batch processor in between the exporter has sent them when the request ends.

        Raises:
            Stopped: the collector refused them or ended, with the end of its log.
        """
        self.sink.take()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=REQUEST_SECONDS)
        try:
            headers = {"Content-Type": "application/x-protobuf"}
            connection.request("POST", "/v1/traces", encode(spans), headers)
            status = connection.getresponse().status
        except (OSError, HTTPException) as error:
            raise self._stopped(error) from error
        finally:
            connection.close()
        if status != 200:
            raise self._stopped(status)
        return self.sink.take()

    def _stopped(self, answer: object) -> Stopped:
        code, log = self.process.poll(), self.log.read_text()[-3000:]
        return Stopped(f"answer {answer!r}, exit code {code}; the log ends:\n{log}")


@contextmanager
def collector(
    binary: str, variants: Mapping[str, EncodeOptions], folder: Path, *, batch: bool = False
) -> Iterator[dict[str, Pipeline]]:
    """Run *binary* with a pipeline for each of *variants*, with or without a batch processor."""
    with ExitStack() as stack:
        sinks = {name: stack.enter_context(sink()) for name in variants}
        ports = {name: free_port() for name in variants}
        config = folder / "collector.json"  # JSON is YAML
        settings = configuration(variants, sinks, ports, batch=batch)
        config.write_text(json.dumps(settings))
        log = folder / "collector.log"
        output = stack.enter_context(log.open("wb"))
        process = subprocess.Popen(
            [binary, "--config", str(config)], env=environment(folder), stdout=output, stderr=output
        )
        stack.callback(stop, process)
        for port in ports.values():
            wait_for(port, process, log)
        yield {
            name: Pipeline(options, ports[name], sinks[name], process, log)
            for name, options in variants.items()
        }


def configuration(
    variants: Mapping[str, EncodeOptions],
    sinks: Mapping[str, Sink],
    ports: Mapping[str, int],
    *,
    batch: bool,
) -> dict[str, Any]:
    """Return the collector's configuration."""
    exporters: dict[str, Any] = {}
    for name, options in variants.items():
        exporters[f"awsxray/{name}"] = {
            "endpoint": f"http://127.0.0.1:{sinks[name].port}",
            "region": "us-east-1",
            "local_mode": True,
            "max_retries": 1,  # a second attempt would send documents twice
            "indexed_attributes": list(options.indexed_attributes),
            "index_all_attributes": options.index_all_attributes,
            **({"aws_log_groups": list(options.log_groups)} if options.log_groups else {}),
        }
    return {
        "receivers": {
            f"otlp/{name}": {"protocols": {"http": {"endpoint": f"127.0.0.1:{ports[name]}"}}}
            for name in variants
        },
        "processors": {"batch": {"timeout": "10ms"}},
        "exporters": exporters,
        "service": {
            "pipelines": {
                f"traces/{name}": {
                    "receivers": [f"otlp/{name}"],
                    "processors": ["batch"] if batch else [],
                    "exporters": [f"awsxray/{name}"],
                }
                for name in variants
            },
            "telemetry": {"metrics": {"level": "none"}, "logs": {"level": "warn"}},
        },
    }


def environment(home: Path) -> dict[str, str]:
    """Return what the process may see: nothing of the machine's own AWS or proxy settings."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "GOMAXPROCS": "2",
    }


def free_port() -> int:
    """Return a TCP port of loopback that nothing listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until something listens on *port*."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                msg = f"The collector does not start:\n{log.read_text()}"
                raise Stopped(msg) from None
            time.sleep(0.05)
        else:
            return


def stop(process: subprocess.Popen[bytes]) -> None:
    """End *process*, at the latest after ten seconds."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def find_binary(*kind: str, variable: str = "OTEL_XRAY_COLLECTOR") -> tuple[str, str]:
    """Return the collector's path, or an empty one and why there is none."""
    script = ROOT / ".ci" / "collector"
    if not script.exists():
        return os.environ.get(variable, ""), f"{variable} names no collector."
    found = subprocess.run([script, *kind, "--cached"], capture_output=True, text=True, check=False)
    return found.stdout.strip(), found.stderr.strip()
