"""Service forms: kinds, what a case knows, words, hashes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.refusals import BadInput
from luyue.domain.service_forms import content
from luyue.domain.service_forms.gathering import Filed, Ground, Happened, Promised, gather
from luyue.domain.service_forms.kinds import KINDS

ZONE = ZoneInfo("Asia/Shanghai")
START = int(datetime(2026, 3, 4, 2, 0, tzinfo=UTC).timestamp())


def happened(kind: str, minutes: int, who: str = "孙岩", **data: object) -> Happened:
    return Happened(kind, START + minutes * 60, (kind, kind), who, data=data)


def ground(*history: Happened, **facts: object) -> Ground:
    known = {
        "customer": "滨江分局",
        "contract": "HT-1 视频",
        "case": "FW0000001",
        "title": "黑屏",
        "reported_at": START,
    }
    return Ground(**known | {"history": history} | facts)


VISIT = (
    happened("case.reported", 0, "张敏"),
    happened("case.departed", 10),
    happened("case.arrived", 55),
    happened("case.resolved", 120, cause="接头松动", fix="重新压接"),
)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kind_is_whole(kind):
    keys = [item.key for item in kind.items]
    assert len(set(keys)) == len(keys)
    assert sum(signer.decides for signer in kind.signers) == 1
    assert all(zh and en for zh, en in (kind.title, *(item.label for item in kind.items)))
    assert all((item.columns is not None) == (item.what == "table") for item in kind.items)
    assert all(item.asked for item in kind.items if item.needed)
    # Placeholders of Word templates: a name must not mean two things.
    names = {
        f"{signer.key}_{part}" for signer in kind.signers for part in ("name", "time", "note", "signature")
    }
    assert not names & set(keys)


def test_numbers_of_two_kinds_differ():
    assert len({kind.code for kind in KINDS.values()}) == len(KINDS)


def test_an_on_site_report_knows_the_visit():
    facts = gather(KINDS["onsite"], ground(*VISIT, resolved=True))
    assert facts["arrived_at"] == START + 55 * 60
    assert facts["finished_at"] == START + 120 * 60
    assert (facts["cause"], facts["work"], facts["result"]) == ("接头松动", "重新压接", "solved")
    assert facts["engineers"] == "孙岩"
    assert "safety" not in facts


def test_a_fault_report_tells_how_long_it_lasted():
    facts = gather(KINDS["fault"], ground(*VISIT))
    assert facts["lasted"] == 120 * 60
    assert [row["at"] for row in facts["course"]] == [START, START + 600, START + 3300, START + 7200]


def test_a_resolution_that_was_undone_does_not_count():
    facts = gather(KINDS["fault"], ground(*VISIT, happened("case.reopened", 200)))
    assert "restored_at" not in facts
    assert "lasted" not in facts


def test_service_that_came_back_before_the_solution_counts_as_restored():
    assert (
        gather(KINDS["fault"], ground(*VISIT, happened("case.restored", 70)))["restored_at"] == START + 4200
    )


def test_clocks_and_files_are_listed():
    clock = Promised(("2 小时到场", "on site within 2 h"), START + 7200, START + 3300, ("达成", "met"))
    facts = gather(
        KINDS["onsite"], ground(clocks=[clock], files=[Filed("a.jpg", ("照片", "photo"), "f" * 64)])
    )
    assert facts["clocks"][0]["result"] == {"zh": "达成", "en": "met"}
    assert facts["files"][0]["digest"] == "f" * 16


def test_what_is_lacking_is_told_in_order():
    facts = gather(KINDS["fault"], ground(*VISIT))
    assert [item.key for item in content.lacking(KINDS["fault"], facts)] == [
        "fault_kind",
        "loss",
        "prevention",
    ]


def test_who_leaves_something_unsolved_says_what_comes_next():
    kind = KINDS["onsite"]
    facts = gather(kind, ground(*VISIT)) | {"result": "unsolved"}
    assert "left_over" in [item.key for item in content.lacking(kind, facts)]
    assert content.lacking(kind, facts | {"left_over": "等备件"}) == []


@pytest.mark.parametrize(
    ("extra", "field", "problem"),
    [
        ({"no_such": "x"}, "no_such", "unknown"),
        ({"cause": 3}, "cause", "bad_value"),
        ({"cause": "x" * 20_001}, "cause", "too_long"),
        ({"cause": "a\0b"}, "cause", "bad_character"),
        ({"result": "wonderful"}, "result", "bad_value"),
        ({"arrived_at": "soon"}, "arrived_at", "bad_value"),
        ({"arrived_at": True}, "arrived_at", "bad_value"),
        ({"parts": "x"}, "parts", "bad_value"),
        ({"parts": [{"colour": "red"}]}, "parts", "bad_value"),
        ({"parts": [{"name": "x"}] * 201}, "parts", "too_many"),
    ],
)
def test_what_has_another_shape_is_refused(extra, field, problem):
    with pytest.raises(BadInput) as refused:
        content.accepted(KINDS["onsite"], extra)
    assert refused.value.facts["field"] == field
    assert refused.value.facts["problem"] == problem


def test_what_fits_is_taken_in_its_own_shape():
    at = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
    given_ = {
        "arrived_at": at,
        "cause": " a\r\nb ",
        "parts": [{"name": "电源", "quantity": 2}, {}],
        "safety": "",
    }
    taken = content.accepted(KINDS["onsite"], given_)
    assert taken["arrived_at"] == START
    assert taken["cause"] == "a\nb"
    assert taken["safety"] is None
    assert [(row["name"], row["quantity"]) for row in taken["parts"]] == [("电源", "2")]


def test_words_of_both_languages():
    items = {item.key: item for item in KINDS["fault"].items}
    for language, fault, lasted in (("zh", "供电", "1 天 2 小时"), ("en", "power", "1 d 2 h")):
        assert content.in_words(items["fault_kind"], "power", language, ZONE) == fault
        assert content.in_words(items["lasted"], 26 * 3600, language, ZONE) == lasted
        assert content.in_words(items["reported_at"], START, language, ZONE) == "2026-03-04 10:00"


facts_of_any_kind = st.dictionaries(
    st.text(max_size=3), st.text(max_size=5) | st.integers(0, 2**40), max_size=4
)


@given(facts_of_any_kind, facts_of_any_kind)
def test_two_contents_have_one_digest_only_when_they_are_the_same(one, other):
    def digest(facts):
        return content.digest("fault", number="N", version=1, facts=facts)

    assert (digest(one) == digest(other)) == (one == other)


def test_number_version_and_kind_belong_to_the_content():
    said = {"number": "N", "version": 1, "facts": {"a": "b"}}
    first = content.digest("fault", **said)
    assert first != content.digest("onsite", **said)
    assert first != content.digest("fault", **said | {"number": "M"})
    assert first != content.digest("fault", **said | {"version": 2})


def test_a_defect_sheet_takes_what_the_flow_has_gathered():
    facts = gather(
        KINDS["defect"],
        ground(
            happened("case.defect_submitted", 5, module="回放模块", symptom="回放卡住"),
            happened("case.defect_analysed", 30, analysis="缓存溢出"),
            happened("case.defect_confirmed", 60, "刘洋"),
            happened("case.resolved", 90, cause="缓存", fix="改缓存", release="2.2"),
            happened("case.defect_replied", 99, reply="已解决"),
        ),
    )
    assert facts["system"] == "回放模块"
    assert facts["symptom"] == "回放卡住"
    assert facts["confirmed_by"] == "刘洋"
    assert (facts["analysis"], facts["fixed_release"], facts["reply"]) == ("缓存溢出", "2.2", "已解决")
    assert len(facts["course"]) == 5


def test_a_consultation_answered_on_the_spot_knows_its_answer():
    facts = gather(
        KINDS["consultation"], ground(happened("case.closed", 3, "张敏", answer="可以", question="能否？"))
    )
    assert (facts["question"], facts["answer"], facts["answered_by"]) == ("能否？", "可以", "张敏")
    assert facts["answered_at"] == START + 180


def test_remarks_of_the_desk_do_not_go_on_paper():
    facts = gather(KINDS["fault"], ground(*VISIT, happened("case.noted", 60, note="客户很急")))
    assert len(facts["course"]) == len(VISIT)
