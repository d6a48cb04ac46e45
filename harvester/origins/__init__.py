"""The APIs that can be harvested: one package per API."""
