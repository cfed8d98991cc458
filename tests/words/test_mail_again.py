"""A letter whose words a person changed: the text is theirs, tables stay tables in the HTML."""

import pytest

from amiable.words import lay_out, lay_out_again
from tests.words.test_mail import ESCAPED, MARKUP, letter

PLAIN = lay_out(letter(""))


def test_unchanged_words_are_laid_out_as_before() -> None:
    assert lay_out_again(letter(""), PLAIN.subject, PLAIN.text) == PLAIN


def test_lines_ended_by_a_browser_change_nothing() -> None:
    typed = PLAIN.text.replace("\n", "\r\n")
    assert lay_out_again(letter(""), PLAIN.subject, typed) == PLAIN


def test_added_words_stand_where_they_were_written() -> None:
    before, table, after = PLAIN.text.partition("number-head")
    mail = lay_out_again(letter(""), "s", f"Dear Anne,\n\n{before}{table}{after}\n\nThank you.")
    assert mail.html.count("<table") == PLAIN.html.count("<table")
    places = [mail.html.index(part) for part in ("Dear Anne", "number-cell", "Thank you.")]
    assert places == sorted(places)


def test_a_changed_table_becomes_lines_and_the_other_stays() -> None:
    changed = PLAIN.text.replace("sum", "SUM")
    mail = lay_out_again(letter(""), "s", changed)
    assert mail.html.count("<table") == PLAIN.html.count("<table") - 1
    assert "SUM" in mail.html


def test_typed_markup_is_escaped() -> None:
    mail = lay_out_again(letter(""), MARKUP, f"{MARKUP}\n")
    assert MARKUP not in mail.html
    assert mail.html.count(ESCAPED) == 2
    assert mail.text == f"{MARKUP}\n"


@pytest.mark.parametrize("subject", ["a\r\nBcc: b@c.test", "  a \n\n Bcc: b@c.test "])
def test_a_subject_is_one_line(subject: str) -> None:
    assert lay_out_again(letter(""), subject, "x").subject == "a Bcc: b@c.test"
