"""The decorator on methods of every kind, and on a class."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)


class Shop:
    """Sells."""

    name = "shop"

    @xray_recorder.capture()
    def method(self, item: str) -> str:
        """Return what is sold where."""
        return f"{item} in {self.name}"

    @staticmethod
    @xray_recorder.capture("static")
    def static(item: str) -> str:
        """Return it."""
        return item

    @classmethod
    @xray_recorder.capture("class")
    def of_class(cls) -> str:
        """Return the class's name."""
        return cls.__name__

    @property
    @xray_recorder.capture("property")
    def price(self) -> int:
        """Return a price."""
        return 12

    @xray_recorder.capture()
    def __call__(self) -> str:
        """Return a text."""
        return "called"


class Branch(Shop):
    """Calls its parent's method."""

    @xray_recorder.capture()
    def method(self, item: str) -> str:
        """Return it from a branch."""
        return f"branch: {super().method(item)}"


with xray_recorder.in_segment("methods"):
    shop = Shop()
    print(shop.method("book"), Shop.static("pen"), shop.static("ink"), Shop.of_class(), shop.price)
    print(shop(), Shop.method(shop, "desk"), Branch().method("lamp"), Branch.of_class())
