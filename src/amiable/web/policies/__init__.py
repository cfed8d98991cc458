"""Policies: read, build, compare, publish, assign."""
