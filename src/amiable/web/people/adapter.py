"""How allauth behaves here: nobody signs up by themselves; mails go out as the desk's own."""

from datetime import UTC, datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from amiable.desk.account_mail import send_account_mail
from amiable.engine.parties import Language
from amiable.store.models import User
from amiable.store.sealed import seal, unseal
from amiable.words import Mail, say
from amiable.words.notice import write_notice


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People come in by invitation, or by the first run."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Never: an invitation makes the user."""
        return False

    def send_mail(self, _template_prefix: str, _email: str, context: dict[str, Any]) -> None:
        """Write the link to a new password, the one mail here that is asked for."""
        user = context["user"]
        assert isinstance(user, User)
        mail = reset_mail(user, context["password_reset_url"])
        send_account_mail(user, mail, datetime.now(UTC))

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,  # noqa: ARG002 allauth gives it
        email: str | None = None,  # noqa: ARG002 the user's own is written to
    ) -> None:
        """Tell a user what changed in their account, and from where."""
        at = datetime.now(UTC)
        browser = self.get_http_user_agent(self.request)[:120]
        mail = _told(template_prefix, user, at, self.get_client_ip(self.request), browser)
        send_account_mail(user, mail, at)

    def get_password_change_redirect_url(self, _request: HttpRequest) -> str:
        """Back to one's own account."""
        return "/accounts/me/"


def reset_mail(user: User, link: str) -> Mail:
    """The mail with the link by which a user sets a new password."""
    language = Language(user.language)
    return write_notice(
        say(language, "account_mail.reset.subject"),
        [say(language, "account_mail.reset.text"), say(language, "account_mail.reset.other")],
        language,
        link=link,
        action=say(language, "account_mail.reset.action"),
    )


def _told(prefix: str, user: User, at: datetime, ip: str, browser: str) -> Mail:
    """What changed: the last part of allauth's template name is the key of our text."""
    language = Language(user.language)
    what = say(language, f"account_mail.{prefix.rpartition('/')[2]}")
    when = f"{at:%Y-%m-%d %H:%M} UTC"
    origin = say(language, "account_mail.from", ip=ip, browser=browser, at=when)
    return write_notice(what, [f"{what}.", origin, say(language, "account_mail.not_you")], language)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their secrets are sealed in the database."""

    def encrypt(self, text: str) -> str:
        """Seal with the site's secret key."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open what was sealed."""
        return unseal(encrypted_text)

    def _get_site_name(self) -> str:
        return "amiable"
