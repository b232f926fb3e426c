"""The wall, walked: every route of pages and API, as a stranger, and as people of another contract.

A new route is walked without anybody thinking of it: it comes from the address table itself. Ids in it are those of
a contract that the walker must not know of.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from luyue.accounts import actions as account_actions
from luyue.accounts.models import Person
from luyue.channels import taking
from luyue.channels.actions import alarms as alarm_actions
from luyue.channels.actions import labels as label_actions
from luyue.channels.actions import mails as mail_actions
from luyue.channels.models import Mailbox
from luyue.contracts import actions as contract_actions
from luyue.desk import actions as desk_actions
from luyue.desk import links, routing
from luyue.desk.models import Clock, ImportRun
from luyue.devices import actions as device_actions
from luyue.domain.training.people import Human
from luyue.entitlements import actions as entitlement_actions
from luyue.field import actions as field_actions
from luyue.field.planning import Request
from luyue.files import actions as file_actions
from luyue.follow_ups.models import FollowUp
from luyue.hotline import actions as hotline_actions
from luyue.hotline import changes as hotline_changes
from luyue.hotline.models import Call, CallFile, Change, Contact, Line
from luyue.knowledge import actions as knowledge_actions
from luyue.knowledge.actions import Text
from luyue.ledger import wall
from luyue.notices import actions as notice_actions
from luyue.notices.models import Delivery, Message
from luyue.obligations import actions as obligation_actions
from luyue.obligations.actions import signals as signal_actions
from luyue.obligations.models import Obligation, Record
from luyue.reports import actions as report_actions
from luyue.reports.models import Run
from luyue.roster import actions as roster_actions
from luyue.rounds import actions as round_actions
from luyue.rounds.actions import Wanted
from luyue.service_forms import actions as form_actions
from luyue.service_forms.tokens import token_of
from luyue.staffing import actions as staffing_actions
from luyue.staffing.models import Check, Correction, HolidayRoster, Leave
from luyue.surveys import actions as survey_actions
from luyue.training import actions as training_actions
from luyue.training.actions import LineFacts
from luyue.training.actions import Wanted as TrainingWish
from luyue.vault import actions as vault_actions
from luyue.vault import sessions as vault_sessions
from luyue.vault.models import Grant, Secret, Session
from tests import factories

SECRET = "不可外传之名"
OPEN_TO_STRANGERS = {
    "login/", "logout/", "language/", "style/", "style/job/<int:done>/", "api/v1/openapi.json", "api/v1/docs",
    # The phone's app without its contents: name and icons, script, a sentence, and that a stranger is one.
    "manifest.webmanifest", "sw.js", "field/offline/", "field/token/",
    # Behind a label on a device: what is told there is told to everybody who passes by.
    "r/<str:label_token>/", "r/c/<str:watch_token>/",
    # In the code on a paper: whether it is genuine, not what it says.
    "verify/<str:form_token>/",
    # In the code on a projector, on one's own phone, and on a certificate: signed, the first for minutes only.
    "t/<str:sign_token>/", "t/a/<str:attendance_token>/", "t/a/<str:attendance_token>/feedback/",
    "t/c/<str:certificate_token>/",
    # A survey: the address is signed, and asks questions only.
    "s/<str:survey_token>/",
    # A calendar's subscription: the address is signed and stands for its person.
    "obligations/feed/<str:feed_token>.ics",
    # Monitoring systems deliver here; the secret in the address is their log-in.
    "api/v1/alarms/<source_token>",
    # Weather services and others tell here what happened: likewise.
    "api/v1/signals/<signal_token>",
}  # fmt: skip


# Whose ids a stranger to the contract must not be able to use, one a line.
BEHIND_THE_WALL = (
    "article",
    "call",
    "campaign",
    "case",
    "change",
    "check",
    "clock",
    "contact",
    "arrival",
    "contract",
    "correction",
    "device",
    "plan_draft",
    "foresight",
    "drafted",
    "exclusion",
    "file",
    "grant",
    "hazard",
    "form",
    "follow_up",
    "leave",
    "line",
    "link",
    "mail",
    "measurement",
    "message",
    "obligation",
    "order",
    "post",
    "reading",
    "reading_file",
    "respondent",
    "round",
    "report",
    "hazard",
    "run",
    "secret",
    "session",
    "site",
    "source",
    "target",
    "training_plan",
    "attendance",
    "turn",
    "use",
)


RESTOCK = {"applicant": "Ed", "store": "Main", "reason": "Used", "parts": [{"name": "Cable"}]}


@dataclass(frozen=True)
class Prey:
    """Ids of one contract's things, by the names that routes give them."""

    ids: dict[str, str]


