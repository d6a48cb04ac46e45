"""What stands in a lock file: its packages, each with its pin, its hashes and who requires it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BLOCK = re.compile(r"^[a-z0-9].*\n(?:^[ #].*\n?)*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """One package's lines."""

    text: str

    @property
    def name(self) -> str:
        """Return the package's name."""
        return self.text.partition("==")[0]

    @property
    def required_by(self) -> set[str]:
        """Return the names of what requires it; the project is `tmdb-harvester`."""
        return {"tmdb-harvester" if "pyproject" in line else line for line in self._via()}

    def _via(self) -> Iterator[str]:
        """Yield what the `# via` comment names, on the same line or one a line below it."""
        for line in self.text.splitlines():
            comment = line.strip().removeprefix("#").strip() if line.strip().startswith("#") else ""
            name = comment.removeprefix("via").strip()
            if name:
                yield name


def blocks(requirements: str) -> list[Block]:
    """Return the packages of a lock file, in order. Pure."""
    return [Block(found) for found in _BLOCK.findall(requirements)]
