"""TVmaze: where and when a series runs, episode by episode."""
