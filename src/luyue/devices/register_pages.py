"""The register of a contract as a file: out, and in after a look at what it would do."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from luyue.accounts.guards import person_with
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.devices import actions, queries, registers
from luyue.devices.forms import RegisterForm
from luyue.devices.kinds import kind_word
from luyue.documents.excel import Book, Cell
from luyue.domain.refusals import BadInput, NotFound
from luyue.domain.tables import BadTable
from luyue.files import content as contents
from luyue.web.downloads import download
from luyue.web.languages import language

SHOWN = 200  # rows of each list on the page
SALT = "devices.register"
KEPT_SECONDS = 24 * 3600  # how long a file that was looked at may be taken
HEAD = {
    "serial": gettext_lazy("序列号"),
    "name": gettext_lazy("名称"),
    "kind": gettext_lazy("类别"),
    "model": gettext_lazy("型号"),
    "site": gettext_lazy("点位"),
    "address": gettext_lazy("地址"),
    "unit": gettext_lazy("下级单位"),
    "latitude": gettext_lazy("纬度"),
    "longitude": gettext_lazy("经度"),
}
PROBLEMS = {
    "missing": gettext_lazy("没有填"),
    "too_long": gettext_lazy("太长"),
    "digits_lost": gettext_lazy("表格软件把长数字改成了科学计数，后几位已丢失；把这一列设为文本，重新填"),
    "unreadable": gettext_lazy("有读不出的字"),
    "no_number": gettext_lazy("不是数字"),
    "out_of_range": gettext_lazy("超出范围"),
    "unknown": gettext_lazy("合同的客户没有这个下级单位"),
}
TWICE = gettext_lazy("同一个序列号写了几次，内容不同")
MISSING_COLUMNS = {
    "no_serial": gettext_lazy("缺“序列号”列。"),
    "no_name": gettext_lazy("缺“名称”列（有“类别”列也可以）。"),
}


@login_required
@require_http_methods(["GET", "POST"])
def take(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Upload a register, see what it would do, take it."""
    person_with(request, "manage_devices")
    of = contracts.contract(contract_id)
    if request.POST.get("looked_at"):
        return _taken(request, of, request.POST["looked_at"])
    form = RegisterForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"contract": of, "form": form, "head": HEAD.values()}
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        raw = upload.read()
        try:
            context |= _looked_at(of, raw, upload.name)
        except BadTable as refusal:
            form.add_error("file", refusal.sentence(language()))
        except BadInput as refusal:
            form.add_error("file", str(MISSING_COLUMNS[str(refusal.facts["problem"])]))
    return render(request, "devices/import.html", context, status=422 if form.errors else 200)


def _looked_at(of: Contract, raw: bytes, name: str) -> dict[str, Any]:
    found = registers.compare(of, raw)
    token = signing.dumps([of.pk, contents.keep(raw)], salt=SALT)
    return {
        "found": found,
        "name": name,
        "token": token,
        "columns": [(HEAD[field], column) for field, column in found.columns.items()],
        "new": [(one, registers.whole_facts(one)) for one in found.new[:SHOWN]],
        "changed": [
            (one, [(HEAD[name], *(kind_word(word) if name == "kind" else word for word in pair))
                   for name, pair in one.facts.items()])
            for one in found.changed[:SHOWN]
        ],
        "faults": [
            (one.row, HEAD[one.field], one.value, PROBLEMS.get(one.problem, TWICE))
            for one in found.faults[:SHOWN]
        ],
        "shown": SHOWN,
    }  # fmt: skip


def _taken(request: HttpRequest, of: Contract, token: str) -> HttpResponse:
    try:
        contract_id, digest = signing.loads(token, salt=SALT, max_age=KEPT_SECONDS)
        raw = contents.read(digest)
    except (signing.BadSignature, FileNotFoundError) as error:
        raise NotFound(subject="file") from error
    if contract_id != of.pk:
        raise NotFound(subject="file")
    found = actions.import_devices(
        of.pk, raw, actor=person_with(request, "manage_devices"), now=timezone.now()
    )
    messages.success(
        request,
        _("已导入：新设备 {new} 台，改动 {changed} 台，新点位 {sites} 个。").format(
            new=len(found.new), changed=len(found.changed), sites=len(found.new_sites)
        ),
    )
    return redirect("devices:contract", of.pk)


@login_required
@require_GET
def export(request: HttpRequest, contract_id: int) -> HttpResponse:  # noqa: ARG001 - the address gives it
    """The register as Excel, in the form in which it is taken back."""
    of = contracts.contract(contract_id)
    widths = (22, 24, 14, 20, 24, 30, 18, 12, 12)
    with Book(contracts.ZONE) as book:
        book.table(_("设备表"), list(zip(map(str, HEAD.values()), widths, strict=True)), _rows(of))
    return download(book.content, f"{_('设备表')} {of.number} {contracts.local_day(timezone.now())}.xlsx")


def _rows(of: Contract) -> Iterator[list[Cell]]:
    for one in queries.devices_of(of.pk).select_related("site__unit").order_by("site__name", "name", "id"):
        at = one.site
        place = (
            [at.name, at.address, at.unit.name if at.unit else "", at.latitude, at.longitude]
            if at
            else [""] * 5
        )
        yield [one.serial, one.name, kind_word(one.kind), one.model, *place]
