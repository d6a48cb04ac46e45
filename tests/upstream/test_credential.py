"""A text that is shown holds no credential, however it is written there."""

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from harvester.upstream.credential import Credential, without

_TOKENS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=12, max_size=60)


@given(_TOKENS, st.text("ab=%", max_size=5), st.text("ab=%", max_size=5))
def test_any_token_as_urls_and_json_write_it(token: str, before: str, after: str) -> None:
    """As it is, percent-encoded by any rule and in any case, in JSON, in a `repr`."""
    forms = {
        token,
        quote(token),
        quote(token, safe=""),
        quote_plus(token),
        quote(token, safe="").replace("%2F", "%2f").replace("%2B", "%2b"),
        str(URL("https://h/x").with_query({"api_key": token})),
        json.dumps({"token": token}),
        repr(token),
    }
    for form in forms:
        assert token not in without(f"{before} {form} {after}", token)
    assert without(f"x {quote(token, safe='')} y", token) == "x *** y"


@given(st.binary(max_size=7), _TOKENS, st.binary(max_size=7))
def test_any_token_in_base64(before: bytes, token: str, after: bytes) -> None:
    """Wherever it begins in what was encoded, as behind `user:`, two characters are left."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        encoded = encode(before + token.encode() + after).decode()
        hidden = without(f"Basic {encoded}", token)
        assert "***" in hidden
        left = hidden.removeprefix("Basic ").replace("***", "")
        assert len(left) <= len(encoded) - len(token) * 4 // 3 + 2


@pytest.mark.parametrize(
    "credential",
    [
        Credential(headers={"Authorization": "Bearer eyJ-a+secret/token"}),
        Credential(params={"api_key": "eyJ-a+secret/token"}),
    ],
)
def test_a_credential_hides_itself(credential: Credential) -> None:
    """With or without the word before it, in a `repr` and in a text of others."""
    hidden = credential.hidden("GET /find?api_key=eyJ-a%2Bsecret%2Ftoken with eyJ-a+secret/token")
    assert hidden == "GET /find?api_key=*** with ***"
    assert "secret" not in repr(credential)
    assert credential
    assert not Credential()
