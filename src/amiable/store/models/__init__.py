"""All tables, imported here so that Django finds them."""

from amiable.store.models.allocation import Allocation
from amiable.store.models.company import Company
from amiable.store.models.company_habit import CompanyHabit
from amiable.store.models.contact import Contact
from amiable.store.models.credit import Credit
from amiable.store.models.customer import Customer
from amiable.store.models.dispute import Dispute
from amiable.store.models.hold import Hold
from amiable.store.models.import_run import ImportChange, ImportRun
from amiable.store.models.invoice import Invoice
from amiable.store.models.letter_template import LetterTemplate
from amiable.store.models.outbox import OutboxRow
from amiable.store.models.plan_entry import PlanEntry
from amiable.store.models.policy import PolicyVersion
from amiable.store.models.promise import Promise
from amiable.store.models.reply import Reply
from amiable.store.models.skip import Skip
from amiable.store.models.table_mapping import TableMapping

__all__ = [
    "Allocation",
    "Company",
    "CompanyHabit",
    "Contact",
    "Credit",
    "Customer",
    "Dispute",
    "Hold",
    "ImportChange",
    "ImportRun",
    "Invoice",
    "LetterTemplate",
    "OutboxRow",
    "PlanEntry",
    "PolicyVersion",
    "Promise",
    "Reply",
    "Skip",
    "TableMapping",
]
