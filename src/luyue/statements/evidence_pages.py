"""The evidence of a statement as a file to take along, and as a file to be checked."""

import tempfile
from collections.abc import Sequence

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import local_day
from luyue.domain import evidence
from luyue.domain.refusals import BadInput
from luyue.domain.statement import Period
from luyue.ledger.models import Event
from luyue.statements import actions, queries
from luyue.statements.wording import read_period
from luyue.web.languages import language

SHOWN = 50
MOST_CHECKED = (
    500_000_000  # bytes unpacked; larger ones are checked by the command, which has a machine to itself
)


class TooLarge(BadInput):
    """A package that the pages do not check."""

    code = "package_too_large"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def evidence_page(request: HttpRequest, contract_id: int) -> HttpResponseBase:
    """What was taken along so far, with its roots; by POST, a package of the period."""
    person = person_with(request, "see_ledger")
    now = timezone.now()
    of = contracts.contract(contract_id)
    today = local_day(now)
    asked = request.POST if request.method == "POST" else request.GET
    period, _preset = read_period(asked, today, queries.whole_service(of, today))
    if request.method != "POST":
        return _show(request, of, period)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    actions.export_evidence(file, of.pk, period, actor=person, now=now, language=language())
    file.seek(0)
    name = f"{_('凭证包')} {of.number} {period.first} {period.last}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


@login_required
@require_POST
def check_evidence(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Check a package that somebody has; nothing of it is kept."""
    person_with(request, "see_ledger")
    now = timezone.now()
    of = contracts.contract(contract_id)
    package = request.FILES.get("file")
    if not isinstance(package, UploadedFile):
        raise BadInput(field="file")
    if evidence.unpacked_bytes(package.file) > MOST_CHECKED:
        raise TooLarge()
    today = local_day(now)
    period, _preset = read_period(request.GET, today, queries.whole_service(of, today))
    faults = evidence.verify(package.file, request.POST.get("root", ""))
    return _show(request, of, period, checked=package.name, faults=faults)


def _show(
    request: HttpRequest,
    of: Contract,
    period: Period,
    *,
    checked: str | None = None,
    faults: Sequence[evidence.Fault] = (),
) -> HttpResponse:
    word = 0 if language() == "zh" else 1
    context = {
        "contract": of,
        "period": period,
        "exports": Event.objects.filter(
            contract_id=of.pk, kind="evidence.exported", subject_kind="contract", subject_id=of.pk
        ).order_by("-id")[:SHOWN],
        "checked": checked,
        "faults": [
            (fault.member, evidence.WORDS[fault.code][word], fault.what) for fault in faults
        ],
    }  # fmt: skip
    return render(request, "statements/evidence.html", context)
