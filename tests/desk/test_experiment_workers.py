"""Two workers decide at once: every customer is drawn once, every place is taken once."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.desk.books import TODAY
from tests.desk.draw_experiment import SIZE
from tests.desk.test_two_senders import Office, finish, scratch_database

pytestmark = pytest.mark.database


def test_two_workers_draw_each_customer_once_and_no_more_than_planned(tmp_path: Path) -> None:
    with scratch_database(tmp_path) as database:
        ours = Office(tmp_path, database, port=9)
        finish(ours.start("tests.desk.draw_experiment", "fill"))
        both = [ours.start("tests.desk.draw_experiment", "draw", str(tmp_path)) for _ in range(2)]
        for one in both:
            finish(one)
        told = json.loads(finish(ours.start("tests.desk.draw_experiment", "tell")))
    rows = told["rows"]
    assert len(rows) == len({customer for customer, *_ in rows}) == SIZE
    assert told["full_on"] == TODAY.isoformat()
    by_segment = Counter(segment for _, segment, _, _ in rows)
    places = Counter((segment, position) for _, segment, position, _ in rows)
    assert set(places) == {(name, at) for name, n in by_segment.items() for at in range(n)}
    assert Counter(arm for *_, arm in rows) == {0: SIZE // 2, 1: SIZE // 2}
