"""What mkdocs calls while it builds the site (mkdocs.yml)."""

import re
from typing import Any

_CELL = re.compile(r"<td.*?</td>", re.DOTALL)


def on_page_content(html: str, **_: Any) -> str:
    """Show an escaped `|` in the code of a table as Git hosts do: without its backslash."""
    return _CELL.sub(lambda cell: cell[0].replace(r"\|", "|"), html)


def on_post_page(output: str, *, page: Any, **_: Any) -> str:
    """Say which language a page is in, for browsers and screen readers."""
    if ".pt-BR." not in page.file.src_uri:
        return output
    return output.replace('<html lang="en"', '<html lang="pt-BR"', 1)
