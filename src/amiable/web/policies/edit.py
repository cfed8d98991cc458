"""Building a policy: a new one, a change of one, one from a file; and publishing it."""

from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from django.http import HttpResponse
from django_htmx.http import HttpResponseClientRedirect

from amiable.desk.access import Power
from amiable.desk.backtest_run import candidate_of_draft
from amiable.desk.policy import (
    PolicyMoved,
    PolicyNameTaken,
    publish_version,
    published_policy,
    shipped_policy,
    version_for,
)
from amiable.desk.policy_effect import Effect, effect_of
from amiable.engine.policy import PolicyRefused
from amiable.engine.policy_toml import policy_from_toml, policy_to_toml
from amiable.store.models import PolicyVersion
from amiable.store.policy import newest_version, newest_versions
from amiable.web.backtest.views import begin
from amiable.web.policies.draft import typed_in
from amiable.web.policies.form import PolicyForm, form_of
from amiable.web.policies.ladder import PolicyPicture, picture_of
from amiable.web.visit import Visit, page
from amiable.words.policies import policy_error

_LARGEST = 100_000  # bytes of a file


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """The page: the form, and what is known of the policy it makes.

    ``base`` is the version that was in force when the draft was begun (None: it is new),
    ``newest`` the one in force now, ``started`` the older version it was begun from, if any.
    """

    form: PolicyForm
    base: int | None
    newest: PolicyVersion | None
    started: int | None = None
    picture: PolicyPicture | None = None
    comment: str = ""
    comment_error: str = ""
    effect: Effect | None = None
    moved: str = ""
    diff: tuple[str, ...] = ()

    @property
    def next_version(self) -> int:
        """The version that publishing makes."""
        return self.newest.version + 1 if self.newest else 1


@page(Power.SHAPE, methods=("GET", "POST"))
def new(visit: Visit) -> HttpResponse:
    """A policy that does not exist yet, begun from one that does."""
    if visit.request.method == "POST":
        return _posted(visit, None)
    wanted = visit.request.GET.get("from", "")
    if wanted.isdigit():
        start = published_policy(version_for(visit.actor, int(wanted)))
    else:
        start = shipped_policy("standard")
    form = form_of(start, visit.company.currency, visit.language)
    form.typed["name"] = visit.say("policies.form.new_name")
    return _show(visit, _building(visit, form, None), starts=newest_versions(visit.company.pk))


@page(Power.SHAPE, methods=("GET", "POST"))
def edit(visit: Visit, pk: int) -> HttpResponse:
    """A new version of a policy, begun from a published one."""
    row = version_for(visit.actor, pk)
    if visit.request.method == "POST":
        return _posted(visit, row)
    form = form_of(published_policy(row), visit.company.currency, visit.language)
    return _show(visit, _building(visit, form, row))


def _building(visit: Visit, form: PolicyForm, row: PolicyVersion | None) -> Building:
    newest = newest_version(visit.company.pk, row.name) if row else None
    return Building(
        form=form,
        base=newest.version if newest else None,
        newest=newest,
        started=row.version if row and newest and row.version != newest.version else None,
        picture=None if form.errors else picture_of(visit, form.policy),
    )


def _show(visit: Visit, building: Building, **more: Any) -> HttpResponse:
    template = "policies/form.html" if visit.in_fragment else "policies/edit.html"
    return visit.render(template, building=building, form=building.form, **more)


def _posted(visit: Visit, row: PolicyVersion | None) -> HttpResponse:
    """A button of the form: rows, check, effect, try on the past or publish."""
    post = visit.request.POST
    form = PolicyForm(
        typed=typed_in(post), currency=visit.company.currency, language=visit.language
    )
    if row is not None:
        form.typed["name"] = row.name
    deed = post.get("do", "check")
    form.do(deed)
    if row is None and newest_version(visit.company.pk, form.policy.name) is not None:
        form.problems["name"] = [visit.say("policies.form.name_taken")]
    if deed == "publish":
        return _publish(visit, form, row)
    if deed == "past" and not form.errors:
        return _leave(visit, f"backtest/{begin(visit, candidate_of_draft(form.policy))}/")
    return _show(visit, _with_post(visit, form, row, effect=deed == "effect"))


