"""
Shares of a rule's reservoir: what each of the clients that report it may take in a second.

All shares together are never more than the reservoir. Each client gets the same; what does not
divide goes to the first ones in the order of their ids. A client that does not need its share
hands on what others are short of.
"""

from __future__ import annotations

from collections.abc import Mapping

ACTIVE_SECONDS = 30.0  # a client that was silent for longer has no share


def shares(size: int, demands: Mapping[str, int]) -> dict[str, int]:
    """
    Return the share of each client.

    Args:
        size: of the reservoir, requests a second.
        demands: by the client's id: requests a second that it had at last.
    """
    clients = sorted(demands)
    if not clients:
        return {}
    equal, odd = divmod(size, len(clients))
    given = {client: equal + (place < odd) for place, client in enumerate(clients)}
    lacking = {one: demands[one] - given[one] for one in clients if demands[one] > given[one]}
    spare = {one: given[one] - demands[one] for one in clients if demands[one] < given[one]}
    moved = min(sum(lacking.values()), sum(spare.values()))
    for client, more in _spread(moved, lacking).items():
        given[client] += more
    for client, less in _spread(moved, spare).items():
        given[client] -= less
    return given


def _spread(amount: int, limits: Mapping[str, int]) -> dict[str, int]:
    """Spread *amount*, which is no more than all *limits*, as equally as these allow."""
    spread: dict[str, int] = {}
    waiting = sorted(limits, key=lambda client: (limits[client], client))
    for place, client in enumerate(waiting):
        left = len(waiting) - place
        part = min(limits[client], -(-amount // left))
        spread[client] = part
        amount -= part
    return spread
