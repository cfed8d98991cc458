"""A ledger's evenings from one walk, against each evening computed by itself."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from amiable.engine.measure import BUCKETS, MEASURES, Contested, DayBook, bucket_of, held_changes

SINCE, UNTIL = 100, 260
days = st.integers(0, 300)
items = st.lists(st.tuples(days, days, st.integers(-500, 500)), max_size=12)


def figures(book: DayBook) -> dict[int, dict[str, int]]:
    return {on: dict(zip(MEASURES, row, strict=True)) for on, row, _ in book.days()}


@given(items)
def test_each_evening_is_the_sum_of_what_began_before(stands):
    book = DayBook(SINCE, UNTIL)
    for start, due, minor in stands:
        book.stand(start, due, minor)
    found = figures(book)
    for on in range(SINCE, UNTIL):
        open_then = [(on - due, minor) for start, due, minor in stands if start <= on]
        row = found.get(on, dict.fromkeys(MEASURES, 0))
        for place, name in enumerate(BUCKETS):
            assert row[name] == sum(m for late, m in open_then if bucket_of(late) == place)
        assert row["overdue"] == sum(m for late, m in open_then if late > 0)
        assert row["late_days_minor"] == sum(late * m for late, m in open_then if late > 0)


def test_the_buckets_begin_where_the_aged_balance_says():
    lates = (-5, 0, 1, 30, 31, 60, 61, 90, 91, 900)
    assert [bucket_of(late) for late in lates] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


@given(items, items)
def test_two_books_taken_together_are_the_book_of_both(some, others):
    apart, whole = DayBook(SINCE, UNTIL), DayBook(SINCE, UNTIL)
    second = DayBook(SINCE, UNTIL)
    for book, stands in ((apart, some), (second, others), (whole, some + others)):
        for start, due, minor in stands:
            book.stand(start, due, minor)
            book.happen("sales", start, minor)
            book.hold("unmatched", due, minor)
            book.settle(start, due)
    apart.add(second)
    assert list(apart.days()) == list(whole.days())


def test_what_happened_outside_the_span_is_not_counted_and_what_stood_before_is():
    book = DayBook(SINCE, UNTIL)
    book.happen("sales", SINCE - 1, 5)
    book.happen("sales", UNTIL, 5)
    book.settle(UNTIL, 3)
    book.hold("invoices_open", SINCE - 40, 2)
    assert {row["sales"] for row in figures(book).values()} == {0}
    assert {row["invoices_open"] for row in figures(book).values()} == {2}


contests = st.lists(
    st.builds(
        lambda since, length, minor: Contested(
            since=since, until=None if length is None else since + length, minor=minor
        ),
        st.integers(0, 20),
        st.none() | st.integers(0, 20),
        st.none() | st.integers(1, 150),
    ),
    max_size=4,
)


@given(st.lists(st.tuples(st.integers(5, 25), st.integers(1, 40)), max_size=3), contests)
def test_never_more_is_contested_than_is_open(paid, contested):
    moves = [(5, 100), *((day, -minor) for day, minor in paid)]
    changes: Counter[int] = Counter()
    for day, change in held_changes(moves, contested):
        changes[day] += change
    for day in range(50):
        left = max(sum(change for on, change in moves if on <= day), 0)
        live = [c for c in contested if c.since <= day and (c.until is None or day < c.until)]
        held = sum(left if one.minor is None else one.minor for one in live)
        now = sum(change for on, change in changes.items() if on <= day)
        assert now == min(held, left)
