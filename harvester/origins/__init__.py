"""What can be harvested: one folder an API."""
