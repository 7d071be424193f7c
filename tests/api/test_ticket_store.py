from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from otel_xray import MemoryTickets


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def test_a_ticket_is_kept_for_its_time() -> None:
    """It is there until the TTL is over, and can be kept anew after that."""
    clock = Clock()
    store = MemoryTickets(clock=clock)
    store.put("orderId=1", "first", 10)
    clock.now += 9.9
    assert "first" == store.get("orderId=1")

    clock.now += 0.1
    assert store.get("orderId=1") is None
    store.put("orderId=1", "second", 10)
    assert "second" == store.get("orderId=1")


def test_the_first_ticket_of_a_key_stays() -> None:
    """What is repeated does not move the link, unless the first has expired."""
    clock = Clock()
    store = MemoryTickets(clock=clock)
    store.put("orderId=1", "first", 10)
    store.put("orderId=1", "second", 100)
    assert "first" == store.get("orderId=1")

    clock.now += 10
    store.put("orderId=1", "third", 10)
    assert "third" == store.get("orderId=1")


def test_the_store_is_bounded() -> None:
    """The oldest ticket gives way."""
    store = MemoryTickets(capacity=2)
    for key in ("a", "b", "c"):
        store.put(key, key, 10)

    assert [None, "b", "c"] == [store.get(key) for key in ("a", "b", "c")]


def test_any_thread_may_use_it() -> None:
    """Threads that keep and look for the same keys agree on one ticket of each."""
    store = MemoryTickets(capacity=50)

    def use(worker: int) -> list[str | None]:
        for number in range(500):
            store.put(str(number % 40), f"{worker}", 60)
        return [store.get(str(number)) for number in range(40)]

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(use, range(8)))

    assert all(one == seen[0] for one in seen)
    assert None not in seen[0]
