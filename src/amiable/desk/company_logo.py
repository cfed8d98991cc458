"""Company logo: a picture of the company's, checked and drawn anew before it is kept."""

from datetime import datetime
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from amiable.desk.access import Actor
from amiable.desk.audit import recorded
from amiable.store.company_logo import drop_logo, keep_logo, logo_row
from amiable.store.models import Company

MOST_BYTES = 2_000_000
_KINDS = ("PNG", "JPEG")
_MOST_POINTS = 24_000_000
"""Points in the picture handed in; a small file can unfold to gigabytes."""
_LARGEST = (1200, 480)
"""Points it is kept with at most: 300 to the inch on paper at 10 cm."""


class LogoRefused(ValueError):
    """Not a picture we take; ``why``: large (bytes), kind (no PNG or JPEG), points."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def logo_of(company: Company) -> tuple[str, bytes] | None:
    """The media type and the content of a company's logo; None without one."""
    row = logo_row(company.pk)
    return (row.media_type, bytes(row.content)) if row is not None else None


def save_logo(actor: Actor, content: bytes, *, at: datetime) -> None:
    """Use a picture from now on. Raises LogoRefused."""
    media_type, drawn = drawn_anew(content)
    with recorded(actor, "logo_saved", at=at, size=len(drawn)):
        keep_logo(actor.company.pk, media_type, drawn)


def forget_logo(actor: Actor, *, at: datetime) -> bool:
    """Do without a logo; False when there was none."""
    if logo_row(actor.company.pk) is None:
        return False
    with recorded(actor, "logo_forgotten", at=at):
        return drop_logo(actor.company.pk)


def drawn_anew(content: bytes) -> tuple[str, bytes]:
    """The picture as we keep it: turned upright, not too large, nothing in the file but points.

    Raises LogoRefused for a file that is too large, or is no PNG or JPEG that can be read.
    """
    if len(content) > MOST_BYTES:
        raise LogoRefused("large")
    try:
        with Image.open(BytesIO(content), formats=_KINDS) as opened:
            kind = str(opened.format)
            if opened.width * opened.height > _MOST_POINTS:
                raise LogoRefused("points")
            opened.load()
            picture = ImageOps.exif_transpose(opened)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        if isinstance(error, LogoRefused):
            raise
        raise LogoRefused("kind") from error
    picture.thumbnail(_LARGEST)
    kept = Image.new("RGB", picture.size, "white") if kind == "JPEG" else _transparent(picture)
    if kind == "JPEG":
        kept.paste(picture.convert("RGB"))
    target = BytesIO()
    kept.save(target, kind, optimize=True, quality=90)
    return Image.MIME[kind], target.getvalue()


def _transparent(picture: Image.Image) -> Image.Image:
    """The points alone, what is transparent kept so."""
    clear = "A" in picture.getbands() or "transparency" in picture.info
    made = picture.convert("RGBA" if clear else "RGB")
    made.info.clear()
    return made
