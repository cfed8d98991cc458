"""Settings: the company's identity, mail server, hours, tokens and webhooks."""
