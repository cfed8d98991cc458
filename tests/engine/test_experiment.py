"""Experiments: a sound comparison, a fair draw, the size told before, the verdict once."""

from collections import Counter
from dataclasses import replace
from datetime import date, time
from math import sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amiable.engine.effect import Rate
from amiable.engine.experiment import (
    Drawn,
    Factor,
    Flaw,
    Trial,
    block_size,
    drawn_arm,
    flaws,
    leaving_hour,
    with_arm,
)
from amiable.engine.experiment_bandit import best_arm, chances
from amiable.engine.experiment_result import Finding, Outcome, results, verdict
from amiable.engine.experiment_size import (
    ENOUGH_PAST,
    FEWEST,
    HORIZON,
    Past,
    Yardstick,
    customers_needed,
    planned,
)
from amiable.engine.parties import Channel, Segment
from amiable.engine.policy import HabitQuantile, Policy, Step, Tone

POLICY = Policy(
    name="standard",
    trigger=HabitQuantile(share=0.7),
    steps=(
        Step(after=0, tone=Tone.FRIENDLY),
        Step(after=10, tone=Tone.FIRM),
        Step(after=20, tone=Tone.STERN),
    ),
)
TRIAL = Trial(
    key=1,
    policy="standard",
    step=1,
    factor=Factor.CHANNEL,
    arms=("email", "sms"),
    seed="a seed",
)
TODAY = date(2026, 2, 2)
SEGMENTS = (Segment.REGULAR, Segment.OFTEN_LATE, Segment.NEW)


def test_an_arm_changes_one_thing_of_one_step() -> None:
    changed = with_arm(POLICY, TRIAL, 1)
    assert changed.steps[0] == replace(POLICY.steps[0], channel=Channel.SMS)
    assert changed.steps[1:] == POLICY.steps[1:]
    assert replace(changed, steps=POLICY.steps) == POLICY
    assert with_arm(POLICY, TRIAL, 0) == POLICY


def test_another_policy_or_a_shorter_one_is_left_alone() -> None:
    other = replace(POLICY, name="prudent")
    assert with_arm(other, TRIAL, 1) is other
    assert with_arm(POLICY, replace(TRIAL, step=4), 1) is POLICY


def test_an_hour_changes_no_policy_and_says_from_when_the_step_may_leave() -> None:
    trial = replace(TRIAL, factor=Factor.HOUR, arms=("9", "14"))
    assert with_arm(POLICY, trial, 1) == POLICY
    assert leaving_hour(Drawn(trial=trial, arm=1), 1) == time(14)
    assert leaving_hour(Drawn(trial=trial, arm=1), 2) is None
    assert leaving_hour(Drawn(trial=TRIAL, arm=1), 1) is None


@pytest.mark.parametrize(
    ("policy", "step", "factor", "arms", "wrong"),
    [
        ("standard", 1, Factor.CHANNEL, ("email", "sms"), ()),
        ("standard", 1, Factor.HOUR, ("9", "14", "16"), ()),
        ("standard", 2, Factor.TONE, ("firm", "friendly"), ()),
        ("none", 1, Factor.CHANNEL, ("email", "sms"), (Flaw.NO_POLICY,)),
        ("standard", 4, Factor.CHANNEL, ("email", "sms"), (Flaw.NO_STEP,)),
        ("standard", 0, Factor.CHANNEL, ("email", "sms"), (Flaw.NO_STEP,)),
        ("standard", 1, Factor.CHANNEL, ("email", "registered"), (Flaw.UNKNOWN_ARM,)),
        ("standard", 1, Factor.TONE, ("friendly", "formal"), (Flaw.UNKNOWN_ARM,)),
        ("standard", 1, Factor.CHANNEL, ("email",), (Flaw.TOO_FEW,)),
        ("standard", 1, Factor.HOUR, ("8", "9", "10", "11", "12"), (Flaw.TOO_MANY,)),
        ("standard", 1, Factor.CHANNEL, ("email", "email"), (Flaw.TWICE,)),
        ("standard", 1, Factor.CHANNEL, ("sms", "email"), (Flaw.NOT_AS_NOW,)),
        ("standard", 1, Factor.TONE, ("friendly", "stern"), (Flaw.TONE_ORDER,)),
    ],
)
def test_what_is_no_sound_comparison_is_told(policy, step, factor, arms, wrong) -> None:
    assert flaws({"standard": POLICY}, policy, step, factor, arms) == wrong


