"""Webhooks: tell another system by HTTP what happened, signed as Standard Webhooks describes."""

from amiable.channels.http import Answer, UrlRefused, check_url, post
from amiable.channels.webhook.signature import new_secret, sign

__all__ = ["Answer", "UrlRefused", "check_url", "new_secret", "post", "sign"]