@pytest.fixture
def prey(everything: wall.Scope) -> Prey:
    now = factories.NOW
    contract = factories.contract(
        "video-integration", name=SECRET, customer=factories.customer(name=f"{SECRET}客户")
    )
    site = device_actions.add_site(contract.pk, name=f"{SECRET}点位", actor=None, now=now)
    device = device_actions.add_device(
        contract.pk, kind="camera", name=f"{SECRET}设备", serial=f"{SECRET}1", site=site, actor=None, now=now
    )
    case = desk_actions.report_case(
        contract.pk, title=f"{SECRET}故障", severity="normal", device=device, actor=None, at=now, now=now
    )
    desk_actions.respond_case(
        case.pk, actor=None, at=now + timedelta(minutes=3), now=now + timedelta(minutes=3)
    )
    twin = desk_actions.report_case(
        contract.pk, title=f"{SECRET}故障二", severity="normal", device=device, actor=None, at=now, now=now
    )
    link = links.relate_cases(case.pk, twin.pk, actor=None, at=now, now=now)
    rule = routing.save_rule(None, name="摄像机", role="engineer", devices=["camera"], actor=None, now=now)
    insider = factories.person("customer", name=f"{SECRET}联系人")
    contract_actions.give_access(contract.pk, person=insider, role="customer", actor=None, now=now)
    message = Message.objects.create(
        person=insider, contract_id=contract.pk, key="x", kind="case.reported", title=SECRET, created_at=now
    )
    outlet = notice_actions.save_outlet(
        None,
        secrets={"address": "http://127.0.0.1:9/"},
        kind="wecom",
        name=f"{SECRET}群",
        actor=None,
        now=now,
    )
    delivery = Delivery.objects.create(
        outlet=outlet,
        contract_id=contract.pk,
        way="wecom",
        title=SECRET,
        state="dead",
        due_at=now,
        created_at=now,
    )
    run = ImportRun.objects.create(
        contract=contract, file_name=f"{SECRET}.csv", content=b"", mapping="", created_at=now
    )
    photo = file_actions.attach(
        SECRET.encode(), name=f"{SECRET}.txt", kind="document", subject=("case", case.pk), contract_id=contract.pk,
        actor=None, now=now,
    )  # fmt: skip
    labelled = device_actions.add_device(
        contract.pk, kind="camera", name="门口摄像机", serial="B1", actor=None, now=now
    )
    desk_actions.report_case(
        contract.pk,
        title=f"{SECRET}旧故障",
        device=labelled,
        reporter_name=SECRET,
        actor=None,
        at=now,
        now=now,
    )
    source, source_token = alarm_actions.add_source(
        contract.pk, name=SECRET, form="zabbix", actor=None, now=now
    )
    signals, signal_token = signal_actions.add_source(
        name="weather", word="weather.severe", contracts=[contract.pk], actor=None, now=now
    )
    signal_actions.accept(signals, {"id": "1", "title": "Gale"}, now=now)
    told = {"event_id": "1", "event_value": "1", "event_name": SECRET, "trigger_id": "1"}
    arrival = alarm_actions.accept_delivery(source, told, now=now)
    taking.work_off(clock=lambda: now)
    box = Mailbox.objects.create(name=SECRET, address="a@b.cn", host="127.0.0.1", username="x", password="x")
    letter = f"From: {SECRET} <x@y.cn>\r\nSubject: {SECRET}\r\nMessage-ID: <1@y.cn>\r\n\r\n{SECRET}"
    mail = mail_actions.take_mail(letter.encode(), mailbox=box, now=now)
    label = label_actions.issue_labels([labelled], actor=None, now=now)[0]
    report = label_actions.report_by_label(
        label, problem="black", text=SECRET, name=SECRET, phone="13800000000", form_key="x", now=now
    )
    known = Text(f"{SECRET}知识", "x", "y")
    article = knowledge_actions.write_article(
        known, kind="fault", contract_id=contract.pk, actor=None, now=now
    )
    knowledge_actions.submit_article(article.pk, actor=None, now=now)
    knowledge_actions.approve_article(article.pk, actor=None, now=now)
    engineer = factories.person("engineer")
    contract_actions.give_access(contract.pk, person=engineer, role="engineer", actor=None, now=now)
    order = field_actions.plan_order(
        Request(kind="visit", engineer_id=engineer.pk, begin=now, end=now + timedelta(hours=1), case_id=case.pk),
        actor=None, now=now,
    )  # fmt: skip
    form = form_actions.make_form(case.pk, "restock", RESTOCK, actor=None, now=now)
    form_actions.issue_form(form.pk, actor=None, now=now)
    line = hotline_actions.add_line(
        name=f"{SECRET}线",
        number="400-100-2000",
        hours={"kind": "always"},
        contract_id=contract.pk,
        actor=None,
        now=now,
    )
    call = hotline_actions.record_call(
        number="13800001111", name=SECRET, answered=False, line_id=line.pk, contract_id=contract.pk, actor=None, at=now,
        now=now,
    )  # fmt: skip
    contact = hotline_actions.add_contact(
        contract.pk, region=SECRET, name=SECRET, phone="13900001111", actor=None, now=now
    )
    (change,) = hotline_changes.plan_change(
        act="change", effective_on=now.date() + timedelta(days=60), after={"name": f"{SECRET}新"},
        contact_id=contact.pk, actor=None, now=now,
    )  # fmt: skip
    call_file = CallFile.objects.create(
        contract=contract, file_name=f"{SECRET}.csv", content=b"a,b", created_at=now
    )
    point = field_actions.add_point(name="网点", latitude=30, longitude=110, actor=None, now=now)
    away = field_actions.add_absence(
        engineer.pk, starts_at=now, ends_at=now + timedelta(days=1), reason="请假", actor=None, now=now
    )
    follow_up = FollowUp.objects.create(case=case, contract=contract, event=1, opened_at=now)
    round_ = round_actions.plan_round(
        Wanted(
            contract_id=contract.pk, kind="visit", engineer_id=engineer.pk, begin=now + timedelta(days=2),
            end=now + timedelta(days=2, hours=1), title=f"{SECRET}巡检",
        ),
        actor=None, now=now,
    )  # fmt: skip
    training_plan = training_actions.draw_plan(contract.pk, title=SECRET, actor=None, now=now)
    training_actions.put_line(training_plan.pk, LineFacts(SECRET), actor=None, now=now)
    training = training_actions.plan_session(
        TrainingWish(contract.pk, "review", now, now + timedelta(hours=2), title=f"{SECRET}会议", place=SECRET),
        actor=None, now=now,
    )  # fmt: skip
    training_actions.add_trainees(training.pk, [Human(f"{SECRET}学员")], actor=None, now=now)
    shift = roster_actions.add_shift(
        engineer.pk, starts_at=now, ends_at=now + timedelta(days=1), actor=None, now=now
    )
    post = staffing_actions.name_post(
        contract.pk, "engineers", staffing_actions.Wanted(engineer.pk, contract.starts_on, note=SECRET), actor=None,
        now=now,
    )  # fmt: skip
    use = entitlement_actions.claim(
        contract.pk, "emergency-spare", what=f"{SECRET}备用机", actor=None, at=now, now=now
    )
    (check,) = Check.objects.filter(contract=contract, promise="engineers", month__month=3)
    correction = Correction.objects.create(
        contract=contract, post=post, day=now.date(), window=0, kind="in", at=now, reason=SECRET, asked_at=now
    )
    leave = Leave.objects.create(
        contract=contract,
        post=post,
        first=now.date(),
        last=now.date(),
        reason=SECRET,
        substitute=insider,
        asked_at=now,
    )
    holiday = HolidayRoster.objects.create(
        contract=contract, name=SECRET, first=now.date(), last=now.date(), people=[[SECRET] * 6], made_at=now
    )
    told = staffing_actions.Told("check", SECRET, now, SECRET)
    safety = staffing_actions.write_safety(contract.pk, told, actor=None, now=now)
    staff_hazard = staffing_actions.add_hazard(
        safety.pk, what=SECRET, remedy=SECRET, person=SECRET, due_on=now.date(), actor=None, now=now
    )
    rules = staffing_actions.issue_rules(
        contract.pk, "quality", title=SECRET, effective_on=now.date(), file=("r.txt", SECRET.encode()), actor=None,
        now=now,
    )  # fmt: skip
    qualification = roster_actions.add_qualification(
        engineer.pk, kind="degree", name="Q1", needs=["gis"], evidence="x", actor=None, now=now
    )
    certificate = roster_actions.add_certificate(engineer.pk, name="C1", actor=None, now=now)
    secret = vault_actions.add_secret(
        contract.pk,
        name=f"{SECRET}密码",
        kind="password",
        content=SECRET,
        two_persons=True,
        actor=None,
        now=now,
    )
    grant = vault_actions.ask_to_look(secret.pk, reason=SECRET, actor=engineer, now=now)
    session = vault_sessions.ask_session(
        case.pk, purpose=SECRET, tool="vpn", planned_at=now, planned_minutes=30, actor=engineer, now=now
    )
    obligation_actions.plan_contract(contract.pk, now=now)
    obligation = Obligation.objects.filter(contract=contract, kind="duty").order_by("pk")[0]
    Record.objects.create(
        obligation=obligation,
        contract=contract,
        occurred_at=now,
        recorded_at=now,
        what=SECRET,
        by_name=SECRET,
    )
    written = report_actions.draft_report(
        report_actions.Wanted(contract.pk, "fault_summary", now.date().replace(day=1), now.date()),
        actor=engineer,
        now=now,
    )
    report_actions.write_section(written.pk, "advice", zh=SECRET, en="", revision=1, actor=engineer, now=now)
    hazard = report_actions.add_hazard(
        contract.pk,
        report_actions.HazardFacts(f"{SECRET}隐患", "high", "x", "", engineer.pk, now.date() + timedelta(days=9)),
        actor=None, now=now,
    )  # fmt: skip
    report_run = Run.objects.create(
        kind="fault_summary",
        first=now.date(),
        last=now.date(),
        contracts=[contract.pk],
        started_by=insider,
        created_at=now,
    )
    campaign = survey_actions.make_campaign(
        survey_actions.Wanted(
            contract_id=contract.pk, kind="satisfaction", first=now.date(), last=now.date(), title=f"{SECRET}调查"
        ),
        actor=None, now=now,
    )  # fmt: skip
    survey_actions.start_campaign(campaign.pk, actor=None, now=now)
    respondent = campaign.respondents.all()[0]
    plan_draft = factories.plan_draft(f"{SECRET}方案\n接到{SECRET}报修后2小时内响应。", title=SECRET)
    token, _ = account_actions.issue_token(insider.pk, name="x", actor=None, now=now)
    version = contract.bindings.get().plan_version
    return Prey(
        factories.measured(contract, device, SECRET)
        | {
            "contract_id": str(contract.pk),
            "customer_id": str(contract.customer_id),
            "case_id": str(case.pk),
            "link_id": str(link.pk),
            "rule_id": str(rule.pk),
            "clock_id": str(Clock.objects.filter(case=case).first().pk),
            "site_id": str(site.pk),
            "device_id": str(device.pk),
            "person_id": str(insider.pk),
            "message_id": str(message.pk),
            "article_id": str(article.pk),
            "outlet_id": str(outlet.pk),
            "delivery_id": str(delivery.pk),
            "message_kind": "clock.breached",
            "message_language": "zh",
            "file_id": str(photo.pk),
            "line_id": str(line.pk),
            "secret_id": str(secret.pk),
            "grant_id": str(grant.pk),
            "session_id": str(session.pk),
            "call_id": str(call.pk),
            "contact_id": str(contact.pk),
            "change_id": str(change.pk),
            "call_file_id": str(call_file.pk),
            "contract": str(contract.pk),
            "run_id": str(run.pk),
            "obligation_id": str(obligation.pk),
            "plan_draft_id": str(plan_draft.pk),
            "drafted_id": str(plan_draft.promises.all()[0].pk),
            "foresight_id": str(factories.foresight(contract, SECRET).pk),
            "feed_token": "1.0000000000000000:forged",
            "order_id": str(order.pk),
            "point_id": str(point.pk),
            "absence_id": str(away.pk),
            "shift_id": str(shift.pk),
            "follow_up_id": str(follow_up.pk),
            "round_id": str(round_.pk),
            "report_id": str(written.pk),
            "report_act": "comment",
            "report_run_id": str(report_run.pk),
            "hazard_id": str(hazard.pk),
            "post_id": str(post.pk),
            "leave_id": str(leave.pk),
            "roster_id": str(holiday.pk),
            "record_id": str(safety.pk),
            "staff_hazard_id": str(staff_hazard.pk),
            "document_id": str(rules.pk),
            "swap_id": "1",
            "use_id": str(use.pk),
            "entitlement": use.promise,
            "check_id": str(check.pk),
            "correction_id": str(correction.pk),
            "qualification_id": str(qualification.pk),
            "post_promise": "engineers",
            "target_id": str(round_.targets.all()[0].pk),
            "code": "power",
            "campaign_id": str(campaign.pk),
            "respondent_id": str(respondent.pk),
            "survey_token": "0" * 32,
            "set_code": "opinion",
            "certificate_id": str(certificate.pk),
            "import_id": str(run.pk),
            "token_id": str(getattr(token, "pk", 1)),
            "version_id": str(version.pk),
            "other_id": str(version.pk),
            "training_plan_id": str(training_plan.pk),
            "training_session_id": str(training.pk),
            "attendance_id": str(training.attendances.get().pk),
            "course_code": "watch-duty",
            "material_id": str(photo.pk),
            "sign_token": "1.0:forged",
            "attendance_token": "1:forged",
            "certificate_token": "1:forged",
            "label_token": label.token,
            "form_id": str(form.pk),
            "form_token": token_of(form.pk),
            "kind": "fault",
            "language": "zh",
            "signal_token": signal_token,
            "signal_source_id": str(signals.pk),
            "signal_id": str(signals.signals.get().pk),
            "source_token": source_token,
            "source_id": str(source.pk),
            "arrival_id": str(arrival.pk),
            "mail_id": str(mail.pk),
            "mailbox_id": str(box.pk),
            "watch_token": report.token,
            "promise": "normal-respond",
            "name": "respond",
            "act": "respond",
            "step": "submit",
            "done": "1",
        }
    )


