"""Write the tables of both zones, and the diagram, into docs/zones.md, from their declarations."""

from pathlib import Path

from harvester.zones.describe import BEGIN, END, all_tables

PAGE = Path(__file__).parents[1] / "docs/zones.md"


def with_tables(page: str) -> str:
    """Return the page with the tables between its marks written again."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{all_tables()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
