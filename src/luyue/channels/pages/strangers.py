"""Pages without log-in behind a label: what is told here is told to everybody who passes by the device."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from luyue.channels import throttle, words
from luyue.channels.actions import labels as actions
from luyue.channels.forms import ReportForm
from luyue.channels.models import Label, LabelReport
from luyue.channels.queries import labels as queries
from luyue.domain.refusals import BadInput, TooOften
from luyue.ledger.wall import Scope
from luyue.web.refusals import sentence

LARGEST_REQUEST = actions.LARGEST_PHOTO + 512 * 1024  # bytes
LOOKS = throttle.Limit("label-look", most=300, minutes=10)
REPORTS_OF_LABEL = throttle.Limit("label-report", most=10, minutes=30)
REPORTS_OF_SENDER = throttle.Limit("label-sender", most=20, minutes=30)


# No session and no right is used here, so there is nothing that a forged form could misuse; and a page that needs no
# cookie works in the browsers inside of other apps.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, label_token: str) -> HttpResponse:
    """The form of one device, and the report by it."""
    now = timezone.now()
    label = queries.label_of_token(label_token)
    if label.revoked_at is not None:
        return _show(request, "channels/label_ended.html", {}, 410)
    with Scope.of([label.contract_id]).entered():
        if request.method == "POST":
            return _take(request, label, now)
        throttle.count([(LOOKS, throttle.sender(request))], now=now)
        joining = "join" in request.GET
        return _form(request, label, ReportForm(kind=label.device.kind, joining=joining))


def _take(request: HttpRequest, label: Label, now: datetime) -> HttpResponse:
    limits = [(REPORTS_OF_LABEL, label.nonce), (REPORTS_OF_SENDER, throttle.sender(request))]
    throttle.count_refused(request, limits, now=now)
    blank = ReportForm(kind=label.device.kind)
    # Looked at before the body is read.
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_REQUEST:
        return _form(request, label, blank, 413, _("照片太大，最大 10 MB，请另选一张。"))
    form = ReportForm(
        request.POST, request.FILES, kind=label.device.kind, joining=request.POST.get("join") == "1"
    )
    try:
        throttle.count(limits, now=now)
        if not form.is_valid():
            return _form(request, label, form, 422)
        made = actions.report_by_label(label, now=now, **form.facts())
    except TooOften as refusal:
        return _form(request, label, form, 429, sentence(refusal))
    except BadInput as refusal:
        field = str(refusal.facts.get("field"))
        field = "photo" if field == "file" else field
        form.add_error(field if field in form.fields else None, _("这个值不能用，请重新填写。"))
        return _form(request, label, form, 422)
    return redirect("channels:watch", made.token)


def _form(
    request: HttpRequest, label: Label, form: ReportForm, status: int = 200, trouble: str = ""
) -> HttpResponse:
    site = label.device.site
    facts = {
        "device": label.device.name,
        "site": site.name if site else "",
        "form": form,
        "open": None if form.joining else queries.open_case_of(label.device),
        "trouble": trouble,
        "joining": form.joining,
    }
    return _show(request, "channels/label_report.html", facts, status)


@never_cache
@require_GET
def watch(request: HttpRequest, watch_token: str) -> HttpResponse:
    """How a case stands, for who reported it by a label: its number and its state, nothing else."""
    throttle.count([(LOOKS, throttle.sender(request))], now=timezone.now())
    made = queries.report_of_token(watch_token)
    word, icon, tone = words.WATCHED[made.case.state]
    facts = {
        "report": made,
        "number": made.case.number,
        "word": word,
        "icon": icon,
        "tone": tone,
        "at": _since(made),
    }
    return _show(request, "channels/label_watch.html", facts)


def _since(made: LabelReport) -> datetime | None:
    """When the case came into its state, as far as the reporter is concerned."""
    case = made.case
    return case.closed_at or case.resolved_at or None


def _show(request: HttpRequest, template: str, facts: dict[str, object], status: int = 200) -> HttpResponse:
    answer = render(request, template, facts | {"hotline": settings.LUYUE_HOTLINE}, status=status)
    answer["X-Robots-Tag"] = "noindex"
    return answer
