"""A stack with the layer and two functions that use it. `cdk deploy` uploads layer.zip."""

from aws_cdk import App, Duration, SecretValue, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

WRAPPER = {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/otel-xray-instrument"}


class Orders(Stack):
    """Two functions, one layer."""

    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(scope, name)
        layer = lambda_.LayerVersion(
            self,
            "OtelXray",
            code=lambda_.Code.from_asset("layer.zip"),
            compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
            compatible_architectures=[lambda_.Architecture.X86_64],
        )
        common = {
            "runtime": lambda_.Runtime.PYTHON_3_13,
            "architecture": lambda_.Architecture.X86_64,
            "code": lambda_.Code.from_asset("src"),
            "handler": "app.handler",
            "layers": [layer],
            "memory_size": 256,
            "timeout": Duration.seconds(10),
        }
        # Spans go to X-Ray: Lambda runs the X-Ray daemon where tracing is active.
        lambda_.Function(
            self,
            "ProcessOrder",
            tracing=lambda_.Tracing.ACTIVE,
            environment=WRAPPER,
            **common,
        )
        # Spans go to another backend; X-Ray only passes the tracing header on.
        headers = SecretValue.secrets_manager("otlp-headers").unsafe_unwrap()
        lambda_.Function(
            self,
            "StoreOrder",
            tracing=lambda_.Tracing.PASS_THROUGH,
            environment={
                **WRAPPER,
                "OTEL_EXPORTER_OTLP_ENDPOINT": "https://otlp.example.com",
                "OTEL_EXPORTER_OTLP_HEADERS": headers,  # resolved when it is deployed
            },
            **common,
        )


app = App()
Orders(app, "Orders")
app.synth()
