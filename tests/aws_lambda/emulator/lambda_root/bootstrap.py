"""
What the managed runtime's ``/var/runtime/bootstrap.py`` does.

The runtime client is loaded first, from the folder of this file. Then the function's own folder
goes to the front of the path, before the layers' two, which count only while PYTHONPATH is unset.
"""

import os
import site
import sys

import awslambdaric.__main__

TASK_ROOT = os.environ["LAMBDA_TASK_ROOT"]
LAYERS = [
    f"/opt/python/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages",
    "/opt/python",
]


def search() -> None:
    """Make the function's modules and the layers' importable, and read their ``.pth`` files."""
    folders = [TASK_ROOT] if "PYTHONPATH" in os.environ else [TASK_ROOT, *LAYERS]
    sys.path[:0] = folders
    for folder in folders:
        site.addsitedir(folder)
    os.environ.setdefault("PYTHONPATH", os.environ["LAMBDA_RUNTIME_DIR"])


if __name__ == "__main__":
    search()
    awslambdaric.__main__.main(["bootstrap.py", os.environ["_HANDLER"]])
