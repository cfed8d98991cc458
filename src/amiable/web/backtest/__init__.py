"""Try a policy on the past: ask for it, follow it, read and share what came out."""
