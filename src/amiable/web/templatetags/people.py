"""Tags of the people's room."""

from django import template
from django.conf import settings

from amiable.desk.account_mail import account_folder, kept_in_folder
from amiable.store.user import any_user
from amiable.web.language import reader_language
from amiable.words import say

register = template.Library()


@register.simple_tag
def mail_folder() -> str:
    """Where in the server's data account mails are written; empty when there is a mail server.

    Who is not signed in need not know where the server keeps its data.
    """
    return account_folder().relative_to(settings.VAR).as_posix() if kept_in_folder() else ""


@register.simple_tag
def nobody_yet() -> bool:
    """Whether nobody can sign in yet."""
    return not any_user()


@register.simple_tag
def step_text(name: str, part: str) -> str:
    """A text of one of the first steps."""
    return say(reader_language(), f"first.{name}.{part}")
