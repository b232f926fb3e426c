"""Who reads English meets no Chinese: every page, for those who keep the contract and for the customer.

Data stay as they were typed, so all of them, the plan's Chinese wording too, are in Latin letters here.
"""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from luyue.accounts import actions as account_actions
from luyue.channels import taking
from luyue.channels.actions import alarms as alarm_actions
from luyue.channels.actions import labels as label_actions
from luyue.channels.actions import mails as mail_actions
from luyue.channels.models import Mailbox
from luyue.contracts import actions as contract_actions
from luyue.contracts.plans import shipped_plans
from luyue.desk import actions as desk_actions
from luyue.desk import escalation, links, routing, triage
from luyue.desk.acts import ACTS
from luyue.desk.models import Clock, ImportRun
from luyue.devices import actions as device_actions
from luyue.domain.service_forms.kinds import KINDS
from luyue.domain.statement import quarter_of
from luyue.domain.training.people import Human
from luyue.domain.training.results import Attempt
from luyue.drafting import actions as drafting_actions
from luyue.entitlements import actions as entitlement_actions
from luyue.field import actions as field_actions
from luyue.field.actions import Told
from luyue.field.acts import ACTS as FIELD_ACTS
from luyue.field.planning import Request
from luyue.files import actions as file_actions
from luyue.follow_ups.models import FollowUp
from luyue.hotline import actions as hotline_actions
from luyue.hotline import changes as hotline_changes
from luyue.hotline import records
from luyue.knowledge import actions as knowledge_actions
from luyue.knowledge.actions import Text
from luyue.ledger import wall
from luyue.notices import actions as notice_actions
from luyue.notices.models import Delivery
from luyue.obligations import actions as obligation_actions
from luyue.obligations.actions import signals as signal_actions
from luyue.obligations.models import Obligation
from luyue.reports import actions as report_actions
from luyue.reports.models import Run
from luyue.roster import actions as roster_actions
from luyue.rounds import actions as round_actions
from luyue.rounds.actions import Wanted
from luyue.service_forms import actions as form_actions
from luyue.service_forms.tokens import token_of
from luyue.staffing import actions as staffing_actions
from luyue.staffing.models import HolidayRoster
from luyue.surveys import actions as survey_actions
from luyue.training import actions as training_actions
from luyue.training import tokens as training_tokens
from luyue.training.actions import LecturerWish
from luyue.training.actions import Wanted as TrainingWish
from luyue.vault import actions as vault_actions
from luyue.vault import sessions as vault_sessions
from tests import factories
from tests.contract.test_wall_routes import RESTOCK, Prey, filled, routes

CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
# The product's name, and the switch to Chinese in its own language.
NAMES = {"履约", "中文", "履约 Luyue"}
SHOWN = {
    "title",
    "aria-label",
    "placeholder",
    "alt",
    "data-words",
    "data-confirm",
    "data-confirm-act",
    "data-sentence",
}
VOID = {"input", "br", "img", "meta", "link", "hr", "source", "wbr"}


