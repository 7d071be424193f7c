"""The environment variables that the layer's wrapper script sets before the runtime starts."""

import os

DISABLED = (
    "aio-pika aiohttp-client aiohttp-server aiopg asgi asyncio asyncpg boto boto3 cassandra celery "
    "confluent_kafka dbapi django elasticsearch falcon fastapi flask grpc_client grpc_server "
    "grpc_aio_client grpc_aio_server httpx jinja2 kafka logging mysql mysqlclient pika psycopg "
    "psycopg2 pymemcache pymongo pymysql pyramid redis remoulade requests sklearn sqlalchemy "
    "sqlite3 starlette system_metrics threading tornado tortoiseorm wsgi openai_agents "
    "aws_openai_agents aws_crewai aws_langchain aws_mcp aws_llama-index aws-lambda"
)


def wrap(*, fast: bool) -> None:
    """Set them; nothing of ours chooses an exporter any more."""
    for name in ("OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_ENDPOINT"):
        os.environ.pop(name, None)
    os.environ.update(
        OTEL_SERVICE_NAME=os.environ["AWS_LAMBDA_FUNCTION_NAME"],
        OTEL_PROPAGATORS="baggage,xray,tracecontext",
        OTEL_AWS_APPLICATION_SIGNALS_ENABLED="true",
        OTEL_AWS_APPLICATION_SIGNALS_RUNTIME_ENABLED="false",
        OTEL_AWS_LAMBDA_FAST_START=str(fast).lower(),
        OTEL_METRICS_EXPORTER="none",
        OTEL_LOGS_EXPORTER="none",
        OTEL_PYTHON_DISTRO="aws_distro",
        OTEL_PYTHON_CONFIGURATOR="aws_configurator",
        OTEL_PYTHON_DISABLED_INSTRUMENTATIONS=",".join(DISABLED.split()),
        OTEL_RESOURCE_ATTRIBUTES=_resource(),
        ORIG_HANDLER=os.environ["_HANDLER"],
        _HANDLER="otel_wrapper.lambda_handler",
    )


def _resource() -> str:
    attributes = {
        "cloud.region": os.environ["AWS_REGION"],
        "cloud.platform": "aws_lambda",
        "cloud.provider": "aws",
        "faas.name": os.environ["AWS_LAMBDA_FUNCTION_NAME"],
        "faas.version": os.environ["AWS_LAMBDA_FUNCTION_VERSION"],
        "faas.instance": os.environ["AWS_LAMBDA_LOG_STREAM_NAME"],
    }
    return ",".join(f"{name}={value}" for name, value in attributes.items())
