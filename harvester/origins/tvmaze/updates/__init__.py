"""Which series changed on a day: out of TVmaze's list of last updates, kept in the lake by day."""
