"""Among: rows of a set of primary keys, however large, as one parameter.

``filter(customer_id__among=pks)`` says what ``__in`` says. A thousand placeholders cost more
time to write than the query takes, and databases limit how many there may be.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import BigAutoField, ForeignKey, IntegerField
from django.db.models.lookups import Lookup


class Among(Lookup):
    """``column`` is one of the integers given."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """SQLite reads a JSON list, PostgreSQL an array."""
        column, parameters = self.process_lhs(compiler, connection)
        condition, given = among(connection.vendor, self.rhs)
        return f"{column} {condition}", (*parameters, given)


def among(vendor: str, keys: Iterable[int]) -> tuple[str, Any]:
    """The condition and its one parameter, a text either way, for SQL written by hand."""
    if vendor == "postgresql":
        return "= ANY(%s::bigint[])", f"{{{','.join(map(str, keys))}}}"
    return "IN (SELECT value FROM json_each(%s))", json.dumps(list(keys))


def register() -> None:
    """Make the lookup known to whole-number columns, keys included; called when Django starts."""
    for field in (BigAutoField, IntegerField, ForeignKey):
        field.register_lookup(Among)
