"""Ids of traces."""

import os
import time


class TraceId:
    """
    A new trace id.

    Attributes:
        start_time: whole seconds since the epoch; part of the id.
    """

    VERSION = "1"
    DELIMITER = "-"

    def __init__(self) -> None:
        self.start_time = int(time.time())
        self.__number = os.urandom(12).hex()

    def to_id(self) -> str:
        """Return it in X-Ray's spelling."""
        return self.DELIMITER.join((self.VERSION, f"{self.start_time:x}", self.__number))
