"""TMDB's daily files of all ids: https://developer.themoviedb.org/docs/daily-id-exports."""
