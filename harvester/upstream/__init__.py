"""When a request to an API may start, and starts again; knows no API."""
