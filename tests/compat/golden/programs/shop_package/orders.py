"""Orders."""


def place(number: int) -> int:
    """Return the next number."""
    return _check(number) + 1


def _check(number: int) -> int:
    return number


class Order:
    """An order."""

    def total(self, price: int) -> int:
        """Return a total."""
        return price * 2

    @staticmethod
    def kind() -> str:
        """Return a text."""
        return "order"
