"""Files that are not CSV, recognised by their first bytes, and what to do about them."""

import re
from typing import Final

__all__ = ["HEAD", "foreign"]

HEAD: Final = 512
"""How many of the first bytes `foreign` needs."""

_AS_UTF8: Final = "save it as UTF-8"
_UNPACK: Final = "unpack it first"
_AS_CSV: Final = "save it as CSV"
# Longer signatures first: UTF-32's begins with UTF-16's.
_MARKS: Final[dict[bytes, str]] = {
    b"\xff\xfe\0\0": f"is encoded in UTF-32: {_AS_UTF8}",
    b"\0\0\xfe\xff": f"is encoded in UTF-32: {_AS_UTF8}",
    b"\xff\xfe": f"is encoded in UTF-16: {_AS_UTF8}",
    b"\xfe\xff": f"is encoded in UTF-16: {_AS_UTF8}",
    b"PK\x05\x06": f"is a zip archive: {_UNPACK}",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": f"is an old Excel workbook (xls): {_AS_CSV}",
    b"\x09\x08\x10\0\0\x06\x05\0": f"is an old Excel workbook (xls): {_AS_CSV}",
    b"PAR1": "is a Parquet file: export it as CSV",
    b"ARROW1": "is an Arrow file: export it as CSV",
    b"Obj\x01": "is an Avro file: export it as CSV",
    b"SQLite format 3\0": "is an SQLite database: export its table as CSV",
    b"%PDF-": "is a PDF: give the list itself as CSV",
    b"{\\rtf": "is an RTF document: save it as plain text",
    b"\xfd7zXZ\0": f"is compressed with xz: {_UNPACK}, or compress it with gzip",
    b"\x28\xb5\x2f\xfd": f"is compressed with zstd: {_UNPACK}, or compress it with gzip",
    b"7z\xbc\xaf\x27\x1c": f"is a 7z archive: {_UNPACK}",
    b"Rar!\x1a\x07": f"is a RAR archive: {_UNPACK}",
}
_IN_ZIP: Final[dict[bytes, str]] = {
    b"mimetypeapplication/vnd.oasis.opendocument": f"is an OpenDocument file (ods): {_AS_CSV}",
    b"word/": f"is a Word document (docx): {_AS_CSV}",
    # What a zip of Office's begins with; nobody keeps lists of titles in its other kinds.
    b"[Content_Types].xml": f"is an Excel workbook (xlsx): {_AS_CSV}",
    b"_rels/.rels": f"is an Excel workbook (xlsx): {_AS_CSV}",
    b"docProps/": f"is an Excel workbook (xlsx): {_AS_CSV}",
    b"xl/": f"is an Excel workbook (xlsx): {_AS_CSV}",
}
_ZIP: Final = b"PK\x03\x04"
_ZIP_NAME: Final = 30  # APPNOTE 4.3.7: where a local header's file name begins
_TAR_MARK: Final = slice(257, 262)  # POSIX ustar
_BEGINNINGS: Final[dict[re.Pattern[bytes], str]] = {
    re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"): (
        f"is compressed with bzip2: {_UNPACK}, or compress it with gzip"
    ),
    re.compile(rb"\s*<(?:!doctype html|html|head|table)\b", re.IGNORECASE): (
        "is an HTML page: save the list itself as CSV"
    ),
    re.compile(rb"\s*<\?xml\b"): f"is XML: {_AS_CSV}",
    re.compile(rb'\s*(?:\[\s*)?\{\s*(?:"|\})'): "is JSON: give a CSV, or a list of ids, one a line",
    re.compile(rb'\s*\[\s*"'): "is JSON: give a CSV, or a list of ids, one a line",
}
_UTF16_SEEN: Final = 64


def foreign(head: bytes) -> str | None:
    """Return what a file with these first bytes is, and what to do; None for a CSV or list."""
    if head.startswith(_ZIP):
        inside = head[_ZIP_NAME:]
        names = (what for name, what in _IN_ZIP.items() if inside.startswith(name))
        return next(names, f"is a zip archive: {_UNPACK}")
    for mark, what in _MARKS.items():
        if head.startswith(mark):
            return what
    if head[_TAR_MARK] == b"ustar":
        return f"is a tar archive: {_UNPACK}"
    for pattern, what in _BEGINNINGS.items():
        if pattern.match(head.removeprefix(b"\xef\xbb\xbf")):
            return what
    return f"is encoded in UTF-16: {_AS_UTF8}" if _is_utf16(head) else None


def _is_utf16(head: bytes) -> bool:
    """Return whether every second byte is NUL, as in UTF-16 of a header without a mark."""
    for place in (0, 1):
        high, low = head[place:_UTF16_SEEN:2], head[1 - place : _UTF16_SEEN : 2]
        if len(high) > 2 and not high.strip(b"\0") and b"\0" not in low:  # noqa: PLR2004 - some evidence
            return True
    return False
