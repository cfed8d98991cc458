"""Notice: a mail of the desk to one of its own people: a few sentences, one link."""

from collections.abc import Sequence
from html import escape

from amiable.engine.parties import Language
from amiable.words.catalogue import say
from amiable.words.mail import Mail
from amiable.words.mail_html import html_page

_BUTTON = (
    "display:inline-block;padding:10px 18px;background:#0f6b52;color:#ffffff;"
    "border-radius:8px;text-decoration:none;font-weight:bold"
)


def write_notice(
    subject: str, paragraphs: Sequence[str], language: Language, *, link: str = "", action: str = ""
) -> Mail:
    """Text and HTML that say the same; ``action`` is what the link does, after ``link``."""
    greeted = [say(language, "notice.greeting"), *paragraphs]
    signed = say(language, "notice.signed")
    asked = [f"{action}{say(language, 'notice.colon')}\n{link}"] if link else []
    href, plain = escape(link), "font-size:13px;word-break:break-all"
    button = [
        f'<p style="margin:0 0 16px"><a href="{href}" style="{_BUTTON}">{escape(action)}</a></p>',
        f'<p style="margin:0 0 16px;{plain}">{href}</p>',
    ]
    parts = [*map(_paragraph, greeted), *(button if link else []), _paragraph(signed)]
    return Mail(
        subject=subject,
        text="\n\n".join([*greeted, *asked, signed]) + "\n",
        html=html_page(subject, language, "\n".join(parts)),
    )


def _paragraph(text: str) -> str:
    lines = "<br>\n".join(map(escape, text.split("\n")))
    return f'<p style="margin:0 0 16px">{lines}</p>'
