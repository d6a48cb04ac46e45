"""OMDb: critics' scores, awards and box office, by IMDb id."""
