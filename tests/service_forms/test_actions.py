"""Acts on service forms: numbers, versions, signatures, handing over."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from luyue.desk.models import Case, Clock
from luyue.documents import word
from luyue.documents.sheets import Fields
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed, NotFound, StaleVersion
from luyue.domain.service_forms import content
from luyue.files.models import Attachment
from luyue.ledger import wall
from luyue.ledger.models import Event
from luyue.service_forms import actions, papers, queries
from luyue.service_forms.models import ServiceForm, Template
from luyue.service_forms.tokens import token_of
from tests import factories
from tests.documents.test_word import template, with_part
from tests.service_forms.conftest import REST


def made(world, kind="fault", **facts):
    return actions.make_form(world.case.pk, kind, REST[kind] | facts, actor=world.engineer, now=world.now)


def issued(world, kind="fault", **facts):
    return actions.issue_form(made(world, kind, **facts).pk, actor=world.engineer, now=world.now)


def kinds_of_events(form):
    return list(
        Event.objects.filter(subject_kind="form", subject_id=form.pk)
        .order_by("id")
        .values_list("kind", flat=True)
    )


def test_a_draft_has_what_the_case_knows_and_no_number(world):
    form = made(world)
    assert form.number == form.digest == ""
    assert form.facts["cause"] == "电源老化，龘"
    assert form.facts["loss"] == REST["fault"]["loss"]
    assert form.facts["files"][0]["name"] == "现场.png"
    assert kinds_of_events(form) == ["form.drafted"]


def test_what_was_sent_twice_is_made_once(world):
    facts = {"actor": world.engineer, "now": world.now, "idempotency_key": "k1"}
    one = actions.make_form(world.case.pk, "onsite", REST["onsite"], **facts)
    assert actions.make_form(world.case.pk, "onsite", REST["onsite"], **facts) == one
    assert ServiceForm.objects.count() == 1


def test_numbers_have_no_gaps_and_drafts_take_none(world):
    made(world)
    numbers = [issued(world).number for _ in range(3)]
    assert numbers == [f"HT-17-GZ-2026-{n:03d}" for n in (1, 2, 3)]
    assert issued(world, "onsite").number == "HT-17-XC-2026-001"


def test_the_year_of_a_number_is_the_contracts_own(world):
    new_year = factories.NOW.replace(year=2026, month=12, day=31, hour=16, minute=30)
    form = actions.issue_form(made(world).pk, actor=world.engineer, now=new_year)
    assert form.number == "HT-17-GZ-2027-001"


def test_what_is_missing_is_named(world):
    draft = actions.make_form(world.case.pk, "fault", actor=world.engineer, now=world.now)
    with pytest.raises(BadInput) as refused:
        actions.issue_form(draft.pk, actor=world.engineer, now=world.now)
    assert refused.value.facts["field"] == "fault_kind"


def test_a_draft_can_be_changed_and_looks_at_the_case_anew(world):
    form = made(world)
    form = actions.change_form(
        form.pk, {"loss": "无", "prevention": None}, actor=world.engineer, now=world.now
    )
    assert form.facts["loss"] == "无"
    assert "prevention" not in form.facts
    assert form.facts["fault_kind"] == "power"
    assert form.facts["reporter"] == "王队"


def test_an_issued_form_can_be_changed_and_discarded_no_more(world):
    form = issued(world)
    for act in (
        lambda: actions.change_form(form.pk, {"loss": "x"}, actor=world.engineer, now=world.now),
        lambda: actions.discard_form(form.pk, actor=world.engineer, now=world.now),
        lambda: actions.issue_form(form.pk, actor=world.engineer, now=world.now),
    ):
        with pytest.raises(IllegalMove):
            act()


def test_a_discarded_draft_is_gone_but_the_ledger_knows(world):
    form = made(world)
    number = form.pk
    actions.discard_form(number, actor=world.engineer, now=world.now)
    assert not ServiceForm.objects.filter(pk=number).exists()
    assert Event.objects.filter(kind="form.discarded", subject_id=number).exists()


def test_handing_over_the_fault_report_ends_its_limit(world):
    clock = Clock.objects.get(case=world.case, metric="report", ended_at=None)
    form = issued(world)
    actions.hand_over_form(form.pk, actor=world.engineer, at=world.now, now=world.now)
    clock.refresh_from_db()
    assert (clock.result, clock.stopped_at) == ("met", world.now)
    event = Event.objects.get(kind="case.report_handed_over", subject_id=world.case.pk)
    assert event.data["note"] == form.number
    with pytest.raises(IllegalMove):
        actions.hand_over_form(form.pk, actor=world.engineer, at=world.now, now=world.now)


def test_a_second_fault_report_does_not_hand_over_again(world):
    for _ in range(2):
        actions.hand_over_form(issued(world).pk, actor=world.engineer, at=world.now, now=world.now)
    assert Event.objects.filter(kind="case.report_handed_over").count() == 1


def test_other_forms_leave_the_case_alone(world):
    before = Case.objects.get(pk=world.case.pk).version
    actions.hand_over_form(issued(world, "onsite").pk, actor=world.engineer, at=world.now, now=world.now)
    assert Case.objects.get(pk=world.case.pk).version == before


def sign(world, form, **facts):
    known = {"actor": world.engineer, "at": world.now, "now": world.now + timedelta(minutes=9)}
    return actions.sign_form(form.pk, world.png, "李处长", **known | facts)


def test_a_signature_is_bound_to_the_content(world):
    form = sign(world, issued(world), digest="")
    signature = form.signatures.get()
    assert form.state == "signed"
    assert signature.digest == form.digest == content.digest(
        "fault", number=form.number, version=1, facts=form.facts
    )  # fmt: skip
    assert (signature.signed_at, signature.recorded_at) == (world.now, world.now + timedelta(minutes=9))
    assert Attachment.objects.get(pk=signature.file_id).kind == "signature"
    event = Event.objects.get(kind="form.signed")
    assert event.data["digest"] == form.digest
    assert event.data["file"] == signature.file.digest


def test_who_saw_another_content_cannot_sign(world):
    with pytest.raises(StaleVersion):
        sign(world, issued(world), digest="0" * 64)


def test_the_engineers_signature_alone_does_not_make_it_signed(world):
    form = sign(world, issued(world), signer="engineer")
    assert form.state == "issued"
    assert sign(world, form).state == "signed"
    assert form.signatures.count() == 2


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"signer": "nobody"}, BadInput),
        ({"actor": "customer", "signer": "engineer"}, NotAllowed),
        ({"actor": "inspector"}, NotAllowed),
    ],
)
def test_who_may_not_sign_is_refused(world, facts, refusal):
    facts = {name: getattr(world, value) if name == "actor" else value for name, value in facts.items()}
    with pytest.raises(refusal):
        sign(world, issued(world), **facts)


@pytest.mark.parametrize(
    "picture",
    [b"", b"no picture", b"\x89PNG\r\n\x1a\nbroken", b"\x89PNG\r\n\x1a\n" + b"\0" * 9 + b"\xff" * 20],
)
def test_what_is_no_picture_is_no_signature(world, picture):
    form = issued(world)
    with pytest.raises(BadInput):
        actions.sign_form(form.pk, picture, "李", actor=world.engineer, at=world.now, now=world.now)
    assert not form.signatures.exists()


def test_a_draft_and_a_signed_form_cannot_be_signed(world):
    with pytest.raises(IllegalMove):
        sign(world, made(world))
    form = sign(world, issued(world))
    with pytest.raises(IllegalMove):
        sign(world, form)


def test_a_nameless_signature_is_refused(world):
    with pytest.raises(BadInput):
        actions.sign_form(issued(world).pk, world.png, " ", actor=None, at=world.now, now=world.now)


def test_a_sheet_signed_on_paper_counts(world):
    form = issued(world)
    actions.sign_form(
        form.pk,
        b"%PDF-1.4 scan",
        "李处",
        paper=True,
        file_name="扫描.pdf",
        actor=world.engineer,
        at=world.now,
        now=world.now,
    )
    signature = form.signatures.get()
    assert signature.paper
    assert (signature.file.kind, signature.file.name) == ("paper", "扫描.pdf")
    assert queries.form(form.pk, to=world.customer).state == "signed"


def test_a_refusal_needs_a_reason_or_a_scan(world):
    form = issued(world)
    who = {"actor": world.engineer, "at": world.now, "now": world.now}
    with pytest.raises(BadInput):
        actions.refuse_form(form.pk, reason=" ", **who)
    form = actions.refuse_form(form.pk, reason="客户不在", scan=b"%PDF-1.4", scan_name="说明.pdf", **who)
    assert (form.state, form.refusal) == ("refused", "客户不在")
    assert sign(world, form).state == "signed"
    with pytest.raises(IllegalMove):
        actions.refuse_form(form.pk, reason="x", **who)


def test_a_correction_is_the_next_version_and_the_old_one_counts_until_then(world):
    first = sign(world, issued(world))
    draft = actions.correct_form(first.pk, reason="原因写错", actor=world.engineer, now=world.now)
    assert queries.verified(token_of(first.pk)).verdict == "genuine"
    with pytest.raises(IllegalMove):
        actions.correct_form(first.pk, reason="再来", actor=world.engineer, now=world.now)
    actions.change_form(draft.pk, {"cause": "线缆老化"}, actor=world.engineer, now=world.now)
    second = actions.issue_form(draft.pk, actor=world.engineer, now=world.now)
    assert (second.number, second.version, second.signatures.count()) == (first.number, 2, 0)
    first.refresh_from_db()
    assert first.facts["cause"] == "电源老化，龘"
    assert first.shown_state == "replaced"
    assert queries.verified(token_of(first.pk)).verdict == "superseded"
    assert queries.verified(token_of(second.pk)).verdict == "genuine"
    with pytest.raises(IllegalMove):
        sign(world, first, signer="engineer")


def test_customers_see_what_is_issued_and_make_nothing(world):
    draft, form = made(world), issued(world)
    assert list(queries.forms_for(world.customer)) == [form]
    with pytest.raises(NotFound):
        queries.form(draft.pk, to=world.customer)
    with pytest.raises(NotAllowed):
        actions.make_form(world.case.pk, "fault", actor=world.customer, now=world.now)
    assert sign(world, form, actor=world.customer).state == "signed"


def test_the_wall_stands_around_forms_signatures_and_numbers(world):
    form = sign(world, issued(world))
    other = factories.contract("hardware-supply")
    with wall.scope(wall.Scope.of([other.pk])):
        assert not ServiceForm.objects.exists()
        with pytest.raises(NotFound):
            actions.hand_over_form(form.pk, actor=world.engineer, at=world.now, now=world.now)


def test_a_stranger_learns_only_that_it_is_genuine(world):
    form = issued(world)
    with wall.scope(wall.Scope.nothing()):
        found = queries.verified(token_of(form.pk))
        assert (found.verdict, found.number, found.digest) == ("genuine", form.number, form.digest)
        assert queries.verified(token_of(form.pk + 99)).verdict == "unknown"
        assert queries.verified(f"{form.pk}:forged").verdict == "unknown"
        assert queries.verified(token_of(made_in(world).pk)).verdict == "unknown"
        assert not ServiceForm.objects.exists()


def made_in(world):
    with wall.scope(wall.Scope.everything()):
        return made(world)


def test_the_firms_own_template_is_tried_and_used(world):
    own = template(
        "{{ firm }}：{{ number }}", "原因 {{ cause }}", "{{ customer_signature }}{{ customer_name }}"
    )
    actions.set_template("fault", "zh", own, "我的.docx", actor=world.project_manager, now=world.now)
    form = sign(world, issued(world))
    made_ = papers.word_of(queries.form(form.pk, to=None), "zh")
    assert "原因 电源老化，龘" in word.text_of(made_)
    assert "李处长" in word.text_of(made_)
    assert "检查" not in word.text_of(made_)
    assert "Cause" in word.text_of(papers.word_of(queries.form(form.pk, to=None), "en"))
    actions.reset_template("fault", "zh", actor=world.project_manager, now=world.now)
    assert "每季度检查电源" in word.text_of(papers.word_of(queries.form(form.pk, to=None), "zh"))
    assert not Template.objects.exists()
    assert Event.objects.filter(kind="form_template.changed").count() == 2


@pytest.mark.parametrize(
    ("file", "problem", "told"),
    [
        (b"no word", "not_word", ""),
        (template("{{ cuase }} {{ number }}"), "unknown_placeholder", "cuase"),
        (template("{{ cause"), "syntax", ""),
        (with_part(template("x"), "word/vbaProject.bin"), "macros", ""),
    ],
)
def test_a_template_that_cannot_work_is_refused(world, file, problem, told):
    with pytest.raises(BadInput) as refused:
        actions.set_template("fault", "zh", file, "x.docx", actor=world.project_manager, now=world.now)
    assert refused.value.facts["problem"] == problem
    assert told in str(refused.value.facts.get("names", ""))
    assert not Template.objects.exists()


def test_engineers_do_not_change_templates(world):
    with pytest.raises(NotAllowed):
        actions.set_template("fault", "zh", template("x"), "x.docx", actor=world.engineer, now=world.now)


def test_the_heading_is_kept_as_it_was_when_the_form_was_issued(world):
    actions.set_letterhead(name="甲公司", lines="南京\n电话 1", logo=world.png, actor=None, now=world.now)
    form = issued(world)
    actions.set_letterhead(name="乙公司", lines="", actor=None, now=world.now)
    sheet = papers.sheet_of(queries.form(form.pk, to=None), "zh")
    assert (sheet.firm.name, list(sheet.firm.lines), sheet.firm.logo) == (
        "甲公司",
        ["南京", "电话 1"],
        world.png,
    )
    assert papers.sheet_of(made(world), "zh").firm.name == "乙公司"


def test_a_logo_that_is_no_picture_is_refused(world):
    with pytest.raises(BadInput):
        actions.set_letterhead(name="甲", lines="", logo=b"x", actor=None, now=world.now)


def test_the_sheet_speaks_the_chosen_language(world):
    form = issued(world)
    english = papers.sheet_of(form, "en")
    labels = [field.label for block in english.blocks if isinstance(block, Fields) for field in block.fields]
    assert "Kind of fault" in labels
    values = [field.value for block in english.blocks if isinstance(block, Fields) for field in block.fields]
    assert "power" in values
    assert "2 h" in values


def test_two_at_once_get_two_numbers(committing):
    """Real transactions side by side: the second waits for the first one's number."""
    with wall.scope(wall.Scope.everything()):
        contract = factories.contract("video-integration", number=f"SIDE-{factories.customer().pk}")
        case = factories.case(contract)
        facts = REST["restock"]
        drafts = [
            actions.make_form(case.pk, "restock", facts, actor=None, now=factories.NOW).pk for _ in range(6)
        ]

    def issue(form_id):
        try:
            with wall.scope(wall.Scope.everything()):
                return actions.issue_form(form_id, actor=None, now=factories.NOW).number
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as side_by_side:
        numbers = sorted(side_by_side.map(issue, drafts))
    assert numbers == [f"{contract.number}-BK-2026-{n:03d}" for n in range(1, 7)]
