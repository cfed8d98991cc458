"""The numbers of a company's identity are checked before they are kept."""

import pytest

from amiable.desk.identity import (
    NotIdentity,
    bic_of_iban,
    checked_email,
    checked_iban,
    checked_phone,
    checked_siren,
    checked_siren_or_siret,
    checked_vat,
    vat_of_siren,
)


def test_numbers_are_kept_without_spaces() -> None:
    assert checked_siren("732 829 320") == "732829320"
    assert checked_vat("FR44 732829320") == "FR44732829320"
    assert checked_iban("FR14 2004 1010 0505 0001 3M02 606") == "FR1420041010050500013M02606"
    assert checked_phone("01 42 68 53 00", "FR") == "+33 1 42 68 53 00"
    assert checked_email(" anne@example.test ".strip()) == "anne@example.test"


def test_nothing_is_as_good_as_a_number() -> None:
    assert [check(" ") for check in (checked_siren, checked_vat, checked_iban, checked_email)] == [
        "", "", "", "",
    ]  # fmt: skip
    assert checked_phone("", "FR") == ""


def test_a_customer_may_be_known_by_its_company_or_by_one_establishment() -> None:
    assert checked_siren_or_siret("732 829 320") == "732829320"
    assert checked_siren_or_siret("732 829 320 00074") == "73282932000074"
    assert checked_siren_or_siret(" ") == ""


@pytest.mark.parametrize(
    ("check", "value", "what"),
    [
        (checked_siren_or_siret, "732829321", "siren"),
        (checked_siren_or_siret, "73282932000075", "siren"),
        (checked_siren, "732829321", "siren"),
        (checked_vat, "FR45732829320", "vat"),
        (checked_iban, "FR1420041010050500013M02607", "iban"),
        (checked_email, "anne at example", "email"),
        (lambda text: checked_phone(text, "FR"), "12", "phone"),
        (lambda text: checked_phone(text, "FR"), "none", "phone"),
    ],
)
def test_a_wrong_number_is_named(check: object, value: str, what: str) -> None:
    assert callable(check)
    with pytest.raises(NotIdentity) as caught:
        check(value)
    assert caught.value.what == what


def test_the_vat_number_follows_from_the_siren() -> None:
    assert vat_of_siren("732829320") == "FR44732829320"
    assert checked_vat(vat_of_siren("552100554")) == "FR" + vat_of_siren("552100554")[2:]


def test_the_bic_follows_from_the_iban_where_the_bank_is_known() -> None:
    assert bic_of_iban("DE89370400440532013000") == "COBADEFFXXX"
    assert bic_of_iban("nonsense") == ""
    assert bic_of_iban("") == ""
