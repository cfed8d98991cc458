"""The scene that screens are tested and photographed in: the demo company with its people.

Usage: python -m workshop.scene [--morning]    (run by `workshop.served`; AMIABLE_* tell where)
Brings the demo company in, sends a part of the day's reminders so that there is a past, leaves
the rest to be approved, and prints who may sign in as JSON: {"company", "sessions", "starts"}.
With --morning nobody has touched anything yet.
"""

import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command

if TYPE_CHECKING:
    from amiable.store.models import Company, User

PEOPLE = (
    ("administrator", "fr", "Léa Martin"),
    ("administrator", "en", "Emma Clarke"),
    ("manager", "fr", "Hugo Petit"),
    ("collector", "fr", "Nadia Benali"),
    ("collector", "en", "Oliver Grant"),
    ("outside", "fr", "Cabinet Lefort"),
    ("outside", "en", "Lefort Partners"),
    ("reader", "fr", "Inès Moreau"),
    ("reader", "en", "Grace Owen"),
)
"""Role, language, name. One signs in as ``<role>-<language>@demo.example``."""

PASSWORD = "a long walk before breakfast"
OUTSIDE_CUSTOMERS = 6
SENT_BEFORE = 4
"""So many of the day's reminders have left already; the others wait to be approved."""


def main() -> None:
    """Make the scene in the database that AMIABLE_DATABASE names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amiable.site.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    from workshop.deeds import do_deeds  # noqa: PLC0415

    company, morning = bring_in_company(), "--morning" in sys.argv
    seen: Sequence[str] = ()
    if not morning:
        send_some(company, at_hour(8))
    people = people_of(company)
    if not morning:
        seen = do_deeds(company, at_hour(9))
    sessions = {f"{role}-{language}": who for (role, language, _), who in people}
    sessions |= newcomers()
    starts = [f"/c/{company.key}/", *(f"/c/{company.key}/{path}" for path in seen)]
    print(json.dumps({"company": company.key, "sessions": sessions, "starts": starts}))


def at_hour(hour: int) -> datetime:
    """That hour of the played day."""
    return datetime.combine(played_day(), time(hour), tzinfo=UTC)


def played_day() -> date:
    """The day of the scene, which AMIABLE_TODAY names."""
    day = settings.PLAYED_DAY
    assert day is not None, "a scene plays a day: set AMIABLE_TODAY"
    return day


def bring_in_company() -> "Company":
    """The demo company of the played day, its promises and its plan."""
    from amiable.demo.creditor import CREDITOR  # noqa: PLC0415  (needs django.setup)
    from amiable.demo.write import write_demo  # noqa: PLC0415
    from amiable.desk.company import create_company  # noqa: PLC0415
    from amiable.desk.import_reading import import_reading  # noqa: PLC0415
    from amiable.desk.open_source import open_source  # noqa: PLC0415
    from amiable.desk.plan import draw_plan  # noqa: PLC0415
    from amiable.desk.promise import record_promise  # noqa: PLC0415
    from amiable.store.customer import customer_row  # noqa: PLC0415

    today = played_day()
    at = at_hour(8)
    folder = Path(settings.VAR) / "demo"
    folder.mkdir(parents=True)
    files = write_demo(folder, today)
    company = create_company(CREDITOR, at=at)
    # Messages leave at any hour, so that what a page says depends on no clock.
    company.opens_at, company.closes_at = time.min, time.max
    company.save(update_fields=["opens_at", "closes_at"])
    for paths in ([files.customers], [files.contacts], list(files.fec), [files.open_invoices]):
        import_reading(company, open_source(company, paths), on=today, at=at)
    for one in files.promises:
        row = customer_row(company.pk, one.customer)
        record_promise(company, row, made_on=one.made_on, due_on=one.due_on, amount=one.amount)
    draw_plan(company, today)
    return company


def send_some(company: "Company", at: datetime) -> None:
    """Approve and send the first e-mails of the day into the folder."""
    from amiable.channels.folder import open_folder  # noqa: PLC0415
    from amiable.desk.approve import approve  # noqa: PLC0415
    from amiable.desk.send import send_approved  # noqa: PLC0415
    from amiable.store.plan import list_entries  # noqa: PLC0415

    entries = [one.row for one in list_entries(company.pk, at.date())]
    mails = [
        row.customer_id
        for row in entries
        if row.kind == "remind" and row.detail["channel"] == "email"
    ]
    approve(company, mails[:SENT_BEFORE], today=at.date(), at=at)
    sent_at = at + timedelta(minutes=2)
    channel = open_folder(Path(settings.VAR) / "outbox")
    send_approved(company, channel, today=at.date(), clock=lambda: sent_at)


def people_of(company: "Company") -> list[tuple[tuple[str, str, str], str]]:
    """One person of every role, with the key of a session in which they are signed in."""
    from amiable.store.models import Customer, Membership, User  # noqa: PLC0415

    made = []
    for role, language, name in PEOPLE:
        email = f"{role}-{language}@demo.example"
        user = User.objects.create_user(email, PASSWORD, name=name, language=language)
        Membership.objects.of(company.pk).create(company=company, user=user, role=role)
        if role == "outside":
            rows = Customer.objects.of(company.pk).filter(collector=None)
            theirs = rows.order_by("key").values_list("pk", flat=True)[:OUTSIDE_CUSTOMERS]
            rows.filter(pk__in=list(theirs)).update(collector=user, collector_by_hand=True)
        made.append(((role, language, name), session_of(user)))
    return made


def newcomers() -> dict[str, str]:
    """Sessions of people whose company has nothing yet."""
    from amiable.desk.company import create_company  # noqa: PLC0415
    from amiable.engine.parties import Company as Identity  # noqa: PLC0415
    from amiable.store.models import Membership, User  # noqa: PLC0415

    at = datetime.combine(played_day(), time(8), tzinfo=UTC)
    company = create_company(Identity(key="neuf", name="Atelier Neuf"), at=at)
    sessions = {}
    for language in ("fr", "en"):
        email = f"newcomer-{language}@demo.example"
        user = User.objects.create_user(email, PASSWORD, name="Camille Neuf", language=language)
        made = Membership.objects.of(company.pk)
        made.create(company=company, user=user, role="administrator")
        sessions[f"newcomer-{language}"] = session_of(user)
    return sessions


def session_of(user: "User") -> str:
    """The key of a new session in which the user is signed in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    main()
