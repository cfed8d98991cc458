"""Experiments: planned, started, read, stopped."""
