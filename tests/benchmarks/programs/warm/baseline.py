"""What the runtime does without tracing."""

import os

from awslambdaric.__main__ import main

main(["", os.environ["_HANDLER"]])
