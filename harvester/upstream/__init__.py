"""When requests to an API may start and are retried; independent of any particular API."""
