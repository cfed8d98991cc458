"""Forms of the list of disputes: what it is filtered by, to whom some are given."""

from collections.abc import Iterable
from typing import Any

from django import forms

from amiable.engine.dispute import DisputeState, Ground
from amiable.store.models import User
from amiable.web.language import reader_language
from amiable.web.lists.forms import ListForm
from amiable.words import say, term

_OLDEST = 3650  # days: nobody looks for disputes of more than ten years


class DisputeFilters(ListForm):
    """Which disputes are looked at."""

    state = forms.ChoiceField(required=False)
    owner = forms.ChoiceField(required=False)
    ground = forms.ChoiceField(required=False)
    aged = forms.IntegerField(required=False, min_value=0, max_value=_OLDEST)
    customer = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Iterable[User], **more: Any) -> None:
        super().__init__(*args, **more)
        language = reader_language()
        states = [(one.value, term(language, "dispute_state", one.value)) for one in DisputeState]
        grounds = [(one.value, term(language, "ground", one.value)) for one in Ground]
        everybody = ("", say(language, "lists.any"))
        self._choose("state", [("", say(language, "disputes.not_closed")), *states])
        self._choose("ground", [everybody, *grounds])
        self._choose("owner", [everybody, ("me", say(language, "lists.me")),
                               ("nobody", say(language, "lists.nobody")),
                               *((str(one.pk), str(one)) for one in people)])  # fmt: skip

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """To whom some disputes are given; empty: to nobody."""

    owner = forms.ChoiceField(required=False)
    dispute = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, data: Any, *, people: Iterable[User]) -> None:
        super().__init__(data)
        self.people = {str(one.pk): one for one in people}
        self.fields["owner"].choices = [("", ""), *((pk, pk) for pk in self.people)]  # type: ignore[attr-defined]
        ticked = [one for one in data.getlist("dispute") if one.isascii() and one.isdigit()]
        self.fields["dispute"].choices = [(one, one) for one in ticked if len(one) < 19]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> User | None:
        """Who was chosen."""
        return self.people.get(self.cleaned_data["owner"])
