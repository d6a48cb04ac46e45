"""What is no CSV is called by its name."""

import bz2
import io
import lzma
import sqlite3
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.inputs.foreign import HEAD, foreign


def _zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "application/vnd.oasis.opendocument.spreadsheet")
    return out.getvalue()


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("movies.csv"))
    return out.getvalue()


def _sqlite(folder: Path) -> bytes:
    base = sqlite3.connect(folder / "x.db")
    base.execute("create table t (x)")
    base.commit()
    base.close()
    return (folder / "x.db").read_bytes()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (_zip("[Content_Types].xml", "xl/workbook.xml"), "an Excel workbook (xlsx)"),
        (_zip("docProps/app.xml", "xl/workbook.xml"), "an Excel workbook (xlsx)"),
        (_zip("mimetype", "content.xml"), "an OpenDocument file (ods)"),
        (_zip("movies.csv"), "a zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an old Excel workbook (xls)"),
        (b"PAR1\x15\x04\x15\x10", "a Parquet file"),
        ("\ufeffid,t\n".encode("utf-16-le"), "encoded in UTF-16"),
        ("\ufeffid,t\n".encode("utf-16-be"), "encoded in UTF-16"),
        ("imdb_id,title\n".encode("utf-16-le"), "encoded in UTF-16"),
        ("imdb_id,title\n".encode("utf-16-be"), "encoded in UTF-16"),
        ("id,t\n".encode("utf-32"), "encoded in UTF-32"),
        (bz2.compress(b"id,t\n"), "compressed with bzip2"),
        (lzma.compress(b"id,t\n"), "compressed with xz"),
        (_tar(), "a tar archive"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\n<!DOCTYPE html><html>", "an HTML page"),
        (b'[{"imdb_id": "tt0111161"}]', "JSON"),
        (b'{"imdb_id": "tt0111161"}\n', "JSON"),
    ],
)
def test_formats_by_name(data: bytes, what: str) -> None:
    """The format is named, and the sentence goes on with what to do."""
    said = foreign(data[:HEAD])
    assert said is not None
    assert said.startswith(f"is {what}")
    assert ": " in said


def test_a_database(tmp_path: Path) -> None:
    """An SQLite file is one."""
    assert "SQLite" in str(foreign(_sqlite(tmp_path)[:HEAD]))


@given(st.lists(st.from_regex(r"[a-zA-Z_. ]{1,12}", fullmatch=True), min_size=1), st.booleans())
def test_a_header_is_ours(names: list[str], bom: bool) -> None:
    """A header of words is taken for a CSV, whatever the words."""
    assert foreign((b"\xef\xbb\xbf" if bom else b"") + ",".join(names).encode()[:HEAD]) is None


@pytest.mark.parametrize(
    "data", [b"imdb_id,title\ntt0111161,A\0B\n", b"tt0111161\n", b"\0\0\0\0", b"", b"[REC],id\n"]
)
def test_odd_text_is_still_ours(data: bytes) -> None:
    """Single NUL bytes and brackets make no other format."""
    assert foreign(data) is None
