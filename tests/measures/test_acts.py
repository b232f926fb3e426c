"""Readings, exclusions, review, correction, waiver, imports, and who may do them."""

import io
from datetime import date, timedelta

import pytest
import xlsxwriter
from django.db import DatabaseError, transaction

from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.desk import actions as desk
from luyue.devices.models import Device
from luyue.domain.refusals import BadInput, Conflict, IllegalMove, NotAllowed
from luyue.field.models import ServicePoint
from luyue.ledger.models import Event
from luyue.measures import actions, files
from luyue.measures.actions.excluding import Scope
from luyue.measures.actions.readings import Given
from luyue.measures.models import Measurement, Reading, Turn
from luyue.notices.models import Message
from luyue.rounds.models import Checklist
from luyue.training.models import Attendance, Session, Trainee
from tests import factories
from tests.measures.conftest import MARCH, NOW, local

DAY = date(2026, 3, 10)


def turn_of(of: Contract, promise: str) -> Turn:
    return Turn.objects.get(contract=of, promise=promise, first=MARCH)


def reckoned(of: Contract, promise: str, now=NOW) -> Turn:
    actions.reckon_contract(of.pk, now=now, since=MARCH, by_mail=False)
    return turn_of(of, promise)


def enter(of: Contract, measure: str, now=NOW, actor: Person | None = None, **facts) -> Reading:
    given = Given(facts.pop("day", DAY), **facts)
    return actions.enter_reading(of.pk, measure=measure, given=given, actor=actor, now=now)


def broken(of: Contract, device: Device | None, hours: int = 3):
    case = factories.case(of, local(5, 9), device=device, severity="fault")
    at = local(5, 9) + timedelta(hours=hours)
    return desk.resolve_case(case.pk, actor=None, at=at, now=at, cause="断电", fix="恢复供电")


def test_downtime_is_counted_once_and_left_out_time_counts_on_neither_side(
    video: Contract, camera: Device, lead: Person
) -> None:
    broken(video, camera, 3)
    twin = factories.case(video, local(5, 10), device=camera, severity="fault")
    desk.resolve_case(twin.pk, actor=None, at=local(5, 13), now=local(5, 13), cause="同上", fix="同上")
    row = reckoned(video, "every-channel")
    (one,) = row.measurements.all()
    month = 31 * 24 * 3600
    assert (one.numerator, one.denominator) == (month - 4 * 3600, month)
    made = actions.exclude(
        video.pk, starts_at=local(5, 8), ends_at=local(5, 14), reason="power", note="片区停电，供电公司有通知",
        scope=Scope(device=camera.pk), actor=lead, now=NOW,
    )  # fmt: skip
    one.refresh_from_db()
    assert (one.numerator, one.denominator) == (month - 6 * 3600, month - 6 * 3600)
    assert one.state == "kept" and one.excluded[0]["reason"] == "power" and one.excluded[0]["by"] == "周敏"
    actions.strike_exclusion(made.pk, why="只停了东街，不含这里", actor=lead, now=NOW)
    one.refresh_from_db()
    assert one.state == "missed" and one.excluded == []


def test_an_exclusion_of_a_case_spares_its_outage_only(video: Contract, camera: Device) -> None:
    case = broken(video, camera, 3)
    reckoned(video, "every-channel")
    actions.exclude(
        video.pk, starts_at=local(1), ends_at=local(31), reason="customer", note="客户拉闸", scope=Scope(case=case.pk),
        actor=None, now=NOW,
    )  # fmt: skip
    (one,) = turn_of(video, "every-channel").measurements.all()
    assert one.state == "kept" and one.denominator == 31 * 24 * 3600 - 3 * 3600


def test_a_fault_without_a_device_counts_for_all_only_at_the_gravest_level(
    video: Contract, camera: Device, recorder: Device
) -> None:
    from luyue.contracts.queries import in_force

    levels = in_force(video, NOW).running.plan.severities
    broken(video, None, 3)
    row = reckoned(video, "every-channel")
    (one,) = row.measurements.all()
    gravest = levels[0].id == "fault" if levels else False
    assert (one.state == "missed") == gravest
    if not gravest:
        assert ["deviceless", {"n": 1}] in one.steps


