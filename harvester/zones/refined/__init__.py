"""Trusted → Refined: a star schema."""
