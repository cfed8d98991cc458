"""A template with errors is refused when it is saved, with the place of each and a remedy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amiable.engine.parties import Language
from amiable.engine.template import (
    CLAIMS,
    PLACEHOLDERS,
    Audience,
    LetterTone,
    Part,
    Slot,
    Template,
    TemplateProblem,
    TemplateRefused,
    check_template,
    compile_template,
)

BODY = "Bonjour [contact],\n\n[table]\n\n[payment_details]\n\n[signature]"


def template(
    body: str = BODY, subject: str = "[company]", tone: LetterTone = LetterTone.FRIENDLY
) -> Template:
    return Template(
        key="own",
        language=Language.FR,
        tone=tone,
        audience=Audience.REGULAR,
        subject=subject,
        body=body,
    )


def problems(checked: Template) -> list[tuple[Part, int, int, TemplateProblem, str]]:
    return [(e.part, e.line, e.column, e.problem, e.name) for e in check_template(checked)]


def test_a_sound_template_has_no_error() -> None:
    assert check_template(template()) == ()


def test_an_unknown_placeholder_is_told_with_its_place_and_the_likely_name() -> None:
    (error,) = check_template(template(BODY.replace("[contact]", "[Contacts]")))
    assert (error.part, error.line, error.column) == (Part.BODY, 1, 9)
    assert error.problem is TemplateProblem.UNKNOWN
    assert error.name == "Contacts"
    assert error.suggestion == "contact"


def test_a_name_like_no_other_gets_no_suggestion() -> None:
    (error,) = check_template(template(f"[xyzzy]\n\n{BODY}"))
    assert error.suggestion == ""


@pytest.mark.parametrize("name", ["table", "payment_details", "signature"])
@pytest.mark.parametrize("tone", sorted(CLAIMS - {LetterTone.BROKEN_PROMISE}))
def test_a_letter_that_claims_must_show_invoices_payment_and_whom_to_answer(
    name: str, tone: LetterTone
) -> None:
    found = problems(template(BODY.replace(f"[{name}]", "-"), tone=tone))
    assert [(problem, missing) for *_, problem, missing in found] == [
        (TemplateProblem.MISSING, name)
    ]


def test_a_missing_placeholder_is_told_at_the_end_of_the_text() -> None:
    found = problems(template("Bonjour\n\n[table]\n\n[payment_details]\n\nA bientôt"))
    assert found == [(Part.BODY, 7, 10, TemplateProblem.MISSING, "signature")]


def test_a_letter_on_a_broken_promise_must_name_its_day() -> None:
    found = problems(template(tone=LetterTone.BROKEN_PROMISE))
    assert found[0][3:] == (TemplateProblem.MISSING, "promise_date")


def test_thanks_need_no_table() -> None:
    body = "Merci pour les [paid_amount].\n\n[signature]"
    assert check_template(template(body, tone=LetterTone.THANKS)) == ()


def test_a_placeholder_that_means_nothing_in_a_letter_is_refused() -> None:
    found = problems(template(f"Promis le [promise_date]\n\n{BODY}"))
    assert found == [(Part.BODY, 1, 11, TemplateProblem.NOT_IN_TONE, "promise_date")]


def test_a_friendly_letter_cannot_speak_of_late_fees() -> None:
    found = problems(template(f"{BODY}\n\n[late_fees]"))
    assert found == [(Part.BODY, 9, 1, TemplateProblem.NOT_IN_TONE, "late_fees")]


def test_a_bracket_left_open_or_never_opened_is_told() -> None:
    found = problems(template(f"Bonjour [contact,\nici]\n\n{BODY}"))
    assert [place[1:4] for place in found] == [
        (1, 9, TemplateProblem.UNCLOSED),
        (2, 4, TemplateProblem.UNOPENED),
    ]


def test_a_bracket_typed_twice_is_a_bracket() -> None:
    compiled = compile_template(template(f"Voir [[annexe]]\n\n{BODY}"))
    assert compiled.paragraphs[0] == (("Voir ", "[", "annexe", "]"),)


@pytest.mark.parametrize("body", ["Voici [table]\n\n", "Voici\n[table]\n\n", "[table]\nVoici\n\n"])
def test_a_block_within_a_paragraph_is_refused(body: str) -> None:
    found = problems(template(body + BODY.replace("[table]", "-")))
    assert [problem for *_, problem, _ in found] == [TemplateProblem.NOT_ALONE]


def test_two_blocks_on_one_line_are_refused() -> None:
    found = problems(template(BODY.replace("[table]", "[table] [table]")))
    assert {problem for *_, problem, _ in found} == {TemplateProblem.NOT_ALONE}


@pytest.mark.parametrize(
    ("subject", "problem"),
    [
        ("  ", TemplateProblem.EMPTY_SUBJECT),
        ("Rappel\nBcc: all@example.org", TemplateProblem.LINE_IN_SUBJECT),
        ("Rappel\u2028suite", TemplateProblem.LINE_IN_SUBJECT),
        ("[table]", TemplateProblem.NOT_IN_SUBJECT),
        ("[compagny]", TemplateProblem.UNKNOWN),
        ("[company", TemplateProblem.UNCLOSED),
    ],
)
def test_a_subject_is_one_line_of_words(subject: str, problem: TemplateProblem) -> None:
    (error,) = check_template(template(subject=subject))
    assert (error.part, error.line, error.problem) == (Part.SUBJECT, 1, problem)


def test_lines_may_end_as_windows_ends_them() -> None:
    assert check_template(template(BODY.replace("\n", "\r\n"))) == ()


def test_a_template_with_errors_cannot_be_compiled() -> None:
    with pytest.raises(TemplateRefused, match=r"'own': body 1:1 unknown tabel") as refused:
        compile_template(template(f"[tabel]\n\n{BODY}"))
    assert len(refused.value.errors) == 1


def test_every_placeholder_says_what_it_means() -> None:
    for placeholder in PLACEHOLDERS.values():
        assert placeholder.meaning
        assert placeholder.block or placeholder.sample
        assert placeholder.required_in <= placeholder.tones


@given(st.text(alphabet="[]ab \n_tle", max_size=60))
def test_a_text_either_has_errors_or_compiles_to_known_placeholders(text: str) -> None:
    made = template(f"{text}\n\n{BODY}")
    if check_template(made):
        with pytest.raises(TemplateRefused):
            compile_template(made)
    else:
        for paragraph in compile_template(made).paragraphs:
            parts = [paragraph] if isinstance(paragraph, Slot) else sum(paragraph, ())
            slots = [part for part in parts if isinstance(part, Slot)]
            assert all(slot.name in PLACEHOLDERS for slot in slots)


@given(st.text(max_size=60), st.text(max_size=30))
def test_no_text_breaks_the_check(body: str, subject: str) -> None:
    for error in check_template(template(body, subject)):
        assert error.line >= 1
        assert error.column >= 1
