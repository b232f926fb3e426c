"""One case with all that a page of it shows: acts, a visit as a work order, a form, somebody who was told."""

from datetime import UTC, datetime, timedelta


def one_case(contract_id: int) -> tuple[int, int]:
    """Make it by the product's own acts; returns the ids of the case and of its work order."""
    from luyue.accounts import actions as accounts
    from luyue.desk import actions as desk
    from luyue.field import actions as field
    from luyue.field.actions import Told
    from luyue.field.planning import Request
    from luyue.ledger.wall import Scope, scope
    from luyue.service_forms import actions as forms

    now = datetime.now(UTC)
    at = now - timedelta(hours=5)
    with scope(Scope.everything()):
        engineer = accounts.add_person(
            username="bench-engineer", name="孙工", role="engineer", password="bench of luyue",  # noqa: S106
            actor=None, now=now,
        )  # fmt: skip
        from luyue.contracts import actions as contracts

        contracts.give_access(contract_id, person=engineer, role="engineer", actor=None, now=now)
        case = desk.report_case(
            contract_id, title="三楼东侧摄像机黑屏，无法查看录像", severity="normal", reporter_name="王工",
            reporter_phone="13800000000", actor=None, at=at, now=at,
        )  # fmt: skip
        desk.triage_case(case.pk, onsite=True, owner=engineer, actor=None, at=at, now=at)
        desk.respond_case(
            case.pk, actor=engineer, at=at + timedelta(minutes=20), now=at + timedelta(minutes=20)
        )
        begin = now - timedelta(hours=2)
        wish = Request(
            kind="visit", engineer_id=engineer.pk, begin=begin, end=now, case_id=case.pk, tools=["万用表"]
        )
        order = field.plan_order(wish, actor=None, now=begin - timedelta(hours=1))
        for minutes, act, payload in (
            (0, "accept", {}), (5, "depart", {}), (50, "arrive", {}), (55, "start", {}),
            (56, "check", {"check": "rules"}),
            (57, "check", {"check": "backup", "answer": "not_needed", "note": "设备不存数据"}),
            (58, "check", {"check": "found", "answer": "not_needed", "note": "机房不准拍照"}),
            (70, "log", {"text": "逐段测量线路，接头氧化，重新压接"}),
        ):  # fmt: skip
            told = Told(act=act, payload=payload, happened_at=begin + timedelta(minutes=minutes), files=())
            field.do_act(order.pk, told, actor=engineer, now=begin + timedelta(minutes=minutes))
        forms.make_form(case.pk, "onsite", actor=engineer, now=now)
    return case.pk, order.pk
