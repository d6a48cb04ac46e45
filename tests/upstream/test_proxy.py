"""The proxy that the environment names, read as curl reads it."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from harvester.errors import RouteError
from harvester.upstream import proxy as module
from harvester.upstream.proxy import proxy_for

HTTPS = URL("https://api.tmdb.test/3")
HTTP = URL("http://api.tmdb.test/3")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("10.0.0.1:3128", "http://10.0.0.1:3128"),
        ("proxy.corp:3128", "http://proxy.corp:3128"),
        ("proxy.corp", "http://proxy.corp"),
        ("//proxy.corp:3128/", "http://proxy.corp:3128"),
        ("http://proxy.corp:3128/", "http://proxy.corp:3128"),
        ("HTTP://proxy.corp:3128", "http://proxy.corp:3128"),
        ("https://proxy.corp:443", "https://proxy.corp"),
        ("me:secret@proxy.corp:3128", "http://me:secret@proxy.corp:3128"),
        ("me:p@ss@proxy.corp:3128", "http://me:p%40ss@proxy.corp:3128"),
        ("me:p%40ss@proxy.corp:3128", "http://me:p%40ss@proxy.corp:3128"),
        ("[::1]:3128", "http://[::1]:3128"),
        (' "proxy.corp:3128" ', "http://proxy.corp:3128"),
    ],
)
def test_forms_that_curl_takes(given: str, wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a scheme or without, with a user or without, in the quotes of an env file."""
    monkeypatch.setenv("HTTPS_PROXY", given)
    found = proxy_for(HTTPS)
    assert found is not None
    assert found.url == URL(wanted)
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    "given",
    [
        "http://",
        ":3128",
        "proxy.corp:port",
        "proxy.corp:0",
        "proxy.corp:99999",
        "http://http://proxy.corp",
        "proxy.corp:3128/path",
        "a..b:3128",
        "ftp://proxy.corp:21",
        "me:secret@",
    ],
)
def test_what_is_no_address_is_said_at_once(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable is named, how to write it, and never the value, which may hold a password."""
    monkeypatch.setenv("https_proxy", given)
    with pytest.raises(RouteError, match=r"https_proxy .*http://host:port") as caught:
        proxy_for(HTTPS)
    assert "secret" not in str(caught.value)


def test_socks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A SOCKS proxy is refused for what it is; as ALL_PROXY it is for other programs."""
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    assert proxy_for(HTTPS) is None
    monkeypatch.setenv("HTTPS_PROXY", "socks5h://127.0.0.1:1080")
    with pytest.raises(RouteError, match="HTTPS_PROXY names a proxy of kind socks5h"):
        proxy_for(HTTPS)


def test_which_variable_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the URL's scheme, else ALL_PROXY; NO_PROXY excepts hosts, with or without a port."""
    monkeypatch.setenv("ALL_PROXY", "all.corp:1")
    monkeypatch.setenv("HTTP_PROXY", "plain.corp:2")
    assert [one.address for url in (HTTP, HTTPS) if (one := proxy_for(url))] == [
        "plain.corp:2",
        "all.corp:1",
    ]
    monkeypatch.setenv("NO_PROXY", "other.test,api.tmdb.test:443")
    assert proxy_for(HTTPS) is None
    assert proxy_for(HTTP) is not None
    monkeypatch.setenv("NO_PROXY", ".tmdb.test")
    assert proxy_for(HTTP) is None


@given(st.text(max_size=12), st.text(max_size=12), st.integers(1, 65535))
def test_any_user_and_password_arrive(user: str, password: str, port: int) -> None:
    """Whatever their characters, written as a URL writes them."""
    try:
        user.encode()
        password.encode()
    except UnicodeEncodeError:
        return
    found = module._read(f"{quote(user, '')}:{quote(password, '')}@proxy.corp:{port}", "X")
    assert (found.url.user or "", found.url.password or "") == (user, password)
    assert found.address == f"proxy.corp:{port}"


@given(st.text(max_size=40))
def test_any_value_is_a_proxy_or_one_sentence(given: str) -> None:
    """No value of the variable ends in anything but a proxy or a `RouteError`."""
    try:
        found = module._read(given, "X")
    except RouteError:
        return
    assert found.url.host
