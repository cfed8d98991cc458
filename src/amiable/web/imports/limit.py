"""Limit: files larger than allowed, or from strangers, are not kept."""

from django.conf import settings

from amiable.desk.upload_limit import UploadLimit


class ImportLimit(UploadLimit):
    """Whoever is signed in, or a program let in, may send files of a size."""

    def closes(self, content_length: int) -> bool:
        """Whether the request is a stranger's, or too large."""
        user = getattr(self.request, "user", None)
        known = user is not None and user.is_authenticated
        known = known or getattr(self.request, "auth", None) is not None
        return not known or content_length > settings.UPLOAD_MOST
