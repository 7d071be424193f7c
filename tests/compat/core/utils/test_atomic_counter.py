from __future__ import annotations

import threading

from tests.compat.core.loading import core


def test_a_counter_counts(alias: None) -> None:
    """Each call returns the new number; reset goes back to the first."""
    counter = core("utils.atomic_counter").AtomicCounter(5)

    assert [6, 8, 5] == [counter.increment(), counter.increment(2), counter.decrement(3)]
    counter.increment()
    assert (6, 6) == (counter.value, counter.get_current())
    assert 5 == counter.reset()


def test_threads_count_together(alias: None) -> None:
    """No step of any thread is lost."""
    counter = core("utils.atomic_counter").AtomicCounter()

    def work() -> None:
        for _ in range(10_000):
            counter.increment()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 40_000 == counter.get_current()