class Reader(HTMLParser):
    """Texts and shown attributes of a page with Chinese in them, but for what is marked lang="zh…"."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        skipped = (
            any(skip for _tag, skip in self._open)
            or tag in ("script", "style")
            or (tag != "html" and str(known.get("lang") or "").startswith("zh"))
        )
        if tag not in VOID:
            self._open.append((tag, skipped))
        if not skipped:
            self.found += [
                value for name, value in attrs if name in SHOWN and value and CHINESE.search(value)
            ]

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if CHINESE.search(data) and not any(skip for _tag, skip in self._open):
            self.found += [
                part.strip()
                for part in re.split("[·\n]", data)
                if CHINESE.search(part) and part.strip() not in NAMES
            ]


def chinese_in(page: str) -> list[str]:
    reader = Reader()
    reader.feed(page)
    return reader.found


def _in_latin(letter: re.Match[str]) -> str:
    return f"z{ord(letter[0]):x}"


@pytest.fixture
def world(everything: wall.Scope) -> Prey:
    """A contract with a case in it, all in Latin letters."""
    now = factories.NOW
    customer = factories.customer(name="Acme")
    text = shipped_plans()["video-integration"].read_text(encoding="utf-8")
    plan = contract_actions.add_plan_version(CHINESE.sub(_in_latin, text).encode(), actor=None, now=now)
    contract = factories.contract(plan, name="Cameras", number="C-1", customer=customer)
    site = device_actions.add_site(contract.pk, name="Gate", actor=None, now=now)
    device = device_actions.add_device(
        contract.pk, kind="camera", name="Camera", serial="S1", site=site, actor=None, now=now
    )
    engineer = factories.person("engineer", name="Ed")
    contract_actions.give_access(contract.pk, person=engineer, role="engineer", actor=None, now=now)
    contact = factories.person("customer", name="Carl", language="en")
    contract_actions.give_access(contract.pk, person=contact, role="customer", actor=None, now=now)
    case = desk_actions.report_case(
        contract.pk,
        title="Picture is black",
        severity="normal",
        device=device,
        actor=engineer,
        at=now,
        now=now,
    )
    order = field_actions.plan_order(
        Request(kind="visit", engineer_id=engineer.pk, begin=now, end=now + timedelta(hours=1), case_id=case.pk),
        actor=None, now=now,
    )  # fmt: skip
    field_actions.do_act(order.pk, field_actions.Told(act="accept"), actor=engineer, now=now)
    minutes = [now + timedelta(minutes=3 * n) for n in range(1, 4)]
    desk_actions.respond_case(case.pk, actor=engineer, at=minutes[0], now=minutes[0])
    desk_actions.assign_case(case.pk, owner=engineer, actor=None, at=minutes[1], now=minutes[1])
    desk_actions.resolve_case(
        case.pk,
        cause="Cable",
        fix="Replaced",
        actor=engineer,
        at=minutes[2],
        now=minutes[2] + timedelta(hours=1),
    )
    twin = desk_actions.report_case(
        contract.pk,
        title="Picture is black too",
        severity="normal",
        device=device,
        actor=None,
        at=now,
        now=now,
    )
    link = links.merge_case(twin.pk, case.pk, actor=None, at=minutes[2], now=minutes[2])
    routing.set_competence(engineer.pk, skills=["camera", "data"], regions=["Gate"], actor=None, now=now)
    rule = routing.save_rule(None, name="Cameras", devices=["camera"], role="engineer", actor=None, now=now)
    said = dict.fromkeys(("labour", "parts", "travel", "lodging"), "free")
    triage.decide_charges(
        case.pk, verdict="included", actor=None, at=minutes[2], now=minutes[2], note="As agreed", **said
    )  # fmt: skip
    factories.person("manager", name="Mona", language="en")
    escalation.escalate_case(
        case.pk,
        level="manufacturer",
        reason="Firmware",
        spares="1 board",
        actor=engineer,
        at=minutes[0],
        now=minutes[0],
    )
    outlet = notice_actions.save_outlet(
        None,
        secrets={"address": "http://127.0.0.1:9/"},
        kind="sms",
        name="Gateway",
        body="{phone}{text}",
        actor=None,
        now=now,
    )
    delivery = Delivery.objects.create(
        outlet=outlet,
        contract_id=contract.pk,
        way="sms",
        title="Overdue",
        state="dead",
        due_at=now,
        created_at=now,
    )
    run = ImportRun.objects.create(
        contract=contract, file_name="x.csv", content=b"", mapping="", created_at=now
    )
    paper = file_actions.attach(
        b"x",
        name="x.txt",
        kind="document",
        subject=("case", case.pk),
        contract_id=contract.pk,
        actor=None,
        now=now,
    )
    source, secret = alarm_actions.add_source(contract.pk, name="Zabbix", form="zabbix", actor=None, now=now)
    signals, signal_token = signal_actions.add_source(
        name="Weather", word="weather.severe", actor=None, now=now
    )
    signal_actions.accept(signals, {"id": "1", "title": "Gale", "level": "orange"}, now=now)
    told = {"event_id": "1", "event_value": "1", "event_name": "Down", "trigger_id": "1", "serial": "S1"}
    arrival = alarm_actions.accept_delivery(source, told, now=now)
    taking.work_off(clock=lambda: now)
    box = Mailbox.objects.create(name="Desk", address="a@b.cn", host="127.0.0.1", username="x", password="x")
    mail = mail_actions.take_mail(
        b"From: Xi <x@y.cn>\r\nSubject: Help\r\nMessage-ID: <1@y.cn>\r\n\r\nBlack", mailbox=box, now=now
    )
    label = label_actions.issue_labels([device], actor=None, now=now)[0]
    report = label_actions.report_by_label(
        label, problem="other", text="Black", name="Ann", phone="13800000000", form_key="x", now=now
    )
    known = Text("Black picture", "No picture", "Replace the cable")
    article = knowledge_actions.write_article(known, kind="fault", actor=None, now=now)
    knowledge_actions.submit_article(article.pk, actor=None, now=now)
    knowledge_actions.approve_article(article.pk, actor=None, now=now)
    form = form_actions.make_form(case.pk, "restock", RESTOCK, actor=engineer, now=minutes[2])
    form_actions.issue_form(form.pk, actor=engineer, now=minutes[2])
    draft = form_actions.make_form(case.pk, "fault", actor=engineer, now=minutes[2])
    line = hotline_actions.add_line(
        name="Hotline",
        number="400-100-2000",
        hours={"kind": "outside", "hours": ["09:00-17:00"]},
        actor=None,
        now=now,
    )
    call = hotline_actions.record_call(
        number="13800001111", name="Carl", answered=False, line_id=line.pk, contract_id=contract.pk, actor=None, at=now,
        now=now,
    )  # fmt: skip
    backup = hotline_actions.add_contact(
        contract.pk, region="North", name="Bob", phone="13900001111", actor=None, now=now
    )
    (change,) = hotline_changes.plan_change(
        act="change", effective_on=now.date() + timedelta(days=60), after={"name": "Rob"}, contact_id=backup.pk,
        actor=None, now=now,
    )  # fmt: skip
    hotline_changes.notify(change.pk, actor=None, now=now)
    call_file = records.upload(
        file_name="x.csv",
        content=b"src,dst,start\n13800001111,4001002000,2026-03-04 09:00\nx,y,z",
        actor=None,
        now=now,
    )
    point = field_actions.add_point(name="East point", latitude=30, longitude=110, actor=None, now=now)
    away = field_actions.add_absence(
        engineer.pk, starts_at=now, ends_at=now + timedelta(days=9999), reason="Leave", actor=None, now=now
    )
    follow_up = FollowUp.objects.create(case=case, contract=contract, event=1, opened_at=now)
    obligation_actions.plan_contract(contract.pk, now=now)
    obligation = Obligation.objects.filter(contract=contract, kind="duty", first__isnull=False).order_by(
        "pk"
    )[0]
    round_ = round_actions.plan_round(
        Wanted(
            contract_id=contract.pk, kind="visit", engineer_id=engineer.pk, begin=now + timedelta(days=2),
            end=now + timedelta(days=2, hours=1), title="Round of spring",
        ),
        actor=None, now=now,
    )  # fmt: skip
    for act in ("accept", "start"):
        field_actions.do_act(round_.order.pk, Told(act=act), actor=None, now=now)
    training_plan = training_actions.draw_plan(contract.pk, title="Trainings", actor=None, now=now)
    training = training_actions.plan_session(
        TrainingWish(
            contract.pk, "training", now, now + timedelta(hours=2), course="watch-duty", place="Hall",
            tested=["theory"], title="Watch duty",
            lecturers=[LecturerWish(engineer.pk, "", "Trainer")],
        ),
        actor=None, now=now,
    )  # fmt: skip
    training_actions.add_trainees(training.pk, [Human("Tom", "Gate"), Human("Tim")], actor=None, now=now)
    trainee = training.attendances.order_by("pk")[0]
    training_actions.tick(training.pk, trainee.pk, present=True, actor=None, now=now)
    given = Attempt("theory", 1, 80, 100, 60)
    training_actions.enter_score(training.pk, trainee.pk, given, actor=None, now=now)
    over = training_actions.plan_session(
        TrainingWish(contract.pk, "review", now, now + timedelta(hours=2), title="Review", place="Hall"),
        actor=None, now=now,
    )  # fmt: skip
    training_actions.add_trainees(over.pk, [Human("Tom", "Gate")], actor=None, now=now)
    training_actions.tick(over.pk, over.attendances.get().pk, present=True, actor=None, now=now)
    training_actions.make_resolution(
        over.pk, text="New cables", name="Tom", due_on=now.date(), actor=None, now=now
    )
    training_actions.finish_session(
        over.pk, held_from=now, held_until=now + timedelta(hours=2), summary="Good", minutes="All well", actor=None,
        now=now + timedelta(hours=2),
    )  # fmt: skip
    training_actions.hand_over_result(over.pk, actor=None, now=now + timedelta(hours=2))
    shift = roster_actions.add_shift(
        engineer.pk, starts_at=now, ends_at=now + timedelta(days=1), actor=None, now=now
    )
    post = staffing_actions.name_post(
        contract.pk,
        "engineers",
        staffing_actions.Wanted(engineer.pk, contract.starts_on),
        actor=None,
        now=now,
    )
    holiday = HolidayRoster.objects.create(
        contract=contract,
        name="May",
        first=now.date(),
        last=now.date(),
        made_at=now,
        vehicles=[["A1", "Ed", "", ""]],
    )
    safety = staffing_actions.write_safety(
        contract.pk, staffing_actions.Told("check", "Ladders", now, "All ladders"), actor=None, now=now
    )
    staffing_actions.add_hazard(
        safety.pk, what="Loose step", remedy="New one", person="Ed", due_on=now.date(), actor=None, now=now
    )
    use = entitlement_actions.claim(
        contract.pk, "emergency-spare", what="A spare", by="Tom", actor=None, at=now, now=now
    )
    entitlement_actions.open_reviews(contract, quarter_of(contract.starts_on).first, now=now)
    qualification = roster_actions.add_qualification(
        engineer.pk, kind="degree", name="Q1", needs=["gis"], evidence="x", actor=None, now=now
    )
    certificate = roster_actions.add_certificate(engineer.pk, name="C1", actor=None, now=now)
    secret = vault_actions.add_secret(
        contract.pk, name="Root", kind="password", content="x", two_persons=True, actor=engineer, now=now
    )
    grant = vault_actions.ask_to_look(secret.pk, reason="Repair", actor=engineer, now=now)
    other = desk_actions.report_case(
        contract.pk, title="Frozen", severity="normal", actor=engineer, at=now, now=now
    )
    session = vault_sessions.ask_session(
        other.pk, purpose="Look", tool="vpn", planned_at=now, planned_minutes=30, actor=engineer, now=now
    )
    days = now.date().replace(day=1), now.date()
    written = report_actions.draft_report(
        report_actions.Wanted(contract.pk, "operations", *days), actor=engineer, now=now
    )
    report_actions.submit_report(written.pk, actor=engineer, now=now)
    report_actions.approve_report(written.pk, actor=None, now=now)
    report_actions.issue_report(written.pk, actor=None, now=now)
    log = report_actions.draft_report(
        report_actions.Wanted(contract.pk, "risk", *days), actor=engineer, now=now
    )
    hazard = report_actions.add_hazard(
        contract.pk,
        report_actions.HazardFacts("Old battery", "high", "Measure", "", engineer.pk, now.date() + timedelta(days=9)),
        actor=None, now=now,
    )  # fmt: skip
    report_run = Run.objects.create(
        kind="fault_summary", first=now.date(), last=now.date(), contracts=[contract.pk], started_by=engineer,
        created_at=now,
    )  # fmt: skip
    campaign = survey_actions.make_campaign(
        survey_actions.Wanted(
            contract_id=contract.pk, kind="satisfaction", first=now.date(), last=now.date(), title="Spring survey"
        ),
        actor=None, now=now,
    )  # fmt: skip
    survey_actions.start_campaign(
        campaign.pk, actor=None, now=now, expires_at=timezone.now() + timedelta(days=9)
    )
    respondent = campaign.respondents.all()[0]
    scores = ("answering", "recording", "arrival", "repair", "manner", "advice", "overall")
    survey_actions.record_answer(
        respondent.pk,
        survey_actions.Given(
            answers=dict.fromkeys(scores, "4") | {"improve": "Be quicker"}, way="link", answered_by="Carl"
        ),
        actor=None, at=now, now=now,
    )  # fmt: skip
    calls = survey_actions.make_campaign(
        survey_actions.Wanted(
            contract_id=contract.pk, kind="regular", first=now.date(), last=now.date(), title="Calls of spring"
        ),
        actor=None, now=now,
    )  # fmt: skip
    plan_draft = factories.plan_draft("On site within 2 days. Answered: 95%", title="Draft of spring")
    later_draft = factories.plan_draft(
        "On site within 1 day. Answered: 95%", title="Draft of summer", before=plan_draft.pk
    )
    arrive = plan_draft.promises.get(kind="target")
    drafting_actions.change(arrive.pk, arrive.facts | {"within": "P3D"}, actor=None, now=now)
    token, _ = account_actions.issue_token(contact.pk, name="x", actor=None, now=now)
    version = contract.bindings.get().plan_version
    return Prey(
        factories.measured(contract, device, "Lens")
        | {
            "secret_id": str(secret.pk), "grant_id": str(grant.pk), "session_id": str(session.pk),
            "line_id": str(line.pk), "call_id": str(call.pk), "contact_id": str(backup.pk), "change_id": str(change.pk),
            "call_file_id": str(call_file.pk), "contract": str(contract.pk),
            "contract_id": str(contract.pk), "customer_id": str(customer.pk), "case_id": str(case.pk),
            "clock_id": str(Clock.objects.filter(case=case).first().pk),
            "site_id": str(site.pk), "device_id": str(device.pk), "person_id": str(contact.pk), "message_id": "1",
            "article_id": str(article.pk),
            "outlet_id": str(outlet.pk), "delivery_id": str(delivery.pk), "message_kind": "clock.breached",
            "message_language": "en",
            "file_id": str(paper.pk), "run_id": str(run.pk), "import_id": str(run.pk),
            "token_id": str(token.pk), "version_id": str(version.pk), "link_id": str(link.pk), "rule_id": str(rule.pk),
            "order_id": str(order.pk),
            "other_id": str(version.pk), "promise": "normal-respond", "name": "respond", "act": "pause", "done": "1",
            "step": "submit",
            "label_token": label.token,
            "form_id": str(form.pk), "draft_id": str(draft.pk), "form_token": token_of(form.pk),
            "kind": "fault", "language": "en",
            "signal_token": signal_token,
            "signal_source_id": str(signals.pk),
            "signal_id": str(signals.signals.get().pk),
            "campaign_id": str(campaign.pk), "respondent_id": str(respondent.pk), "set_code": "opinion",
            "survey_token": respondent.token, "draft_campaign_id": str(calls.pk),
            "source_token": secret,
            "source_id": str(source.pk),
            "arrival_id": str(arrival.pk),
            "mail_id": str(mail.pk),
            "mailbox_id": str(box.pk),
            "watch_token": report.token,
            "point_id": str(point.pk), "absence_id": str(away.pk),
            "shift_id": str(shift.pk),
            "follow_up_id": str(follow_up.pk),
            "obligation_id": str(obligation.pk),
            "foresight_id": str(factories.foresight(contract).pk),
            "plan_draft_id": str(plan_draft.pk), "drafted_id": str(plan_draft.promises.all()[0].pk),
            "later_draft_id": str(later_draft.pk),
            "round_id": str(round_.pk), "target_id": str(round_.targets.all()[0].pk), "code": "power",
            "round_order_id": str(round_.order.pk),
            "training_plan_id": str(training_plan.pk), "training_session_id": str(training.pk),
            "attendance_id": str(trainee.pk), "course_code": "watch-duty", "material_id": "1", "over_id": str(over.pk),
            "sign_token": training_tokens.sign_in_token(training.pk, now=now),
            "attendance_token": training_tokens.own_token(trainee.pk),
            "certificate_token": training_tokens.certificate_token(trainee.pk),
            "report_id": str(written.pk), "report_act": "comment", "report_run_id": str(report_run.pk),
            "hazard_id": str(hazard.pk), "report_draft_id": str(log.pk),
            "feed_token": "1.0000000000000000:forged",
            "certificate_id": str(certificate.pk),
            "qualification_id": str(qualification.pk), "post_promise": "engineers", "post_id": str(post.pk),
            "check_id": "1", "correction_id": "1", "leave_id": "1", "roster_id": str(holiday.pk),
            "record_id": str(safety.pk), "staff_hazard_id": "1", "document_id": "1", "swap_id": "1",
            "use_id": str(use.pk), "entitlement": use.promise,
        }
    )  # fmt: skip


@pytest.mark.parametrize("role", ["admin", "project_manager", "engineer", "customer"])
def test_pages_in_english_have_no_chinese(world: Prey, role: str) -> None:
    walker = factories.person(role, name="Wally", language="en")
    contract_actions.give_access(
        int(world.ids["contract_id"]), person=walker, role=role, actor=None, now=factories.NOW
    )
    client = Client()
    client.force_login(walker)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    addresses = {filled(route, world) for route, _ in routes() if not route.startswith(("api/", "style/"))}
    plan = f"/plans/{world.ids['version_id']}/"
    addresses |= {f"{plan}?tab={tab}" for tab in ("rules", "checks", "creates", "versions")}
    addresses |= {f"/cases/{world.ids['case_id']}/act/{name}/" for name in ACTS}
    addresses |= {f"/cases/{world.ids['case_id']}/forms/new/{kind}/" for kind in KINDS}
    addresses |= {f"/forms/{world.ids['draft_id']}/{page}" for page in ("", "edit/")}
    addresses |= {f"/field/orders/{world.ids['order_id']}/act/{name}/" for name in FIELD_ACTS}
    addresses |= {
        f"/field/orders/{world.ids['round_order_id']}/{rest}"
        for rest in ("", f"look/{world.ids['target_id']}/", "act/finish/", "act/confirm/")
    }
    addresses |= {
        f"/reports/{world.ids['report_draft_id']}/",
        "/reports/?view=all",
        "/reports/risks/?view=all",
    }
    addresses |= {"/dispatch/?day=2026-03-04", "/field/orders/?view=all", "/dispatch/reach/?show=unknown"}
    addresses |= {f"/dispatch/plan/?{name}={world.ids[f'{name}_id']}" for name in ("case", "order")}
    addresses |= {
        f"/contracts/{world.ids['contract_id']}/statement/{rest}?preset=all" for rest in ("", "instances/")
    }
    addresses |= {
        f"/training/sessions/{world.ids['over_id']}/", "/training/?state=overdue", "/training/?q=nothing",
        f"/training/hours/?contract={world.ids['contract_id']}",
        f"/training/new/?contract={world.ids['contract_id']}&kind=review",
        f"/training/plans/{world.ids['training_plan_id']}/lines/new/",
        f"/surveys/{world.ids['draft_campaign_id']}/", f"/surveys/respondents/{world.ids['respondent_id']}/?way=paper",
        "/surveys/?state=open", f"/s/{world.ids['survey_token']}/?thanks",
    }  # fmt: skip
    review = f"/drafts/{world.ids['plan_draft_id']}/"
    addresses |= {f"{review}?tab={tab}" for tab in ("asks", "conflicts", "left", "creates")}
    later = f"/drafts/{world.ids['later_draft_id']}/"
    addresses |= {later, f"{later}?show=look", f"{later}against/", f"{later}against/?show=same"}
    addresses |= {f"{review}add/?start=0&end=20", f"{review}?since=0"}
    addresses |= {f"/drafts/promises/{world.ids['drafted_id']}/?since=0"}
    addresses |= {"/cases/?view=all", "/cases/?q=nothing", "/statements/?preset=all"}
    left, read = {}, 0
    for address in sorted(addresses):
        answer = client.get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            read += 1
            if found := chinese_in(answer.content.decode()):
                left[address] = found
    assert read > 8
    assert not left, "\n".join(f"{address}: {found}" for address, found in left.items())
