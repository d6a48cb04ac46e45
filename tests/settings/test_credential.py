"""The token, without what people paste around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny.origin import TinyOrigin

from harvester.errors import SettingError
from harvester.origins.table import ORIGINS
from harvester.settings import read_credential, without_tokens
from harvester.settings.credential import bare_token

TOKEN = "eyJhbGciOi.J9-_x"


@pytest.mark.parametrize(
    "given",
    [
        f'"{TOKEN}"',
        f"'{TOKEN}'",
        f"Bearer {TOKEN}",
        f"bearer  {TOKEN}\r\n",
        f'"Bearer {TOKEN}"',
        f'Bearer "{TOKEN}"',
        f"Authorization: Bearer {TOKEN}",
        f"TMDB_TOKEN={TOKEN}",
        f"export TMDB_TOKEN='{TOKEN}'",
        f"\u201c{TOKEN}\u201d",
        f"\ufeff{TOKEN}\u200b",
        f"\xa0{TOKEN} ",
    ],
)
def test_what_stands_around_a_token_is_taken_off(given: str) -> None:
    """Quotes, the header's words, a shell's line, and characters that nobody sees."""
    found = read_credential({"TMDB_TOKEN": given})
    assert found is not None
    assert found.headers == {"Authorization": f"Bearer {TOKEN}"}
    key = read_credential({"TMDB_API_KEY": given})
    assert key is not None
    assert key.params == {"api_key": TOKEN}


_AROUND = st.sampled_from(['"', "'", " ", "\n", "Bearer ", "authorization: ", "\ufeff", "`"])


@given(
    st.from_regex(r"\A[0-9a-f]{32}\Z|\AeyJ[\w-]{5}\.[\w-]{5}\.[\w-]{5}\Z").filter(str.isascii),
    st.lists(_AROUND, max_size=5),
    st.lists(st.sampled_from(['"', "'", " ", "\n"]), max_size=3),
)
def test_any_wrapping(token: str, before: list[str], after: list[str]) -> None:
    """However often it is wrapped, the token comes out, and is in no text that hides it."""
    given = "".join(before) + token + "".join(after)
    assert bare_token(given) == token
    assert token not in without_tokens(f"a {token} b {given}", {"TMDB_TOKEN": given})


@pytest.mark.parametrize("origin", ["TMDB", "Tiny"])
def test_every_origins_token_is_hidden(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    """Whichever is harvested: both are in the environment, and may get into a message."""
    monkeypatch.setitem(ORIGINS, "Tiny", TinyOrigin(token_variables=("TINY_KEY",)))
    environ = {"TMDB_TOKEN": f"'{TOKEN}'", "TINY_KEY": "TINY_KEY=a-key-of-tiny"}
    found = read_credential(environ, origin)
    assert found is not None
    said = f"{TOKEN} and a-key-of-tiny, {found.params}, {found.headers}"
    hidden = without_tokens(said, environ)
    assert TOKEN not in hidden
    assert "a-key-of-tiny" not in hidden


def test_nothing_but_wrapping_is_no_token() -> None:
    """Empty quotes are as if it were not set; a token that begins as a word does is left alone."""
    assert read_credential({"TMDB_TOKEN": '""'}) is None
    assert bare_token("Bearerabc") == "Bearerabc"
    with pytest.raises(SettingError, match="characters no token has"):
        read_credential({"TMDB_TOKEN": "a b"})
