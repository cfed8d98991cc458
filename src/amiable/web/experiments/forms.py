"""The form of an experiment: one step, what changes in it, what is worth knowing."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms

from amiable.desk.experiment import Wish
from amiable.engine.experiment import Factor, Flaw, choices, present
from amiable.engine.experiment_size import HORIZON, Yardstick
from amiable.engine.policy import Policy
from amiable.web.language import reader_language
from amiable.web.settings.forms import SettingsForm
from amiable.words import say, term
from amiable.words.experiments import arm_name, arm_names

_USUAL = {
    Factor.CHANNEL: ["sms"],
    Factor.TONE: ["firm"],
    Factor.HOUR: ["9", "14"],
}
_POINTS = 100
_AT_STEP = (Flaw.NO_POLICY, Flaw.NO_STEP)


class ExperimentForm(SettingsForm):
    """``factor``: what changes; the arms of the others are not asked."""

    room = "experiments"

    where = forms.ChoiceField()
    arms = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    measure = forms.ChoiceField(widget=forms.RadioSelect)
    difference = forms.FloatField(min_value=0.1, max_value=_POINTS, localize=True)
    name = forms.CharField(max_length=120, required=False)

    def __init__(
        self, *args: Any, factor: Factor, policies: Mapping[str, Policy], default: str, **more: Any
    ) -> None:
        self.factor, self.policies = factor, policies
        first = {
            "where": f"{default}|1",
            "arms": _USUAL[factor],
            "measure": Yardstick.DAYS.value,
            "difference": 4,
        }
        super().__init__(*args, initial=first, **more)
        language = reader_language()
        arms = self.fields["arms"]
        arms.label = say(language, f"experiments.field.{factor.value}")
        arms.help_text = say(language, f"experiments.help.{factor.value}")
        self.choose("where", list(_steps(policies)))
        self.choose("arms", [(one, arm_name(one, language)) for one in choices(factor)])
        self.choose(
            "measure",
            [(one.value, say(language, f"experiments.measure.{one}")) for one in Yardstick],
        )

    def clean(self) -> dict[str, Any]:
        """No more days than a customer is followed."""
        given = super().clean() or {}
        days = given.get("measure") == Yardstick.DAYS.value
        if days and (given.get("difference") or 0) > HORIZON:
            self.refuse("difference", "experiments.form.too_large", most=HORIZON)
        return given

    @property
    def wish(self) -> Wish:
        """What is wanted; the first arm is what the policy does now."""
        given = self.cleaned_data
        policy, _, step = given["where"].rpartition("|")
        measure = Yardstick(given["measure"])
        now = present(self.policies[policy].steps[int(step) - 1], self.factor)
        arms = (*now, *(one for one in given["arms"] if one not in now))
        return Wish(
            name=given["name"].strip() or arm_names(arms, reader_language())[:120],
            policy=policy,
            step=int(step),
            factor=self.factor,
            arms=arms,
            measure=measure,
            difference=given["difference"] / (1 if measure is Yardstick.DAYS else _POINTS),
        )

    def show_flaws(self, found: tuple[Flaw, ...]) -> None:
        """Say what is wrong beside the field it is about."""
        for flaw in found:
            field = "where" if flaw in _AT_STEP else "arms"
            self.refuse(field, f"experiments.flaw.{flaw.value}")


def _steps(policies: Mapping[str, Policy]) -> Iterator[tuple[str, str]]:
    """Every step of the policies in force, as one would say it."""
    language = reader_language()
    for name, policy in policies.items():
        for number, step in enumerate(policy.steps, 1):
            text = say(
                language,
                "experiments.form.step",
                policy=name,
                step=number,
                tone=term(language, "tone", step.tone.value),
                channel=term(language, "channel", step.channel.value),
            )
            yield f"{name}|{number}", text
