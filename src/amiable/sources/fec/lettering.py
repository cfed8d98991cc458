"""Lettering: from the codes of a file to keys that name one group of one customer.

Accountants reuse codes: AA for one customer and AA for the next, AA this year and AA last year.
The rule, for each customer, account and code:

1. Lines that share a lettering date (DateLet) and balance are a group, whatever their years:
   the key ends with that date.
2. Of the rest, the lines of one year that balance are a group: the key ends with the year.
3. What is left is one group if it balances over the years, or comes from a single year (a
   partial payment): an invoice of one year and its payment of the next meet here.
4. Otherwise the code was reused for two partial groups: the lettering date parts them where
   there is one, else the year.

"Year" is the start of the fiscal year of the line's file, so that one code in the files of two
years is one group only if the money says so.
"""

from collections import defaultdict
from collections.abc import Iterable

Bucket = tuple[str, str, str, str]
"""Account, code, lettering date, start of the fiscal year: the finest a file can tell."""


def group_keys(sums: dict[Bucket, int]) -> dict[Bucket, str]:
    """The key of each bucket's group; ``sums`` holds debit - credit of each bucket's lines."""
    by_code: dict[tuple[str, str], list[Bucket]] = defaultdict(list)
    for bucket in sums:
        by_code[bucket[:2]].append(bucket)
    keys: dict[Bucket, str] = {}
    for (account, code), buckets in by_code.items():
        for suffix, members in _groups(buckets, sums):
            for bucket in members:
                keys[bucket] = f"{account}:{code}:{suffix}"
    return keys


def _groups(buckets: list[Bucket], sums: dict[Bucket, int]) -> Iterable[tuple[str, list[Bucket]]]:
    if len(buckets) == 1:
        return [(buckets[0][2] or buckets[0][3], buckets)]
    dated, rest = _balanced(buckets, sums, 2)
    yearly, rest = _balanced(rest, sums, 3)
    return [*dated, *yearly, *_leftover(rest, sums)]


def _balanced(
    buckets: list[Bucket], sums: dict[Bucket, int], part: int
) -> tuple[list[tuple[str, list[Bucket]]], list[Bucket]]:
    """The groups that balance by lettering date (part 2) or by year (part 3), and the rest."""
    parts: dict[str, list[Bucket]] = defaultdict(list)
    for bucket in buckets:
        parts[bucket[part]].append(bucket)
    whole = {
        name: members
        for name, members in parts.items()
        if name and not sum(sums[bucket] for bucket in members)
    }
    return list(whole.items()), [bucket for bucket in buckets if bucket[part] not in whole]


def _leftover(buckets: list[Bucket], sums: dict[Bucket, int]) -> list[tuple[str, list[Bucket]]]:
    years = sorted({bucket[3] for bucket in buckets})
    if len(years) < 2 or not sum(sums[bucket] for bucket in buckets):
        return [("-".join(years), buckets)] if buckets else []
    parts: dict[str, list[Bucket]] = defaultdict(list)
    for bucket in buckets:
        parts[bucket[2] or bucket[3]].append(bucket)
    return list(parts.items())


class Unions:
    """Groups that one invoice ties together, when its lines were lettered with several codes."""

    def __init__(self) -> None:
        self._first: dict[Bucket, Bucket] = {}

    def tie(self, one: Bucket, other: Bucket) -> None:
        """Make the groups of two buckets one."""
        one, other = self._root(one), self._root(other)
        if one != other:
            self._first[max(one, other)] = min(one, other)

    def apply(self, keys: dict[Bucket, str]) -> dict[Bucket, str]:
        """The keys with tied groups bearing one key; ``keys`` as `group_keys` gives them."""
        renamed: dict[str, str] = {}
        for bucket in self._first:
            mine, root = _end(renamed, keys[bucket]), _end(renamed, keys[self._root(bucket)])
            if mine != root:
                renamed[mine] = root
        return {bucket: _end(renamed, key) for bucket, key in keys.items()} if renamed else keys

    def _root(self, bucket: Bucket) -> Bucket:
        while bucket in self._first:
            bucket = self._first[bucket]
        return bucket


def _end(renamed: dict[str, str], key: str) -> str:
    while key in renamed:
        key = renamed[key]
    return key