def test_the_system_is_kept_only_when_every_host_is_known(video: Contract, recorder: Device, site) -> None:
    Device.objects.create(contract=video, site=site, kind="recorder", name="录像机二", serial="R2")
    enter(video, "recording.days_kept", value=40.0, device=recorder.pk)
    row = reckoned(video, "storage-30-days")
    assert row.state == "no_data"
    (one,) = row.measurements.all()
    assert ["known", {"n": 1, "all": 2}] in one.steps


def test_a_later_reading_of_the_same_day_takes_the_place_of_the_first(
    video: Contract, camera: Device
) -> None:
    enter(video, "image.covered", value=1.0, device=camera.pk)
    enter(video, "image.covered", value=0.0, device=camera.pk)
    assert reckoned(video, "lens-free").state == "kept"
    first, second = Reading.objects.order_by("pk")
    assert first.replaced_at is not None and second.standing


def test_training_in_two_months_counts_together(video: Contract) -> None:
    enter(video, "training.new_watch_staff_hours", value=5.0, name="李一", day=date(2026, 3, 9))
    assert reckoned(video, "new-staff-hours").state == "missed"
    later = local(20, month=4)
    enter(video, "training.new_watch_staff_hours", value=3.0, name="李一", day=date(2026, 4, 9), now=later)
    actions.reckon_contract(video.pk, now=local(3, month=5), by_mail=False)
    april = Turn.objects.get(contract=video, promise="new-staff-hours", first=date(2026, 4, 1))
    assert april.state == "kept"


@pytest.mark.parametrize(
    ("facts", "field", "problem"),
    [
        ({"value": 3.0, "day": date(2026, 5, 1)}, "day", "future"),
        ({}, "value", "missing"),
        ({"value": 3.0, "numerator": 1, "denominator": 2}, "value", "either"),
        ({"numerator": 1, "denominator": 0}, "denominator", None),
        ({"value": float("nan")}, "value", "not_a_number"),
        ({"value": 3.0, "device": None}, "device", "missing"),
    ],
)
def test_a_reading_that_says_nothing_is_refused(
    video: Contract, camera: Device, facts, field, problem
) -> None:
    with pytest.raises(BadInput) as refusal:
        enter(video, "image.covered", **({"device": camera.pk} | facts))
    assert refusal.value.facts["field"] == field and refusal.value.facts.get("problem") == problem


def test_a_measure_that_is_reckoned_takes_no_reading(video: Contract) -> None:
    with pytest.raises(BadInput):
        actions.take_readings(
            video.pk, measure="calls.answered_share", given=[], source="api", actor=None, now=NOW
        )


# -- review ------------------------------------------------------------------------------------------------------


def test_a_reviewed_period_is_frozen_and_a_correction_is_a_new_version(
    video: Contract, camera: Device, lead: Person
) -> None:
    enter(video, "image.covered", value=0.0, device=camera.pk)
    row = reckoned(video, "lens-free")
    actions.review_turn(row.pk, actor=lead, now=NOW)
    enter(video, "image.covered", value=2.0, device=camera.pk, day=date(2026, 3, 20))
    row.refresh_from_db()
    assert (row.state, row.stale, row.reviewed_by) == ("kept", True, "周敏")
    with pytest.raises(IllegalMove):
        actions.review_turn(row.pk, actor=lead, now=NOW)
    with pytest.raises(BadInput):
        actions.correct_turn(row.pk, why=" ", actor=lead, now=NOW)
    actions.correct_turn(row.pk, why="3 月 20 日漏录", actor=lead, now=NOW)
    row.refresh_from_db()
    first, second = row.measurements.order_by("version")
    assert (first.state, first.current, second.state, second.why) == (
        "kept",
        False,
        "missed",
        "3 月 20 日漏录",
    )
    assert (row.state, row.stale) == ("missed", False)
    with pytest.raises(BadInput):
        actions.correct_turn(row.pk, why="再来一次", actor=lead, now=NOW)