def routes() -> Iterator[tuple[str, dict[str, object]]]:
    """Every route of the product with its converters."""

    def walk(
        patterns: list[URLPattern | URLResolver], before: str
    ) -> Iterator[tuple[str, dict[str, object]]]:
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            else:
                yield route, pattern.pattern.converters

    yield from walk(get_resolver().url_patterns, "")


def filled(route: str, prey: Prey) -> str:
    """The address with the prey's ids; fails for a name that this test has no id for."""

    def value(found: re.Match[str]) -> str:
        name = found[1].rpartition(":")[2]
        assert name in prey.ids, f"give the walk an id for <{found[1]}> of {route}"
        return prey.ids[name]

    return "/" + re.sub(r"<([^>]+)>", value, route)


def everywhere(prey: Prey) -> list[tuple[str, str]]:
    found = [(route, filled(route, prey)) for route, _ in routes()]
    assert len(found) > 25
    return found


def test_a_stranger_gets_nowhere(prey: Prey) -> None:
    client = Client()
    for route, address in everywhere(prey):
        for method in ("get", "post"):
            answer = getattr(client, method)(address)
            assert SECRET not in answer.content.decode(errors="replace"), address
            if route not in OPEN_TO_STRANGERS:
                assert answer.status_code in (302, 401, 403, 404, 405), (method, address, answer.status_code)
                if answer.status_code == 302:
                    assert answer["Location"].startswith("/login/"), address


