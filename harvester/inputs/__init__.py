"""What a user names → the distinct titles in it."""
