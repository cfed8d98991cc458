"""Run as a program: a company with COUNT approved reminders in the database of AMIABLE_DATABASE."""

import os
import sys
from datetime import time
from time import perf_counter

import django
from django.core.management import call_command

AT_ONCE = 500


def fill(count: int) -> float:
    """Customers that are late with an invoice; the seconds it takes to approve and render."""
    from amiable.desk.approve import approve  # noqa: PLC0415 Django first
    from amiable.store.models import Customer  # noqa: PLC0415
    from tests.desk.books import (  # noqa: PLC0415
        TODAY,
        at,
        bring_in,
        facts,
        invoice,
        mailbox,
        new_company,
    )

    company = new_company()
    company.per_minute = 0  # as fast as one can
    company.opens_at, company.closes_at = time.min, time.max  # whenever the tests run
    company.save()
    late = TODAY.fromordinal(TODAY.toordinal() - 60)
    for start in range(0, count, AT_ONCE):
        names = [f"C{number:05}" for number in range(start, min(start + AT_ONCE, count))]
        bring_in(company, *(
            facts(name, [invoice(name, f"F-{name}", late)], (), [mailbox(name)]) for name in names
        ))  # fmt: skip
    pks = list(Customer.objects.of(company.pk).values_list("pk", flat=True))
    began = perf_counter()
    for start in range(0, count, AT_ONCE):
        approve(company, pks[start : start + AT_ONCE], today=TODAY, at=at(TODAY))
    return perf_counter() - began


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "amiable.site.settings"
    django.setup()
    call_command("migrate", verbosity=0)
    fill(int(sys.argv[1]))