@pytest.mark.parametrize("role", ["customer", "inspector", "engineer", "project_manager"])
def test_people_of_another_contract_see_and_change_nothing(prey: Prey, role: str) -> None:
    other = factories.contract("hardware-supply")
    walker = factories.person(role)
    contract_actions.give_access(other.pk, person=walker, role=role, actor=None, now=factories.NOW)
    client = Client()
    client.force_login(walker)
    before = footprint(prey)
    for route, address in everywhere(prey):
        if route == "logout/":
            continue
        for method in ("get", "post"):
            answer = getattr(client, method)(address)
            told = answer.content.decode(errors="replace")
            assert SECRET not in told, (method, address)
            assert answer.status_code < 500, (method, address, answer.status_code)
            if any(f"{name}_id>" in route for name in BEHIND_THE_WALL):
                # What cannot be read is refused before anybody looks whether the thing is there.
                allowed = (400, 403, 404, 405, 422)
                if method == "get" and answer.status_code == 302:
                    # It takes forms only and leads to the page above, whatever is there.
                    assert address.startswith(answer["Location"]), address
                    continue
                assert answer.status_code in allowed, (method, address, answer.status_code)
    assert footprint(prey) == before


def test_searching_and_listing_find_nothing_of_others(prey: Prey) -> None:
    other = factories.contract("hardware-supply")
    walker = factories.person("project_manager")
    contract_actions.give_access(other.pk, person=walker, role=walker.role, actor=None, now=factories.NOW)
    client = Client()
    client.force_login(walker)
    for route, address in everywhere(prey):
        if route == "logout/":
            continue
        answer = client.get(address, {"q": SECRET, "contract": prey.ids["contract_id"]})
        told = answer.content.decode(errors="replace")
        assert f"{SECRET}故障" not in told, address
        assert f"{SECRET}客户" not in told, address


