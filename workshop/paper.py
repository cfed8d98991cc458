"""What leaves the scene on paper or by telephone, what is in doubt, what was paid meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from PIL import Image

from amiable.channels.message import Delivery, Outcome, OutgoingMessage
from amiable.desk.access import Actor
from amiable.desk.approve import approve
from amiable.desk.company_logo import save_logo
from amiable.desk.deed import approve_work
from amiable.desk.gateway import GatewayForm, save_gateway
from amiable.desk.letter_batch import Layout, make_batch, post_batch, print_file
from amiable.desk.plan import redraw
from amiable.desk.posting import CreditPost, post_credits
from amiable.desk.send import send_approved
from amiable.desk.thanks import thank_for
from amiable.engine.ledger import CreditKind
from amiable.engine.money import Money
from amiable.engine.parties import Channel, ContactRole
from amiable.store.customer import touch
from amiable.store.models import Company, Contact, Customer, PlanEntry

STREETS = (
    "3 rue du Port\n44000 NANTES",
    "18 bis avenue de l'Église\n56100 LORIENT",
    "7 place aux Herbes\n30700 UZÈS",
    "21 quai de la Fosse\n44000 NANTES",
)


@dataclass(frozen=True)
class _Unsure:
    """A mail server whose line is cut after the last byte."""

    def send(self, _message: OutgoingMessage) -> Delivery:
        """Nobody knows whether it left."""
        return Delivery(outcome=Outcome.AMBIGUOUS, detail="connection lost after the last byte")

    def close(self) -> None:
        """Nothing is open."""


def leave_in_doubt(company: Company, at: datetime) -> None:
    """One of the day's mails, of which nobody knows whether it left."""
    approve(company, _mails(company)[-1:], today=at.date(), at=at)
    send_approved(company, _Unsure(), today=at.date(), clock=lambda: at + timedelta(minutes=2))


def pay_meanwhile(actor: Actor, at: datetime) -> None:
    """One of the day's mails whose money came before it left: not sent, and to be thanked for."""
    company, today = actor.company, at.date()
    pk = _mails(company)[0]
    (made,) = approve(company, [pk], today=today, at=at)
    assert made.row is not None, "the reminder is still due"
    paid = [
        CreditPost(
            customer=made.row.customer.key,
            key=f"scene-{currency}",
            kind=CreditKind.PAYMENT,
            received_on=today,
            amount=Money(minor=minor, currency=currency),
        )
        for currency, minor in made.row.amounts.items()
    ]
    post_credits(actor, paid, on=today, at=at + timedelta(minutes=1))
    send_approved(company, _Unsure(), today=today, clock=lambda: at + timedelta(minutes=3))
    thank_for(company, at)


def carry_texts(actor: Actor, at: datetime) -> None:
    """A gateway for text messages, which nobody calls."""
    said = GatewayForm(
        kind="kannel",
        settings={"address": "http://127.0.0.1:13013", "username": "amiable"},
        secrets={"password": "not told"},
    )
    save_gateway(actor, Channel.SMS, said, at=at)


def write_on_paper(actor: Actor, at: datetime) -> list[str]:
    """A letter that was posted, a registered one in a batch to be posted, one to be printed, one to
    be approved; where they are to be seen, as paths inside the company's desk."""
    company, today = actor.company, at.date()
    save_logo(actor, _logo(), at=at)
    pks = _mails(company)[-len(STREETS) :]
    for pk, street in zip(pks, STREETS, strict=True):
        Contact.objects.of(company.pk).create(
            company=company, customer_id=pk, key=f"scene-post-{pk}", role=ContactRole.ACCOUNTANT,
            name="Service comptabilité", address=street,
        )  # fmt: skip
    rows = Customer.objects.of(company.pk)
    rows.filter(pk__in=pks).update(preferred_channel=Channel.LETTER.value)
    rows.filter(pk=pks[1]).update(preferred_channel=Channel.REGISTERED.value)
    touch(company.pk, pks)
    redraw(company, pks, today)
    letters = _approved(actor, pks[:3], at)
    posted = _batch(actor, letters[:1], at)
    post_batch(actor, posted, today, today=today, at=at)
    waiting = _batch(actor, letters[1:2], at)
    return [
        f"customers/{pks[0]}/timeline/",
        f"post/batches/{waiting}/",
        f"today/{pks[3]}/",
    ]


def _mails(company: Company) -> list[int]:
    """The customers who are to be reminded by mail and were not yet, by key."""
    entries = PlanEntry.objects.of(company.pk).filter(
        ended_on=None, kind="remind", detail__channel="email"
    )
    rows = Customer.objects.of(company.pk).filter(outbox=None, pk__in=entries.values("customer"))
    return list(rows.order_by("key").values_list("pk", flat=True))


def _approved(actor: Actor, pks: Sequence[int], at: datetime) -> list[int]:
    made = approve_work(actor, pks, today=at.date(), at=at)
    rows = {one.approval.row.customer_id: one.approval.row.pk for one in made if one.approval.row}
    return [rows[pk] for pk in pks]


def _batch(actor: Actor, letters: Sequence[int], at: datetime) -> int:
    batch = make_batch(actor, letters, Layout(), today=at.date(), at=at).batch
    assert batch is not None, "the letters are still due"
    print_file(batch)
    return batch.pk


def _logo() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (240, 80), (20, 90, 120)).save(drawn, "PNG")
    return drawn.getvalue()
