"""Follow every link of the desk, as a person with much patience would."""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit
from urllib.request import Request, build_opener

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

FETCHED = ("a", "link", "iframe", "img", "script", "form")
PAGE = "text/html"
PER_ROUTE, PER_QUERY = 3, 2
"""How many addresses of a route are followed, and how many of each kind of query string."""


@dataclass(slots=True, kw_only=True)
class Crawl:
    """What following the links of a desk found; ``pages`` are addresses by route."""

    pages: dict[str, list[str]] = field(default_factory=dict)
    others: dict[str, list[str]] = field(default_factory=dict)  # files, fragments
    broken: list[str] = field(default_factory=list)

    @property
    def routes(self) -> set[str]:
        """Every route that a link led to."""
        return {*self.pages, *self.others}


class _Links(HTMLParser):
    """The addresses that a page leads to by GET."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: text for name, text in attrs if text is not None}
        if tag == "form" and given.get("method", "get").lower() == "get":
            self.found.append(given.get("action", ""))
        elif tag in FETCHED:
            self.found += [given[name] for name in ("href", "src") if name in given]
        if "hx-get" in given:
            self.found.append(given["hx-get"])


def crawl(base: str, session: str, starts: Sequence[str]) -> Crawl:
    """Follow the links from where one starts, each kind of address a few times."""
    done, seen, kinds = Crawl(), set(starts), Counter[tuple[str, ...]]()
    waiting = deque(("the start", start) for start in starts)
    while waiting:
        source, address = waiting.popleft()
        route = route_of(address)
        if address not in starts and not _wanted(route, address, kinds):
            continue
        status, kind, body = fetch(base, session, address)
        if status >= 400:
            done.broken.append(f"{source} leads to {address}: {status}")
            continue
        is_page = kind == PAGE and "<html" in body
        found = done.pages if is_page else done.others
        found.setdefault(route, []).append(address)
        for link in links(body, address) if kind == PAGE else ():
            if link not in seen:
                seen.add(link)
                waiting.append((address, link))
    return done


def _wanted(route: str, address: str, kinds: Counter[tuple[str, ...]]) -> bool:
    parts = urlsplit(address)
    names = tuple(sorted(name for name, _ in parse_qsl(parts.query, keep_blank_values=True)))
    kinds[route, *names] += 1
    return kinds[route, *names] <= (PER_QUERY if names else PER_ROUTE)


def links(body: str, address: str) -> Iterator[str]:
    """The addresses of this server that a page leads to."""
    reader = _Links()
    reader.feed(body)
    for link in reader.found:
        full = urlsplit(urldefrag(urljoin(f"http://desk{address}", link)).url)
        if full.netloc == "desk" and not full.path.startswith("/static/"):
            yield full.path + (f"?{full.query}" if full.query else "")


def route_of(address: str) -> str:
    """The route of an address as the URL patterns write it; the address itself if it has none."""
    try:
        return str(resolve(urlsplit(address).path).route)
    except Resolver404:
        return address


def fetch(base: str, session: str, address: str) -> tuple[int, str, str]:
    """Status, kind of contents and text of an address; redirections are followed.

    A letter, shown in a frame that runs no script, is of the kind "letter".
    """
    asked = Request(base + address, headers={"Cookie": f"amiable_session={session}"})
    try:
        with build_opener().open(asked, timeout=60) as answer:
            kind = answer.headers.get("Content-Type", "").partition(";")[0]
            if "sandbox" in answer.headers.get("Content-Security-Policy", ""):
                kind = "letter"
            return answer.status, kind, answer.read().decode("utf-8", errors="replace")
    except HTTPError as error:
        return error.code, "", ""


def routes_of_the_desk() -> Iterator[tuple[str, URLPattern]]:
    """Every route inside a company's desk, with its pattern."""
    for route, pattern in _patterns("", get_resolver()):
        if route.startswith("c/<slug:company>/"):
            yield route, pattern


def _patterns(above: str, resolver: URLResolver) -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        route = above + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _patterns(route, one)
        else:
            yield route, one
