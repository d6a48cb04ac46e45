"""CSV bytes → the distinct titles they name."""

from harvester.inputs.imdb_id import canonical
from harvester.inputs.layout import Reject
from harvester.inputs.reader import InputFacts, TitleReader

__all__ = ["InputFacts", "Reject", "TitleReader", "canonical"]
