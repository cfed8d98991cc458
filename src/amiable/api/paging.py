"""Paging: a page at a time, by a cursor; new rows never shift the pages of who walks on."""

import base64
import json
from typing import Annotated

from pydantic import Field

from amiable.api.problems import invalid
from amiable.api.values import Record
from amiable.store.feed import Place


class PageQuery(Record):
    """Which page."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[
        str, Field(max_length=200, description="`next` of the page before; empty for the first")
    ] = ""

    def place(self) -> Place:
        """The page as the store takes it. Raises Problem."""
        return Place(after=self.after(), limit=self.limit)

    def after(self) -> int | None:
        """The primary key the page before ended with. Raises Problem."""
        if not self.cursor:
            return None
        try:
            value = json.loads(base64.urlsafe_b64decode(self.cursor.encode("ascii")))
        except ValueError as error:  # what is no base64, no UTF-8 or no JSON is one as well
            raise invalid("cursor", "cursor_unknown", location="query") from error
        if type(value) is not int or not 0 < value < 2**53:
            raise invalid("cursor", "cursor_unknown", location="query")
        return value


def cursor_of(last: int | None) -> str | None:
    """The cursor behind a row; None after the last page."""
    if last is None:
        return None
    return base64.urlsafe_b64encode(json.dumps(last).encode()).decode("ascii")


class Page(Record):
    """A page of a list; `next` is the cursor of the next page, null on the last."""

    next: str | None
