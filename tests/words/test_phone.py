"""Telephone numbers: read as a country writes them, and whether they take text messages."""

import pytest

from amiable.words.phone import in_full, mobile, readable


@pytest.mark.parametrize(
    ("number", "country", "wanted"),
    [
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("06.12.34.56.78", "FR", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "FR", "+33612345678"),
        ("0033612345678", "FR", "+33612345678"),
        ("+33612345678", "DE", "+33612345678"),
        ("07 56 00 00 00", "FR", "+33756000000"),
        ("+44 7400 123456", "FR", "+447400123456"),
        ("07400 123456", "GB", "+447400123456"),
        ("+1 202 555 0123", "FR", "+12025550123"),
        ("+262 692 12 34 56", "FR", "+262692123456"),
        ("01 42 34 56 78", "FR", ""),
        ("+33142345678", "FR", ""),
        ("09 72 34 56 78", "FR", ""),
        ("0800 12 34 56", "FR", ""),
        ("07 00 12 34 56", "FR", ""),
        ("+44 20 7946 0018", "FR", ""),
        ("06 12 34", "FR", ""),
        ("06 12 34 56 78 90", "FR", ""),
        ("voir le site", "FR", ""),
        ("", "FR", ""),
    ],
)
def test_only_a_number_that_takes_text_messages_is_written_in_full(number, country, wanted):
    assert mobile(number, country) == wanted


def test_a_number_is_written_as_networks_and_as_people_write_it():
    assert in_full("01 42 34 56 78", "FR") == "+33142345678"
    assert in_full("12", "FR") == ""
    assert readable("+33612345678") == "+33 6 12 34 56 78"
    assert readable("poste 12") == "poste 12"
