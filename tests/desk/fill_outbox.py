"""Run as a program: a company with COUNT approved reminders in the database of AMIABLE_DATABASE."""

import os
import sys

import django
from django.core.management import call_command


def fill(count: int) -> None:
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
    company.save()
    late = TODAY.fromordinal(TODAY.toordinal() - 60)
    names = [f"C{number:03}" for number in range(count)]
    pages = [facts(name, [invoice(name, f"F-{name}", late)], (), [mailbox(name)]) for name in names]
    bring_in(company, *pages)
    pks = list(Customer.objects.of(company.pk).values_list("pk", flat=True))
    approve(company, pks, today=TODAY, at=at(TODAY))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "amiable.site.settings"
    django.setup()
    call_command("migrate", verbosity=0)
    fill(int(sys.argv[1]))
