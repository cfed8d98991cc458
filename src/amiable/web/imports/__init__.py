"""Imports: drop a file, see what was understood, bring it in, undo."""
