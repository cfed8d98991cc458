"""Contact: a person or a mailbox at a customer. Personal data live here, apart from the ledger."""

from django.db import models
from django.db.models.functions import Lower

from amiable.engine.parties import ContactRole, Language
from amiable.store.models.columns import choice_column, key_column, one_of, text_column
from amiable.store.scope import CompanyRow
from amiable.store.spelling import Bytewise


class Contact(CompanyRow):
    """``bounced_on``: the day its e-mail address failed for good; ``returned_on``: the day a letter
    to its address came back.

    ``wrong_on``: the day its telephone number proved wrong (a call, a gateway's report).
    ``refuses``: the channels it wants nothing by (it answered STOP, it unsubscribed).
    ``removed_on``: a person took it away. The row stays, so that no import brings it back.
    """

    customer = models.ForeignKey(
        "store.Customer", models.CASCADE, related_name="contacts", db_index=False
    )
    key = key_column()
    role = choice_column(ContactRole.MAIN)
    name = text_column()
    email = text_column(254)
    phone = text_column(40)
    address = text_column(500)
    language = choice_column(null=True)
    bounced_on = models.DateField(null=True)
    returned_on = models.DateField(null=True)
    wrong_on = models.DateField(null=True)
    opted_out = models.BooleanField(default=False)
    refuses = models.JSONField(default=list)
    removed_on = models.DateField(null=True)
    import_run = models.ForeignKey(
        "store.ImportRun", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(CompanyRow.Meta):
        """One row a contact and company."""

        constraints = [
            models.UniqueConstraint(fields=["company", "key"], name="contact_key"),
            one_of("role", ContactRole, "contact"),
            one_of("language", Language, "contact"),
        ]
        indexes = [
            models.Index(fields=["customer", "company"], name="contact_customer"),
            models.Index("company", Bytewise(Lower("email")), name="contact_email"),
        ]

    def __str__(self) -> str:
        return self.name or self.email
