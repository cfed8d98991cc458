"""Every text a page, a form or the audit asks for is in the catalogue; templates hold none."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest

import amiable
from amiable.engine.parties import Language
from amiable.words.catalogue import placeholders, texts

SOURCE = Path(amiable.__file__).parent
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.*"))

_TAG = re.compile(r"{%\s*(?P<name>\w+)(?P<rest>.*?)%}", re.S)
_KEY = re.compile(r"""^\s+(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')(?P<rest>.*)$""", re.S)
_FACT = re.compile(r"\b(\w+)=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A text that is asked for by a key written out, with the facts that are given."""

    place: str
    key: str
    facts: frozenset[str]
    more: bool = False  # further facts come that cannot be read here


def known(key: str) -> bool:
    return key in texts(Language.EN)


def lacking(asked: Asked) -> list[str]:
    """What is wrong with a text asked for."""
    if not known(asked.key):
        return [f"{asked.place}: there is no text {asked.key!r}"]
    missing = set() if asked.more else placeholders(texts(Language.EN)[asked.key]) - asked.facts
    return [f"{asked.place}: {asked.key} needs {name!r}" for name in sorted(missing)]


# --- templates --------------------------------------------------------------------------------


def asked_in_template(path: str, text: str) -> Iterator[Asked]:
    """The texts that ``{% say "key" fact=value %}`` asks for."""
    for tag in _TAG.finditer(text):
        key = _KEY.match(tag["rest"])
        if tag["name"] != "say" or key is None:
            continue
        yield Asked(
            place=f"{path}:{text.count(chr(10), 0, tag.start()) + 1}",
            key=key["double"] or key["single"],
            facts=frozenset(_FACT.findall(key["rest"])),
        )


def terms_in_template(path: str, text: str) -> Iterator[tuple[str, str]]:
    """The families that ``{% term "family" value %}`` names."""
    for tag in _TAG.finditer(text):
        key = _KEY.match(tag["rest"])
        if tag["name"] == "term" and key:
            yield path, key["double"] or key["single"]


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_every_text_of_a_template_is_in_the_catalogue_and_gets_its_facts(path: Path) -> None:
    asked = asked_in_template(path.name, read(path))
    assert [fault for one in asked for fault in lacking(one)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_every_term_of_a_template_is_of_a_family_with_words(path: Path) -> None:
    families = {key.split(".")[1] for key in texts(Language.EN) if key.startswith("term.")}
    assert [one for one in terms_in_template(path.name, read(path)) if one[1] not in families] == []


class _Shown(HTMLParser):
    """The letters of a template that a reader would see."""

    NAMES = ("placeholder", "title", "alt", "aria-label")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.within = tag
        self.found += [text for name, text in attrs if name in self.NAMES and text]

    def handle_endtag(self, tag: str) -> None:
        self.within = ""

    def handle_data(self, data: str) -> None:
        if self.within not in ("script", "style", "kbd", "code"):
            self.found.append(data)


_NOT_SHOWN = re.compile(
    r'{#.*?#}|{% block width %}.*?{% endblock %}|\baria-\w+="[^"]*"'
    r"|{%\s*comment.*?endcomment\s*%}|{%.*?%}|{{.*?}}",
    re.S,
)
_NAMES = re.compile(r"\b(amiable|SIREN|IBAN|BIC|CSV|XLSX|PDF|JSON|API|URL|DSO|SMTP|TOML)\b")


def own_words(text: str) -> list[str]:
    """The words a template shows that come from no catalogue."""
    reader = _Shown()
    reader.feed(_NOT_SHOWN.sub(" ", text))
    reader.close()
    found = [_NAMES.sub("", one).strip() for one in reader.found]
    return [one for one in found if re.search(r"[^\W\d_]{2,}", one)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_a_template_holds_no_words_of_its_own(path: Path) -> None:
    assert own_words(read(path)) == []


# --- Python -----------------------------------------------------------------------------------


def calls(name: str) -> Iterator[tuple[str, ast.Call, str]]:
    """The calls of a function whose text key or code is written out."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(read(path))):
            if isinstance(node, ast.Call) and called(node) == name:
                for given in node.args[:2]:
                    if isinstance(given, ast.Constant) and isinstance(given.value, str):
                        place = f"{path.relative_to(SOURCE).as_posix()}:{node.lineno}"
                        yield place, node, given.value


def called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def asked_by(place: str, call: ast.Call, key: str) -> Asked:
    given = {keyword.arg for keyword in call.keywords}
    names = frozenset(name for name in given if name)
    return Asked(place=place, key=key, facts=names, more=None in given)


@pytest.mark.parametrize("name", ["done", "warn"])
def test_every_message_after_a_deed_is_in_the_catalogue(name: str) -> None:
    asked = [asked_by(*call) for call in calls(name) if "." in call[2]]
    assert [fault for one in asked for fault in lacking(one)] == []


def test_every_deed_of_the_audit_has_its_sentence() -> None:
    found = list(calls("recorded"))
    assert found
    unknown = [f"{place}: audit.{code}" for place, _, code in found if not known(f"audit.{code}")]
    assert unknown == []


def test_every_deed_gives_its_sentence_the_facts_it_needs() -> None:
    faults = []
    for place, call, code in calls("recorded"):
        given = {keyword.arg for keyword in call.keywords} | {"customer"}
        module = place.partition(":")[0]
        if None not in given and known(f"audit.{code}") and not adds_many(module):
            needed = placeholders(texts(Language.EN)[f"audit.{code}"])
            later = added_later(module)
            faults += [f"{place}: {code} {name}" for name in needed - given - later]
    assert faults == []


def added_later(path: str) -> set[object]:
    """Facts that only the deed itself knows: ``entry.facts["n"] = ...`` in the same module."""
    return {
        node.slice.value
        for node in ast.walk(ast.parse(read(SOURCE / path)))
        if isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and ast.unparse(node.value).endswith(".facts")
    }


def adds_many(path: str) -> bool:
    """Whether a module adds facts by the table (``entry.facts |= ...``): its own tests see them."""
    return any(
        isinstance(node, ast.AugAssign) and ast.unparse(node.target).endswith(".facts")
        for node in ast.walk(ast.parse(read(SOURCE / path)))
    )


# --- the checks can fail ------------------------------------------------------------------------


def test_an_unknown_text_and_a_missing_fact_are_found() -> None:
    template = "<p>{% say 'no.such' %}</p>\n{% say \"frame.stale\" n=3 as told %}"
    faults = [fault for one in asked_in_template("a.html", template) for fault in lacking(one)]
    assert faults == [
        "a.html:1: there is no text 'no.such'",
        "a.html:2: frame.stale needs 'imported_on'",
    ]


@pytest.mark.parametrize(
    "template",
    [
        "<p>Saved</p>",
        '<input placeholder="Search">',
        "<a>{{ name }} is here</a>",
        "Bonjour {% x %}",
    ],
)
def test_words_of_a_template_are_found(template: str) -> None:
    assert own_words(template) != []


@pytest.mark.parametrize(
    "template",
    [
        "{# Saved #}<p>{% say 'a' %} · {{ b }}&nbsp;:</p>",
        '<p class="brand">amiable</p><kbd>Enter</kbd>',
        '<a title="{{ name }}" href="/save/">{% icon "save" %}</a>',
    ],
)
def test_a_template_of_tags_alone_passes(template: str) -> None:
    assert own_words(template) == []
