"""Dynamic naming: patterns and hosts, and an object of one's own."""

from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.models.default_dynamic_naming import DefaultDynamicNaming

xray_recorder.configure(sampling=False, service="fallback", dynamic_naming="*.example.com")
print(type(xray_recorder.dynamic_naming).__name__)
for host in ("shop.example.com", "SHOP.Example.COM", "example.com", "other.org", "", None):
    print(host, xray_recorder.dynamic_naming.get_name(host))
    with xray_recorder.in_segment(xray_recorder.dynamic_naming.get_name(host)):
        pass
print(
    DefaultDynamicNaming("a?c", "no").get_name("abc"), DefaultDynamicNaming("*", "no").get_name("x")
)


class Upper:
    """Names by the host in capital letters."""

    def get_name(self, host: str) -> str:
        """Return the name."""
        return host.upper()


xray_recorder.configure(dynamic_naming=Upper())
print(xray_recorder.dynamic_naming.get_name("shop"))
