"""The list of disputes: whose they are, how old, handed over, taken away as a file."""
