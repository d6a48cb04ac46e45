"""Which titles changed on a day: asked of TMDB once the day is settled, and kept in the lake."""
