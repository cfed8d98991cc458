"""Measure count: how far a company's daily measures are counted, and from which facts."""

from django.db import models

from amiable.store.models.columns import text_column
from amiable.store.scope import CompanyRow


class MeasureCount(CompanyRow):
    """``since`` and ``until``: the days kept, the second excluded; null before the first count.

    ``facts``: a mark that changes whenever a fact or an assignment does; the days are counted
    anew when it is another one. While they are being counted, ``done`` of ``total`` customers are
    in; ``total`` 0: nobody is counting.
    """

    since = models.DateField(null=True)
    until = models.DateField(null=True)
    facts = text_column(64)
    counted_at = models.DateTimeField(null=True)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)

    class Meta(CompanyRow.Meta):
        """One row a company."""

        constraints = [models.UniqueConstraint(fields=["company"], name="measure_count_one")]
