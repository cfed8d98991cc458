"""Letter template: a company's own text in place of a shipped one."""

from django.db import models

from amiable.engine.parties import Language
from amiable.store.models.columns import choice_column, one_of, text_column
from amiable.store.scope import CompanyRow


class LetterTemplate(CompanyRow):
    """Refused when saved if a placeholder is unknown or missing, so never when sent."""

    tone = models.CharField(max_length=20)
    audience = models.CharField(max_length=20)
    language = choice_column()
    subject = text_column(300)
    body = models.TextField()

    class Meta(CompanyRow.Meta):
        """One text a tone, audience and language."""

        constraints = [
            models.UniqueConstraint(
                fields=["company", "tone", "audience", "language"], name="letter_template_kind"
            ),
            one_of("language", Language, "letter_template"),
        ]
