"""gzip as a stream: the same of every input, whichever library inflates."""

import gzip
import zlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from isal import isal_zlib

from harvester.errors import InputError
from harvester.lake import gunzip
from harvester.lake.gunzip import Gunzip

TEXT = b"tt0111161|The Shawshank Redemption|1994\n" * 9
MEMBER = gzip.compress(TEXT, mtime=0)
LIBRARIES = {"zlib": zlib, "isal": isal_zlib}


def read(stored: bytes, step: int) -> tuple[bytes, str]:
    """Return what comes out, and the sentence it ends with, but for the library's own words."""
    found = b""
    inflate = Gunzip("a.gz")
    try:
        for start in range(0, len(stored), step):
            for piece in inflate.feed(stored[start : start + step]):
                found += piece
        inflate.close()
    except InputError as error:
        return found, str(error).partition("(")[0]
    return found, ""


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have this library inflate."""
    name: str = request.param
    monkeypatch.setattr(gunzip, "LIBRARY", LIBRARIES[name])
    return name


@pytest.mark.parametrize("step", [1, 7, 10_000])
@pytest.mark.parametrize(
    ("after", "ends"),
    [
        (b"", ""),
        (MEMBER, ""),
        (b"\0" * 50, ""),
        (b"\0" * 5 + MEMBER, ""),
        (b"garbage", "damaged"),
        (b"id,title\n", "damaged"),
        (b"\x1f\x8bxyz", "damaged"),
        (b"\0\0x!", "damaged"),
        (b"x", "truncated"),
        (b"\x1f", "truncated"),
        (MEMBER[:-1], "truncated"),
        (MEMBER[:3] + b"\xe0" + MEMBER[4:], "damaged"),
    ],
)
def test_what_follows_the_last_member(library: str, step: int, after: bytes, ends: str) -> None:
    """Zeros and members belong there; what begins no member is damage, its beginning a cut."""
    found, said = read(MEMBER + after, step)
    assert found.startswith(TEXT), library
    assert (said == "") if not ends else (f" a {ends} gzip file" in said), said


@pytest.mark.usefixtures("library")
def test_the_header_is_refused_in_zlibs_words() -> None:
    """Those that 0.1.0 had, whichever library inflates."""
    with pytest.raises(InputError, match=r"^a\.gz is a damaged .* \(Error -3 .* header check\): "):
        list(Gunzip("a.gz").feed(MEMBER + b"garbage"))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([MEMBER, b"\0\0", b"\x1f\x8b", b"x"]), min_size=1, max_size=3),
    st.lists(st.tuples(st.integers(0, 200), st.binary(max_size=2)), max_size=2),
    st.sampled_from([1, 5, 1_000]),
)
@example([MEMBER], [(len(MEMBER) - 6, b"\0")], 5)
def test_both_libraries_take_and_refuse_the_same(
    pieces: list[bytes], changes: list[tuple[int, bytes]], step: int
) -> None:
    """Whatever is changed or cut: the same bytes come out, or both say damaged or truncated."""
    stored = b"".join(pieces)
    for at, piece in changes:
        stored = stored[:at] + piece + stored[at + len(piece) :]
    with pytest.MonkeyPatch.context() as patched:
        read_by = {}
        for name, inflating in LIBRARIES.items():
            patched.setattr(gunzip, "LIBRARY", inflating)
            read_by[name] = read(stored, step)
    found, said = read_by["zlib"]
    assert read_by["isal"][1] == said
    assert said or read_by["isal"][0] == found
