"""Telephone numbers: as networks write them, as people read them, and which take text messages."""

import re
from functools import lru_cache

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    format_number,
    is_valid_number,
    number_type,
    parse,
)

_TEXTS = (
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,  # North America, where the number does not tell
    PhoneNumberType.PERSONAL_NUMBER,
)
_NOISE = re.compile(r"[\s.()/\u00a0\u202f-]+")
# The French plan (Arcep, décision 2018-0881): 06 and 073 to 079 are mobile, 01 to 05 are not.
_FRENCH_MOBILE = re.compile(r"\+33(?:6|7[3-9])\d+")
_FRENCH_LANDLINE = re.compile(r"\+33[1-5]\d{8}")
_FRENCH_LENGTH = 12


def in_full(number: str, country: str) -> str:
    """A number in E.164 form (+33612345678), read as one of ``country``; empty when it is none."""
    read = _read(number, country)
    return format_number(read, PhoneNumberFormat.E164) if read is not None else ""


def mobile(number: str, country: str) -> str:
    """A number in E.164 form if it takes text messages, else empty."""
    if not number:
        return ""
    dense = _NOISE.sub("", number)
    if country == "FR" and dense.startswith("0") and not dense.startswith("00"):
        dense = f"+33{dense[1:]}"
    # Most numbers are French, and the library takes a tenth of a millisecond for each.
    if len(dense) == _FRENCH_LENGTH and _FRENCH_MOBILE.fullmatch(dense):
        return dense
    return "" if _FRENCH_LANDLINE.fullmatch(dense) else _looked_up(number, country)


@lru_cache(maxsize=65_536)
def _looked_up(number: str, country: str) -> str:
    read = _read(number, country)
    if read is None or number_type(read) not in _TEXTS:
        return ""
    return format_number(read, PhoneNumberFormat.E164)


def readable(number: str) -> str:
    """An international number as people read it (+33 6 12 34 56 78); what is none stays."""
    read = _read(number, None)
    return format_number(read, PhoneNumberFormat.INTERNATIONAL) if read is not None else number


def _read(number: str, country: str | None) -> PhoneNumber | None:
    try:
        read = parse(number, country)
    except NumberParseException:
        return None
    return read if is_valid_number(read) else None


def spellings(number: str, country: str) -> list[str]:
    """The ways an international number may have been typed: +33 6 …, 06 12 34 …, 0612…"""
    read = _read(number, country)
    if read is None:
        return [number]
    formats = (
        PhoneNumberFormat.E164,
        PhoneNumberFormat.INTERNATIONAL,
        PhoneNumberFormat.NATIONAL,
    )
    typed = [format_number(read, one) for one in formats]
    spaced = [one.replace(" ", sign) for one in typed for sign in ("", ".", "-")]
    return list(dict.fromkeys([*typed, *spaced]))
