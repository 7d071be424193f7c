"""Everything that the demo runs, started in order and stopped whatever happens."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from otel_xray.demo import environment, processes
from otel_xray.demo.aws.resources import TABLE
from otel_xray.demo.interruption import Interruption, handled
from otel_xray.demo.lambda_service.function import Function
from otel_xray.demo.lambda_service.invoker import Recorder
from otel_xray.demo.lambda_service.service import LambdaService
from otel_xray.demo.processes import Child
from otel_xray.demo.serving import READY
from otel_xray.errors import OtelXrayError
from otel_xray.model.document import Document
from otel_xray.segments.framing import datagrams
from otel_xray.transport.base import Transport
from otel_xray.transport.udp import UdpTransport

APPLICATION = Path(__file__).parent / "application"

_CONSOLE_READY = (
    r"otel-xray console: (http://\S+?)/? \(OTLP (http://\S+?)/v1/traces, .*UDP ([^\s,]+)"
)
_SERVER_READY = rf"^{READY}(http://\S+)"
_SEND_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the demo listens; 0 chooses a free port."""

    console: int = 2000
    otlp: int = 4318
    front: int = 8080


@dataclass(frozen=True, slots=True)
class System:
    """
    The running demo.

    Attributes:
        console: URL of the console.
        front: URL of the order API.
        aws: URL of the AWS services.
        children: every process but those of the functions.
        logs: what the functions wrote.
    """

    console: str
    front: str
    aws: str
    children: tuple[Child, ...]
    logs: tuple[Path, ...]

    def check(self) -> None:
        """
        Make sure that every process is alive.

        Raises:
            OtelXrayError: one has ended.
        """
        for child in self.children:
            if not child.alive:
                msg = f"{child.name} has ended: {child.last_words()}"
                raise OtelXrayError(msg)


@contextmanager
def running(ports: Ports, database: Path | None) -> Generator[System]:
    """
    Run the demo for the length of a block.

    Args:
        ports: where to listen.
        database: file of the console; None keeps the traces only as long as the demo runs.

    Raises:
        ConfigurationError: a port or the database cannot be used.
        OtelXrayError: a part did not start.
    """
    with handled() as interruption, ExitStack() as stack:
        try:
            yield _start(ports, database, stack, interruption)
        finally:
            interruption.hold()


def _start(
    ports: Ports, database: Path | None, stack: ExitStack, interruption: Interruption
) -> System:
    """Start everything; *stack* gets what ends it."""
    with interruption.deferred():
        directory = Path(stack.enter_context(TemporaryDirectory(prefix="otel-xray-demo-")))
        console = _console(ports, database or directory / "console.db")
        stack.callback(processes.stop, [console])
    places = _Places(*console.wait_ready().groups())
    transport = stack.enter_context(closing(_transport(places.daemon)))
    service = stack.enter_context(closing(LambdaService(_sender(transport))))
    children: list[Child] = []
    stack.callback(processes.stop, children)
    with interruption.deferred():
        children.extend(_application(ports, places, service.url))
    aws, payment, front = (child.wait_ready()[1] for child in children)
    functions = _functions(places, directory, aws=aws, payment=payment, front=front)
    for function in functions:
        service.create_function(function)
    logs = tuple(function.log for function in functions if function.log)
    return System(places.console, front, aws, (console, *children), logs)


@dataclass(frozen=True, slots=True)
class _Places:
    """Addresses of the console."""

    console: str
    otlp: str
    daemon: str


def _console(ports: Ports, database: Path) -> Child:
    arguments = ["console", f"--port={ports.console}", f"--otlp-port={ports.otlp}"]
    return Child(
        "The console",
        "otel_xray",
        [*arguments, f"--db={database}"],
        ready=_CONSOLE_READY,
        variables=environment.clean(),
    )


def _transport(daemon: str) -> UdpTransport:
    """Return the way to the X-Ray daemon's address."""
    address = urlsplit(f"//{daemon}")
    return UdpTransport(address.hostname or "", address.port or 0)


def _sender(transport: Transport) -> Recorder:
    """Return what sends the Lambda service's own segments."""

    def send(document: Document) -> None:
        for datagram in datagrams(document):
            transport.send(datagram, _SEND_SECONDS)

    return send


def _application(ports: Ports, places: _Places, lambda_url: str) -> Iterator[Child]:
    """Start AWS, the payment provider and the front, without waiting for any."""
    arguments = [f"--lambda-url={lambda_url}", "--function=store_order"]
    front = environment.aws(
        AWS_ENDPOINT_URL_LAMBDA=lambda_url,
        OTEL_SERVICE_NAME="order-api",
        OTEL_BSP_SCHEDULE_DELAY="200",  # milliseconds: traces are to be seen at once
        **_otlp(places),
    )
    yield _server("The AWS services", "aws.server", arguments, environment.aws())
    yield _server("The payment provider", "application.payment", [], environment.clean())
    yield _server("The order API", "application.front", [f"--port={ports.front}"], front)


def _server(name: str, module: str, arguments: list[str], variables: dict[str, str]) -> Child:
    module = f"otel_xray.demo.{module}"
    return Child(name, module, arguments, ready=_SERVER_READY, variables=variables)


def _otlp(places: _Places) -> dict[str, str]:
    return {"OTEL_XRAY_BACKEND": "console", "OTEL_EXPORTER_OTLP_ENDPOINT": places.otlp}


def _functions(
    places: _Places, directory: Path, *, aws: str, payment: str, front: str
) -> tuple[Function, ...]:
    """Describe the two functions: one sends OTLP, the other segments, into the same traces."""
    both = {"AWS_ENDPOINT_URL": aws, "AWS_XRAY_DAEMON_ADDRESS": places.daemon}
    process_order = {
        "CONFIRMATION_URL": f"{front}/webhook/order-confirmed",
        "PAYMENT_URL": f"{payment}/payments",
        **_otlp(places),
    }
    store_order = {"ORDERS_TABLE": TABLE, "OTEL_XRAY_BACKEND": "xray-daemon"}
    return tuple(
        Function(
            name,
            f"{name}.handler",
            APPLICATION,
            environment=both | variables,
            log=directory / f"{name}.log",
        )
        for name, variables in (("process_order", process_order), ("store_order", store_order))
    )
