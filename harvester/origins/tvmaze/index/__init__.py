"""TVmaze's index of all shows: asked for once a run, kept in its folder, joined on the IMDb id."""
