"""Patterns: every component of the desk on one page."""
