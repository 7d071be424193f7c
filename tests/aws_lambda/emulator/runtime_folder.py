"""What ``/var/runtime`` holds in Lambda: the bootstrap, the runtime client, and boto3."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

HERE = Path(__file__).parent

PACKAGES = (
    "awslambdaric",
    "runtime_client",
    "snapshot_restore_py",
    "simplejson",
    "boto3",
    "botocore",
    "s3transfer",
    "jmespath",
    "dateutil",
    "six",
    "urllib3",
)
SERVICES = {"dynamodb", "lambda", "s3", "sqs", "sts"}  # the others' models are only weight


def fill(folder: Path) -> None:
    """Copy into *folder* what a managed runtime has there, from what is installed here."""
    folder.chmod(0o755)  # a managed instance runs its workers as another user
    for program in (HERE / "lambda_root").iterdir():
        shutil.copy2(program, folder)
    for package in PACKAGES:
        found = importlib.util.find_spec(package)
        assert found is not None, f"{package} is not installed"
        assert found.origin is not None
        origin = Path(found.origin)
        if origin.name == "__init__.py":
            shutil.copytree(origin.parent, folder / origin.parent.name, ignore=_weight)
        else:
            shutil.copy2(origin, folder)


def _weight(folder: str, names: list[str]) -> set[str]:
    if Path(folder).parts[-2:] != ("botocore", "data"):
        return set()
    return {name for name in names if not Path(name).suffix} - SERVICES
