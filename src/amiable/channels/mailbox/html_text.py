"""The text of an HTML mail: its words, nothing fetched, nothing run."""

import re
from html.parser import HTMLParser

_MUTE = frozenset({"style", "script", "head", "title", "template", "noscript", "svg", "object"})
_BREAKS = frozenset(
    {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "hr", "ul", "ol",
     "blockquote", "section", "article", "pre"}
)  # fmt: skip
_LONGEST = 2_000_000


class _Reader(HTMLParser):
    """Collects the words outside quotes; a quoted mail becomes lines that begin with ">"."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.mute = 0
        self.quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag in _MUTE:
            self.mute += 1
        elif tag == "blockquote":
            self.quoted += 1
        elif tag == "td":
            self.parts.append(" ")
        elif tag == "div" and "OutlookMessageHeader" in (named.get("class") or ""):
            self.quoted += 1
        if tag in _BREAKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in _MUTE:
            self.mute = max(0, self.mute - 1)
        elif tag == "blockquote":
            self.quoted = max(0, self.quoted - 1)
        if tag in _BREAKS and tag not in ("br", "hr"):
            self._break()

    def handle_data(self, data: str) -> None:
        if not self.mute:
            self.parts.append(re.sub(r"\s+", " ", data))

    def _break(self) -> None:
        self.parts.append("\n" + "> " * min(self.quoted, 3))


def text_of_html(html: str) -> str:
    """The words of an HTML document, one block a line; quoted mails keep their ">"."""
    reader = _Reader()
    reader.feed(html[:_LONGEST])
    reader.close()
    text = "".join(reader.parts).replace("\u200b", "").replace("\u00ad", "")
    lines = (re.sub(r"[ \u00a0]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n(?:>*\n){2,}", "\n\n", "\n".join(lines)).strip()
