"""What went wrong on the way to an API, as one sentence, and whether waiting can help."""

import asyncio
import errno
import os
import re
import socket
import ssl
from dataclasses import dataclass

import aiohttp
from yarl import URL

from harvester.errors import HarvesterError, RouteError, UpstreamDown
from harvester.upstream.proxy import Proxy

_WRONG_NAME = {62, 64}
_OUT_OF_DATE = {9: "is not valid yet", 10: "has expired"}
"""OpenSSL's X509_V_ERR_…: https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/"""

# How OpenSSL names an answer that is no TLS.
_NO_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "RECORD_LAYER_FAILURE")
_TLS_ALERT = (r"\x15\x03", "\x15\x03")  # a record of TLS, as aiohttp quotes it
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an API can't be reached: a clause that names host and cause; what to do if it `lasts`."""

    says: str
    lasts: bool = False

    def error(self) -> HarvesterError:
        """Return the error that ends a run over it: one the user must fix, or one that may pass."""
        if self.lasts:
            return RouteError(self.says)
        return UpstreamDown(f"{self.says}; run the command again later")


@dataclass(frozen=True, slots=True)
class Route:
    """The way to an API: its base URL, its name, and the proxy before it, if there is one.

    `variable` is the environment variable that names the base URL.
    """

    base: URL
    name: str
    variable: str
    proxy: Proxy | None = None

    @property
    def address(self) -> str:
        """The API's host, with its port where that is not the scheme's own."""
        port = "" if self.base.is_default_port() else f":{self.base.port}"
        return f"{self.base.host}{port}"

    @property
    def through(self) -> str:
        """Words that name the proxy; empty without one."""
        return f" through the proxy {self.proxy.address}" if self.proxy else ""


def obstacle(error: Exception, route: Route) -> Obstacle:
    """Return what an error that a request raised says of the way to the API."""
    match error:
        case aiohttp.ClientHttpProxyError(status=407):
            found = proxy_wants_password(route)
        case aiohttp.ClientHttpProxyError():
            found = _no_answer(
                route, f"no way to {route.address}{route.through} (HTTP {error.status})"
            )
        case aiohttp.ClientConnectorError():
            found = _no_connection(error, route)
        case TimeoutError():
            found = _no_answer(route, f"{route.address} is silent{route.through} (timeout)")
        case aiohttp.ClientResponseError() if any(map(error.message.__contains__, _TLS_ALERT)):
            found = takes_only_tls(route)
        case aiohttp.ClientResponseError() | aiohttp.ClientPayloadError():
            found = _no_answer(route, f"what {route.address} answers{route.through} is broken")
        case aiohttp.InvalidURL() | ValueError():
            what = f"{route.variable} names {route.base.host!r}, which is no host: check it"
            found = Obstacle(what, lasts=True)
        case _:
            cause = f" ({_words(error)})" if isinstance(error, OSError) else ""
            found = _no_answer(
                route, f"{route.address} closes the connection{route.through}{cause}"
            )
    return found


def proxy_wants_password(route: Route) -> Obstacle:
    """Return what HTTP 407 means: the proxy takes no request without a user and a password."""
    named = route.proxy
    proxy = "a proxy" if named is None else f"the proxy {named.address}"
    variable = "HTTPS_PROXY" if named is None else named.variable
    return Obstacle(
        f"{proxy} wants a user and a password, or others (HTTP 407): "
        f"set {variable} to http://user:password@host:port",
        lasts=True,
    )


def takes_only_tls(route: Route) -> Obstacle:
    """Return what it means that a server wants TLS where we spoke plain HTTP."""
    return Obstacle(
        f"{route.address} takes TLS only: write https:// in {route.variable}, not http://",
        lasts=True,
    )


async def speaks_tls(route: Route, seconds: float) -> bool:
    """Say whether TLS can be spoken where plain HTTP was hung up on; nothing else is sent."""
    if route.base.scheme != "http" or route.proxy is not None:
        return False
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # who it is does not matter: we leave at once
    try:
        async with asyncio.timeout(seconds):
            _, writer = await asyncio.open_connection(route.base.host, route.base.port, ssl=context)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


def explained(error: BaseException) -> str:
    """Return an error's own words for `--verbose`: on one line, without passwords and keys."""
    text = " ".join(f"{type(error).__name__}: {error}".split())
    text = re.sub(r"(?<=://)[^/@\s]*@", "***@", text)
    return re.sub(r"(api_?key=)[^&\s'\"]*", r"\1***", text)[:_SHOWN]


def _no_answer(route: Route, cause: str) -> Obstacle:
    return Obstacle(f"{route.name} does not answer: {cause}")


def _no_connection(error: aiohttp.ClientConnectorError, route: Route) -> Obstacle:
    """Return why there is no connection to the API or to the proxy."""
    whose = "proxy " if _is_of_proxy(error, route) else ""
    who = f"{whose}{error.host}:{error.port}"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return _certificate(error.certificate_error, who, route)
    cause = error.os_error
    if isinstance(cause, socket.gaierror):
        return _no_answer(route, f"the {whose}name {error.host} is not found ({_words(cause)})")
    if not isinstance(cause, ssl.SSLError):
        return _no_answer(route, f"cannot connect to {who} ({_words(cause)})")
    if any(word in f"{cause.reason} {cause}".upper() for word in _NO_TLS):
        named = route.proxy.variable if whose and route.proxy else route.variable
        what = f"{who} does not speak TLS: check the port, or write http:// in {named}"
        return Obstacle(what, lasts=True)
    return _no_answer(route, f"no TLS with {who} ({_words(cause)})")


def _certificate(cause: Exception, who: str, route: Route) -> Obstacle:
    code, why = getattr(cause, "verify_code", 0), getattr(cause, "verify_message", "")
    if code in _WRONG_NAME:
        says = (
            f"the certificate of {who} is for another name: check {route.variable}, or who answers"
        )
    elif code in _OUT_OF_DATE:
        says = f"the certificate of {who} {_OUT_OF_DATE[code]}: check this machine's clock"
    else:
        says = (
            f"the certificate of {who} is not trusted ({why or 'verify failed'}): if a proxy of "
            "your company reads TLS, let SSL_CERT_FILE name a file with its CA's certificate"
        )
        named = os.environ.get("SSL_CERT_FILE", "")
        if named and not os.access(named, os.R_OK):
            says += f"; SSL_CERT_FILE names {named}, which can't be read"
    return Obstacle(says, lasts=True)


def _is_of_proxy(error: aiohttp.ClientConnectorError, route: Route) -> bool:
    proxy = route.proxy
    return proxy is not None and (error.host, error.port) == (proxy.url.host, proxy.url.port)


def _words(error: OSError) -> str:
    """Return an OS error's cause in the system's words: `connection refused`."""
    if isinstance(error, ssl.SSLError):
        return (error.reason or "TLS failed").replace("_", " ").lower()
    if isinstance(error, socket.gaierror):
        return (error.strerror or "no such name").lower()
    if error.errno:
        return os.strerror(error.errno).lower()
    if isinstance(error, ConnectionResetError):
        return os.strerror(errno.ECONNRESET).lower()
    return explained(error)
