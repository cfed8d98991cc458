"""The invented creditor. Every identifier is well-formed and belongs to nobody."""

from amiable.engine.parties import Company

CREDITOR = Company(
    key="trois-brindilles",
    name="Atelier Trois-Brindilles",
    siren="123456782",  # a placeholder that passes the Luhn check; numbers in 1 are not companies'
    vat="FR11123456782",
    iban="FR7699999012340001234567841",  # bank code 99999 is not attributed
    bic="DEMOFRPPXXX",
    email="compta@trois-brindilles.example",
    phone="+33 1 99 00 12 34",  # 01 99 00 is kept for fiction by the French regulator
    address="12 rue des Tisserands\n49000 Angers",
    sender="Hélène Garance",
)
"""A workshop in Angers that sells tableware and preserves to restaurants and shops."""
