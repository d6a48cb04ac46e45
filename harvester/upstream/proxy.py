"""Which proxy the environment names for a URL, read as curl reads it."""

import os
import re
from dataclasses import dataclass, field
from urllib.parse import unquote
from urllib.request import getproxies, proxy_bypass

from yarl import URL

from harvester.errors import RouteError
from harvester.upstream.hosts import can_be_host, is_loopback

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
# What stands before the last `@` is user and password, whatever their characters.
_ADDRESS = re.compile(
    r"(?:(?P<user>[^:]*)(?::(?P<password>.*))?@)?"
    r"(?P<host>\[[0-9a-f:.%]+\]|[^\s/@:\[\]?#\"'<>,;\\]+)(?::(?P<port>\d{1,5}))?/*",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy, and the variable that names it; its `repr` shows no password."""

    url: URL = field(repr=False)
    variable: str

    @property
    def address(self) -> str:
        """Host and port, which may be shown."""
        return f"{self.url.host}:{self.url.port}"


def proxy_for(url: URL) -> Proxy | None:
    """Return the proxy that the environment names for this URL, or None.

    `http://` may be left out before `host:port`. A loopback address and what NO_PROXY names have
    none. Raises `RouteError` for a proxy that can't be used.
    """
    host = url.host or ""
    if is_loopback(host) or proxy_bypass(f"{host}:{url.port}"):
        return None
    named = getproxies()
    if given := _bare(named.get(url.scheme, "")):
        return _read(given, _variable(url.scheme))
    given = _bare(named.get("all", ""))
    scheme = _SCHEME.match(given)
    if given and (scheme is None or scheme[1].lower() in {"http", "https"}):
        return _read(given, _variable("all"))
    return None  # ALL_PROXY is often a SOCKS proxy, meant for other programs


def _read(given: str, variable: str) -> Proxy:
    scheme = _SCHEME.match(given)
    kind = scheme[1].lower() if scheme else "http"
    if kind.startswith("socks"):
        raise RouteError(
            f"{variable} names a proxy of kind {kind}, which the harvester can't use: "
            "give an HTTP proxy, as http://host:port"
        )
    found = _ADDRESS.fullmatch(given[scheme.end() :] if scheme else given.lstrip("/"))
    port = int(found["port"]) if found and found["port"] else None
    host = found["host"].strip("[]") if found else ""
    fits = kind in {"http", "https"} and can_be_host(host)
    if found is None or not fits or (port is not None and not 0 < port < 65536):  # noqa: PLR2004 - TCP's
        raise RouteError(
            f"{variable} is not the address of a proxy: give it as http://host:port, "
            "or as http://user:password@host:port"
        )
    user, password = found["user"], found["password"]
    url = URL.build(
        scheme=kind,
        user=None if user is None else unquote(user),
        password=None if password is None else unquote(password),
        host=host,
        port=port,
    )
    return Proxy(url, variable)


def _bare(given: str) -> str:
    """Return a value without the quotes that `docker run --env-file` keeps."""
    return given.strip().strip("\"'").strip()


def _variable(kind: str) -> str:
    """Return the variable that names this kind of proxy; urllib prefers the lower-case one."""
    names = (f"{kind}_proxy", f"{kind}_proxy".upper())
    return next((name for name in names if os.environ.get(name)), names[1])
