"""Attachments as files."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_of
from luyue.files import content, queries

# Shown by the browser itself; all else is saved, so that no page of somebody's making runs here.
_SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf", "video/mp4"})


@login_required
@require_GET
def download(request: HttpRequest, file_id: int) -> HttpResponse:
    """One attachment; `?save` saves it instead of showing it. The content under an id never changes."""
    found = queries.attachment(file_id, to=person_of(request))
    save = "save" in request.GET or found.media_type not in _SHOWN
    answer = HttpResponse(content.read(found.digest), content_type=found.media_type)
    answer["Content-Disposition"] = content_disposition_header(save, found.name) or "attachment"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    return answer
