"""Forms of this room: what to try on the past, and against which calendar."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms

from amiable.desk.backtest_run import Candidate, candidate_of_run, candidate_of_version
from amiable.engine.parties import Language
from amiable.store.models import BacktestRun, PolicyVersion
from amiable.words import say
from amiable.words.backtest_paper import tried_name

TODAYS = (1, 8, 15, 30)
"""Days after the due date of the calendar that most people remind by."""
_MOST_DAYS = 12
_LATEST = 365
_IN_FORCE = "force"
_DAY = re.compile(r"(?:[dj]\s?\+\s?)?([0-9]{1,4})", re.I)


class StartForm(forms.Form):
    """``policy`` is a published version (``v<pk>``), what an earlier run tried (``r<pk>``), or
    what is in force."""

    policy = forms.ChoiceField()
    calendar = forms.CharField(max_length=120)

    def __init__(
        self,
        language: Language,
        versions: Sequence[PolicyVersion],
        drafts: Sequence[BacktestRun],
        *args: Any,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self._language = language
        self.candidates = {_IN_FORCE: Candidate()}
        self.candidates |= {f"v{row.pk}": candidate_of_version(row) for row in versions}
        self.candidates |= {f"r{run.pk}": candidate_of_run(run) for run in drafts}
        policy, calendar = self.fields["policy"], self.fields["calendar"]
        policy.label = self._say("form.policy")
        policy.error_messages |= dict.fromkeys(
            ("required", "invalid_choice"), self._say("form.policy_unknown")
        )
        policy.choices = [  # type: ignore[attr-defined]
            (_IN_FORCE, self._say("form.in_force")),
            *((f"v{row.pk}", tried_name(row.name, row.version, language)) for row in versions),
            *((f"r{run.pk}", _draft(run, language)) for run in drafts),
        ]
        calendar.label = self._say("form.calendar")
        calendar.help_text = self._say("form.calendar_help")
        calendar.error_messages["required"] = self._say("form.calendar_empty")
        calendar.error_messages["max_length"] = self._say("form.calendar_many", n=_MOST_DAYS)

    def _say(self, key: str, **facts: int | str) -> str:
        return say(self._language, f"backtest.page.{key}", **facts)

    def clean_calendar(self) -> tuple[int, ...]:
        """The days, each once and in order."""
        pieces = [one for one in re.split(r"[,;]|\s+(?!\+)", self.cleaned_data["calendar"]) if one]
        days = set()
        for piece in pieces:
            found = _DAY.fullmatch(piece.strip())
            if found is None:
                raise forms.ValidationError(self._say("form.calendar_word", word=piece[:20]))
            if not 1 <= int(found[1]) <= _LATEST:
                raise forms.ValidationError(self._say("form.calendar_far", n=_LATEST))
            days.add(int(found[1]))
        if not days:
            raise forms.ValidationError(self._say("form.calendar_empty"))
        if len(days) > _MOST_DAYS:
            raise forms.ValidationError(self._say("form.calendar_many", n=_MOST_DAYS))
        return tuple(sorted(days))

    @property
    def candidate(self) -> Candidate:
        """What was chosen."""
        return self.candidates[self.cleaned_data["policy"]]


def _draft(run: BacktestRun, language: Language) -> str:
    return say(language, "backtest.page.draft_of", name=run.policy, on=run.asked_on)


def written(days: Sequence[int]) -> str:
    """A calendar as one types it."""
    return ", ".join(map(str, days))
