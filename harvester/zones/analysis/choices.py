"""What the page's filter chooses between, and the rows of a question for each choice."""

from typing import Any, Literal

Choice = Literal["all", "movie", "series"]
CHOICES: tuple[Choice, ...] = ("all", "movie", "series")

Row = dict[str, Any]
Rows = dict[Choice, list[Row]]
