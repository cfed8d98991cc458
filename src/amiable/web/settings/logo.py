"""The company's logo: handed in, shown, taken away."""

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse

from amiable.desk.access import Power
from amiable.desk.company_logo import MOST_BYTES, LogoRefused, forget_logo, logo_of, save_logo
from amiable.web.visit import Visit, page


@page(Power.SETTINGS, methods=("POST",))
def logo(visit: Visit) -> HttpResponse:
    """Use a picture from now on."""
    file = visit.request.FILES.get("logo")
    if not isinstance(file, UploadedFile):
        visit.warn("post.logo.none")
        return visit.go("settings/")
    try:
        save_logo(visit.actor, file.read(MOST_BYTES + 1), at=visit.at)
    except LogoRefused as refused:
        visit.warn(f"post.logo.{refused.why}")
    else:
        visit.done("post.logo.saved")
    return visit.go("settings/")


@page(Power.SETTINGS)
def logo_image(visit: Visit) -> HttpResponse:
    """The picture as it is kept."""
    found = logo_of(visit.company)
    if found is None:
        raise Http404
    return HttpResponse(found[1], content_type=found[0])


@page(Power.SETTINGS, methods=("POST",))
def logo_forgotten(visit: Visit) -> HttpResponse:
    """Do without a logo."""
    if forget_logo(visit.actor, at=visit.at):
        visit.done("post.logo.forgotten")
    return visit.go("settings/")
