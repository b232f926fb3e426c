"""Labels of a contract's devices: which have one, calling one back, the sheet to print."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from luyue.accounts.guards import person_with
from luyue.channels.actions import labels as actions
from luyue.channels.forms import SheetForm
from luyue.channels.models import Label
from luyue.contracts import queries as contracts
from luyue.devices import queries as devices
from luyue.devices.models import Device
from luyue.documents import labels as documents
from luyue.documents.labels import LAYOUTS
from luyue.domain.refusals import NotFound
from luyue.web.downloads import download
from luyue.web.languages import language
from luyue.web.lists import Filter, ListSpec, ListState, Sort
from luyue.web.paging import capped_count, keyset_page

PAGE = 50
MOST_SITES = 200
MOST_ON_SHEET = 480


def _spec(contract_id: int) -> ListSpec:
    sites = devices.sites_of(contract_id).values_list("pk", "name")[:MOST_SITES]
    return ListSpec(
        filters=(
            Filter("site", gettext_lazy("点位"), [(str(pk), name) for pk, name in sites], multiple=False),
            Filter(
                "label", gettext_lazy("标签"), [("yes", gettext_lazy("有")), ("no", gettext_lazy("没有"))],
                multiple=False,
            ),
        ),
        sorts=(
            Sort("name", gettext_lazy("名称"), ("name", "id")),
            Sort("serial", gettext_lazy("序列号"), ("serial", "id")),
        ),
        search=True,
    )  # fmt: skip


@login_required
@require_GET
def labels(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Devices of a contract with their labels."""
    of = contracts.contract(contract_id)
    person_with(request, "manage_devices")
    state = _spec(of.pk).read(request.GET)
    found = _found(of.pk, state)
    page = keyset_page(found, order=state.order, after=state.after, size=PAGE)
    facts = {"contract": of, "list": state, "page": page, "total": capped_count(found), "sheet": SheetForm()}
    return render(request, "channels/labels.html", facts)


@login_required
@require_POST
def reissue(request: HttpRequest, contract_id: int, device_id: int) -> HttpResponse:
    """End a device's label and make another; or only end it."""
    device = _device(contract_id, device_id)
    if request.POST.get("act") == "revoke":
        actions.revoke_label(device, actor=request.user, now=timezone.now())
        messages.success(request, _("标签已停用。"))
    else:
        actions.reissue_label(device, actor=request.user, now=timezone.now())
        messages.success(request, _("已换新标签，请重新打印；旧的扫了打不开。"))
    return redirect("channels:labels", contract_id)


@login_required
@require_POST
def sheet(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The sheet as PDF: labels of the ticked devices, or of all that the list's filters leave. Makes missing ones."""
    of = contracts.contract(contract_id)
    person_with(request, "manage_devices")
    chosen = [int(one) for one in request.POST.getlist("device") if one.isascii() and one.isdigit()]
    if request.POST.get("which") == "all":
        found = _found(of.pk, _spec(of.pk).read(request.POST))
    else:
        found = devices.devices_of(of.pk).filter(pk__in=chosen)
    asked = list(found.order_by("site__name", "name", "id")[: MOST_ON_SHEET + 1])
    if not asked:
        messages.error(request, _("请先勾选设备。"))
        return redirect("channels:labels", of.pk)
    if len(asked) > MOST_ON_SHEET:
        messages.error(request, _("一次最多打 {n} 张，请按点位分开打。").format(n=MOST_ON_SHEET))
        return redirect("channels:labels", of.pk)
    made = actions.issue_labels(asked, actor=request.user, now=timezone.now())
    by_device = {label.device_id: label for label in made}
    form = SheetForm(request.POST)
    wish = form.cleaned_data if form.is_valid() else {"layout": next(iter(LAYOUTS)), "used": 0}
    papers = [_paper(device, by_device[device.pk]) for device in asked]
    content = documents.sheet(
        papers, layout=wish["layout"], used=wish["used"] or 0, title=of.name,
        language=language(),
    )  # fmt: skip
    answer = download(content, f"{of.number} {_('设备标签')}.pdf", save=False)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _paper(device: Device, label: Label) -> documents.Label:
    """What is printed: code, device, serial, site, hotline."""
    site = device.site.name if device.site else ""
    hotline = settings.LUYUE_HOTLINE
    lines = [line for line in (device.serial, site, _("扫码报修"), hotline) if line]
    address = settings.LUYUE_ADDRESS.rstrip("/") + reverse("channels:report", args=[label.token])
    return documents.Label(address=address, name=device.name, lines=lines)


def _device(contract_id: int, device_id: int) -> Device:
    found = devices.devices_of(contract_id).filter(pk=device_id).first()
    if found is None:
        raise NotFound(subject="device")
    return found


def _found(contract_id: int, state: ListState) -> QuerySet[Device]:
    valid = Label.objects.filter(revoked_at=None)
    found = devices.devices_of(contract_id).select_related("site")
    found = found.prefetch_related(Prefetch("labels", valid, to_attr="valid_labels"))
    if site := state.one("site"):
        found = found.filter(site_id=int(site))
    if wish := state.one("label"):
        has = Exists(valid.filter(device=OuterRef("pk")))
        found = found.filter(has if wish == "yes" else ~has)
    if state.q:
        found = found.filter(
            Q(name__icontains=state.q) | Q(serial__icontains=state.q) | Q(site__name__icontains=state.q)
        )
    return found
