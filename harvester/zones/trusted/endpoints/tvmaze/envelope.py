"""What TVmaze's bodies have in common, whatever their endpoint."""

from harvester.zones.trusted.endpoints.joined import envelope

ENVELOPE = envelope("TVmaze", "int64", "TVmaze's id of the show")

COUNTRY = "struct<name: string, code: string, timezone: string>"
IMAGE = "struct<medium: string, original: string>"
RATING = "struct<average: float64>"
