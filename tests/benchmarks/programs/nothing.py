"""What every program costs: an interpreter that starts and leaves at once."""

import os

os._exit(0)
