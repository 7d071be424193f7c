"""
OpenTelemetry's own instrumentations, of which the installed ones are switched on by name.

They are found by a static table: asking the installed packages for their entry points costs more
than everything else that this package does at its start. What instruments a library is loaded when
the application imports that library, and not before.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import Any

from otel_xray.instrument.interception import Interception
from otel_xray.instrument.rivals import PACKAGE, is_applied
from otel_xray.instrument.shield import Shield

_log = logging.getLogger(__name__)
_shield = Shield("instrumenting a library")


@dataclass(frozen=True, slots=True)
class Contrib:
    """
    A library that an instrumentation of OpenTelemetry's traces.

    Attributes:
        target: the module of the library that everybody imports who uses it, and after which it is
            complete enough.
        instrumentor: ``module:class`` in ``opentelemetry.instrumentation``.
        distribution: what to install for it, where that is not named after the module.
        included: a library whose applications are applications of this one; where both are chosen,
            that one's instrumentation stands for both.
        before: ``class.method`` in the target: instrumented when that is first called. Django's
            reads the settings of the application, which are not there yet at its import.
    """

    target: str
    instrumentor: str
    distribution: str = ""
    included: str = ""
    before: str = ""

    def apply(self, module: ModuleType) -> None:
        """Instrument the library, now or as soon as it can be; harmless when it is repeated."""
        if not self.before:
            self._instrument()
        elif self not in _waiting:
            owner, _, method = self.before.partition(".")
            _waiting[self] = Interception(method, self._instrument_first)
            _waiting[self].apply(getattr(module, owner))

    def remove(self) -> None:
        """Undo `apply`; what others have instrumented stays so."""
        waiting, applied = _waiting.pop(self, None), _applied.pop(self, None)
        if waiting is not None:
            waiting.remove()
        if applied is not None and is_applied(type(applied)):
            applied.uninstrument()

    def _instrument_first(
        self, original: Callable[..., Any], instance: Any, /, *args: Any, **kwargs: Any
    ) -> Any:
        with _shield:
            self._instrument()
        return original(instance, *args, **kwargs)

    def _instrument(self) -> None:
        kind = self._kind()
        if kind is not None and not is_applied(kind):
            _applied[self] = kind()
            _applied[self].instrument()

    def _kind(self) -> Any:
        """Return the class that instruments the library; None, and a line in the log, if none."""
        module, _, name = self.instrumentor.partition(":")
        try:
            return getattr(import_module(f"{PACKAGE}.{module}"), name)
        except ModuleNotFoundError as error:
            if not f"{PACKAGE}.{module}".startswith(error.name or "?"):
                raise
            distribution = self.distribution or module.replace("_", "-")
            _log.warning(
                "%s is not traced: pip install opentelemetry-instrumentation-%s.",
                self.target,
                distribution,
            )
            return None


_waiting: dict[Contrib, Interception] = {}
_applied: dict[Contrib, Any] = {}

# By the names that OTEL_PYTHON_DISABLED_INSTRUMENTATIONS has for them, with "_" for "-".
CONTRIB: Mapping[str, Contrib] = MappingProxyType(
    {
        # HTTP and RPC clients
        "aiohttp_client": Contrib("aiohttp", "aiohttp_client:AioHttpClientInstrumentor"),
        "grpc_aio_client": Contrib("grpc", "grpc:GrpcAioInstrumentorClient"),
        "grpc_client": Contrib("grpc", "grpc:GrpcInstrumentorClient"),
        "httpx": Contrib("httpx", "httpx:HTTPXClientInstrumentor"),
        "httpx2": Contrib("httpx2", "httpx:HTTPX2ClientInstrumentor"),
        "urllib": Contrib("urllib.request", "urllib:URLLibInstrumentor"),
        "urllib3": Contrib("urllib3", "urllib3:URLLib3Instrumentor"),
        # databases and caches
        "aiopg": Contrib("aiopg", "aiopg:AiopgInstrumentor"),
        "asyncpg": Contrib("asyncpg", "asyncpg:AsyncPGInstrumentor"),
        "cassandra": Contrib("cassandra.cluster", "cassandra:CassandraInstrumentor"),
        "elasticsearch": Contrib("elasticsearch", "elasticsearch:ElasticsearchInstrumentor"),
        "mysql": Contrib("mysql.connector", "mysql:MySQLInstrumentor"),
        "mysqlclient": Contrib("MySQLdb", "mysqlclient:MySQLClientInstrumentor"),
        "psycopg": Contrib("psycopg", "psycopg:PsycopgInstrumentor"),
        "psycopg2": Contrib("psycopg2", "psycopg2:Psycopg2Instrumentor"),
        "pymemcache": Contrib("pymemcache", "pymemcache:PymemcacheInstrumentor"),
        "pymongo": Contrib("pymongo", "pymongo:PymongoInstrumentor"),
        "pymssql": Contrib("pymssql", "pymssql:PyMSSQLInstrumentor"),
        "pymysql": Contrib("pymysql", "pymysql:PyMySQLInstrumentor"),
        "redis": Contrib("redis", "redis:RedisInstrumentor"),
        "sqlalchemy": Contrib("sqlalchemy", "sqlalchemy:SQLAlchemyInstrumentor"),
        "sqlite3": Contrib("sqlite3", "sqlite3:SQLite3Instrumentor"),
        "tortoiseorm": Contrib("tortoise", "tortoiseorm:TortoiseORMInstrumentor"),
        # messages and jobs
        "aio_pika": Contrib("aio_pika", "aio_pika:AioPikaInstrumentor"),
        "aiokafka": Contrib("aiokafka", "aiokafka:AIOKafkaInstrumentor"),
        "celery": Contrib("celery", "celery:CeleryInstrumentor"),
        "confluent_kafka": Contrib("confluent_kafka", "confluent_kafka:ConfluentKafkaInstrumentor"),
        "kafka": Contrib("kafka", "kafka:KafkaInstrumentor", "kafka-python"),
        "pika": Contrib("pika", "pika:PikaInstrumentor"),
        "remoulade": Contrib("remoulade", "remoulade:RemouladeInstrumentor"),
        # servers
        "aiohttp_server": Contrib("aiohttp.web", "aiohttp_server:AioHttpServerInstrumentor"),
        "django": Contrib(
            "django.core.handlers.base",
            "django:DjangoInstrumentor",
            before="BaseHandler.load_middleware",
        ),
        "falcon": Contrib("falcon", "falcon:FalconInstrumentor"),
        "fastapi": Contrib("fastapi", "fastapi:FastAPIInstrumentor"),
        "flask": Contrib("flask", "flask:FlaskInstrumentor"),
        "grpc_aio_server": Contrib("grpc", "grpc:GrpcAioInstrumentorServer"),
        "grpc_server": Contrib("grpc", "grpc:GrpcInstrumentorServer"),
        "pyramid": Contrib("pyramid.config", "pyramid:PyramidInstrumentor"),
        "starlette": Contrib(
            "starlette.applications", "starlette:StarletteInstrumentor", included="fastapi"
        ),
        "tornado": Contrib("tornado.web", "tornado:TornadoInstrumentor"),
        # the rest of a program
        "asyncio": Contrib("asyncio", "asyncio:AsyncioInstrumentor"),
        "jinja2": Contrib("jinja2", "jinja2:Jinja2Instrumentor"),
        "logging": Contrib("logging", "logging:LoggingInstrumentor"),
        "threading": Contrib("threading", "threading:ThreadingInstrumentor"),
    }
)

# A name for several, and other names.
GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "aiohttp": ("aiohttp_client",),
        "grpc": ("grpc_aio_client", "grpc_aio_server", "grpc_client", "grpc_server"),
        "kafka_python": ("kafka",),
    }
)
