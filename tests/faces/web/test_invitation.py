"""Invitations: a link for one person, once, for seven days."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from amiable.store.models import AuditEntry, Company, Invitation, Membership, User
from tests.desk.books import company_with_debtors
from tests.faces.web.conftest import SignIn, add_member

SAID = {"email": "Zoe@guest.test", "name": "Zoé", "role": "collector", "language": "fr"}
PASSWORD = "a horse and a battery"


@pytest.fixture(autouse=True)
def fresh(today: Any) -> None:
    cache.clear()


def invite(desk: Client, **more: str) -> str:
    """The path of the link that is shown once."""
    page = desk.post("/c/fournil/people/invite/", SAID | more, follow=True).content.decode()
    found = re.search(r'value="http://testserver(/invitation/[^"]+/)"', page)
    assert found is not None, page
    return found[1]


def row(company: Company) -> Invitation:
    return Invitation.objects.of(company.pk).order_by("-pk")[0]


def test_the_mail_is_in_the_guests_language_and_holds_the_link(
    desk: Client, company: Company, settings: Any
) -> None:
    link = invite(desk)
    (path,) = (Path(settings.VAR) / "outbox").glob("*invitation*.eml")
    mail = path.read_text(encoding="utf-8").replace("=\n", "").replace("=3D", "=")
    assert "vous invite" in mail
    assert link in mail
    assert "zoe@guest.test" in mail


def test_the_link_is_kept_nowhere(desk: Client, company: Company) -> None:
    secret = invite(desk).split("/")[2]
    assert secret not in row(company).digest
    page = desk.get("/c/fournil/people/invited/", follow=True).content.decode()
    assert secret not in page


def test_a_guest_makes_an_account_and_is_in(desk: Client, company: Company) -> None:
    link = invite(desk)
    guest = Client(headers={"accept-language": "fr"})
    assert "Rejoindre Fournil" in guest.get(link).content.decode()
    weak = guest.post(link, {"name": "Zoé", "password": "zoe@guest.test"})
    assert weak.status_code == 422
    done = guest.post(link, {"name": "Zoé Roux", "password": PASSWORD})
    assert done.headers["Location"] == "/c/fournil/"
    assert guest.get("/c/fournil/people/").status_code == 200
    user = User.objects.get(email="zoe@guest.test")
    assert (user.name, user.language) == ("Zoé Roux", "fr")
    assert Membership.objects.of(company.pk).get(user=user).role == "collector"
    codes = AuditEntry.objects.of(company.pk).order_by("pk").values_list("code", flat=True)
    assert list(codes) == ["invited", "joined"]


def test_a_link_serves_once(desk: Client) -> None:
    link = invite(desk)
    Client().post(link, {"name": "Zoé", "password": PASSWORD})
    again = Client(headers={"accept-language": "en"}).get(link)
    assert (again.status_code, "accepted already" in again.content.decode()) == (404, True)


def test_a_link_expires(desk: Client, company: Company) -> None:
    link = invite(desk)
    late = row(company)
    late.expires_at = late.invited_at - timedelta(days=1)
    late.save()
    assert Client().get(link).status_code == 404
    assert Client().post(link, {"name": "Z", "password": PASSWORD}).status_code == 404
    assert not User.objects.filter(email="zoe@guest.test").exists()


def test_a_revoked_link_serves_no_more(desk: Client, company: Company) -> None:
    link = invite(desk)
    desk.post(f"/c/fournil/people/invitations/{row(company).pk}/revoke/")
    assert Client().get(link).status_code == 404


def test_a_new_link_ends_the_old_one(desk: Client, company: Company) -> None:
    old = invite(desk)
    page = desk.post(f"/c/fournil/people/invitations/{row(company).pk}/again/", follow=True)
    new = re.search(r'value="http://testserver(/invitation/[^"]+/)"', page.content.decode())
    assert new is not None
    assert Client().get(old).status_code == 404
    assert Client().get(new[1]).status_code == 200


def test_who_has_an_account_signs_in_and_accepts(desk: Client, company: Company) -> None:
    elsewhere = company_with_debtors(("X",), "autre")
    zoe = add_member(elsewhere, "administrator")
    link = invite(desk, email=zoe.email)
    assert (
        "has an account here"
        in Client(headers={"accept-language": "en"}).get(link).content.decode()
    )
    browser = Client()
    browser.force_login(zoe)
    assert browser.post(link).headers["Location"] == "/c/fournil/"
    both = browser.get("/c/fournil/people/").content.decode()
    assert "/c/autre/" in both  # the switcher


def test_an_invitation_is_for_one_address(desk: Client, sign_in: SignIn, company: Company) -> None:
    link = invite(desk)
    reader = sign_in("reader")
    assert "is for zoe@guest.test" in reader.get(link).content.decode()
    reader.post(link)
    assert row(company).accepted_at is None
    reader.post(link, {"leave": "1"})
    assert reader.get("/c/fournil/").status_code == 302


def test_a_member_is_not_invited_again(desk: Client, people: dict[str, User]) -> None:
    answer = desk.post("/c/fournil/people/invite/", SAID | {"email": people["reader"].email})
    assert answer.status_code == 422
    assert "works here already" in answer.content.decode()


@pytest.mark.parametrize("role", ["manager", "collector", "outside", "reader"])
def test_only_an_administrator_invites(sign_in: SignIn, role: str, company: Company) -> None:
    assert sign_in(role).post("/c/fournil/people/invite/", SAID).status_code == 403
    assert not Invitation.objects.of(company.pk).exists()


def test_a_link_nobody_made_opens_nothing(today: Any, db: None) -> None:
    assert Client().get("/invitation/nothing/").status_code == 404
