"""What the people of the scene did before the curtain rises, so that every page has something."""

from dataclasses import replace
from datetime import datetime, timedelta

from amiable.desk.access import Actor, actor_for
from amiable.desk.assign import add_rule
from amiable.desk.dispute import open_dispute
from amiable.desk.event import Event
from amiable.desk.hold import hold
from amiable.desk.instalment import agree_plan, propose_plan
from amiable.desk.invitation import Guest, invite
from amiable.desk.merge import merge_customers
from amiable.desk.note import write_note
from amiable.desk.plan import draw_plan
from amiable.desk.policy import publish_version, published_policy
from amiable.desk.token import Scope, create_token
from amiable.desk.upload import bring_in, receive
from amiable.desk.upload_work import work_on
from amiable.engine.dispute import Ground
from amiable.engine.instalment import Rhythm
from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.engine.policy import Thanks
from amiable.store.assignment import Conditions
from amiable.store.models import Company, Customer, Invoice, OutboxRow, PlanEntry, Upload, User
from amiable.store.models.membership import Role
from amiable.store.policy import newest_version
from amiable.store.sealed import seal
from amiable.store.webhook import add_webhook
from workshop.answers import take_in_answers
from workshop.paper import carry_texts, leave_in_doubt, pay_meanwhile, write_on_paper
from workshop.past import compare_hours, try_on_the_past

WRONG_ROWS = """Code client;Client;Numéro;Date facture;Échéance;Montant TTC
C003;Hôtel des Trois Écluses;FA-900;02/11/2026;02/12/2026;1 200,00
C031;Palais des Thés Verts;FA-901;31/02/2026;02/12/2026;300,00
C050;Le Zinc Enchanté;FA-902;03/11/2026;03/12/2026;deux cents
"""


RIGHT_ROWS = """Code client;Client;Numéro;Date facture;Échéance;Montant TTC
C003;Hôtel des Trois Écluses;FA-910;16/11/2026;16/12/2026;1 480,00
C031;Palais des Thés Verts;FA-911;17/11/2026;17/12/2026;312,50
"""


class Given:
    """A file as a browser hands it over."""

    def __init__(self, name: str, contents: bytes) -> None:
        self.name: str | None = name
        self.contents = contents

    def chunks(self) -> list[bytes]:
        """Its bytes."""
        return [self.contents]


def do_deeds(company: Company, at: datetime) -> list[str]:
    """A dispute, a hold, a plan of instalments, notes; rules, versions, an upload with mistakes;
    answers, letters, a message in doubt.

    Returns where something is to be seen, as paths inside the company's desk.
    """
    user = User.objects.get(email="administrator-fr@demo.example")
    actor = actor_for(user, company.key, at.date())
    quiet = _quiet_customers(company)
    _agree(company, quiet, user, at)
    merge_customers(actor, quiet[3], quiet[4], today=at.date(), at=at)
    _shape(actor, at)
    brought = _hand_in(actor, "factures-semaine-47.csv", RIGHT_ROWS, at)
    bring_in(brought)
    _work_on(brought, at)
    _work_on(brought, at)  # the day's plan, anew
    _hand_in(actor, "factures-novembre.csv", WRONG_ROWS, at)
    take_in_answers(company, at)
    draw_plan(company, at.date())
    leave_in_doubt(company, at)
    pay_meanwhile(actor, at)
    carry_texts(actor, at)
    papers = write_on_paper(actor, at)
    try_on_the_past(actor, at)
    compare_hours(actor, at)
    written_to = OutboxRow.objects.of(company.pk).values_list("customer", flat=True)[:1]
    customers = [*written_to, *(one.pk for one in quiet[:4])]
    return [
        *(f"customers/{pk}/" for pk in customers),
        f"customers/{quiet[2].pk}/agreements/",
        *papers,
    ]


def _hand_in(actor: Actor, name: str, text: str, at: datetime) -> Upload:
    """Give a file and have it read."""
    (upload,) = receive(actor, [Given(name, text.encode())], today=at.date(), at=at)
    _work_on(upload, at)
    return upload


def _work_on(upload: Upload, at: datetime) -> None:
    """What the worker does with an upload, one task of it."""
    Upload.objects.of(upload.company_id).filter(pk=upload.pk).update(task="scene")
    work_on("scene", at)


def _quiet_customers(company: Company) -> list[Customer]:
    """Customers with something open and nothing to do today, by key."""
    busy = PlanEntry.objects.of(company.pk).filter(ended_on=None, kind__in=("remind", "escalate"))
    rows = Customer.objects.of(company.pk).filter(balance_minor__gt=0, promises=None, disputes=None)
    return list(rows.exclude(pk__in=busy.values("customer")).distinct().order_by("key"))


def _agree(company: Company, quiet: list[Customer], user: User, at: datetime) -> None:
    on = at.date()
    contested, held, paying = quiet[:3]
    invoices = Invoice.objects.of(company.pk).filter(customer=contested).order_by("-due_on")
    open_dispute(
        company, contested, invoices[0], on=on, ground=Ground.QUALITY, reason="Deux colis abîmés"
    )
    hold(company, held, on=on, until=on + timedelta(days=10), note="Changement de comptable")
    total = Money(minor=int(paying.balance_minor or 0), currency=company.currency)
    first_on = on + timedelta(days=14)
    parts = propose_plan(paying, total, 3, first_on, Rhythm.MONTH)
    agree_plan(company, paying, on=on, parts=parts, note="Convenu par téléphone")
    write_note(company, contested, text="Rappeler Mme Aubry jeudi matin.", on=on, at=at, by=user)


def _shape(actor: Actor, at: datetime) -> None:
    collector = User.objects.get(email="collector-fr@demo.example")
    add_rule(actor, collector, Conditions(letters="A-F"), at)
    guest = Guest(email="claire@demo.example", name="Claire Roux", role=Role.READER,
                  language=Language.FR)  # fmt: skip
    invite(actor, guest, at)
    create_token(actor, name="Comptabilité", scopes=[Scope.READ], at=at)
    # Straight into the table: `create_webhook` looks the host up, and a scene needs no network.
    add_webhook(
        actor.company.pk,
        url="https://example.com/amiable",
        events=[Event.DISPUTE_OPENED.value],
        sealed_secret=seal("a secret nobody uses"),
        at=at,
    )
    newest = newest_version(actor.company.pk, actor.company.policy)
    assert newest is not None
    policy = replace(published_policy(newest), minimum=2_000, thanks=Thanks())
    publish_version(actor, policy, base=newest.version, comment="Plus rien sous 20 €", at=at)
