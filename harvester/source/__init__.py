"""CSV bytes → the distinct titles they name."""

from harvester.source.imdb_id import canonical
from harvester.source.layout import Reject
from harvester.source.reader import InputFacts, TitleReader

__all__ = ["InputFacts", "Reject", "TitleReader", "canonical"]
