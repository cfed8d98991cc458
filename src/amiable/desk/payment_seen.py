"""Payments seen: the fresh money an import brings is kept, so that it may be thanked for."""

from datetime import date

from amiable.engine.thanks import FRESH
from amiable.store.company import load_policies
from amiable.store.import_run import payments_brought
from amiable.store.models import Company, ImportRun
from amiable.store.thanks import note_payments


def see_payments(company: Company, run: ImportRun, *, on: date) -> int:
    """Keep the fresh payments an import brought, within its transaction; how many.

    The first import of a company brings its past; without a policy that thanks nothing is kept.
    """
    thanking = any(one.thanks for one in load_policies(company).policies.values())
    if run.previous_on is None or not thanking:
        return 0
    return note_payments(company.pk, payments_brought(run, on - FRESH))
