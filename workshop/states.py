"""What pages look like when something has been done to them, which no link leads to.

A dialog that is open, a form that was refused, a minute to undo, a list without anything. Each is
an address, who looks at it, and what that person does there before the picture is taken.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from workshop.scene import PASSWORD

Act = Callable[[Page], None]
SLOW = 20_000
"""Milliseconds until an act that leads nowhere is given up."""


def stay(page: Page) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A page as one person made it look.

    ``path`` is inside the company's desk; beginning with "/", it is the server's. ``whole``: all of
    the page, not only what fits the window. ``printed``: as it comes out of a printer.
    """

    name: str
    path: str = ""
    who: str = "administrator"
    act: Act = stay
    whole: bool = True
    printed: bool = False


def press(*selectors: str) -> Act:
    """Click one thing after the other."""

    def act(page: Page) -> None:
        for selector in selectors:
            page.locator(selector).first.click(timeout=SLOW)
            page.wait_for_load_state("networkidle")

    return act


def opened(selector: str) -> Act:
    """Click what opens a dialog, and wait for it."""

    def act(page: Page) -> None:
        page.locator(selector).first.click(timeout=SLOW)
        page.wait_for_selector("dialog[open]", timeout=SLOW)

    return act


def filled(form: str, **fields: str) -> Act:
    """Write into fields of a form and send it as it is, whatever the browser thinks of it."""

    def act(page: Page) -> None:
        sent = page.locator(form).first
        sent.wait_for(timeout=SLOW)
        for name, text in fields.items():
            field = sent.locator(f"[name={name}]").first
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(text)
            else:
                field.fill(text)
        with page.expect_navigation():
            sent.evaluate("form => { form.noValidate = true; form.requestSubmit(); }")

    return act


def then(*acts: Act) -> Act:
    """One act after the other."""

    def act(page: Page) -> None:
        for one in acts:
            one(page)

    return act


def sure(page: Page) -> None:
    """Say the password again, where it is asked for."""
    if page.locator("main [name=password]").count():
        filled("main form", password=PASSWORD)(page)


def keyed(key: str) -> Act:
    """Press a key."""
    return lambda page: page.keyboard.press(key)


def on_a_phone(act: Act) -> Act:
    """Do it on a small window."""

    def small(page: Page) -> None:
        page.set_viewport_size({"width": 390, "height": 844})
        act(page)

    return small


CUSTOMER = "[data-row] .name-link"
FIRST_MAIL = "[data-row]:has([name=customer]) .name-link"
POST = "main form[method=post]"

TODAY = (
    State(name="today-menu", act=on_a_phone(press(".menu-button")), whole=False),
    State(name="today-keys", act=keyed("?"), whole=False),
    State(name="today-skip-dialog", act=opened("[data-row] [data-key=s]"), whole=False),
    State(name="today-postpone-dialog", act=opened("[data-row] [data-key=p]"), whole=False),
    State(name="today-hand-dialog", act=then(press(FIRST_MAIL), opened("[data-key=h]")),
          whole=False),
    State(name="today-tip", act=press(".tip summary"), whole=False),
    State(name="today-row-chosen", act=then(keyed("j"), keyed("j")), whole=False),
    State(name="today-nothing-found", path="?q=zzzz"),
    State(name="today-outside", who="outside"),
    State(name="today-reader", who="reader"),
    State(name="today-edit-refused",
          act=then(press(FIRST_MAIL, "[data-key=e]"), filled(f"{POST}.letter-form", subject=""))),
    State(name="today-call-refused", path="?channel=call",
          act=then(press("[data-row] a[href$='/call/']"), filled(f"{POST}.card"))),
    State(name="today-printed", printed=True),
)  # fmt: skip

CUSTOMERS = (
    State(name="customers-nothing-found", path="customers/?words=zzzz"),
    State(name="customers-outside", path="customers/", who="outside"),
    State(name="customers-columns", path="customers/", act=press(".pop summary >> nth=-1"),
          whole=False),
    State(name="customers-view-saved", path="customers/?sort=overdue",
          act=press(".pop summary >> nth=0"), whole=False),
    State(name="invoices-nothing-found", path="invoices/?number=zzzz"),
    State(name="balance-printed", path="balance/", printed=True),
    State(name="search-nothing-found", path="search/?q=zzzz"),
    State(name="search-found", path="search/?q=le"),
    State(name="customer-printed", path="customers/", act=press(CUSTOMER), printed=True),
    State(name="customer-reader", path="customers/", who="reader", act=press(CUSTOMER)),
    *(
        State(name=f"customer-{deed}-refused", path="customers/",
              act=then(press(CUSTOMER, f"a[href$='/{deed}/']"), filled(POST, **fields)))
        for deed, fields in {
            "promise": {"due_on": "2020-01-01"},
            "dispute": {"amount": "abc"},
            "hold": {"until": ""},
        }.items()
    ),
)  # fmt: skip

