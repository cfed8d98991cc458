"""Day measure: what the ledger looked like in the evening of a day, and what happened that day."""

from enum import StrEnum
from typing import Any

from django.db import models

from amiable.store.models.columns import choice_column, currency_column, one_of
from amiable.store.scope import CompanyRow


class Dimension(StrEnum):
    """What a company's figures are looked at by."""

    COMPANY = "company"
    SEGMENT = "segment"
    COLLECTOR = "collector"
    POLICY = "policy"


def _minor() -> Any:
    return models.BigIntegerField(default=0, db_default=0)


def _count() -> Any:
    return models.IntegerField(default=0, db_default=0)


class DayMeasure(CompanyRow):
    """One row a day, currency and ``value`` of a ``dimension``; amounts in minor units.

    ``value``: empty for the company as a whole, else a segment, the primary key of a collector
    (empty: nobody's customers) or the name of a policy, as the customers are assigned on the day
    the row was counted. What stands at the end of the day: ``not_due`` to ``late_over_90`` (open
    invoices by how late they are), ``overdue`` (the four late ones), ``outstanding`` (all five
    less the money and notes tied to no invoice), ``disputed`` (contested of what is open),
    ``invoices_open``, ``late_days_minor`` (overdue amounts times days late). What happened that
    day: ``sales`` and ``credited`` (invoices and credit notes dated that day), ``received``
    (money), ``paid_minor`` (money tied to invoices), of it ``paid_on_time_minor``, and
    ``paid_days_minor`` (times days late, below zero when early); ``lateness``: of the invoices
    settled with money, how many were so many days late; of the ``calendar`` reminders that a
    fixed calendar would have sent, ``avoided`` were spared by the habits; of the invoices settled
    with money, ``spared_paid`` had been spared one, ``spared_alone`` saw no other before, and
    ``waited_days_minor`` are their amounts (``spared_minor``) times the days waited.
    """

    on = models.DateField()
    dimension = choice_column(Dimension.COMPANY)
    value = models.CharField(max_length=60, blank=True, default="")
    currency = currency_column()
    not_due = _minor()
    late_1_30 = _minor()
    late_31_60 = _minor()
    late_61_90 = _minor()
    late_over_90 = _minor()
    overdue = _minor()
    outstanding = _minor()
    disputed = _minor()
    invoices_open = _count()
    late_days_minor = _minor()
    sales = _minor()
    credited = _minor()
    received = _minor()
    paid_minor = _minor()
    paid_on_time_minor = _minor()
    paid_days_minor = _minor()
    lateness = models.JSONField(default=dict)
    calendar = _count()
    avoided = _count()
    spared_paid = _count()
    spared_alone = _count()
    spared_minor = _minor()
    waited_days_minor = _minor()

    class Meta(CompanyRow.Meta):
        """Read as a series of days, or all values of one day."""

        constraints = [
            models.UniqueConstraint(
                fields=["company", "dimension", "value", "on", "currency"], name="day_measure_once"
            ),
            one_of("dimension", Dimension, "day_measure"),
        ]
        indexes = [models.Index(fields=["company", "dimension", "on"], name="day_measure_on")]