def test_the_database_refuses_to_change_a_frozen_measurement(video: Contract, camera: Device) -> None:
    enter(video, "image.covered", value=0.0, device=camera.pk)
    row = reckoned(video, "lens-free")
    actions.review_turn(row.pk, actor=None, now=NOW)
    for act in (
        lambda: Measurement.objects.filter(turn=row).update(value=9.0),
        lambda: Measurement.objects.filter(turn=row).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_period_that_runs_is_not_reviewed(video: Contract, camera: Device) -> None:
    row = reckoned(video, "lens-free", now=local(20))
    assert (row.state, row.over) == ("open", False)
    with pytest.raises(BadInput):
        actions.review_turn(row.pk, actor=None, now=local(20))


def test_nothing_to_measure_is_said_with_a_reason(video: Contract, lead: Person) -> None:
    row = reckoned(video, "new-staff-hours")
    assert row.state == "no_data"
    actions.declare_nothing(row.pk, why="本月没有新值班员", actor=lead, now=NOW)
    row.refresh_from_db()
    assert row.state == "nothing"
    enter(video, "training.new_watch_staff_hours", value=9.0, name="赵二")
    row.refresh_from_db()
    assert (row.state, row.kept) == ("kept", 1)
    with pytest.raises(Conflict):
        actions.declare_nothing(row.pk, why="真的没有", actor=lead, now=NOW)


# -- waivers -----------------------------------------------------------------------------------------------------


def test_a_miss_is_waived_with_the_customers_consent(
    video: Contract, camera: Device, lead: Person, customer: Person
) -> None:
    enter(video, "image.covered", value=1.0, device=camera.pk)
    row = reckoned(video, "lens-free")
    (one,) = row.measurements.filter(current=True)
    asked = actions.ask_waiver(one.pk, reason="树枝遮挡，市政未批修剪", actor=lead, now=NOW)
    assert Message.objects.filter(person=customer, kind="quota.waiver_asked").count() == 1
    with pytest.raises(NotAllowed):
        actions.answer_waiver(asked.pk, agree=True, actor=lead, now=NOW)
    actions.answer_waiver(asked.pk, agree=True, actor=customer, now=NOW)
    row.refresh_from_db()
    assert (row.state, row.waived, row.missed) == ("waived", 1, 0)
    assert list(row.measurements.order_by("version").values_list("state", "current")) == [
        ("missed", False), ("missed", False), ("waived", True),
    ]  # fmt: skip
    # Reckoned again it stays waived.
    actions.reckon_contract(video.pk, now=NOW + timedelta(days=3), by_mail=False)
    row.refresh_from_db()
    assert row.state == "waived"
    assert Event.objects.filter(kind="quota.waived", subject_id=row.pk).count() == 1


def test_who_is_not_asked_for_it_is_refused(video: Contract, camera: Device, customer: Person) -> None:
    engineer = factories.person("engineer")
    for act, actor in (
        (lambda by: actions.enter_reading(video.pk, measure="image.covered", given=Given(DAY, 1.0, device=camera.pk),
                                          actor=by, now=NOW), customer),
        (lambda by: actions.exclude(video.pk, starts_at=local(1), ends_at=local(2), reason="power", note="x", actor=by,
                                    now=NOW), engineer),
        (lambda by: actions.review_turn(1, actor=by, now=NOW), engineer),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            act(actor)


# -- files -------------------------------------------------------------------------------------------------------


def test_a_file_is_taken_row_by_row_and_twice_changes_nothing(
    video: Contract, camera: Device, lead: Person
) -> None:
    content = (
        "设备序列号,检查日期,录像天数\nC1,2026-03-08,62\nC1,2026/3/15,61天\nX9,2026-03-08,60\nC1,不知道,60\n"
        "C1,2026-03-22,61.5\n"
    ).encode("gb18030")
    made = files.upload(
        video.pk, measure="recording.days_kept", file_name="录像.csv", content=content, actor=lead, now=NOW
    )
    assert made.mapping == {"device": "设备序列号", "day": "检查日期", "value": "录像天数"}
    good, bad = files.preview(made, made.mapping, NOW)
    assert [one[2] for one in good] == ["东街枪机", "东街枪机"] and bad.bad == 3
    actions.reckon_contract(video.pk, now=NOW, since=MARCH, by_mail=False)
    done = files.import_file(made.pk, mapping=made.mapping, actor=lead, now=NOW)
    assert (done.added, done.bad) == (2, 3)
    assert {(one["field"], one.get("problem")) for one in done.problems} == {
        ("device", "unknown"), ("value", "not_a_number"), ("day", None),
    }  # fmt: skip
    assert turn_of(video, "recording-60-days").state == "kept"
    again = files.upload(
        video.pk, measure="recording.days_kept", file_name="录像.csv", content=content, actor=lead, now=NOW
    )
    assert files.import_file(again.pk, mapping=again.mapping, actor=lead, now=NOW).unchanged == 2
    with pytest.raises(IllegalMove):
        files.import_file(again.pk, mapping=again.mapping, actor=lead, now=NOW)


def test_a_workbook_of_stock_is_taken(video: Contract, lead: Person) -> None:
    actions.agree_part(
        video.pk, promise="wearing-parts", part="电源模块", figure=3, agreed_by="王处", agreed_on=MARCH, actor=lead,
        now=local(3),
    )  # fmt: skip
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["配件", "盘点日期", "库存"])
        sheet.write_row(1, 0, ["电源模块", "2026-03-12", 5])
    made = files.upload(
        video.pk,
        measure="stock.wearing_parts",
        file_name="库存.xlsx",
        content=raw.getvalue(),
        actor=lead,
        now=NOW,
    )
    assert files.import_file(made.pk, mapping=made.mapping, actor=lead, now=NOW).added == 1
    assert reckoned(video, "wearing-parts").state == "kept"


# -- rounds ------------------------------------------------------------------------------------------------------


def test_an_older_version_of_a_checklist_is_read_as_the_shipped_one(everything: object) -> None:
    from luyue.measures.actions.readings import measure_of_item
    from luyue.rounds.shipped import contents

    old = contents()["recorder"].model_dump(mode="json", exclude_defaults=True)
    for item in old["items"]:
        item.pop("measure", None)
    row = Checklist(code="recorder", version=1, content=old, digest="x" * 64)
    assert measure_of_item(row.whole, "days") == "recording.days_kept"
    assert measure_of_item(row.whole, "fan") == ""


# -- warnings ----------------------------------------------------------------------------------------------------


def test_people_are_warned_once_before_a_period_ends_badly(
    video: Contract, camera: Device, lead: Person, point: ServicePoint
) -> None:
    enter(video, "image.covered", value=1.0, device=camera.pk, now=local(12))
    for day in (12, 13, 14):
        actions.reckon_contract(video.pk, now=local(day), since=MARCH, by_mail=False)
    row = turn_of(video, "lens-free")
    assert Message.objects.filter(person=lead, key=f"quota.at_risk:{row.pk}").count() == 1
    # Missing data is a reason to worry late in the period only.
    quiet = turn_of(video, "free-disk")
    assert quiet.warned_at is None
    actions.reckon_contract(video.pk, now=local(25), by_mail=False)
    quiet.refresh_from_db()
    assert quiet.warned_at is not None


def test_a_contract_that_begins_to_be_measured_late_has_no_old_misses(video: Contract) -> None:
    actions.reckon_contract(video.pk, now=local(20, month=6), by_mail=False)
    firsts = set(Turn.objects.filter(contract=video).values_list("first", flat=True))
    assert firsts == {date(2026, 6, 1), MARCH}  # the month, and the year that runs


def test_trainings_that_were_held_count_by_who_was_there(video: Contract) -> None:
    for day, seconds in ((9, 5 * 3600), (10, 3 * 3600)):
        session = Session.objects.create(
            contract=video, kind="training", title="岗前培训", form="on_site", audience="watch", state="finished",
            starts_at=local(day, 9), ends_at=local(day, 17), made_at=local(1),
        )  # fmt: skip
        trainee, _new = Trainee.objects.get_or_create(
            contract=video, name="郑四", new_staff=True, defaults={"made_at": local(1)}
        )
        Attendance.objects.create(
            contract=video, session=session, trainee=trainee, arrived_at=local(day, 9), seconds=seconds
        )
    (one,) = reckoned(video, "new-staff-hours").measurements.all()
    assert (one.name, one.value, one.state) == ("郑四", 8.0, "kept")
    (days,) = turn_of(video, "gathering-days").measurements.all()
    assert days.value == 2


def test_a_year_that_lies_back_is_reckoned_once(video: Contract, camera: Device) -> None:
    """Month by month without what runs: each period when it is over, the running one in the end."""
    may = local(3, month=5)
    actions.reckon_contract(video.pk, now=may, since=MARCH, by_mail=False, running=False)
    rows = Turn.objects.filter(contract=video)
    assert rows.filter(over=True, last__lt=may.date()).exists()
    assert not rows.filter(last__gte=may.date()).exclude(reckoned_at=None).exists()
    actions.reckon_contract(video.pk, now=may, by_mail=False)
    assert not rows.filter(reckoned_at=None).exists()
