"""How allauth behaves here: nobody signs up by themselves; mails go out as the desk's own."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People come in by invitation, or by the first run."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an invitation makes the user."""
        return False
