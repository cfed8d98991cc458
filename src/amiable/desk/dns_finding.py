"""DNS findings: what is found about a domain that mail comes from, and what it means."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address

from amiable.channels.email.dmarc import DmarcReading, DmarcState, aligned, read_dmarc
from amiable.channels.email.dns import Dns, Found
from amiable.channels.email.services import MailService
from amiable.channels.email.spf import (
    MOST_LOOKUPS,
    SpfReading,
    SpfResult,
    SpfState,
    permits,
    read_spf,
)
from amiable.channels.email.spf_record import ended, ip_term, merged, with_terms
from amiable.desk.dkim_key import KeyRefused, KeyState, key_state, record_of
from amiable.store.dkim_key import active_key
from amiable.store.models import Company


class Level(StrEnum):
    """How a finding is to be taken."""

    GOOD = "good"
    LOOK = "look"  # may be better
    BAD = "bad"  # messages are lost by it
    UNKNOWN = "unknown"


class About(StrEnum):
    """What a finding is about; the first one sums the others up."""

    VERDICT = "verdict"
    SPF = "spf"
    DKIM = "dkim"
    DMARC = "dmarc"
    MX = "mx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """``dns.<about>.<code>`` says it, with the facts. ``found``: what stands in the DNS now;
    ``name`` and ``put``: the TXT record to put there instead, if any."""

    about: str
    level: str
    code: str
    facts: dict[str, str | int] = field(default_factory=dict)
    found: str = ""
    name: str = ""
    put: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How mail leaves: by a server of a name, or of a service that is known."""

    place: str
    host: str = ""
    service: MailService | None = None
    provider: bool = False


