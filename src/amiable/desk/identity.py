"""Identity: what is known of a company, each number checked before it is kept."""

from email_validator import EmailNotValidError, validate_email
from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    format_number,
    is_valid_number,
    parse,
)
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from stdnum.eu import vat as european_vat
from stdnum.exceptions import ValidationError
from stdnum.fr import siren as french_siren
from stdnum.fr import siret as french_siret

from amiable.engine.parties import Company
from amiable.store.company import CompanyUnknown, company_row, load_company


class NotIdentity(ValueError):
    """A number or address cannot be right; ``what`` names it: siren, vat, iban, phone, email."""

    def __init__(self, what: str, value: str) -> None:
        super().__init__(f"{value!r} is no {what}")
        self.what = what


def known_identity(key: str) -> Company | None:
    """The company of a key, if it exists."""
    try:
        return load_company(company_row(key))
    except CompanyUnknown:
        return None


def checked_siren(value: str) -> str:
    """A SIREN without spaces, its check digit (Luhn) right. Raises NotIdentity."""
    try:
        return str(french_siren.validate(value)) if value.strip() else ""
    except ValidationError as error:
        raise NotIdentity("siren", value) from error


def checked_siren_or_siret(value: str) -> str:
    """A SIREN, or the SIRET of one establishment, as `checked_siren`. Raises NotIdentity."""
    try:
        return str(french_siret.validate(value))
    except ValidationError:
        return checked_siren(value)


def vat_of_siren(siren: str) -> str:
    """The French VAT number that follows from a SIREN."""
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}"


def checked_vat(value: str) -> str:
    """A VAT number of the European Union, checked as its country does. Raises NotIdentity."""
    try:
        return str(european_vat.validate(value)) if value.strip() else ""
    except ValidationError as error:
        raise NotIdentity("vat", value) from error


def checked_iban(value: str) -> str:
    """An IBAN without spaces, check digits and national rules right. Raises NotIdentity."""
    if not value.strip():
        return ""
    try:
        return str(IBAN(value, validate_bban=True))
    except SchwiftyException as error:
        raise NotIdentity("iban", value) from error


def bic_of_iban(iban: str) -> str:
    """The BIC of the bank an IBAN is at, where the register names it."""
    try:
        found = IBAN(iban).bic if iban else None
    except SchwiftyException:
        return ""
    return str(found) if found else ""


def checked_phone(value: str, country: str) -> str:
    """A telephone number in its international form. Raises NotIdentity."""
    if not value.strip():
        return ""
    try:
        number = parse(value, country)
    except NumberParseException as error:
        raise NotIdentity("phone", value) from error
    if not is_valid_number(number):
        raise NotIdentity("phone", value)
    return format_number(number, PhoneNumberFormat.INTERNATIONAL)


def checked_email(value: str) -> str:
    """An e-mail address. Raises NotIdentity."""
    if not value.strip():
        return ""
    try:
        found = validate_email(value, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise NotIdentity("email", value) from error
    return str(found.normalized)
