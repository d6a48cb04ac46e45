"""Names of hosts: what can be one, and which is this machine."""

import ipaddress

from yarl import URL

_MAX_NAME = 253


def can_be_host(name: str) -> bool:
    """Say whether a resolver would take this name, or IP address without brackets, at all.

    A label has 1 to 63 characters as DNS carries them (RFC 1035, section 2.3.4).
    """
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        pass
    else:
        return True
    try:
        URL.build(scheme="http", host=name)
        carried = name.removesuffix(".").encode("idna").decode("ascii")
    except ValueError:
        return False
    labels = carried.split(".")
    fit = all(0 < len(label) <= 63 for label in labels)  # noqa: PLR2004 - see above
    return fit and len(carried) <= _MAX_NAME and not any(map(str.isspace, name))


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine, by its address or by the name `localhost`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
