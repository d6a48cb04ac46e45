"""What can be the name of a host."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.upstream.hosts import can_be_host, is_loopback


@pytest.mark.parametrize(
    "name",
    ["api.themoviedb.org", "localhost", "127.0.0.1", "::1", "fe80::1%eth0", "é.example", "a_b"],
)
def test_names_that_a_resolver_takes(name: str) -> None:
    """Names, addresses of both kinds, and names in other scripts."""
    assert can_be_host(name)


@pytest.mark.parametrize("name", ["", "a..b", ".a", "x" * 64 + ".org", "a b", "x." * 130 + "org"])
def test_names_that_no_resolver_takes(name: str) -> None:
    """An empty or too long label, white space, a name that is too long."""
    assert not can_be_host(name)


@given(st.text(max_size=80))
def test_any_text_is_judged(name: str) -> None:
    """Whatever it is, the answer is yes or no, and what is taken can be carried as DNS has it."""
    if can_be_host(name) and ":" not in name:
        name.encode("idna")


def test_loopback() -> None:
    """Addresses and the name of this machine, and no others."""
    assert all(map(is_loopback, ["127.0.0.1", "127.9.9.9", "::1", "localhost"]))
    assert not any(map(is_loopback, ["10.0.0.1", "localhost.example", ""]))
