"""Run as a program on the database of AMIABLE_DATABASE: ``fill`` a company with an experiment that
nobody is drawn for yet, ``draw`` everybody as soon as the other is there too, or ``tell``."""

import json
import os
import sys
import time
from pathlib import Path

import django
from django.core.management import call_command

CUSTOMERS, SIZE, AT_ONCE, PATIENCE = 40, 32, 4, 60.0


def fill() -> None:
    """Customers that are about to get the first step, all of them fit."""
    from amiable.store.models import Experiment  # noqa: PLC0415 Django first
    from tests.desk.books import TODAY, bring_in, new_company  # noqa: PLC0415
    from tests.desk.experiment_books import debtor_page  # noqa: PLC0415

    company = new_company()
    bring_in(company, *(debtor_page(f"C{number:02}") for number in range(CUSTOMERS)))
    Experiment.objects.of(company.pk).create(
        company=company, name="Two workers", policy="standard", step=1, factor="hour",
        arms=["9", "14"], measure="answer", difference=0.2, noise=0.5, noise_customers=0,
        size=SIZE, seed="two", started_on=TODAY,
    )  # fmt: skip


def draw(meeting: Path) -> None:
    """Decide everybody, a few at a time, at the same time as the other process."""
    from amiable.desk.plan import redraw  # noqa: PLC0415
    from amiable.store.models import Company, Customer  # noqa: PLC0415
    from tests.desk.books import TODAY  # noqa: PLC0415

    (meeting / f"{os.getpid()}.here").touch()
    until = time.monotonic() + PATIENCE
    while len(list(meeting.glob("*.here"))) < 2 and time.monotonic() < until:
        time.sleep(0.005)
    company = Company.objects.get()
    pks = list(Customer.objects.of(company.pk).order_by("pk").values_list("pk", flat=True))
    for start in range(0, CUSTOMERS, AT_ONCE):
        redraw(company, pks[start : start + AT_ONCE], TODAY)


def tell() -> None:
    """Who was drawn, for which arm, at which place; whether it is full."""
    from amiable.store.models import Experiment, ExperimentAssignment  # noqa: PLC0415

    rows = ExperimentAssignment.everywhere.values_list("customer_id", "segment", "position", "arm")
    full = Experiment.everywhere.get().full_on
    sys.stdout.write(json.dumps({"rows": list(rows), "full_on": str(full)}))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "amiable.site.settings"
    django.setup()
    if sys.argv[1] == "fill":
        call_command("migrate", verbosity=0)
        fill()
    elif sys.argv[1] == "draw":
        draw(Path(sys.argv[2]))
    else:
        tell()
