"""The dashboard: how what is owed moved, in charts and in tables; the weekly report."""
