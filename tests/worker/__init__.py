"""The worker: rounds, tasks, real processes."""
