"""Company: the creditor. The one table that is not inside a company."""

from datetime import time

from django.db import models

from amiable.engine.parties import Language
from amiable.store.models.columns import choice_column, currency_column, one_of, text_column


class Company(models.Model):
    """Who is owed. ``imported_on`` is the day the ledger was last brought up to date.

    ``rolls``: delays are counted from due dates rolled to business days, for nobody pays at
    weekends; null until the first payments came in. ``opens_at``, ``closes_at``: when messages
    may leave, on working days of ``country`` and ``region`` outside ``closed`` (pairs of ISO days,
    the second excluded). ``legal``: what the law wants on its letters besides (form, capital,
    register). ``retention_months``: how long personal data of customers without
    business are kept. ``automatic_from``: from when on automatic steps leave, null: nothing
    leaves by itself. ``per_minute``: how many messages leave in a minute at most, 0 for no limit.
    A portal link opens for ``portal_days``. ``tracks_opens``: whether one wants to know that a
    mail was opened. Null stands for the defaults in ``segment_rule`` (`engine.segment`),
    ``risk_rule`` (`engine.risk`) and ``norms`` (the company's own, by the name of the norm);
    ``cost_of_money`` is in hundredths of a per cent a year, ``reminder_cost_minor`` what a
    reminder costs, ``cash_need_minor`` what the company needs a day: null while nobody said.
    """

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    siren = text_column(9)
    vat = text_column(20)
    iban = text_column(34)
    bic = text_column(11)
    email = text_column(254)
    phone = text_column(40)
    address = text_column(500)
    sender = text_column(200)
    legal = text_column(300)
    country = models.CharField(max_length=2, default="FR")
    currency = currency_column()
    language = choice_column(Language.FR)
    timezone = models.CharField(max_length=60, default="Europe/Paris")
    policy = text_column(60)
    policies_by_segment = models.JSONField(default=dict)
    opens_at = models.TimeField(default=time(8), db_default=time(8))
    closes_at = models.TimeField(default=time(18), db_default=time(18))
    region = text_column(10)
    closed = models.JSONField(default=list)
    retention_months = models.PositiveSmallIntegerField(default=36, db_default=36)
    automatic_from = models.TimeField(null=True, default=time(9), db_default=time(9))
    per_minute = models.PositiveSmallIntegerField(default=60, db_default=60)
    portal_open = models.BooleanField(default=True, db_default=True)
    portal_days = models.PositiveSmallIntegerField(default=60, db_default=60)
    tracks_opens = models.BooleanField(default=False, db_default=False)
    segment_rule = models.JSONField(null=True)
    risk_rule = models.JSONField(null=True)
    norms = models.JSONField(null=True)
    cost_of_money = models.PositiveIntegerField(null=True)
    reminder_cost_minor = models.BigIntegerField(null=True)
    cash_need_minor = models.BigIntegerField(null=True)
    imported_on = models.DateField(null=True)
    rolls = models.BooleanField(null=True)

    class Meta:
        """Checked by the database."""

        constraints = [one_of("language", Language, "company")]

    def __str__(self) -> str:
        return self.name