ANSWERED = "a[data-open]"
INBOX = (
    State(name="inbox-nothing-found", path="inbox/?words=zzzz"),
    State(name="inbox-outside", path="inbox/", who="outside"),
    State(name="inbox-reader", path="inbox/", who="reader", act=press(ANSWERED)),
    State(name="inbox-refused", path="inbox/",
          act=then(press(f"{ANSWERED} >> nth=-1"),
                   filled("form[action$='/confirm/']", on="2020-01-01"))),
    State(name="inbox-unknown", path="inbox/?words=marc",
          act=then(press(ANSWERED), filled("form:has([name=who])", who="le"))),
    State(name="inbox-answer-refused", path="inbox/",
          act=then(press("a[href$='/answer/']"), filled(POST, text=""))),
)  # fmt: skip

SHAPING = (
    State(name="letter-refused", path="letters/",
          act=then(press("main a[href*='/letters/']"), filled(POST, subject="[unknown]"))),
    State(name="import-nothing-chosen", path="imports/", who="collector"),
    State(name="people-invite-refused", path="people/invite/",
          act=filled(POST, email="nobody", name="")),
    State(name="people-invited", path="people/invite/",
          act=filled(POST, email="sam@demo.example", name="Sam Dubois")),
    State(name="people-first-steps", path="people/first-steps/"),
    State(name="people-audit-deeds", path="people/audit/?since=2026-11-23"),
    State(name="people-audit-nothing", path="people/audit/?since=2020-01-01&until=2020-01-02"),
    State(name="settings-refused", path="settings/",
          act=filled(POST, siren="123", iban="FR00", email="nobody")),
    State(name="settings-mail-refused", path="settings/mail/",
          act=filled("main form.card", host="smtp example", port="0")),
    State(name="settings-hours-refused", path="settings/hours/",
          act=filled("main form.card", opens_at="18:00", closes_at="09:00")),
    State(name="patterns", path="patterns/"),
    State(name="company-empty", path="/", who="newcomer"),
    State(name="company-empty-customers", path="/", who="newcomer",
          act=press("#nav a[href$='/customers/']")),
    State(name="company-empty-imports", path="/", who="newcomer",
          act=press("#nav a[href$='/imports/']")),
    State(name="company-empty-inbox", path="/", who="newcomer",
          act=press("#nav a[href$='/inbox/']")),
)  # fmt: skip

ERRORS = (
    State(name="error-403", path="settings/", who="reader"),
    State(name="error-404", path="customers/999999999/"),
    State(name="sign-in-refused", path="/accounts/login/", who="",
          act=filled("form:has([name=password])", login="nobody@demo.example", password="wrong")),
    State(name="invitation-gone", path="/invitation/nothing/", who=""),
    State(name="first-run-closed", path="/start/", who=""),
)  # fmt: skip

ACCOUNT = (
    State(name="account-app", path="/accounts/2fa/totp/activate/", act=sure),
    State(name="account-app-refused", path="/accounts/2fa/totp/activate/",
          act=then(sure, filled("main form", code="000000"))),
    State(name="account-passkey", path="/accounts/2fa/webauthn/add/", act=sure),
    State(name="account-password-refused", path="/accounts/password/change/",
          act=filled("main form", oldpassword="wrong", password1="short", password2="other")),
    State(name="password-sent", path="/accounts/password/reset/", who="",
          act=filled("main form", email="nobody@demo.example")),
)  # fmt: skip

DEEDS = (
    State(name="customer-facts-by-hand", path="customers/",
          act=then(press(CUSTOMER, ".tabs a[href$='/facts/']"),
                   press("main section a[href$='/facts/edit/']"),
                   filled(POST, terms="30 jours"))),
    State(name="today-undo", act=press("[data-row] button[data-key=a]"), whole=False),
    State(name="customer-message-undo", path="customers/",
          act=then(press(CUSTOMER, "a[href$='/message/']"),
                   filled(f"{POST}.message-form", subject="Votre commande", text="Bonjour,"))),
    State(name="inbox-undo", path="inbox/", act=press("button[data-key=e]"), whole=False),
    State(name="inbox-answer-undo", path="inbox/",
          act=then(press("a[href$='/answer/']"), filled(POST, text="Bonjour, bien reçu."))),
    State(name="integrations-token-made", path="integrations/tokens/new/",
          act=then(press("[type=checkbox]"), filled(POST, name="Essai"))),
)  # fmt: skip
"""These change what stands in the company, so they come last."""

STATES = (*TODAY, *CUSTOMERS, *INBOX, *SHAPING, *ERRORS, *ACCOUNT, *DEEDS)
