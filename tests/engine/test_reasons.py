"""Reasons are a known code with the facts of its kind, in their order."""

import re
from pathlib import Path

import pytest

import amiable.engine
from amiable.engine.reasons import AGEING, REASONS, Reason, because

ENGINE = Path(amiable.engine.__file__).parent


def test_a_reason_names_its_facts():
    reason = because("habit.within", usual=10, late=1)
    assert reason == Reason(code="habit.within", facts=(10, 1))
    assert reason.named() == {"usual": 10, "late": 1}


def test_an_unknown_code_is_refused():
    with pytest.raises(KeyError, match=r"no\.such"):
        because("no.such")


@pytest.mark.parametrize(
    "facts", [{}, {"usual": 1}, {"late": 1, "usual": 1}, {"usual": 1, "late": 1, "n": 2}]
)
def test_wrong_facts_are_refused(facts):
    with pytest.raises(ValueError, match=r"takes the facts \('usual', 'late'\)"):
        because("habit.within", **facts)


def test_each_kind_says_what_it_means():
    assert [code for code, kind in REASONS.items() if not kind.meaning.endswith(".")] == []


def test_what_ages_is_a_fact_of_some_kind():
    assert {name for kind in REASONS.values() for name in kind.facts} >= AGEING


def test_the_engine_gives_no_reason_that_is_not_a_kind():
    given = {
        code
        for path in ENGINE.glob("*.py")
        for code in re.findall(r"because\(\s*\"([a-z_.]+)\"", path.read_text(encoding="utf-8"))
    }
    assert given
    assert given - REASONS.keys() == set()
