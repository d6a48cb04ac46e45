"""SQL as the zones write it: names and texts quoted."""

from collections.abc import Iterable


def quoted(name: str) -> str:
    """Return a name as SQL reads it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL reads it."""
    return "'" + text.replace("'", "''") + "'"


def literals(texts: Iterable[str]) -> str:
    """Return a list of texts as SQL reads it."""
    return f"[{', '.join(map(literal, texts))}]"
