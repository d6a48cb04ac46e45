"""Questions: inputs that begin with `tmdb:` and name titles by a name, a person, a genre."""
