"""Measurements: each a script that runs its reference beside it, in the same run."""
