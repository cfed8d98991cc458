"""FEC: the French "fichier des écritures comptables" (LPF art. A47 A-1), read as receivables."""

from amiable.sources.fec.layout import looks_like_fec
from amiable.sources.fec.reading import FecReading, open_fec
from amiable.sources.fec.refusals import CODES

__all__ = ["CODES", "FecReading", "looks_like_fec", "open_fec"]
