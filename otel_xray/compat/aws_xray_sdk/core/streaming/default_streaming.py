"""Subtrees that are complete leave a segment that has grown too large."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any


class DefaultStreaming:
    """
    Sends complete subtrees once a segment holds more subsegments than the threshold.

    Spans are exported as they end; what leaves here is the tree that X-Ray code may read, and what
    an emitter of the application's gets.
    """

    def __init__(self, streaming_threshold: int = 30) -> None:
        self._threshold = streaming_threshold
        self._lock = threading.Lock()

    def is_eligible(self, segment: Any) -> bool:
        """Say whether *segment* is sampled and holds too many subsegments."""
        if not segment or not segment.sampled:
            return False
        return bool(segment.get_total_subsegments_size() > self.streaming_threshold)

    def stream(self, entity: Any, callback: Callable[[Any], object]) -> None:
        """
        Take every complete subtree out of *entity*.

        Args:
            entity: whose children are looked at.
            callback: gets the root of each subtree.
        """
        with self._lock:
            self._take_complete(entity, callback)

    @property
    def streaming_threshold(self) -> int:
        """How many subsegments a segment may hold."""
        return self._threshold

    @streaming_threshold.setter
    def streaming_threshold(self, value: int) -> None:
        self._threshold = value

    def _take_complete(self, entity: Any, callback: Callable[[Any], object]) -> bool:
        """Return whether *entity* is complete; then nothing is taken out of it."""
        complete = [one for one in entity.subsegments if self._take_complete(one, callback)]
        if len(complete) == len(entity.subsegments) and not entity.in_progress:
            return True
        for one in complete:
            callback(one)
            entity.remove_subsegment(one)
        return False
