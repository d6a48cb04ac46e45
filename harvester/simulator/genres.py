"""TMDB's genres, which are public: https://developer.themoviedb.org/reference/genre-movie-list."""

from typing import Any, Final

from harvester.model import MediaType

Json = dict[str, Any]

GENRES_OF: Final[dict[MediaType, dict[int, str]]] = {
    "movie": {
        28: "Action",
        12: "Adventure",
        16: "Animation",
        35: "Comedy",
        80: "Crime",
        99: "Documentary",
        18: "Drama",
        10751: "Family",
        14: "Fantasy",
        36: "History",
        27: "Horror",
        10402: "Music",
        9648: "Mystery",
        10749: "Romance",
        878: "Science Fiction",
        10770: "TV Movie",
        53: "Thriller",
        10752: "War",
        37: "Western",
    },
    "tv": {
        10759: "Action & Adventure",
        16: "Animation",
        35: "Comedy",
        80: "Crime",
        99: "Documentary",
        18: "Drama",
        10751: "Family",
        10762: "Kids",
        9648: "Mystery",
        10763: "News",
        10764: "Reality",
        10765: "Sci-Fi & Fantasy",
        10766: "Soap",
        10767: "Talk",
        10768: "War & Politics",
        37: "Western",
    },
}

# Genres that only series have are not translated.
IN_PORTUGUESE: Final = {
    28: "Ação",
    12: "Aventura",
    16: "Animação",
    35: "Comédia",
    99: "Documentário",
    10751: "Família",
    14: "Fantasia",
    36: "História",
    27: "Terror",
    10402: "Música",
    9648: "Mistério",
    878: "Ficção científica",
    10770: "Cinema TV",
    10752: "Guerra",
    37: "Faroeste",
}


def genre_list(media_type: MediaType, language: str) -> Json:
    """Return the genres of movies or series, by their English names unless in Portuguese."""
    translated = IN_PORTUGUESE if language.partition("-")[0] == "pt" else {}
    return {
        "genres": [
            {"id": number, "name": translated.get(number, name)}
            for number, name in GENRES_OF[media_type].items()
        ]
    }
