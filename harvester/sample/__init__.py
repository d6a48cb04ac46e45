"""The bundled sample: about 120 well-known titles, so that a first run needs no CSV.

Ids, titles, years, minutes and genres are real; the people, roles and votes are invented. The
files have the raw format of the real CSVs, with their pitfalls and three rows to be rejected.
"""

from importlib.resources import files
from pathlib import Path
from typing import Final

from harvester.model import Kind

__all__ = ["SAMPLE"]

SAMPLE: Final[dict[Kind, Path]] = {
    "movie": Path(str(files(__name__) / "movies.csv")),
    "series": Path(str(files(__name__) / "series.csv")),
}
"""The path of the sample's CSV of each kind."""