class Look:
    """One look at a domain: each part says what it found, and whether it confirms the sender."""

    def __init__(self, company: Company, domain: str, way: Way, dns: Dns) -> None:
        self.company, self.domain, self.way, self.dns = company, domain, way, dns

    def all(self) -> list[Finding]:
        """Everything that was found, the sum of it first."""
        spf, dkim = list(self._spf()), list(self._dkim())
        policy = read_dmarc(self.domain, self.dns)
        by_spf = self._confirms(spf, self._return_domain(), policy, strict=policy.strict_spf)
        by_dkim = self._confirms(dkim, self.domain, policy, strict=policy.strict_dkim)
        verdict = self._verdict(spf, dkim, by_spf=by_spf, by_dkim=by_dkim)
        dmarc = self._dmarc(policy, lost=verdict.code == "neither")
        return [verdict, *spf, *dkim, dmarc, *self._mx()]

    def _return_domain(self) -> str:
        """The domain bounces go to, whose SPF record receivers ask for: the sender's own, but a
        service's where it puts its own return address."""
        returns = self.way.service is not None and self.way.service.returns
        return self.way.service.include if returns and self.way.service else self.domain

    def _confirms(
        self, found: list[Finding], by: str, policy: DmarcReading, *, strict: bool
    ) -> bool:
        sound = all(one.level in (Level.GOOD, Level.LOOK) for one in found)
        confirmed = any(one.level == Level.GOOD for one in found)
        return (
            sound
            and confirmed
            and aligned(self.domain, by, strict=strict, above=policy.domain or self.domain)
        )

    def _verdict(
        self, spf: list[Finding], dkim: list[Finding], *, by_spf: bool, by_dkim: bool
    ) -> Finding:
        if by_spf or by_dkim:
            code = "both" if by_spf and by_dkim else "dkim" if by_dkim else "spf"
            return self._say(About.VERDICT, Level.LOOK if code == "spf" else Level.GOOD, code)
        found = (*spf, *dkim)
        silent = any(one.code == "away" for one in found)
        if silent or not any(one.level == Level.BAD for one in found):
            return self._say(About.VERDICT, Level.UNKNOWN, "unknown")
        return self._say(About.VERDICT, Level.BAD, "neither")

    # --- SPF ---

    def _spf(self) -> Iterator[Finding]:
        reading = read_spf(self.domain, self.dns)
        broken = self._broken(reading)
        if broken is not None:
            yield broken
            return
        found = reading.texts[0]
        if reading.lookups > MOST_LOOKUPS:
            yield self._say(
                About.SPF, Level.BAD, "too_many", found=found, n=reading.lookups, most=MOST_LOOKUPS
            )
        for name in reading.gone:
            yield self._say(About.SPF, Level.BAD, "gone", found=found, include=name)
        if reading.ending == "+":
            put = ended(found, "~all")
            yield self._say(About.SPF, Level.BAD, "open", found=found, put=put)
        yield self._named(reading, found)
        if reading.ending in ("", "?"):
            put = ended(found, "~all")
            yield self._say(About.SPF, Level.LOOK, "weak", found=found, put=put)

    def _broken(self, reading: SpfReading) -> Finding | None:
        """What keeps the record from being one."""
        match reading.state:
            case SpfState.AWAY:
                return self._say(About.SPF, Level.UNKNOWN, "away")
            case SpfState.NONE:
                level = Level.LOOK if self._return_domain() != self.domain else Level.BAD
                put = " ".join(("v=spf1", "mx", *self._mechanisms(), "~all"))
                return self._say(About.SPF, level, "none", put=put)
            case SpfState.SEVERAL:
                found = "\n".join(reading.texts)
                put = merged(reading.texts)
                n = len(reading.texts)
                return self._say(About.SPF, Level.BAD, "several", found=found, put=put, n=n)
            case SpfState.WRONG:
                found = reading.texts[0]
                return self._say(About.SPF, Level.BAD, "wrong", found=found, term=reading.wrong)
        return None

    def _mechanisms(self) -> list[str]:
        """What names the way out in a record."""
        if self.way.service is not None:
            return [f"include:{self.way.service.include}"]
        return [f"a:{self.way.host}"] if self.way.host and not _is_address(self.way.host) else []

    def _named(self, reading: SpfReading, found: str) -> Finding:
        """Whether the record names the way out."""
        service = self.way.service
        if service is not None and service.returns:
            return self._say(About.SPF, Level.LOOK, "returns", found=found, service=service.name)
        if service is not None:
            facts = {"service": service.name, "include": service.include}
            if service.include in reading.includes:
                return self._say(About.SPF, Level.GOOD, "named", found=found, **facts)
            put = with_terms(found, f"include:{service.include}")
            return self._say(About.SPF, Level.BAD, "not_named", found=found, put=put, **facts)
        if not self.way.host:
            code = "provider" if self.way.provider else "no_way"
            return self._say(About.SPF, Level.UNKNOWN, code, found=found)
        return self._server(found)

    def _server(self, found: str) -> Finding:
        """Whether the addresses of a server that is no service's are named."""
        host = self.way.host
        own = [host] if _is_address(host) else list(self.dns.addresses(host).values)
        public = [one for one in own if ip_address(one).is_global]
        if not own:
            return self._say(About.SPF, Level.UNKNOWN, "no_address", found=found, host=host)
        if not public:
            return self._say(About.SPF, Level.UNKNOWN, "inside", found=found, host=host)
        sender = self.company.email
        results = {one: permits(self.domain, one, sender, self.dns) for one in public}
        missing = [one for one, result in results.items() if result is not SpfResult.PASS]
        if not missing:
            return self._say(About.SPF, Level.GOOD, "permits", found=found, host=host)
        if SpfResult.TEMPERROR in results.values():
            return self._say(About.SPF, Level.UNKNOWN, "away")
        put = with_terms(found, *(self._mechanisms() or map(ip_term, missing)))
        facts = {"host": host, "address": ", ".join(missing)}
        return self._say(
            About.SPF, Level.UNKNOWN, "server_not_named", found=found, put=put, **facts
        )

    # --- DKIM ---

    def _dkim(self) -> Iterator[Finding]:
        row = active_key(self.company.pk)
        if row is not None and not self.way.provider and row.domain == self.domain:
            try:
                record = record_of(self.company, row)
            except KeyRefused:
                yield self._say(About.DKIM, Level.BAD, "seal")
                return
            state = key_state(record, self.dns)
            levels = {KeyState.FOUND: Level.GOOD, KeyState.AWAY: Level.UNKNOWN}
            put = "" if state in levels else record.text
            yield self._say(About.DKIM, levels.get(state, Level.BAD), state.value,
                            name=record.name, put=put, selector=row.selector)  # fmt: skip
            return
        yield self._other_key()

    def _other_key(self) -> Finding:
        """Whether a key stands under a name that the service is known to use."""
        service = self.way.service
        for selector in service.selectors if service else ():
            name = f"{selector}._domainkey.{self.domain}"
            looked = self.dns.texts(name)
            if looked.found is Found.AWAY:
                return self._say(About.DKIM, Level.UNKNOWN, "away")
            if any("p=" in text for text in looked.values):
                facts = {"selector": selector, "service": service.name if service else ""}
                return self._say(About.DKIM, Level.GOOD, "service_key", **facts)
        if service is not None and (self.way.provider or service.returns):
            level = Level.BAD if service.selectors else Level.UNKNOWN
            code = "service_none" if service.selectors else "service_unknown"
            return self._say(About.DKIM, level, code, service=service.name)
        return self._say(
            About.DKIM, Level.UNKNOWN, "provider" if self.way.provider else "none_here"
        )

    # --- DMARC and MX ---

    def _dmarc(self, policy: DmarcReading, *, lost: bool) -> Finding:
        own = f"_dmarc.{self.domain}"
        put = f"v=DMARC1; p=none; rua=mailto:{self.company.email}"
        match policy.state:
            case DmarcState.AWAY:
                return self._say(About.DMARC, Level.UNKNOWN, "away")
            case DmarcState.NONE:
                return self._say(About.DMARC, Level.LOOK, "none", name=own, put=put)
            case DmarcState.SEVERAL | DmarcState.WRONG:
                name = f"_dmarc.{policy.domain}"
                return self._say(About.DMARC, Level.BAD, policy.state.value,
                                 name=name, put=put, found=policy.text)  # fmt: skip
        if policy.policy == "none":
            return self._say(About.DMARC, Level.GOOD, "watches", found=policy.text)
        if lost:
            code, level = "refuses_own", Level.BAD
        else:
            code, level = "protects", Level.GOOD
        return self._say(About.DMARC, level, code, found=policy.text, policy=policy.policy)

    def _mx(self) -> Iterator[Finding]:
        """Whether answers and bounces can come in."""
        looked = self.dns.mail_servers(self.domain)
        if looked.found is Found.AWAY:
            yield self._say(About.MX, Level.UNKNOWN, "away")
        elif looked.found is Found.THERE and looked.values != ("",):
            yield self._say(About.MX, Level.GOOD, "there", found=looked.values[0])
        elif looked.values == ("",) or self.dns.addresses(self.domain).found is Found.NOTHING:
            yield self._say(About.MX, Level.BAD, "none")

    def _say(self, about: About, level: Level, code: str, *, found: str = "", name: str = "",
             put: str = "", **facts: str | int) -> Finding:  # fmt: skip
        return Finding(
            about=about.value,
            level=level.value,
            code=code,
            facts={"domain": self.domain, **facts},
            found=found,
            name=name or (self.domain if put else ""),
            put=put,
        )


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
