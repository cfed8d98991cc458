"""One row of everything a company can have, so that every address of the desk leads somewhere."""

from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import models

from amiable.engine.ledger import AllocationBasis
from amiable.store.backtest_report import report_to_json
from amiable.store.models import (
    Allocation,
    ApiToken,
    AssignmentRule,
    AuditEntry,
    BacktestRun,
    Company,
    CompanyLogo,
    Contact,
    Conversation,
    Credit,
    Customer,
    Dispute,
    Experiment,
    ExperimentAssignment,
    Handover,
    Hold,
    ImportRun,
    Incoming,
    IncomingFile,
    InstalmentPlan,
    Invitation,
    Invoice,
    InvoiceFile,
    LetterBatch,
    LetterTemplate,
    Membership,
    Merge,
    MessageFile,
    Note,
    OutboxRow,
    PaymentClaim,
    PolicyVersion,
    PortalLink,
    Promise,
    Reply,
    SavedView,
    Skip,
    Upload,
    User,
    Webhook,
    WebhookDelivery,
)
from amiable.store.models.membership import Role
from tests.desk.books import TODAY
from tests.desk.past_report import a_report

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
DAY = timedelta(days=1)


class Room:
    """The rows of one company that belong to one customer, made once when they are asked for."""

    def __init__(self, company: Company, customer: Customer, visitor: User) -> None:
        self.company, self.customer, self.visitor = company, customer, visitor
        self._made: dict[str, Any] = {}

    def key(self, noun: str) -> Any:
        """The primary key of the row a noun names (or the word an address takes)."""
        if noun not in self._made:
            made = EXAMPLES[noun](self)
            self._made[noun] = made.pk if isinstance(made, models.Model) else made
        return self._made[noun]

    def furnish(self) -> None:
        """Make a row of everything."""
        for noun in EXAMPLES:
            self.key(noun)

    def add(self, model: Any, **values: Any) -> Any:
        """A row of the company."""
        return model.objects.of(self.company.pk).create(company=self.company, **values)

    def add_of(self, model: Any, **values: Any) -> Any:
        """A row of the customer; with a key of its own, if the table has one."""
        if any(field.name == "key" for field in model._meta.fields):
            values["key"] = f"walk|{uuid4().hex}"
        return self.add(model, customer=self.customer, **values)


def _allocation(room: Room) -> Allocation:
    invoice = Invoice.objects.of(room.company.pk).filter(customer=room.customer).first()
    credit = Credit.objects.of(room.company.pk).get(pk=room.key("credits"))
    return room.add(
        Allocation,
        customer=room.customer,
        invoice=invoice,
        credit=credit,
        amount_minor=1,
        allocated_on=TODAY,
        basis=AllocationBasis.PERSON.value,
    )


def _member(room: Room) -> User:
    user = User.objects.create_user(f"walk-{uuid4().hex[:8]}@{room.company.key}.test")
    room.add(Membership, user=user, role=Role.COLLECTOR.value)
    return user


def _member_user(room: Room) -> User:
    return User.objects.get(pk=room.key("user"))


def _merge(room: Room) -> Merge:
    gone = room.add(Customer, key=f"gone-{uuid4().hex}", name="Gone", merged_into=room.customer)
    return room.add(Merge, kept=room.customer, gone=gone, merged_at=NOW)


def _message(room: Room) -> OutboxRow:
    return room.add(
        OutboxRow,
        customer=room.customer,
        cycle=f"walk-{uuid4().hex}",
        step=1,
        channel="email",
        tone="friendly",
        recipient="x@client.test",
        subject="S",
        text="T",
        html="<p>T</p>",
        approved_on=TODAY,
        approved_at=NOW,
    )


def _letter(room: Room) -> OutboxRow:
    row: OutboxRow = room.add(
        OutboxRow,
        customer=room.customer,
        batch_id=room.key("batches"),
        cycle=f"walk-{uuid4().hex}",
        step=1,
        channel="registered",
        state="claimed",
        tone="friendly",
        recipient="1 rue Haute",
        subject="S",
        approved_on=TODAY,
        approved_at=NOW,
        page=_PAGE,
    )
    return row


_PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_PAGE = {
    "language": "fr", "company": "Fournil", "sender": [], "to": ["X", "1 rue Haute", "75002 PARIS"],
    "registered": "", "mine": "", "subject": "S", "blocks": [{"kind": "text", "lines": ["T"]}],
    "code": "", "legal": "", "town": "",
}  # fmt: skip


def _batch(room: Room) -> LetterBatch:
    made: LetterBatch = room.add(
        LetterBatch,
        key=uuid4().hex[:12],
        made_on=TODAY,
        made_at=NOW,
        count=1,
        content=b"%PDF-",
    )
    room._made["batches"] = made.pk  # its letter names it
    room.key("posted")
    return made


def _file(room: Room) -> MessageFile:
    message = OutboxRow.objects.of(room.company.pk).get(pk=room.key("messages"))
    return room.add(
        MessageFile, message=message, name="a.pdf", media_type="application/pdf", content=b"%PDF-"
    )


def _delivery(room: Room) -> WebhookDelivery:
    return room.add(
        WebhookDelivery,
        webhook_id=room.key("webhooks"),
        event="promise.made",
        key=uuid4().hex,
        payload={},
        due_at=NOW,
        happened_at=NOW,
    )


def _incoming(room: Room) -> Incoming:
    said = {"code": "will_pay", "facts": {"on": (TODAY + DAY).isoformat()}, "reasons": ["r"]}
    made: Incoming = room.add(
        Incoming,
        customer=room.customer,
        conversation_id=room.key("conversations"),
        reply_id=room.key("replies"),
        key=uuid4().hex,
        source="mailbox",
        sender="x@client.test",
        subject="S",
        text="T",
        answer="T",
        received_at=NOW,
        received_on=TODAY,
        suggestions=[said],
    )
    return made


def _attachment(room: Room) -> IncomingFile:
    made: IncomingFile = room.add(
        IncomingFile,
        incoming_id=room.key("incoming"),
        name="a.pdf",
        media_type="application/pdf",
        size=5,
        content=b"%PDF-",
    )
    return made


def _answer(room: Room) -> OutboxRow:
    made = _message(room)
    made.conversation_id = room.key("conversations")
    made.save(update_fields=["conversation"])
    return made


def _policy(room: Room) -> PolicyVersion:
    found = PolicyVersion.objects.of(room.company.pk).filter(name="standard").first()
    assert found is not None
    return found


def _plan(room: Room) -> InstalmentPlan:
    made: InstalmentPlan = room.add_of(InstalmentPlan, agreed_on=TODAY)
    room.add_of(
        Promise, plan=made, made_on=TODAY, due_on=TODAY + DAY, amount_minor=100, currency="EUR"
    )
    return made


def _backtest(room: Room) -> BacktestRun:
    made: BacktestRun = room.add(
        BacktestRun,
        asked_at=NOW,
        asked_on=TODAY,
        policy="standard",
        version=1,
        toml=_policy(room).toml,
        calendar=[1, 8, 15, 30],
        state="done",
        report=report_to_json(a_report()),
    )
    return made


def _experiment(room: Room) -> Experiment:
    made: Experiment = room.add(
        Experiment,
        name="Walk",
        policy="standard",
        step=1,
        factor="channel",
        arms=["email", "sms"],
        measure="days",
        difference=4,
        noise=15,
        noise_customers=0,
        size=80,
        seed="walk",
        started_on=TODAY,
    )
    room.add(
        ExperimentAssignment,
        experiment=made,
        customer=room.customer,
        arm=0,
        segment="regular",
        position=0,
        assigned_on=TODAY,
        invoices=[["F-walk", 20, 12.5]],
    )
    return made


