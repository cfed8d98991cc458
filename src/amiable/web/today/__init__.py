"""Today: the worklist of the morning."""
