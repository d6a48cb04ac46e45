"""The Movie Database: its endpoints, its client, and one title fetched from it."""
