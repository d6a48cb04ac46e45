"""The validation of keys and of key prefixes, the same for every store."""


def check_key(key: str) -> None:
    """Reject a key that would be outside the lake or not be the name of one object.

    Raises ValueError: such a key is a bug in the harvester, never a user's mistake.
    """
    if not is_key(key):
        raise ValueError(f"not a key: {key!r}")


def is_key(key: str) -> bool:
    """Return whether a key is the name of one object of the lake; a bucket may hold any other."""
    return "\0" not in key and not any(segment in {"", ".", ".."} for segment in key.split("/"))


def check_new_key(key: str) -> None:
    """Reject a key for a new object that no listing would return (ValueError)."""
    check_key(key)
    if is_hidden(key):
        raise ValueError(f"a hidden key: {key!r}")


def check_prefix(prefix: str) -> None:
    """Reject a prefix with which no key can begin (ValueError)."""
    above, slash, _ = prefix.rpartition("/")
    if slash:
        check_key(above)


def is_hidden(key: str) -> bool:
    """Return whether any name in a key begins with `.`: those are internal to a store."""
    return any(segment.startswith(".") for segment in key.split("/"))
