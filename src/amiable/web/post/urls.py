"""Addresses of this room, inside a company's desk."""

from django.urls import path

from amiable.web.post.batch import batch, give_up, letters_pdf, posted, slips_csv, tracking, undo
from amiable.web.post.letter import draft_pdf, letter, letter_pdf
from amiable.web.post.views import make, room

urlpatterns = [
    path("", room, name="post"),
    path("make/", make, name="post-make"),
    path("batches/<int:pk>/", batch, name="post-batch"),
    path("batches/<int:pk>/letters.pdf", letters_pdf, name="post-batch-pdf"),
    path("batches/<int:pk>/slips.csv", slips_csv, name="post-batch-slips"),
    path("batches/<int:pk>/tracking/", tracking, name="post-batch-tracking"),
    path("batches/<int:pk>/posted/", posted, name="post-batch-posted"),
    path("batches/<int:pk>/give-up/", give_up, name="post-batch-give-up"),
    path("batches/<int:pk>/undo/", undo, name="post-batch-undo"),
    path("posted/<int:pk>/", letter, name="post-letter"),
    path("posted/<int:pk>/letter.pdf", letter_pdf, name="post-letter-pdf"),
    path("drafts/<int:pk>/letter.pdf", draft_pdf, name="post-draft-pdf"),
]
