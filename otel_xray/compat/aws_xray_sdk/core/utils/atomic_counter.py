"""Numbers that threads count together."""

from threading import Lock


class AtomicCounter:
    """
    A counter.

    Attributes:
        value: the number.
    """

    def __init__(self, initial: int = 0) -> None:
        self.value = initial
        self._lock = Lock()
        self._initial = initial

    def increment(self, num: int = 1) -> int:
        """Add *num* and return the new number."""
        with self._lock:
            self.value += num
            return self.value

    def decrement(self, num: int = 1) -> int:
        """Take *num* away and return the new number."""
        return self.increment(-num)

    def get_current(self) -> int:
        """Return the number."""
        with self._lock:
            return self.value

    def reset(self) -> int:
        """Begin again, and return the number with which it began."""
        with self._lock:
            self.value = self._initial
            return self.value
