"""A message of a conversation as it is shown: who, when, what was added; the rest folded away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from amiable.desk.conversation import Piece
from amiable.desk.dispatch import SECOND_THOUGHTS
from amiable.desk.incoming_place import bare_subject
from amiable.engine.timeline import ContactPurpose
from amiable.store.incoming import files_of
from amiable.store.models import Incoming, OutboxRow
from amiable.store.models.incoming import IncomingKind
from amiable.store.models.outbox import OutboxState
from amiable.web.visit import Visit
from amiable.words import short_date, term, write_date

_TROUBLED = (OutboxState.REFUSED, OutboxState.FAILED, OutboxState.AMBIGUOUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file that came along; ``path`` empty when it was too large to be kept."""

    name: str
    size: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceView:
    """One message. ``subject``: where it is another than the conversation's; ``rest``: quotes and
    signatures, or all of it; ``folded``: shown on a click.

    ``kind``: what it is when it is not simply a message, in a word; ``left``: the seconds in which
    one of ours can still be taken back.
    """

    pk: int
    ours: bool
    who: str
    address: str
    at: str
    moment: datetime
    subject: str
    title: str
    text: str
    rest: str
    folded: bool
    kind: str
    unread: bool
    state: str
    detail: str
    message_path: str
    waits: bool
    left: int
    files: list[Attached]


def view_piece(visit: Visit, piece: Piece, about: str, *, folded: bool) -> PieceView:
    """A message as this visitor sees it, in a conversation ``about`` something."""
    if piece.incoming is not None:
        return _came(visit, piece.incoming, about, folded=folded)
    assert piece.outgoing is not None
    return _went(visit, piece.outgoing, about, folded=folded)


def short_clock(visit: Visit, at: datetime) -> str:
    """An instant in figures, where the company is."""
    here = at.astimezone(ZoneInfo(visit.company.timezone))
    day = short_date(here.date(), visit.language)
    return visit.say("inbox.moment", day=day, clock=here.strftime("%H:%M"))


def _other(subject: str, about: str) -> str:
    """A subject, where it says something else than the conversation's."""
    return "" if bare_subject(subject) == bare_subject(about) else subject


def clock(visit: Visit, at: datetime) -> str:
    """An instant as day and time where the company is."""
    here = at.astimezone(ZoneInfo(visit.company.timezone))
    day = write_date(here.date(), visit.language)
    return visit.say("inbox.moment", day=day, clock=here.strftime("%H:%M"))


def _came(visit: Visit, row: Incoming, about: str, *, folded: bool) -> PieceView:
    answer, whole = row.answer.strip(), row.text.strip()
    unread = row.reply is not None and row.reply.read_on is None
    plain = row.kind == IncomingKind.ANSWER.value
    return PieceView(
        pk=row.pk,
        ours=False,
        who=row.sender_name or row.sender,
        address=row.sender if row.sender_name else "",
        at=clock(visit, row.received_at),
        moment=row.received_at,
        subject=_other(row.subject, about),
        title=row.subject,
        text=answer or whole,
        rest=whole if answer and whole != answer else "",
        folded=folded and not unread,
        kind="" if plain else term(visit.language, "incoming", row.kind),
        unread=unread,
        state="",
        detail=_bounced(row),
        message_path="",
        waits=False,
        left=0,
        files=[_attached(visit, one) for one in files_of(row)],
    )


def _bounced(row: Incoming) -> str:
    """The server's own words about a message that came back."""
    return str(row.facts.get("bounce", {}).get("detail", ""))


def _attached(visit: Visit, row: Any) -> Attached:
    path = visit.url(f"inbox/files/{row.pk}/") if row.kept else ""
    return Attached(name=row.name, size=_size(visit, row.size), path=path)


def _size(visit: Visit, octets: int) -> str:
    """In kilobytes or megabytes, never nothing."""
    if octets < 1_000_000:
        return visit.say("inbox.kilobytes", size=max(1, round(octets / 1_000)))
    return visit.say("inbox.megabytes", size=round(octets / 1_000_000))


def _went(visit: Visit, row: OutboxRow, about: str, *, folded: bool) -> PieceView:
    text, rest = _fold(row.text)
    waits = row.state == OutboxState.APPROVED
    gone = int((visit.at - row.approved_at).total_seconds())
    left = int(SECOND_THOUGHTS.total_seconds()) - gone
    own_words = row.purpose == ContactPurpose.OTHER.value
    return PieceView(
        pk=row.pk,
        ours=True,
        who=str(row.approved_by) if row.approved_by else visit.company.name,
        address=row.recipient,
        at=clock(visit, row.sent_at or row.approved_at),
        moment=row.sent_at or row.approved_at,
        subject=_other(row.subject, about),
        title=row.subject,
        text=text,
        rest=rest,
        folded=folded or not own_words,
        kind="" if own_words else term(visit.language, "purpose", row.purpose),
        unread=False,
        state=row.state,
        detail=row.detail if row.state in _TROUBLED else "",
        message_path=visit.url(f"customers/{row.customer_id}/messages/{row.pk}/"),
        waits=waits and own_words,
        left=max(1, left) if waits and own_words and left > 0 else 0,
        files=[],
    )


def _fold(text: str) -> tuple[str, str]:
    """Our words, and what they quote with the line that says of whom."""
    lines = text.strip().splitlines()
    at = next((n for n, line in enumerate(lines) if line.startswith(">")), None)
    if at is None or any(line and not line.startswith(">") for line in lines[at:]):
        return text.strip(), ""
    start = at - 1 if at and lines[at - 1].strip() else at
    return "\n".join(lines[:start]).strip(), "\n".join(lines[start:])
