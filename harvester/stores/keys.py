"""What makes a key or a prefix of keys good, the same for every store."""


def check_key(key: str) -> None:
    """Refuse a key that would leave the lake or not be one object's name.

    Raises ValueError: such a key is a bug of ours, never a user's mistake.
    """
    if any(segment in {"", ".", ".."} for segment in key.split("/")) or "\0" in key:
        raise ValueError(f"not a key: {key!r}")


def check_new_key(key: str) -> None:
    """Refuse a key to write under that no listing would ever show again (ValueError)."""
    check_key(key)
    if is_hidden(key):
        raise ValueError(f"a hidden key: {key!r}")


def check_prefix(prefix: str) -> None:
    """Refuse a prefix that no key can begin with (ValueError)."""
    above, slash, _ = prefix.rpartition("/")
    if slash:
        check_key(above)


def is_hidden(key: str) -> bool:
    """Tell whether any name in a key begins with `.`: a store's own business."""
    return any(segment.startswith(".") for segment in key.split("/"))
