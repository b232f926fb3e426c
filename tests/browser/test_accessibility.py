"""Every page passes axe's rules of WCAG 2.2 A and AA, wide and narrow, light and dark."""

import re

import pytest

from tests.browser.conftest import PHONE, ROOT

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
EVERY = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
WIDE = {"width": 1440, "height": 900}
# (who, address). After the address may come the beginning of a link to follow there, then what to add to its address.
PAGES = {
    "log-in": ("", "/login/"),
    "dashboard of the desk": ("zhangmin", "/"),
    "dashboard of an engineer": ("sunyan", "/"),
    "dashboard of a resident engineer": ("wubin", "/"),
    "dashboard of a storekeeper": ("xupeng", "/"),
    "dashboard of a manager": ("mafei", "/"),
    "dashboard of a customer": ("kehu2", "/"),
    "queue": ("zhangmin", "/cases/?view=all"),
    "empty queue": ("zhangmin", "/cases/?q=nothing-is-called-this"),
    "intake": ("zhangmin", "/cases/new/?contract=2"),
    "closed case": ("zhangmin", "/cases/3/"),
    "open case": ("zhangmin", "/cases/?view=open FW"),
    "act": ("zhangmin", "/cases/?view=open FW act/note/"),
    "triage": ("zhangmin", "/cases/?view=open&q=断电 FW act/triage/"),
    "links": ("zhangmin", "/cases/?view=open&q=断电 FW links/"),
    "promises": ("zhangmin", "/cases/?view=open&q=断电 FW promises/"),
    "routes": ("mafei", "/routing/"),
    "route": ("mafei", "/routing/new/"),
    "skills": ("mafei", "/people/4/skills/"),
    "search": ("zhangmin", "/cases/search/?q=北门"),
    "contracts": ("chenjing", "/contracts/"),
    "contract": ("liuyang", "/contracts/ HT-2025-002"),
    "contract for a manager": ("mafei", "/contracts/1/"),
    "new contract": ("liuyang", "/contracts/new/"),
    "customers": ("liuyang", "/customers/"),
    "plans": ("liuyang", "/plans/"),
    "plan": ("liuyang", "/plans/2/"),
    "forecasts": ("mafei", "/foresight/"),
    "new forecast": ("mafei", "/foresight/new/"),
    "forecast": ("mafei", "/foresight/1/"),
    "plan drafts": ("mafei", "/drafts/"),
    "review of a plan draft": ("mafei", "/drafts/1/"),
    "promise of a plan draft": ("mafei", "/drafts/promises/1/"),
    "review of a new version": ("mafei", "/drafts/2/?show=look"),
    "plan draft against the version before": ("mafei", "/drafts/2/against/"),
    "new version of a plan document": ("mafei", "/drafts/2/newer/"),
    "what a plan draft creates": ("mafei", "/drafts/1/?tab=creates"),
    "devices": ("zhangmin", "/devices/"),
    "devices of a contract": ("zhangmin", "/contracts/2/devices/"),
    "rating": ("kehu1", "/cases/1/rate/"),
    "colleagues": ("kehu1", "/contracts/1/colleagues/"),
    "articles": ("zhangmin", "/articles/"),
    "article": ("zhangmin", "/articles/ ZS00001"),
    "writing an article": ("sunyan", "/articles/new/"),
    "obligations": ("mafei", "/obligations/?view=all"),
    "obligations that wait": ("liuyang", "/obligations/?view=to_do"),
    "obligation": ("mafei", "/obligations/1/"),
    "calendar of promises": ("mafei", "/obligations/calendar/"),
    "year of promises": ("mafei", "/obligations/calendar/?view=year"),
    "week of promises": ("mafei", "/obligations/calendar/?view=week"),
    "workload": ("mafei", "/obligations/workload/"),
    "something happened": ("mafei", "/obligations/happening/"),
    "statements": ("mafei", "/statements/"),
    "statement": ("mafei", "/contracts/2/statement/?period=all"),
    "import": ("zhangmin", "/cases/import/"),
    "people": ("admin", "/people/"),
    "person": ("admin", "/people/ 张敏"),
    "new person": ("admin", "/people/add/"),
    "own facts": ("zhangmin", "/me/"),
    "dispatch board": ("zhangmin", "/dispatch/"),
    "plan of a visit": ("zhangmin", "/dispatch/ FW"),
    "work orders": ("zhangmin", "/field/orders/?view=all"),
    "work order": ("sunyan", "/field/orders/?view=all WO"),
    "today in the field": ("sunyan", "/field/"),
    "reports": ("mafei", "/reports/?view=all"),
    "report": ("mafei", "/reports/1/"),
    "report for the customer": ("kehu1", "/reports/"),
    "new report": ("mafei", "/reports/new/"),
    "kinds of reports": ("mafei", "/reports/kinds/"),
    "many reports": ("mafei", "/reports/runs/new/"),
    "risk register": ("mafei", "/reports/risks/?contract=1"),
    "hazard": ("mafei", "/reports/risks/1/"),
    "new hazard": ("mafei", "/contracts/1/risks/new/"),
    "rounds": ("zhangmin", "/rounds/"),
    "register of occlusion": ("zhangmin", "/rounds/register/"),
    "new round": ("zhangmin", "/rounds/new/?contract=1"),
    "round": ("zhangmin", "/rounds/1/"),
    "round for the customer": ("kehu1", "/rounds/1/"),
    "quotas": ("mafei", "/quotas/"),
    "quota": ("mafei", "/quotas/1/"),
    "quota for the customer": ("kehu4", "/quotas/1/"),
    "measurement": ("mafei", "/quotas/measurements/1/"),
    "reading": ("mafei", "/quotas/contract/4/reading/?measure=recording.playable_share"),
    "which reading": ("mafei", "/quotas/contract/4/reading/"),
    "exclusions": ("mafei", "/quotas/contract/4/exclusions/"),
    "agreed parts": ("mafei", "/quotas/contract/4/parts/"),
    "import of readings": ("mafei", "/quotas/contract/4/import/"),
    "claims of entitlements": ("mafei", "/entitlements/claims/"),
    "entitlements of a contract": ("mafei", "/contracts/4/entitlements/"),
    "entitlements for the customer": ("kehu4", "/contracts/4/entitlements/"),
    "an entitlement": ("mafei", "/contracts/4/entitlements/of/raw-data-given/"),
    "claim of an entitlement": ("kehu4", "/contracts/4/entitlements/claim/"),
    "breach of an entitlement": ("mafei", "/contracts/4/entitlements/breach/"),
    "review of a quarter": ("mafei", "/contracts/4/entitlements/review/"),
    "use of an entitlement": ("mafei", "/entitlements/1/"),
    "use of an entitlement for the customer": ("kehu1", "/entitlements/1/"),
    "charge of a case": ("zhangmin", "/cases/3/charge/"),
    "checklists": ("mafei", "/rounds/checklists/"),
    "checklist": ("mafei", "/rounds/checklists/power/"),
    "new checklist": ("mafei", "/rounds/checklists/new/"),
    "trainings": ("zhangmin", "/training/"),
    "month of trainings": ("zhangmin", "/training/calendar/"),
    "new training": ("zhangmin", "/training/new/?contract=1"),
    "training": ("zhangmin", "/training/sessions/1/"),
    "training for the customer": ("kehu1", "/training/sessions/1/"),
    "end of a training": ("sunyan", "/training/sessions/1/finish/"),
    "attendance list": ("sunyan", "/training/sessions/1/list/"),
    "scores": ("sunyan", "/training/sessions/1/scores/"),
    "training plan of a contract": ("mafei", "/contracts/1/training/"),
    "training plan": ("mafei", "/training/plans/1/"),
    "trainees' hours": ("mafei", "/training/hours/?contract=1"),
    "courses": ("mafei", "/training/courses/"),
    "course": ("mafei", "/training/courses/watch-duty/"),
    "new course": ("mafei", "/training/courses/new/"),
    "certificate of attendance": ("", "/t/c/1:nothing/"),
    "sign-in that has ended": ("", "/t/nothing/"),
    "service points": ("zhangmin", "/dispatch/points/"),
    "new service point": ("zhangmin", "/dispatch/points/add/"),
    "reach": ("zhangmin", "/dispatch/reach/"),
    "absences": ("zhangmin", "/dispatch/absences/"),
    "inbox": ("zhangmin", "/messages/"),
    "own message settings": ("zhangmin", "/messages/settings/"),
    "outlets": ("admin", "/messages/outlets/"),
    "new robot": ("admin", "/messages/outlets/add/?kind=dingtalk"),
    "new gateway": ("admin", "/messages/outlets/add/?kind=sms"),
    "templates": ("admin", "/messages/templates/"),
    "template": ("admin", "/messages/templates/clock.breached/zh/"),
    "undelivered": ("admin", "/messages/undelivered/"),
    "forms": ("zhangmin", "/forms/"),
    "form": ("zhangmin", "/forms/1/"),
    "draft of a form": ("zhangmin", "/cases/3/forms/new/onsite/"),
    "signature": ("zhangmin", "/forms/?state=issued HT- sign/"),
    "templates of forms": ("liuyang", "/forms/templates/"),
    "template of a form": ("liuyang", "/forms/templates/fault/zh/"),
    "verification": ("", "/verify/nothing/"),
    "device labels": ("zhangmin", "/contracts/2/labels/"),
    "mails": ("zhangmin", "/channels/mails/?view=all"),
    "alarms": ("zhangmin", "/channels/alarms/"),
    "mailboxes": ("admin", "/channels/mailboxes/"),
    "new mailbox": ("admin", "/channels/mailboxes/add/"),
    "alarm sources": ("admin", "/channels/sources/"),
    "new alarm source": ("admin", "/channels/sources/add/"),
    "follow-ups": ("huangli", "/follow-ups/"),
    "follow-up": ("huangli", "/follow-ups/ FW"),
    "surveys": ("huangli", "/surveys/?state=over"),
    "new survey": ("huangli", "/surveys/new/"),
    "draft of a survey": ("huangli", "/surveys/?state=draft 20"),
    "running survey": ("huangli", "/surveys/?state=open&kind=satisfaction 20"),
    "survey that is done": ("huangli", "/surveys/?state=done&kind=satisfaction (20|开通)"),
    "result of a survey": ("huangli", "/surveys/?state=done&kind=satisfaction (20|开通) result/"),
    "sample of faults": ("huangli", "/surveys/?kind=sample 20"),
    "calls of surveys": ("huangli", "/surveys/calls/"),
    "call of a survey": ("huangli", "/surveys/respondents/1/"),
    "question sets": ("huangli", "/surveys/question-sets/"),
    "question set": ("huangli", "/surveys/question-sets/system/"),
    "new question set": ("huangli", "/surveys/question-sets/new/"),
    "surveys for the customer": ("kehu4", "/surveys/"),
    "roster": ("mafei", "/roster/"),
    "swaps of shifts": ("mafei", "/roster/swaps/"),
    "promises of people": ("mafei", "/contracts/4/staffing/"),
    "a promise of people": ("mafei", "/contracts/4/staffing/residents-on-site/"),
    "a promise of people for the customer": ("kehu4", "/contracts/4/staffing/residents-on-site/"),
    "signing in": ("sunyan", "/attendance/"),
    "attendance": ("mafei", "/contracts/4/attendance/"),
    "leaves": ("mafei", "/contracts/4/leaves/"),
    "holiday rosters": ("mafei", "/contracts/4/holidays/"),
    "holiday roster": ("mafei", "/holiday-rosters/1/"),
    "safety": ("mafei", "/contracts/4/safety/"),
    "new safety record": ("mafei", "/contracts/4/safety/new/?kind=check"),
    "safety check": ("mafei", "/safety/2/"),
    "rules": ("mafei", "/contracts/4/rules/"),
    "named staff": ("mafei", "/contracts/1/staff/"),
    "facts of staff": ("mafei", "/people/4/staff/"),
    "calls": ("zhangmin", "/calls/"),
    "missed calls": ("zhangmin", "/calls/missed/"),
    "taking a call": ("zhangmin", "/calls/new/"),
    "call": ("zhangmin", "/calls/1/"),
    "answered share": ("mafei", "/calls/share/"),
    "answered share of a contract": ("mafei", "/contracts/4/hotline/share/"),
    "hotline of a contract": ("mafei", "/contracts/4/hotline/"),
    "call records": ("mafei", "/calls/records/"),
    "lines": ("mafei", "/hotline/lines/"),
    "line": ("mafei", "/hotline/lines/1/"),
    "planned change of a line": ("mafei", "/hotline/lines/1/change/"),
    "change": ("mafei", "/hotline/changes/1/"),
    "change for the customer": ("kehu1", "/hotline/changes/1/"),
    "statement with measured quota": ("mafei", "/contracts/4/statement/?period=all"),
    "secrets": ("chenjing", "/secrets/"),
    "new secret": ("chenjing", "/secrets/new/?contract=1"),
    "secret": ("chenjing", "/secrets/1/"),
    "secret of two persons": ("chenjing", "/secrets/2/"),
    "remote sessions": ("chenjing", "/sessions/"),
    "remote session": ("chenjing", "/sessions/3/"),
    "remote session for the customer": ("kehu1", "/sessions/1/"),
    "refusal": ("sunyan", "/people/"),
    "nothing there": ("zhangmin", "/cases/999999/"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_passes_axe(visit, name):
    who, where = PAGES[name]
    visitor = visit(who, WIDE)
    visitor.expected |= {403, 404, 410}
    path, _, rest = where.partition(" ")
    page = visitor.open(path)
    page.emulate_media(reduced_motion="reduce")
    link, _, further = rest.partition(" ")
    if link:
        page.locator("main").get_by_role("link", name=re.compile(f"^{link}")).first.click()
        page.wait_for_load_state("networkidle")
    if further:
        page = visitor.open(page.url.removeprefix(visitor.address) + further)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = violations(page, EVERY)
    page.set_viewport_size(PHONE)
    found |= violations(page, EVERY)
    assert visitor.fits(), "the page scrolls sideways on the phone"
    # Loaded anew and not switched: a colour on its way to another is not what people read.
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.goto(page.url)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found |= {("dark", *one) for one in violations(page, EVERY)}
    assert found == set()


def violations(page, rules):
    """(rule, element) of whatever breaks a rule, once the colours have come to rest."""
    page.wait_for_timeout(400)  # the theme follows the system in its own time
    found = page.evaluate(f"axe.run(document, {rules!r})")["violations"]
    return {(one["id"], node["html"][:200]) for one in found for node in one["nodes"]}
