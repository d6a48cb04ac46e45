"""Suggestions for misspelled names."""

from difflib import get_close_matches


def nearest(word: str, among: tuple[str, ...] | list[str], *, at_least: float = 0.6) -> str:
    """Suggest the closest known word; empty if none is `at_least` as similar (0 to 1)."""
    close = get_close_matches(word, among, n=1, cutoff=at_least)
    return f" (did you mean {close[0]!r}?)" if close else ""
