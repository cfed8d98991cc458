"""Integrations: the tokens of the API, the webhooks and the log of their deliveries."""
