"""Tags of the people's room."""

from django import template

from amiable.desk.account_mail import account_folder, kept_in_folder
from amiable.store.user import any_user
from amiable.web.language import reader_language
from amiable.words import say

register = template.Library()


@register.simple_tag
def mail_folder() -> str:
    """Where account mails are written when there is no mail server; empty when there is one."""
    return str(account_folder()) if kept_in_folder() else ""


@register.simple_tag
def nobody_yet() -> bool:
    """Whether nobody can sign in yet."""
    return not any_user()


@register.simple_tag
def step_text(name: str, part: str) -> str:
    """A text of one of the first steps."""
    return say(reader_language(), f"first.{name}.{part}")
