"""The words used in synthetic titles, people and texts.

They contain characters that naive slicing or decoding breaks on: `&` (TMDB escapes it), double
quotes, backslashes, accents, CJK, Cyrillic, emoji beyond the basic plane.
"""

from typing import Final

ADJECTIVES: Final = (
    *("Quiet", "Crimson", "Last", "Hidden", "Broken", "Silver", "Endless", "Paper"),
    *("Borrowed", "Distant", "Northern", "Second", "Invisible", "Reckless", "Hollow"),
)
NOUNS: Final = (
    *("Harbour", "Orchard", "Signal", "Winter", "Lighthouse", "Witness", "Café", "River"),
    *("Promise", "Garden", "Ledger", "Clockmaker", "Island", "Fiancée", "Sparrow", "Mirror"),
)
ENGLISH_PATTERNS: Final = (
    "The {adjective} {noun}",
    "The {adjective} {noun}",
    "{adjective} {noun}",
    "{noun} & {other}",
    "The {noun}'s {other}",
    'The "{adjective}" {noun}',
    "{noun}: A {adjective} Story",
    "{adjective} {noun} 🎬",
)
# language: (its own name, English name, country, parts of an original title, what joins them)
LANGUAGES: Final = {
    "en": ("English", "English", "US", NOUNS, " "),
    "fr": ("Français", "French", "FR", ("L'été", "Le cœur", "à l'ombre", "déjà", "Noël"), " "),
    "es": ("Español", "Spanish", "ES", ("El niño", "mañana", "corazón", "sueño", "¿Quién?"), " "),
    "pt": ("Português", "Portuguese", "BR", ("A canção", "do sertão", "irmã", "saudações"), " "),
    "de": ("Deutsch", "German", "DE", ("Die Straße", "nach Süden", "über", "Mörder"), " "),
    "ja": ("日本語", "Japanese", "JP", ("月", "海", "灯台", "約束", "風", "夜明け"), "の"),
    "ko": ("한국어/조선말", "Korean", "KR", ("바다", "약속", "겨울", "편지"), "의 "),
    "zh": ("普通话", "Mandarin", "CN", ("春", "江", "夜", "远方", "故事"), ""),
    "ru": ("Русский", "Russian", "RU", ("Дом", "на реке", "Зима", "письмо"), " "),
    "hi": ("हिन्दी", "Hindi", "IN", ("सपना", "नदी", "घर", "रात"), " "),
}
COUNTRIES: Final = {
    "US": "United States of America",
    "FR": "France",
    "ES": "Spain",
    "BR": "Brazil",
    "DE": "Germany",
    "JP": "Japan",
    "KR": "South Korea",
    "CN": "China",
    "RU": "Russia",
    "IN": "India",
}
SENTENCES: Final = (
    "A clockmaker's daughter finds a ledger that nobody was meant to read.",
    'Everyone in town calls it "the quiet year", and nobody says why.',
    "Two strangers share a table at the Café & Orchard, and then a secret.",
    "By the time the harbour freezes, three letters will have gone astray.",
    "Überall fällt Schnee; only the lighthouse keeper — half asleep — sees it.",
    "What begins as a favour ends as a trial: lies, alibis & old debts.",
    "彼女は灯台で約束を待っている。",
    "An inventor, a thief and a very small dog 🐕 cross the border at night.",
    "Long after the river has moved, the map still says C:\\Harbour\\North.",
    "Nothing is stolen, yet something is missing in every house on the island.",
)
TAGLINES: Final = ("", "Some promises keep you.", "Trust & silence.", 'Say "yes".', "秘密は海へ。")
KEYWORDS: Final = (
    *("lighthouse", "small town", "based on novel or book", "time loop", "sibling rivalry"),
    *("heist", "rock & roll", "found footage", "coming of age", "woman director", "snowstorm"),
    *("detective", "road trip", "friendship", "space station", "1970s", "café", "anime", "noir"),
    *("revenge", "courtroom", "widow", "island", "train", "forgery", "dystopia", "musical"),
)
FIRST_NAMES: Final = (
    *("Ada", "Bruno", "Célia", "Dov", "Elín", "Farid", "Greta", "Hugo", "Inês", "Jonas"),
    *("Kaya", "Łukasz", "Mira", "Noah", "Öykü", "Petra", "Quinn", "Rosa", "Søren", "Tariq"),
)
FAMILY_NAMES: Final = (
    *("Almeida", "Brandt", "Castellano", "d'Orsay", "Ekström", "Fagundes", "Grünwald", "Hale"),
    *("Ibáñez", "Jarvis", "Kowalczyk", "Lindqvist", "Marchetti", "Nováková", "O'Rourke"),
    *("Pemberton", "Quiroga", "Rasmussen", "Şahin", "Takács", "Ueberroth", "Vidal", "Whitlock"),
)
# (romanised, in its own script)
EAST_ASIAN_FAMILY: Final = (("Mizuno", "水野"), ("Kim", "김"), ("Chen", "陈"), ("Aoki", "青木"))
EAST_ASIAN_GIVEN: Final = (("Haruka", "遥"), ("Ren", "蓮"), ("Ji-woo", "지우"), ("Wei", "伟"))
ROLES: Final = (
    *("Lighthouse Keeper", "Detective Moreau", "The Widow", "Clerk", "Nurse Ana", "Bartender"),
    *("Tom & Jerry's Neighbour", 'Young "Birdie"', "Self", "Narrator (voice)", "Train Guard"),
    *("Mayor", "Dr. Élise Roux", "Boy with Kite", "Radio Host / Himself", "Thief #2", ""),
)
# (department, job): pairs from recorded TMDB credits
JOBS: Final = (
    *(("Directing", "Director"), ("Writing", "Screenplay"), ("Production", "Producer")),
    *(("Camera", "Director of Photography"), ("Editing", "Editor"), ("Art", "Set Designer")),
    *(("Sound", "Original Music Composer"), ("Costume & Make-Up", "Makeup Artist")),
    *(("Visual Effects", "Visual Effects Producer"), ("Crew", "Stunts")),
    *(("Lighting", "Gaffer"), ("Production", "Executive Producer"), ("Sound", "Foley Artist")),
)
COMPANIES: Final = (
    "Two Herons",
    "Harbour & Hale",
    "Cinéma du Nord",
    "Paper Moon Pictures",
    "灯台社",
)
NETWORKS: Final = ("Channel North", "KTV 5", "A&O", "Réseau Un")
PROVIDERS: Final = ("Streamwell", "Kino & Co", "Flickhaus", "Ver+")
# IMDb's genre: (TMDB's movie genre, TMDB's series genre), from TMDB's public genre lists
GENRES: Final = {
    "Action": ((28, "Action"), (10759, "Action & Adventure")),
    "Adventure": ((12, "Adventure"), (10759, "Action & Adventure")),
    "Animation": ((16, "Animation"), (16, "Animation")),
    "Comedy": ((35, "Comedy"), (35, "Comedy")),
    "Crime": ((80, "Crime"), (80, "Crime")),
    "Documentary": ((99, "Documentary"), (99, "Documentary")),
    "Drama": ((18, "Drama"), (18, "Drama")),
    "Family": ((10751, "Family"), (10751, "Family")),
    "Fantasy": ((14, "Fantasy"), (10765, "Sci-Fi & Fantasy")),
    "History": ((36, "History"), (10768, "War & Politics")),
    "Horror": ((27, "Horror"), (9648, "Mystery")),
    "Mystery": ((9648, "Mystery"), (9648, "Mystery")),
    "Romance": ((10749, "Romance"), (10766, "Soap")),
    "Sci-Fi": ((878, "Science Fiction"), (10765, "Sci-Fi & Fantasy")),
    "Thriller": ((53, "Thriller"), (80, "Crime")),
    "War": ((10752, "War"), (10768, "War & Politics")),
    "Western": ((37, "Western"), (37, "Western")),
}
ALL_GENRES: Final = {**GENRES, "Music": ((10402, "Music"), (10764, "Reality"))}
"""`GENRES`, and one that only made titles have: no draw gives it."""
