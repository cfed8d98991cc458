"""A policy as TOML: writing and reading is the identity; every error is named with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amiable.engine.parties import Channel, ContactRole
from amiable.engine.policy import (
    AUTO_CAP,
    Approval,
    FixedCalendar,
    HabitQuantile,
    OwnMean,
    Policy,
    PolicyRefused,
    QuietPeriod,
    Step,
    Thanks,
    ThanksWhen,
    Tone,
    check_policy,
)
from amiable.engine.policy_toml import policy_from_toml, policy_to_toml

CAPS = st.one_of(st.just(AUTO_CAP), st.integers(60, 365))
TRIGGERS = st.one_of(
    st.builds(FixedCalendar, days=st.integers(0, 365)),
    st.builds(HabitQuantile, share=st.floats(0.5, 0.95), floor=st.integers(1, 60), cap=CAPS),
    st.builds(OwnMean, plus=st.integers(0, 60), floor=st.integers(1, 60), cap=CAPS),
)
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
MONTH_DAYS = st.dates().map(lambda day: f"{day.month:02}-{day.day:02}")

THANKS = st.builds(
    Thanks,
    when=st.sampled_from(ThanksWhen),
    approval=st.sampled_from(Approval),
    minimum=st.integers(0, 10**9),
    says_open=st.booleans(),
)


@st.composite
def steps(draw: st.DrawFn, spacing: int) -> tuple[Step, ...]:
    tones = sorted(draw(st.lists(st.integers(1, 4), min_size=1, max_size=5)))
    after, ladder = 0, []
    for tone in tones:
        ladder.append(_step(draw, after, tuple(Tone)[tone]))
        after += spacing + draw(st.integers(0, 30))
    return tuple(ladder)


def _step(draw: st.DrawFn, after: int, tone: Tone) -> Step:
    return Step(
        after=after,
        tone=tone,
        channel=draw(st.sampled_from(Channel)),
        role=draw(st.sampled_from(ContactRole)),
        approval=draw(st.sampled_from(Approval)),
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    spacing = draw(st.integers(1, 60))
    notice = _step(draw, draw(st.integers(1, 60)), Tone.NOTICE)
    quiet = st.builds(QuietPeriod, from_day=MONTH_DAYS, until_day=MONTH_DAYS)
    return Policy(
        name=draw(TEXTS.filter(str.strip)),
        trigger=draw(TRIGGERS),
        steps=draw(steps(spacing)),
        notice=draw(st.sampled_from([None, notice])),
        version=draw(st.integers(0, 1_000)),
        description=draw(st.dictionaries(st.sampled_from(["fr", "en"]), TEXTS)),
        spacing=spacing,
        minimum=draw(st.integers(0, 10**9)),
        part_paid_grace=draw(st.integers(0, 60)),
        promise_grace=draw(st.integers(0, 30)),
        fresh_days=draw(st.integers(1, 90)),
        repeat_every=draw(st.integers(0, 180)),
        quiet=tuple(draw(st.lists(quiet, max_size=3))),
        thanks=draw(st.none() | THANKS),
    )


@given(policies())
def test_what_is_written_reads_back_equal(policy):
    assert check_policy(policy) == ()
    assert policy_from_toml(policy_to_toml(policy)) == policy


SMALLEST = """
name = "mine"
[[steps]]
after = 0
"""


def test_what_is_not_said_is_the_default():
    policy = policy_from_toml(SMALLEST)
    assert policy.trigger == HabitQuantile(share=0.7, floor=3, cap=AUTO_CAP)
    assert policy.steps == (Step(after=0, tone=Tone.FRIENDLY),)
    assert (policy.spacing, policy.fresh_days, policy.notice, policy.version) == (7, 7, None, 0)


@pytest.mark.parametrize(
    ("text", "where", "problem", "remedy"),
    [
        ("name = 1 2\n", "file", "line 1", "mend the TOML there"),
        (SMALLEST + "tune = 1", "steps[1].tune", "is unknown", "one of after, approval"),
        ("colour = 1" + SMALLEST, "policy.colour", "is unknown", "spacing"),
        ("spacing = '7'" + SMALLEST, "spacing", "'7' is not a whole number", "digits only"),
        ("spacing = true" + SMALLEST, "spacing", "True is not a whole number", "digits only"),
        ("spacing = 7.0" + SMALLEST, "spacing", "7.0 is not a whole number", "digits only"),
        ("name = 7\n[[steps]]\nafter = 0", "name", "7 is not a text", "quotation marks"),
        ("name = 'a'\n[[steps]]\ntone = 'firm'", "steps[1].after", "is missing", "number of days"),
        (SMALLEST + "tone = 'angry'", "steps[1].tone", "angry", "friendly, firm"),
        (SMALLEST + "[thanks]\nwhen = 'often'", "thanks.when", "often", "payment, reminder"),
        (SMALLEST + "[thanks]\nsays_open = 1", "thanks.says_open", "neither true nor", "true or"),
        (SMALLEST + "[thanks]\nminimum = -1", "thanks.minimum", "out of range", "0 to"),
        (SMALLEST + "channel = 'fax'", "steps[1].channel", "fax", "email, sms"),
        (SMALLEST + "[trigger]\nkind = 'moon'", "trigger.kind", "moon", "habit, own_mean, cal"),
        (SMALLEST + "[trigger]\nshare = 1", "trigger.share", "1 is not a share", "0.7"),
        (SMALLEST + "[trigger]\nshare = 0.99", "trigger.share", "out of range", "0.5 to 0.95"),
        (SMALLEST + "[trigger]\ndays = 3", "trigger.days", "is unknown", "cap, floor, kind"),
        (SMALLEST + "[trigger]\ncap = 'often'", "trigger.cap", "'often'", "digits only"),
        ("steps = 3\nname = 'a'", "steps", "is not a list of tables", "[[steps]]"),
        ("trigger = 3" + SMALLEST, "trigger", "is not a table", "[trigger]"),
        (SMALLEST + "[notice]\nafter = 5", "notice.tone", "is not a notice", '"notice"'),
        (SMALLEST + "[[quiet]]\nfrom_day = '08-01'", "quiet[1].until_day", "''", "month and day"),
    ],
)
def test_each_error_names_its_place_and_its_remedy(text, where, problem, remedy):
    with pytest.raises(PolicyRefused) as caught:
        policy_from_toml(text)
    errors = {error.where: error for error in caught.value.errors}
    assert where in errors
    assert problem in errors[where].problem
    assert remedy in errors[where].remedy
    assert where in str(caught.value)


def test_all_errors_are_named_at_once():
    with pytest.raises(PolicyRefused) as caught:
        policy_from_toml("spacing = 'a'\nminimum = 'b'\n[[steps]]\nafter = 0\ntone = 'x'")
    assert [error.where for error in caught.value.errors] == [
        "spacing",
        "minimum",
        "steps[1].tone",
    ]
