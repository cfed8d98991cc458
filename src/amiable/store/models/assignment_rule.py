"""Assignment rule: which customers are whose, when nobody chose by hand."""

from django.conf import settings
from django.db import models

from amiable.engine.parties import Segment
from amiable.store.models.columns import choice_column, one_of, text_column
from amiable.store.scope import CompanyRow


class AssignmentRule(CompanyRow):
    """Rules are tried by ``position``; the first whose conditions all hold gives the collector.

    An empty condition always holds. ``letters``: first letters of the name, as "A-F".
    ``least_minor``: what is owed at least, in the company's currency.
    """

    position = models.PositiveSmallIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    segment = choice_column(null=True)
    country = text_column(2)
    letters = text_column(20)
    least_minor = models.BigIntegerField(null=True)

    class Meta(CompanyRow.Meta):
        """A position is taken once."""

        constraints = [
            models.UniqueConstraint(fields=["company", "position"], name="assignment_position"),
            one_of("segment", Segment, "assignment_rule"),
        ]
