"""Company: the creditor. The one table that is not inside a company."""

from django.db import models

from amiable.engine.parties import Language
from amiable.store.models.columns import choice_column, currency_column, one_of, text_column


class Company(models.Model):
    """Who is owed. ``imported_on`` is the day the ledger was last brought up to date.

    ``rolls``: delays are counted from due dates rolled to business days, for nobody pays at
    weekends; null until the first payments came in.
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
    country = models.CharField(max_length=2, default="FR")
    currency = currency_column()
    language = choice_column(Language.FR)
    timezone = models.CharField(max_length=60, default="Europe/Paris")
    policy = text_column(60)
    policies_by_segment = models.JSONField(default=dict)
    imported_on = models.DateField(null=True)
    rolls = models.BooleanField(null=True)

    class Meta:
        """Checked by the database."""

        constraints = [one_of("language", Language, "company")]

    def __str__(self) -> str:
        return self.name
