"""What a reader sees: reasons as sentences, money and dates as written in French or English.

Every text stands in ``texts/<language>.toml`` and is asked for by its key with `say`.
"""

from amiable.words.amounts import write_money, write_whole
from amiable.words.catalogue import MissingFact, MissingText, say, term
from amiable.words.dates import short_date, write_date, write_weekday
from amiable.words.language import language_from
from amiable.words.mail import Mail, lay_out, lay_out_again, reworded
from amiable.words.sentences import sentence
from amiable.words.sms import SmsVoice, lay_out_sms, lay_out_sms_again
from amiable.words.templates import shipped_templates, template_error
from amiable.words.voice import CatalogueVoice

__all__ = [
    "CatalogueVoice",
    "Mail",
    "MissingFact",
    "MissingText",
    "SmsVoice",
    "language_from",
    "lay_out",
    "lay_out_again",
    "lay_out_sms",
    "lay_out_sms_again",
    "reworded",
    "say",
    "sentence",
    "shipped_templates",
    "short_date",
    "template_error",
    "term",
    "write_date",
    "write_money",
    "write_weekday",
    "write_whole",
]
