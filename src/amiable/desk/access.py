"""Access: who may do what, and that what a request names belongs to the company it speaks for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from amiable.store.customer import keys_of, visible_customers
from amiable.store.membership import companies_of, membership_of, stands_in_for
from amiable.store.models import Company, Customer, User
from amiable.store.models.audit_entry import Door
from amiable.store.models.membership import Role
from amiable.store.scope import CompanyRow


class Power(StrEnum):
    """What a page or a verb demands of the person who asks."""

    LOOK = "look"  # see customers, invoices, the plan
    WORK = "work"  # approve, skip, postpone, promise, dispute, note, write to a customer
    PROOF = "proof"  # see the figures of the company as a whole
    EXPORT = "export"  # take lists away as files
    IMPORT = "import"  # bring files in, undo an import, match payments by hand
    SHAPE = "shape"  # policies and templates
    ASSIGN = "assign"  # say whose customer one is, merge customers
    AUDIT = "audit"  # read who did what
    PEOPLE = "people"  # invite, change roles
    SETTINGS = "settings"  # the company's identity, mail server, tokens, webhooks


_EVERYTHING = frozenset(Power)
POWERS: dict[Role, frozenset[Power]] = {
    Role.ADMINISTRATOR: _EVERYTHING,
    Role.MANAGER: _EVERYTHING - {Power.PEOPLE, Power.SETTINGS},
    Role.COLLECTOR: frozenset({Power.LOOK, Power.WORK, Power.PROOF, Power.EXPORT, Power.IMPORT}),
    Role.OUTSIDE: frozenset({Power.LOOK, Power.WORK, Power.EXPORT}),
    Role.READER: frozenset({Power.LOOK, Power.PROOF, Power.EXPORT, Power.AUDIT}),
}


class OtherCompany(LookupError):
    """Something was named that this company, or this person, does not have: it does not exist."""

    def __init__(self, company: Company | str, what: str) -> None:
        key = company if isinstance(company, str) else company.key
        super().__init__(f"company {key} has no such {what}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts, for which company, in which role, by which door.

    ``stands_in``: the absent colleagues (primary keys of users) whose customers are theirs too.
    ``user`` None: nobody in person, but a program (a token, the command line, the worker).
    """

    company: Company
    role: Role
    user: User | None = None
    name: str = ""
    door: Door = Door.DESK
    stands_in: tuple[int, ...] = ()

    def may(self, power: Power) -> bool:
        """Whether the role gives this power."""
        return power in POWERS[self.role]

    @property
    def mine(self) -> tuple[int, ...]:
        """The users whose customers are this actor's: their own, and those they stand in for."""
        return () if self.user is None else (self.user.pk, *self.stands_in)

    @property
    def only(self) -> tuple[int, ...] | None:
        """The collectors whose customers this actor may see; None: every customer."""
        return self.mine if self.role is Role.OUTSIDE else None


def actor_for(user: User, company_key: str, on: date, door: Door = Door.DESK) -> Actor:
    """The actor a signed-in user is in a company on a day. Raises OtherCompany for a stranger."""
    found = membership_of(user.pk, company_key)
    if found is None:
        raise OtherCompany(company_key, "member")
    return Actor(
        company=found.company,
        role=Role(found.role),
        user=user,
        name=str(user),
        door=door,
        stands_in=stands_in_for(found.company_id, user.pk, on),
    )


def companies_open_to(user: User) -> list[Company]:
    """The companies a user may switch to, by name."""
    return companies_of(user.pk)


def customer_for(actor: Actor, pk: int) -> Customer:
    """A customer this actor may see, by primary key. Raises OtherCompany."""
    row = visible_customers(actor.company.pk, actor.only).filter(pk=pk).first()
    if row is None:
        raise OtherCompany(actor.company, "customer")
    return row


def customers_for(actor: Actor, pks: Collection[int]) -> list[Customer]:
    """Several customers, in the order given. Raises OtherCompany if one may not be seen."""
    wanted = list(dict.fromkeys(pks))
    rows = visible_customers(actor.company.pk, actor.only).filter(pk__among=wanted)
    found = {row.pk: row for row in rows}
    if len(found) != len(wanted):
        raise OtherCompany(actor.company, "customer")
    return [found[pk] for pk in wanted]


def own(company: Company, *rows: CompanyRow) -> None:
    """Every row must be of this company. Raises OtherCompany."""
    for row in rows:
        if row.company_id != company.pk:
            raise OtherCompany(company, type(row).__name__.lower())


def own_customers(company: Company, customers: Collection[int]) -> None:
    """Every primary key must be of a customer of this company. Raises OtherCompany."""
    known = keys_of(company.pk, list(set(customers)))
    if not set(customers) <= set(known):
        raise OtherCompany(company, "customer")
