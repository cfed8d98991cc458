"""Risks: alerts on whole accounts, who is habitually late, and the thresholds of both."""
