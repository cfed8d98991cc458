"""Inbox: what customers answered, by conversation; looked after together."""
