from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from otel_xray.aws_lambda.layer.build import WRAPPER
from tests.aws_lambda.layer.conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

TEMPLATES = ROOT / "docs/how-to/templates"
OFFLINE = {  # none of the tools needs an account or the network
    "AWS_DEFAULT_REGION": "eu-west-1",
    "CDK_OUTDIR": "cdk.out",
    "JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION": "1",
    "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
    "SAM_CLI_TELEMETRY": "0",
    "SLS_NOTIFICATIONS_MODE": "off",
    "SLS_TELEMETRY_DISABLED": "1",
}
# Terraform and its provider are in no registry: that these arguments exist is a person's word.
FUNCTION = {
    *("architectures", "environment", "filename", "function_name", "handler", "layers"),
    *("memory_size", "role", "runtime", "source_code_hash", "timeout", "tracing_config"),
}
LAYER = {
    *("compatible_architectures", "compatible_runtimes", "filename", "layer_name"),
    "source_code_hash",
}


@pytest.fixture(scope="session")
def tools() -> Path:
    """Find or install the tools; skip where they cannot be, or fail if they are asked for."""
    done = subprocess.run(
        [ROOT / ".ci/template-tools"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        if "templates" in os.environ.get("OTEL_XRAY_REQUIRE", "").split(","):
            pytest.fail(f"OTEL_XRAY_REQUIRE asks for the tools: {done.stderr}")
        pytest.skip(done.stderr)
    found = Path(done.stdout.strip())
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    if not (found / "lib" / version).is_dir():
        pytest.skip("templates are checked once, under the interpreter of the tools")
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with what the templates deploy."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src/app.py").write_text("def handler(event, context): ...\n")
    for archive in ("layer.zip", "src.zip"):
        (tmp_path / archive).write_bytes(b"PK\5\6".ljust(22, b"\0"))
    for template in TEMPLATES.glob("*/*"):
        shutil.copy(template, tmp_path)
    return tmp_path


def checked(project: Path, *command: object) -> str:
    """Run a tool to its end; return what it prints."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(project / "home"), **OFFLINE}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=project,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout


def test_every_template_uses_the_wrapper() -> None:
    """Each kind has one, with the wrapper's path; the image names the handler instead."""
    texts = {path.parent.name: path.read_text() for path in TEMPLATES.glob("*/*")}

    assert {"cdk", "image", "sam", "serverless", "terraform"} == set(texts)
    for kind, text in texts.items():
        assert ("otel_xray.aws_lambda.function.handler" if kind == "image" else WRAPPER) in text


def test_sam(tools: Path, project: Path) -> None:
    """`sam validate --lint` and cfn-lint find nothing."""
    checked(project, tools / "bin/cfn-lint", "template.yaml")
    said = checked(project, tools / "bin/sam", "validate", "--lint", "-t", "template.yaml")

    assert "is a valid SAM Template" in said


def test_cdk(tools: Path, project: Path) -> None:
    """The application synthesises, and cfn-lint finds no error in what it makes."""
    checked(project, tools / "bin/python", "app.py")
    (stack,) = (project / "cdk.out").glob("*.template.json")
    checked(project, tools / "bin/cfn-lint", "--non-zero-exit-code", "error", stack)

    assert 2 == stack.read_text().count(f'"AWS_LAMBDA_EXEC_WRAPPER": "/opt/{WRAPPER}"')


def test_terraform(tools: Path, project: Path) -> None:
    """It parses, and its resources have the arguments that we know them to need; no more."""
    code = (
        "import hcl2, json\n"
        "for block in hcl2.load(open('main.tf'))['resource']:\n"
        "    ((kind, named),) = ((k.strip('\"'), v) for k, v in block.items() if k[:2] != '__')\n"
        "    ((_, arguments),) = ((k, v) for k, v in named.items() if k[:2] != '__')\n"
        "    print(kind, *(name for name in arguments if name[:2] != '__'))\n"
    )
    lines = [
        line.split() for line in checked(project, tools / "bin/python", "-c", code).split("\n")
    ]
    resources = [(line[0], set(line[1:])) for line in lines if line]

    assert [FUNCTION, FUNCTION] == [args for kind, args in resources if kind.endswith("_function")]
    assert [LAYER] == [args for kind, args in resources if kind == "aws_lambda_layer_version"]


def test_serverless(tools: Path, project: Path) -> None:
    """The framework's own schema takes it, with a Python that its last open version knows."""
    template = project / "serverless.yml"
    template.write_text(template.read_text().replace("python3.13", "python3.11"))
    said = checked(project, tools / "node_modules/.bin/serverless", "print")

    assert 2 == said.count(f"AWS_LAMBDA_EXEC_WRAPPER: /opt/{WRAPPER}")
