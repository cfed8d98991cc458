"""Ways to reach people: one folder a channel; each passes the conformance suite."""
