"""A story says where it cannot be read, and where it does not come true."""

import pytest

from tests.stories.engine_house import EngineHouse
from tests.stories.house import StoryFailed, play
from tests.stories.page import StoryUnreadable, parse_story

HEAD = "company  Fournil, policy standard\npolicy  trigger day 5\n"
DEBT = HEAD + "2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02\n"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("2026-02-03  invoyce F002  Marchand  1,00  due 2026-03-03", "starts with no known word"),
        ("2026-02-03  invoice F002  Marchand  1,00", "write DAY  invoice {number}"),
        ("2026-02-03  invoice F002  Marchand  one euro  due 2026-03-03", "cannot read"),
        ("2026-02-03  invoice F002  Marchand  1,00  due 2026-02-30", "day is out of range"),
        ("2026-02-01  reply  Marchand", "in the order of its days"),
        ("invoice F002  Marchand  1,00  due 2026-03-03", "gives no day"),
        ("2026-02-03  plan  Marchand  remind  loudly", "cannot read 'loudly'"),
        ("2026-02-03  plan  Marchand  sue", "cannot read"),
    ],
)
def test_a_line_that_cannot_be_read_names_file_and_line(row, problem):
    with pytest.raises(StoryUnreadable) as caught:
        parse_story(DEBT + row, "a.story")
    assert str(caught.value).startswith("a.story:4: ")
    assert problem in str(caught.value)


def test_a_story_without_company_is_refused():
    with pytest.raises(StoryUnreadable, match=r"a\.story:1: a story starts with its company"):
        parse_story("# nothing but a remark\n", "a.story")


@pytest.mark.parametrize(
    ("told", "difference"),
    [
        ("wait", "kind: wait told, remind seen"),
        ("remind  step 2", "step: '2' told, '1' seen"),
        ("remind  firm", "tone: 'firm' told, 'friendly' seen"),
        ("remind  by call", "channel: 'call' told, 'email' seen"),
        ("remind  to a@b.test", "contact: 'a@b.test' told, 'marchand@example.test' seen"),
        ("remind  to the buyer", "role: 'buyer' told, 'main' seen"),
        ("remind  asks 999,99", "asks: '999,99' told, '1 000,00' seen"),
        ("remind  lists F001 F002", "lists: 'F001 F002' told, 'F001' seen"),
        ("remind  chases F002", "chases: 'F002' told, 'F001' seen"),
        ("remind  because habit.beyond", "reasons: habit.beyond told, calendar.reached"),
        ("remind  because calendar.reached (late 6)", "reasons: calendar.reached (late 6) told"),
        ("remind  because calendar.reached and step.due", "reasons: calendar.reached and step.due"),
        ("remind  alerts account.drifting", "alerts: account.drifting told, none seen"),
        ("remind  look again 2026-03-10", "look_again_on: '2026-03-10' told, '2026-03-16' seen"),
        ("remind  spares 1", "spared: '1' told, '0' seen"),
    ],
)
def test_a_plan_otherwise_than_told_fails_with_its_line(told, difference):
    story = parse_story(f"{DEBT}2026-03-09  plan  Marchand  {told}", "a.story")
    with pytest.raises(StoryFailed) as caught:
        play(story, EngineHouse())
    assert "a.story:4 (EngineHouse)" in str(caught.value)
    assert difference in str(caught.value)


def test_what_is_told_rightly_passes():
    told = "remind  step 1 friendly by email asks 1 000,00 lists F001 because calendar.reached"
    line = f"2026-03-09  plan  Marchand  {told} (late 7), look again 2026-03-16, spares 0"
    story = parse_story(f"{DEBT}{line}", "a.story")
    assert play(story, EngineHouse()) is None


def test_sending_where_nothing_is_planned_fails():
    story = parse_story(f"{DEBT}2026-03-03  sent  Marchand", "a.story")
    with pytest.raises(StoryFailed, match="nothing is planned to be sent to Marchand"):
        play(story, EngineHouse())