def _with_post(
    visit: Visit,
    form: PolicyForm,
    row: PolicyVersion | None,
    *,
    effect: bool = False,
    comment_error: str = "",
    moved: PolicyMoved | None = None,
) -> Building:
    base = visit.request.POST.get("base", "")
    newest = newest_version(visit.company.pk, row.name) if row else None
    told, diff = "", tuple[str, ...]()
    if moved is not None:
        author = moved.newest.author or visit.say("policies.form.somebody")
        told = visit.say("policies.form.moved", author=author, version=moved.newest.version)
        mine = policy_to_toml(form.policy).splitlines()
        diff = tuple(unified_diff(moved.newest.toml.splitlines(), mine, n=1, lineterm=""))[2:]
        base = str(moved.newest.version)
    return Building(
        form=form,
        base=int(base) if base.isdigit() else None,
        newest=newest,
        picture=None if form.errors else picture_of(visit, form.policy),
        comment=visit.request.POST.get("comment", "")[:500],
        comment_error=comment_error,
        effect=effect_of(visit.company, form.policy, visit.today)
        if effect and not form.errors
        else None,
        moved=told,
        diff=diff,
    )


def _publish(visit: Visit, form: PolicyForm, row: PolicyVersion | None) -> HttpResponse:
    comment = visit.request.POST.get("comment", "").strip()[:500]
    if form.errors or form.problems or not comment:
        missing = "" if comment else visit.say("policies.form.comment_missing")
        return _show(visit, _with_post(visit, form, row, comment_error=missing))
    sent = visit.request.POST.get("base", "")
    base = int(sent) if row is not None and sent.isdigit() else None
    try:
        made = publish_version(visit.actor, form.policy, base=base, comment=comment, at=visit.at)
    except PolicyMoved as moved:
        return _show(visit, _with_post(visit, form, row, moved=moved))
    except PolicyNameTaken:  # between the look and the deed
        form.problems["name"] = [visit.say("policies.form.name_taken")]
        return _show(visit, _with_post(visit, form, row))
    if made.version == base:
        visit.warn("policies.form.unchanged", version=made.version)
    else:
        visit.done("policies.form.published", name=made.name, version=made.version)
    return _leave(visit, f"policies/{made.pk}/")


def _leave(visit: Visit, path: str) -> HttpResponse:
    """To another page, from a fragment too."""
    if visit.in_fragment:
        return HttpResponseClientRedirect(visit.url(path))
    return visit.go(path)


# --- from a file ------------------------------------------------------------------------------


@page(Power.SHAPE, methods=("GET", "POST"))
def from_file(visit: Visit) -> HttpResponse:
    """A TOML file, or its text, read into the form."""
    if visit.request.method == "GET":
        return visit.render("policies/file.html", text="", problems=[])
    problems: list[tuple[str, str, str]] = []
    text, problem = _sent_text(visit)
    if not problem:
        try:
            read = policy_from_toml(text)
        except PolicyRefused as error:
            problems = [(one.where, *policy_error(one, visit.language)) for one in error.errors]
        else:
            row = newest_version(visit.company.pk, read.name)
            form = form_of(read, visit.company.currency, visit.language)
            building = _building(visit, form, row)
            return visit.render("policies/edit.html", building=building, form=form, into=row)
    return visit.render("policies/file.html", text=text, problems=problems, problem=problem)


def _sent_text(visit: Visit) -> tuple[str, str]:
    """The text sent, and what keeps it from being one."""
    file = visit.request.FILES.get("file")
    text = visit.request.POST.get("text", "")
    if file is not None:
        if (file.size or 0) > _LARGEST:
            return text, visit.say("policies.file.too_large")
        try:
            return file.read().decode("utf-8-sig"), ""
        except UnicodeDecodeError:
            return text, visit.say("policies.file.not_utf8")
    if not text.strip():
        return text, visit.say("policies.file.empty")
    return (text, "") if len(text) <= _LARGEST else ("", visit.say("policies.file.too_large"))
