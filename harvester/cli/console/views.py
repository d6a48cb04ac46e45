"""What `harvester query --list` prints: each view with its columns, in lines."""

from collections.abc import Iterable

from harvester.zones.query.views import View


def view_lines(views: Iterable[View]) -> list[str]:
    """Return each view and what it is, then its columns; none is cut."""
    lines = []
    for view in views:
        lines += [view.shown, f"  {view.description}"]
        wide = max(len(column.name) for column in view.columns)
        kinds = max(len(column.type) for column in view.columns if len(column.type) <= _WIDEST)
        lines += [
            f"    {column.name:{wide}}  {column.type:{kinds}}  {column.description}".rstrip()
            for column in view.columns
        ]
        lines.append("")
    return lines[:-1]


_WIDEST = 20
"""A type longer than this, of something nested, moves its own line alone."""
