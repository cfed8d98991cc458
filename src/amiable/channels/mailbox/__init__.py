"""Mailboxes: reading what comes back, and taking a mail apart."""