def test_an_insider_does_see_his_case(prey: Prey) -> None:
    """The walk would prove nothing if nobody saw anything."""
    client = Client()
    client.force_login(Person.objects.get(pk=prey.ids["person_id"]))
    answer = client.get(f"/cases/{prey.ids['case_id']}/")
    assert answer.status_code == 200
    assert SECRET in answer.content.decode()


def footprint(prey: Prey) -> tuple[object, ...]:
    """All that could have been changed, in one value."""
    from luyue.contracts.models import Access, Contract, Customer, Figure
    from luyue.desk.models import Case
    from luyue.devices.models import Device, Site
    from luyue.field.models import WorkOrder
    from luyue.ledger.models import Event
    from luyue.service_forms.models import ServiceForm

    with wall.Scope.everything().entered():
        contract = prey.ids["contract_id"]
        return (
            list(Case.objects.filter(contract=contract).order_by("pk").values_list("pk", "version", "state")),
            list(Contract.objects.filter(pk=contract).values()),
            list(Customer.objects.filter(pk=prey.ids["customer_id"]).values()),
            list(Access.objects.filter(contract=contract).values_list("person", "role")),
            list(Figure.objects.filter(contract=contract).values_list("pk")),
            Site.objects.filter(contract=contract).count(),
            Device.objects.filter(contract=contract).count(),
            ImportRun.objects.filter(contract=contract).count(),
            list(ServiceForm.objects.filter(contract=contract).values()),
            list(
                WorkOrder.objects.filter(contract=contract)
                .order_by("pk")
                .values_list("pk", "version", "state")
            ),
            list(Line.objects.filter(contract=contract).values()),
            list(Secret.objects.filter(contract=contract).values()),
            list(Grant.objects.filter(contract=contract).values()),
            list(Session.objects.filter(contract=contract).values()),
            list(Call.objects.filter(contract=contract).values()),
            list(Contact.objects.filter(contract=contract).values()),
            list(Change.objects.filter(contract=contract).values_list("pk", "state")),
            list(CallFile.objects.filter(contract=contract).values_list("pk", "state")),
            list(Message.objects.filter(pk=prey.ids["message_id"]).values_list("read_at")),
            Event.objects.filter(contract_id=contract).count(),
        )
