"""A visit: one request to the desk, with who asks, for which company, on which day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from amiable.desk.access import Actor, OtherCompany, Power, actor_for
from amiable.desk.calendar import day_of
from amiable.engine.parties import Language
from amiable.engine.reasons import Fact
from amiable.store.models import Company, User
from amiable.web.door import to_sign_in, wrong_method
from amiable.web.frame import frame_of
from amiable.web.language import reader_language
from amiable.words import say

P = ParamSpec("P")
LAST_COMPANY = "company"
"""In the session: the key of the company one looked at last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """``today`` is the day in the company's time zone (or the one being played), ``at`` now."""

    request: HttpRequest
    actor: Actor
    user: User
    today: date
    at: datetime
    language: Language

    @property
    def company(self) -> Company:
        """The company the address names."""
        return self.actor.company

    @property
    def in_fragment(self) -> bool:
        """Whether htmx asks for a part of a page."""
        return bool(getattr(self.request, "htmx", False)) and not self.request.htmx.boosted  # type: ignore[attr-defined]

    def may(self, power: Power) -> bool:
        """Whether the visitor's role gives a power."""
        return self.actor.may(power)

    def say(self, key: str, /, **facts: Fact) -> str:
        """A text in the visitor's language."""
        return say(self.language, key, **facts)

    def url(self, path: str = "") -> str:
        """An address inside this company's desk: ``visit.url("customers/12/")``."""
        return f"/c/{self.company.key}/{path}"

    def render(self, template: str, *, status: int = 200, **record: Any) -> HttpResponse:
        """A page (or a fragment) with the record it shows."""
        context: dict[str, Any] = {"visit": self, **record}
        if not self.in_fragment:
            context |= {"frame": frame_of(self.actor, self.today, self.at), "icons": set[str]()}
        return render(self.request, template, context, status=status)

    def go(self, path: str) -> HttpResponse:
        """Back to a page of the desk after something was done."""
        return redirect(self.url(path))

    def done(self, key: str, /, **facts: Fact) -> None:
        """Tell the visitor, on the next page, what was done."""
        messages.success(self.request, self.say(key, **facts))

    def warn(self, key: str, /, **facts: Fact) -> None:
        """Tell the visitor, on the next page, what could not be done and what to do."""
        messages.error(self.request, self.say(key, **facts))


def page(
    *powers: Power, methods: tuple[str, ...] = ("GET",)
) -> Callable[[Callable[Concatenate[Visit, P], HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """A view of the desk: signed in, a member of the company in the address, with these powers.

    None named: who may look may see it.
    The view gets a `Visit` and what the address names. Whatever is not the visitor's is a 404;
    what the role does not allow a 403; ``methods`` are the HTTP methods taken.
    """

    needed = powers or (Power.LOOK,)

    def decorate(
        view: Callable[Concatenate[Visit, P], HttpResponseBase],
    ) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def run(
            request: HttpRequest, company: str, *args: P.args, **named: P.kwargs
        ) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_sign_in(request, company)
            allowed = (*methods, "HEAD") if "GET" in methods else methods
            try:
                visit = visit_of(request, company)
                if missing := [one for one in needed if not visit.may(one)]:
                    raise PermissionDenied(*missing)
                if request.method not in allowed:
                    return wrong_method(request, allowed)
                return view(visit, *args, **named)
            except OtherCompany as error:
                raise Http404(str(error)) from error

        run.powers = frozenset(needed)  # type: ignore[attr-defined]
        run.methods = methods  # type: ignore[attr-defined]
        return run

    return decorate


def visit_of(request: HttpRequest, company: str) -> Visit:
    """The visit a signed-in request is. Raises OtherCompany when the company is not theirs."""
    user = request.user
    assert isinstance(user, User)
    at = datetime.now(UTC)
    actor = actor_for(user, company, settings.PLAYED_DAY or at.date())
    if request.session.get(LAST_COMPANY) != company:
        request.session[LAST_COMPANY] = company
    return Visit(
        request=request,
        actor=actor,
        user=user,
        today=day_of(actor.company, at),
        at=at,
        language=reader_language(),
    )
