"""What intake besides the desk adds to other pages."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from luyue.accounts.guards import person_of
from luyue.channels import words
from luyue.channels.models import IncomingMail, LabelReport, MachineAlarm
from luyue.contracts.models import Contract
from luyue.desk.models import Case
from luyue.files import queries as files
from luyue.web.panels import filled

MOST = 20


def label_button(request: HttpRequest, thing: object) -> str:
    """The way from a contract's devices to their labels."""
    assert isinstance(thing, Contract)
    if not person_of(request).may("manage_devices"):
        return ""
    return render_to_string("channels/_label_button.html", {"contract": thing}, request)


def case_card(request: HttpRequest, thing: object) -> str:
    """How a case came in by mail, label or alarm, with what was sent along; the firm's people only."""
    assert isinstance(thing, Case)
    if not person_of(request).may("see_alarms"):
        return ""
    if not any(
        filled(request, model._meta.db_table, thing.pk) for model in (IncomingMail, LabelReport, MachineAlarm)
    ):
        return ""
    mails = list(IncomingMail.objects.filter(case=thing).defer("text").order_by("id")[:MOST])
    reports = list(LabelReport.objects.filter(case=thing)[:MOST])
    alarms = [
        {"alarm": one, "word": words.ALARM_STATES[one.state]}
        for one in MachineAlarm.objects.filter(case=thing).order_by("id")[:MOST]
    ]
    facts = {
        "mails": mails,
        "reports": reports,
        "alarms": alarms,
        "files": files.attachments_of("case", thing.pk)[:MOST],
        "may_sort": person_of(request).may("sort_mail"),
    }
    return render_to_string("channels/_case.html", facts, request)
