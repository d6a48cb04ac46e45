"""A user's inputs → the distinct titles in them."""
