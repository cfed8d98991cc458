"""Allauth's own forms in the words of the desk, each word said once."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm

from amiable.web.language import reader_language
from amiable.words import say

_NAMES = {
    "login": "email",
    "email": "email",
    "remember": "remember",
    "oldpassword": "old_password",
    "password1": "new_password",
    "password2": "password_again",
    "name": "name",
    "passwordless": "passwordless",
}


class _Reworded:
    """Labels as everywhere else; no placeholder that repeats them, no help the page says above."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in _NAMES:
                field.label = say(reader_language(), f"people.label.{_NAMES[name]}")
        if "password1" in self.fields:
            self.fields["password1"].help_text = ""
        if "passwordless" in self.fields:
            text = say(reader_language(), "people.help.passwordless")
            self.fields["passwordless"].help_text = text


class SignInForm(_Reworded, LoginForm):  # type: ignore[misc]
    """Address, password, and whether to stay signed in."""


class ForgottenForm(_Reworded, ResetPasswordForm):  # type: ignore[misc]
    """The address that a link goes to."""


class NewPasswordForm(_Reworded, ChangePasswordForm):  # type: ignore[misc]
    """The password of now, and the next one twice."""


class PasskeyForm(_Reworded, AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey: its name, and whether it is enough alone."""


class PasskeyNameForm(_Reworded, EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""


class PasswordByLinkForm(_Reworded, ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, twice."""
