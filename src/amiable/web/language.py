"""Language of a page: the user's own, else what the browser asks for among ours."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from amiable.engine.parties import Language


class UserLanguage:
    """Activates the reader's language for the time of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the language."""
        user = request.user
        code = user.language if user.is_authenticated else asked_for(request)
        with translation.override(code):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response


def asked_for(request: HttpRequest) -> str:
    """The language a stranger's browser asks for; English when it is none of ours."""
    accepted = request.headers.get("Accept-Language", "")
    for part in accepted.split(","):
        code = part.partition(";")[0].strip().lower().partition("-")[0]
        if code in set(Language):
            return code
    return Language.EN.value if accepted.strip() else Language.FR.value


def reader_language() -> Language:
    """The language of the page being written."""
    code = (translation.get_language() or "").partition("-")[0]
    return Language(code) if code in set(Language) else Language.EN
