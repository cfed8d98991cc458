"""Readers of files and systems: one folder a format; each passes the conformance suite."""
