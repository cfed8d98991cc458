"""Gateways that call us: delivery reports and answers, without sign-in."""
