"""Allauth's own forms in the words of the desk, each word said once."""

from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm
from django import forms

from amiable.web.language import reader_language
from amiable.words import say

_NAMES = {"login": "email", "email": "email", "remember": "remember"}


class SignInForm(LoginForm):  # type: ignore[misc]
    """Address, password, and whether to stay signed in."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _reword(self)


class ForgottenForm(ResetPasswordForm):  # type: ignore[misc]
    """The address that a link goes to."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _reword(self)


def _reword(form: forms.Form) -> None:
    """Labels as everywhere else; no placeholder that repeats them."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        if name in _NAMES:
            field.label = say(reader_language(), f"people.label.{_NAMES[name]}")