# --- the draw ---------------------------------------------------------------------------------


@given(st.text(min_size=1, max_size=8), st.integers(2, 4), st.sampled_from(list(Segment)))
def test_every_block_holds_every_arm_equally_often(seed, arms, segment) -> None:
    trial = replace(TRIAL, seed=seed, arms=("8", "9", "10", "11")[:arms])
    size = block_size(arms)
    for block in range(5):
        places = range(block * size, (block + 1) * size)
        counted = Counter(drawn_arm(trial, segment, place) for place in places)
        assert set(counted.values()) == {size // arms}
        assert len(counted) == arms


def test_the_draw_can_be_done_again_and_differs_by_seed_and_segment() -> None:
    def draws(trial: Trial, segment: Segment) -> list[int]:
        return [drawn_arm(trial, segment, place) for place in range(80)]

    assert draws(TRIAL, Segment.NEW) == draws(TRIAL, Segment.NEW)
    assert draws(TRIAL, Segment.NEW) != draws(replace(TRIAL, seed="other"), Segment.NEW)
    assert draws(TRIAL, Segment.NEW) != draws(TRIAL, Segment.REGULAR)


def test_the_orders_of_the_blocks_are_as_frequent_as_one_another() -> None:
    # 4 places, 2 arms: 6 orders. chi square with 5 degrees of freedom, 0.1 %: 20.5
    orders = Counter(
        tuple(drawn_arm(replace(TRIAL, seed=str(seed)), Segment.NEW, place) for place in range(4))
        for seed in range(6_000)
    )
    assert len(orders) == 6
    assert sum((n - 1_000) ** 2 / 1_000 for n in orders.values()) < 20.5


# --- the size ---------------------------------------------------------------------------------


def test_the_size_is_the_one_of_the_textbooks() -> None:
    # sd 10, difference 5, 80 %, 5 %: 2 (1.95996 + 0.84162)^2 * 4 = 62.8
    assert customers_needed(10, Yardstick.DAYS, 5, 2) == 63
    # 30 % against 45 %: 163 an arm (Fleiss, without continuity correction)
    assert customers_needed(0.30, Yardstick.ANSWER, 0.15, 2) == 163
    # a fifth of the answers more where nearly all answer is no rate: the other way round
    assert customers_needed(0.95, Yardstick.ANSWER, 0.2, 2) == customers_needed(
        0.75, Yardstick.ANSWER, 0.2, 2
    )


def test_more_arms_share_the_error_and_need_more_customers_each() -> None:
    each = [customers_needed(10, Yardstick.DAYS, 5, arms) for arms in (2, 3, 4)]
    assert each == sorted(set(each))


def test_a_short_past_takes_the_worst_noise_there_can_be() -> None:
    past = Past(waited=dict.fromkeys(range(ENOUGH_PAST - 1), 3.0), answered={}, a_week=0)
    size = planned(past, Yardstick.DAYS, 5, 2, TODAY)
    assert (size.noise.value, size.noise.customers) == (HORIZON / 2, 0)
    assert planned(past, Yardstick.ANSWER, 0.1, 2, TODAY).noise.value == 0.5
    assert size.assigned_by is None
    assert size.verdict_on is None


def test_the_plan_is_of_whole_blocks_and_says_when() -> None:
    waited = {one: float(one % 20) for one in range(100)}
    past = Past(waited=waited, answered=dict.fromkeys(range(100), True), a_week=14)
    size = planned(past, Yardstick.DAYS, 4, 3, TODAY)
    assert size.total % block_size(3) == 0
    assert size.noise.customers == 100
    assert size.assigned_by is not None
    assert size.verdict_on is not None
    assert (size.verdict_on - size.assigned_by).days == HORIZON
    assert (size.assigned_by - TODAY).days == -(-size.total // 2)
    assert planned(past, Yardstick.DAYS, 100, 2, TODAY).each == FEWEST


def test_a_difference_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above zero"):
        planned(Past(waited={}, answered={}, a_week=1), Yardstick.DAYS, 0, 2, TODAY)


# --- the verdict ------------------------------------------------------------------------------


def _world(draw: Random, customers: int, arms: int, effect: float, chance: float) -> list[Outcome]:
    """Customers drawn as the product draws them, of segments that differ; ``effect`` in days and
    ``chance`` of an answer more for the last arm. Waits are skewed, as real ones are."""
    trial = replace(TRIAL, seed=str(draw.random()), arms=("8", "9", "10", "11")[:arms])
    places: Counter[Segment] = Counter()
    found = []
    for customer in range(customers):
        segment = draw.choice(SEGMENTS)
        arm = drawn_arm(trial, segment, places[segment])
        places[segment] += 1
        last = arm == arms - 1
        level = SEGMENTS.index(segment)
        gained = 6.0 * level - draw.expovariate(1 / 9) + effect * last
        answered = draw.random() < 0.25 + 0.15 * level + chance * last
        found.append(
            Outcome(customer=customer, arm=arm, segment=segment, gained=gained, answered=answered)
        )
    return found


def _share(runs: int, measure: Yardstick, wanted: set[Finding], **world: float) -> float:
    """In what share of simulated experiments something is found."""
    draw = Random(20260202)
    hits = 0
    for _ in range(runs):
        arms = int(world["arms"])
        outcomes = _world(
            draw, int(world["customers"]), arms, world.get("effect", 0), world.get("chance", 0)
        )
        hits += verdict(results(outcomes, arms), measure).finding in wanted
    return hits / runs


RUNS = 1_000
FOUND = {Finding.BETTER, Finding.FIRST}


@pytest.mark.parametrize("measure", list(Yardstick))
def test_of_equal_arms_one_in_twenty_experiments_finds_a_difference(measure) -> None:
    # A/A: 1,000 experiments of 120 customers; 5 % within three binomial errors (0.7 points each)
    false_alarms = _share(RUNS, measure, FOUND, arms=2, customers=120)
    error = sqrt(0.05 * 0.95 / RUNS)
    assert abs(false_alarms - 0.05) <= 3 * error, false_alarms


def test_of_four_equal_arms_no_more_than_one_in_twenty_either() -> None:
    # Bonferroni is on the safe side: comparisons with one first arm go together
    false_alarms = _share(500, Yardstick.DAYS, FOUND, arms=4, customers=160)
    assert 0.02 <= false_alarms <= 0.05 + 3 * sqrt(0.05 * 0.95 / 500), false_alarms


def test_a_difference_worth_knowing_is_found_four_times_in_five() -> None:
    # waits with a standard deviation of 9 days within segments, 4 days worth knowing
    each = customers_needed(9, Yardstick.DAYS, 4, 2)
    power = _share(500, Yardstick.DAYS, {Finding.BETTER}, arms=2, customers=2 * each, effect=4)
    assert abs(power - 0.80) <= 3 * sqrt(0.8 * 0.2 / 500) + 0.02, power


def test_a_rate_worth_knowing_is_found_four_times_in_five() -> None:
    each = customers_needed(0.40, Yardstick.ANSWER, 0.2, 2)
    power = _share(500, Yardstick.ANSWER, {Finding.BETTER}, arms=2, customers=2 * each, chance=0.2)
    assert 0.80 - 3 * sqrt(0.8 * 0.2 / 500) <= power <= 0.92, power


def test_the_verdict_names_the_best_arm_or_keeps_the_first() -> None:
    better = results(_world(Random(3), 400, 3, 9, 0), 3)
    assert verdict(better, Yardstick.DAYS).finding is Finding.BETTER
    assert verdict(better, Yardstick.DAYS).arm == 2
    worse = results(_world(Random(3), 400, 3, -9, 0), 3)
    assert verdict(worse, Yardstick.DAYS).finding is Finding.FIRST
    assert verdict(results([], 2), Yardstick.DAYS).finding is Finding.NONE


def test_segments_that_differ_do_not_pass_for_a_difference_of_arms() -> None:
    # all of arm 1 but a few in the segment that pays late: raw means differ, within none does
    draw, outcomes = Random(1), []
    for customer in range(200):
        arm = customer % 2
        late = (customer % 10 < 9) == (arm == 1)
        segment = Segment.OFTEN_LATE if late else Segment.REGULAR
        gained = (-20.0 if late else 0.0) + draw.gauss(0, 3)
        outcomes.append(
            Outcome(customer=customer, arm=arm, segment=segment, gained=gained, answered=late)
        )
    found = results(outcomes, 2)
    assert found[0].days is not None
    assert found[1].days is not None
    assert found[1].days.mean - found[0].days.mean < -10
    assert verdict(found, Yardstick.DAYS).finding is Finding.NONE


def test_when_all_answer_on_both_sides_nothing_is_claimed() -> None:
    outcomes = [
        Outcome(customer=one, arm=one % 2, segment=Segment.REGULAR, gained=None, answered=True)
        for one in range(40)
    ]
    found = results(outcomes, 2)
    assert found[1].days_more is None
    assert found[1].answers_more is not None
    assert found[1].answers_more.low < 0 < found[1].answers_more.high


def test_an_early_look_is_surer_and_so_wider() -> None:
    outcomes = _world(Random(5), 100, 2, 4, 0)
    last, early = results(outcomes, 2)[1].days_more, results(outcomes, 2, 0.999)[1].days_more
    assert last is not None
    assert early is not None
    assert early.high - early.low > 1.5 * (last.high - last.low)


# --- going on ---------------------------------------------------------------------------------


def _go_on(draw: Random, truth: tuple[float, ...], customers: int) -> Counter[int]:
    """Thompson on a world where each arm answers with its own chance."""
    trial = replace(TRIAL, seed=str(draw.random()))
    hits, n = [0] * len(truth), [0] * len(truth)
    for customer in range(customers):
        rates = [Rate(hits=a, n=b) for a, b in zip(hits, n, strict=True)]
        arm = best_arm(trial, rates, customer)
        n[arm] += 1
        hits[arm] += draw.random() < truth[arm]
    return Counter(dict(enumerate(n)))


def test_going_on_finds_the_better_arm() -> None:
    draw = Random(7)
    shares = [_go_on(draw, (0.25, 0.45), 300)[1] / 300 for _ in range(40)]
    assert sum(shares) / len(shares) > 0.8
    assert min(shares) > 0.4


def test_going_on_between_equal_arms_stays_near_even() -> None:
    draw = Random(11)
    shares = [_go_on(draw, (0.35, 0.35), 200)[1] / 200 for _ in range(120)]
    assert abs(sum(shares) / len(shares) - 0.5) < 0.08


def test_the_chances_told_are_those_of_the_draw() -> None:
    rates = [Rate(hits=20, n=80), Rate(hits=30, n=80)]
    told = chances(TRIAL, rates)
    drawn = Counter(best_arm(TRIAL, rates, position) for position in range(4_000))
    assert sum(told) == pytest.approx(1)
    assert told[1] == pytest.approx(drawn[1] / 4_000, abs=0.03)
    assert told[1] > 0.9
