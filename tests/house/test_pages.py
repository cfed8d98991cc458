"""What the strict policy of the pages forbids stands in no template, style sheet or script."""

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT, project_files

WEB = ROOT / "src" / "amiable"
PAGES = [path for path in project_files() if WEB in path.parents and "templates" in path.parts
         and path.suffix == ".html"]  # fmt: skip
ASSETS = [path for path in project_files() if WEB in path.parents and "static" in path.parts
          and path.suffix in (".css", ".js", ".svg")]  # fmt: skip

NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")

FORBIDDEN = {
    "a style of its own": re.compile(r"""\sstyle\s*=|<style\b""", re.I),
    "a script of its own": re.compile(
        r"""<script\b(?![^>]*(?:\ssrc=|type="application/json"))|javascript:""", re.I
    ),
    "a handler in the tag": re.compile(r"""\son[a-z]+\s*=\s*["']""", re.I),
    "code in an attribute": re.compile(r"""hx-on|hx-vals=["']js:|hx-headers=["']js:""", re.I),
    "something unescaped": re.compile(r"""\|\s*safe\b|{%\s*autoescape\s+off""", re.I),
}
OUTSIDE = re.compile(
    r"""(?:https?:)?//[a-z0-9][\w.-]*\.[a-z]{2,}|@import|url\(\s*["']?https?:""", re.I
)


def faults(text: str) -> list[str]:
    """What a template holds that the policy forbids."""
    return [name for name, found in FORBIDDEN.items() if found.search(text)]


def fetched(text: str) -> list[str]:
    """The other hosts that an asset or a template names."""
    return [one for one in OUTSIDE.findall(text) if not any(n.startswith(one) for n in NAMESPACES)]


def name(path: Path) -> str:
    return path.relative_to(WEB).as_posix()


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_template_keeps_to_the_policy(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", [*PAGES, *ASSETS], ids=name)
def test_nothing_is_fetched_from_another_host(path: Path) -> None:
    assert fetched(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_form_that_changes_something_is_protected(path: Path) -> None:
    assert unprotected(path.read_text(encoding="utf-8")) == []


def unprotected(text: str) -> list[str]:
    """The POST forms without a token against forgery."""
    forms = re.findall(r"<form\b.*?</form>", text, re.S | re.I)
    posting = [one for one in forms if re.search(r"""method=["']?post""", one, re.I)]
    return [one[:80] for one in posting if "{% csrf_token %}" not in one]


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color:red">',
        "<style>p{}</style>",
        "<script>go()</script>",
        '<a onclick="go()">',
        '<a href="javascript:go()">',
        "{{ text|safe }}",
        "{% autoescape off %}",
        '<div hx-on:click="go()">',
    ],
)
def test_what_the_policy_forbids_is_found(text: str) -> None:
    assert len(faults(text)) == 1


@pytest.mark.parametrize(
    "text",
    ["<script src=\"{% asset 'a.js' %}\" defer></script>", '<p class="style">on = 1</p>', "<svg>"],
)
def test_what_the_policy_allows_passes(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    "text", ['<img src="//cdn.example.com/a.png">', "@import 'b.css'", "url(https://a.example/b)"]
)
def test_another_host_is_found(text: str) -> None:
    assert fetched(text) != []


def test_a_namespace_is_no_host() -> None:
    assert fetched('<svg xmlns="http://www.w3.org/2000/svg">') == []


def test_an_unprotected_form_is_found() -> None:
    assert unprotected('<form method="post"><button></button></form>') != []
    assert unprotected('<form method="get"></form>') == []
