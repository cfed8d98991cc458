"""Dated legal figures, each with its source. A day outside a series is refused, never guessed."""