EXAMPLES: dict[str, Callable[[Room], Any]] = {
    "experiments": _experiment,
    "customers": lambda room: room.customer,
    "invoices": lambda room: (
        Invoice.objects.of(room.company.pk).filter(customer=room.customer).first()
    ),
    "credits": lambda room: room.add_of(
        Credit, received_on=TODAY, amount_minor=100, currency="EUR"
    ),
    "matches": _allocation,
    "views": lambda room: room.add(
        SavedView, user=room.visitor, page="customers", name=uuid4().hex
    ),
    "contacts": lambda room: room.add_of(Contact, name="X", email="x@client.test"),
    "disputes": lambda room: room.add_of(Dispute, invoice="none", opened_on=TODAY),
    "promises": lambda room: room.add_of(
        Promise, made_on=TODAY, due_on=TODAY + DAY, amount_minor=100, currency="EUR"
    ),
    "plans": _plan,
    "claim": lambda room: room.add_of(PaymentClaim, said_on=TODAY),
    "holds": lambda room: room.add_of(Hold, from_on=TODAY),
    "skips": lambda room: room.add_of(Skip, skipped_on=TODAY, step=1),
    "notes": lambda room: room.add_of(Note, written_on=TODAY, written_at=NOW, text="n"),
    "replies": lambda room: room.add_of(Reply, received_on=TODAY, text="r"),
    "merges": _merge,
    "twins": lambda room: room.add(Customer, key=f"twin-{uuid4().hex}", name="Twin"),
    "messages": _message,
    "logo": lambda room: room.add(CompanyLogo, media_type="image/png", content=_PNG),
    "batches": _batch,
    "posted": _letter,
    "files": _file,
    "policies": _policy,
    "uploads": lambda room: room.add(
        Upload, files=["a.csv"], folder=uuid4().hex, uploaded_at=NOW, uploaded_on=TODAY
    ),
    "runs": lambda room: room.add(ImportRun, files=["a.csv"], imported_on=TODAY),
    "user": _member,
    "rule": lambda room: room.add(AssignmentRule, position=1, user=_member_user(room)),
    "handover": lambda room: room.add(Handover, taker=_member_user(room), at=NOW, count=0),
    "invitation": lambda room: room.add(
        Invitation,
        email=f"{uuid4().hex}@guest.test",
        digest=uuid4().hex,
        invited_at=NOW,
        expires_at=datetime(2099, 1, 1, tzinfo=UTC),
    ),
    "tokens": lambda room: room.add(
        ApiToken, name="t", prefix="ami_", digest=uuid4().hex, created_at=NOW
    ),
    "webhooks": lambda room: room.add(
        Webhook, url="https://hook.test/", sealed_secret="", created_at=NOW
    ),
    "deliveries": _delivery,
    "letters": lambda room: room.add(
        LetterTemplate,
        tone="friendly",
        audience="regular",
        language="fr",
        subject="S",
        body="[invoices]",
    ),
    "portal_link": lambda room: room.add_of(
        PortalLink,
        contact_id=room.key("contacts"),
        made_at=NOW,
        expires_at=datetime(2099, 1, 1, tzinfo=UTC),
    ),
    "invoice_file": lambda room: room.add(
        InvoiceFile,
        invoice_id=room.key("invoices"),
        name="f.pdf",
        media_type="application/pdf",
        content=b"%PDF-1.7",
        added_at=NOW,
    ),
    "conversations": lambda room: room.add(
        Conversation, customer=room.customer, subject="S", opened_at=NOW, last_at=NOW
    ),
    "incoming": _incoming,
    "attachment": _attachment,
    "answer": _answer,
    "backtest": _backtest,
    "audit": lambda room: room.add(AuditEntry, code="invited", at=NOW),
    "day": lambda _: date(2026, 3, 10).isoformat(),
}
"""Noun -> how to make one. A new noun of the desk is added here, and the walk goes there."""

OF_A_CUSTOMER = {
    "customers", "invoices", "credits", "matches", "contacts", "disputes", "promises", "plans",
    "holds", "skips", "notes", "replies", "merges", "messages", "files", "batches", "posted",
    "portal_link", "invoice_file", "claim", "conversations", "incoming", "attachment", "answer",
}  # fmt: skip
"""What an outside collector sees of their own customers only."""
