"""DNS check: whether mail of the company's domain, by the way it leaves, will be believed.

What stands in the DNS is read, never written; a doubt is told as one. Nothing depends on the
result: it blocks no saving and no sending.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from amiable.channels.email.dns import Dns
from amiable.channels.email.services import service_of_host, service_of_key
from amiable.channels.message import ChannelClosed
from amiable.desk.dkim_key import dns_of_installation, sender_domain
from amiable.desk.dns_finding import Finding, Look, Way
from amiable.desk.mail_server import MailWay, mail_place
from amiable.engine.parties import Channel
from amiable.store.gateway import gateway_of
from amiable.store.mail_check import keep_mail_check, mail_check_of
from amiable.store.models import Company, MailCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found at an instant; ``outdated``: for another domain, or another way out."""

    domain: str
    at: datetime
    findings: tuple[Finding, ...]
    outdated: bool = False


class NoDomain(ValueError):
    """The company has no address to write from: there is nothing to look at."""


def last_check(company: Company) -> Checked | None:
    """What was found last; asks no network."""
    row = mail_check_of(company.pk)
    return _told(company, row) if row is not None else None


def check_domain(company: Company, *, at: datetime, dns: Dns | None = None) -> Checked:
    """Look what stands in the DNS and keep what was found. Raises NoDomain."""
    domain = sender_domain(company)
    if not domain:
        raise NoDomain
    way = _way(company)
    findings = Look(company, domain, way, dns or dns_of_installation()).all()
    kept = [asdict(one) for one in findings]
    row = keep_mail_check(company.pk, domain=domain, place=way.place, findings=kept, at=at)
    return _told(company, row)


def _told(company: Company, row: MailCheck) -> Checked:
    return Checked(
        domain=row.domain,
        at=row.checked_at,
        findings=tuple(Finding(**one) for one in row.findings),
        outdated=(row.domain, row.place) != (sender_domain(company), _way(company).place),
    )


def _way(company: Company) -> Way:
    gateway = gateway_of(company.pk, Channel.EMAIL)
    if gateway is not None and gateway.active:
        service = service_of_key(gateway.kind)
        return Way(place=f"provider:{gateway.kind}", service=service, provider=True)
    try:
        place = mail_place(company)
    except ChannelClosed:
        return Way(place="closed")
    if place.way is MailWay.FOLDER:
        return Way(place="folder")
    host = place.name.rpartition(":")[0]
    return Way(place=f"server:{host}"[:300], host=host, service=service_of_host(host))
