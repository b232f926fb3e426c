"""Hotline and customers' secrets of a demo: four months of calls, contacts, a planned change, looks, sessions."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE, local_day
from luyue.desk import actions as desk
from luyue.desk.models import Case
from luyue.domain.hotline import in_service
from luyue.hotline import actions, changes, queries, records
from luyue.hotline.models import Call, Contact, Line
from luyue.ledger.wall import Scope, scope
from luyue.simulator.desk_life import CALLERS
from luyue.simulator.world import World
from luyue.vault import actions as vault
from luyue.vault import sessions
from luyue.vault.models import Secret

MONTHS = 4
CALLS_A_DAY = 2
OFFICE = {"kind": "within", "days": "mon-fri", "hours": ["09:00-12:00", "13:00-18:00"], "holidays": "CN"}
# Of a hundred calls within the hours, how many nobody takes: one month is worse than what was promised.
MISSED = (5, 16, 4, 7)
MISSED_AT_NIGHT = 12
REGIONS = (("东城片区", "韩冬"), ("东城片区", "冯涛"), ("西城片区", "许丽"))
SECRETS = (
    ("password", "监控平台管理员密码", "Pt-{n}-Kq7#", False),
    ("key", "数据库备份解压密钥", "bk-{n}-f0a9c2", True),
    ("parameter", "核心交换机 VLAN 规划", "管理 10.{n}.1.0/24，业务 10.{n}.2.0/24", False),
    ("address", "远程接入网关地址", "vpn{n}.kehu.example:8443", False),
)


def play_hotline(world: World, rng: random.Random, *, begin: datetime, end: datetime) -> None:
    """Lines, four months of calls, contacts and changes, secrets with looks, remote sessions."""
    with scope(Scope.everything()):
        line = _lines(max(begin, end - timedelta(days=31 * MONTHS)))
        _calls(world, rng, line, begin=begin, end=end)
        _link(world, line, end)
        _missed(world, end)
        for of in (*world.contracts[:2], world.contracts[3]):
            _contacts(of, end)
        _changes(world, line, end)
        for number, of in enumerate(world.contracts[:4], start=1):
            _secrets(world, of, number, end)


def _lines(at: datetime) -> Line:
    actions.add_line(
        name="夜间值班手机",
        number="13900009120",
        kind="mobile",
        hours={**OFFICE, "kind": "outside"},
        actor=None,
        now=at,
    )
    return actions.add_line(
        name="服务热线",
        number="400-800-9120",
        hours=OFFICE,
        short_seconds=5,
        aliases="8001",
        actor=None,
        now=at,
    )


def _calls(world: World, rng: random.Random, line: Line, *, begin: datetime, end: datetime) -> None:
    """Records as a telephone system writes them, of callers who have called once before."""
    operator = world.people["operator"][0]
    first_day = end - timedelta(days=31 * MONTHS + 10)
    for number, of in enumerate(world.contracts):
        for who in range(4):
            at = (
                (first_day + timedelta(days=2 * number))
                .astimezone(ZONE)
                .replace(hour=10 + who, minute=7 * who + number)
            )
            actions.record_call(
                number=number_of(of, who), name=caller_name(of, who), contract_id=of.pk, line_id=line.pk,
                actor=operator, at=at, now=at, wait_seconds=6, talk_seconds=90, note="第一次来电，核对单位和姓名",
            )  # fmt: skip
    days = min(31 * MONTHS, (end - begin).days)
    first = local_day(end)
    told: list[tuple[int, Mapping[str, object]]] = []
    for number in range(days * CALLS_A_DAY):
        day = end - timedelta(days=number // CALLS_A_DAY)
        at = day.astimezone(ZONE).replace(
            hour=rng.randint(8, 18), minute=rng.randint(0, 59), second=rng.randint(0, 59)
        )
        if at >= end - timedelta(hours=2):
            continue
        of = rng.choice(world.contracts)
        who = rng.randrange(4)
        back = (first.year - at.year) * 12 + first.month - at.month
        hour = in_service(line.hours, int(at.timestamp()))
        taken = rng.randrange(100) >= (MISSED[min(back, len(MISSED) - 1)] if hour else MISSED_AT_NIGHT)
        wait, talk = rng.randint(4, 22) if taken else rng.randint(8, 60), rng.randint(40, 420)
        told.append((number, {
            "uniqueid": f"demo-{number}", "start": at, "answer": at + timedelta(seconds=wait) if taken else None,
            "end": at + timedelta(seconds=wait + (talk if taken else 0)), "src": number_of(of, who),
            "dst": line.number if hour else "13900009120",
            "clid": f'"{caller_name(of, who)}"', "disposition": "ANSWERED" if taken else "NO ANSWER",
            "dstchannel": f"SIP/{rng.choice((8001, 8002))}-00000a1b" if taken else "",
        }))  # fmt: skip
    records.take_records(told, actor=None, now=end)


def number_of(of: Contract, who: int) -> str:
    """The number of one of a contract's four callers, as `desk_life.caller` has it."""
    return f"138{of.pk % 1000:03d}0{who:04d}"


def caller_name(of: Contract, who: int) -> str:
    return CALLERS[(of.pk * 3 + who) % len(CALLERS)]


def _link(world: World, line: Line, end: datetime) -> None:
    """The calls with which the latest cases began."""
    cases = Case.objects.filter(reported_at__gte=end - timedelta(days=60), channel="hotline").exclude(
        reporter_phone=""
    )
    for number, case in enumerate(cases.order_by("-id")[:10]):
        made = actions.record_call(
            number=case.reporter_phone, name=case.reporter_name, contract_id=case.contract_id, line_id=line.pk,
            actor=world.people["operator"][number % 2], at=case.reported_at - timedelta(minutes=3),
            now=case.reported_at, wait_seconds=5 + number, talk_seconds=160, note=case.title,
        )  # fmt: skip
        actions.link_case(made.pk, case_id=case.pk, actor=None, now=case.reported_at)


def _missed(world: World, end: datetime) -> None:
    """Calls that nobody took: those of earlier days were called back, of the last ones one is given to somebody."""
    operators = world.people["operator"]
    waiting = Call.objects.filter(queries.TO_CALL_BACK).order_by("-started_at", "-id")
    for number, one in enumerate(waiting):
        if number == 1:
            actions.assign_call_back(one.pk, owner=operators[-1], actor=operators[0], now=end)
        elif number == 2:
            actions.call_back(
                one.pk, result="unreached", actor=operators[0], at=end, now=end, note="无人接听，下午再打"
            )
        elif number > 3:
            at = one.started_at + timedelta(minutes=25 + number)
            reached = number % 5 != 0
            actions.call_back(
                one.pk, result="reached" if reached else "not_needed", actor=operators[number % 2], at=min(at, end),
                now=end, note="" if reached else "空号",
            )  # fmt: skip


def _contacts(of: Contract, end: datetime) -> None:
    for number, (region, name) in enumerate(REGIONS):
        actions.add_contact(
            of.pk, region=region, name=name, phone=f"1370000{of.pk:02d}{number:02d}", duty="区域值班员", actor=None,
            now=end - timedelta(days=90),
        )  # fmt: skip


def _changes(world: World, line: Line, end: datetime) -> None:
    """The number changes in a month, told in time; a contact changes next week, planned and not told yet."""
    manager = world.people["manager"][0]
    planned = changes.plan_change(
        act="change", line_id=line.pk, after={"number": "400-800-9121"},
        effective_on=local_day(end) + timedelta(days=30), reason="运营商线路割接", actor=manager,
        now=end - timedelta(days=2),
    )  # fmt: skip
    for number, one in enumerate(planned[:4]):
        changes.notify(one.pk, actor=manager, now=end - timedelta(days=1, hours=3))
        if number < 2:
            customer = world.customers[one.contract_id]
            changes.consent(one.pk, actor=customer, now=end - timedelta(hours=5), note="同意")
    contact = Contact.objects.filter(contract=world.contracts[3]).last()
    if contact is not None:
        changes.plan_change(
            act="change", contact_id=contact.pk, after={"name": "唐敏", "phone": "13700009999"}, reason="人员轮岗",
            effective_on=local_day(end) + timedelta(days=12), actor=manager, now=end - timedelta(hours=4),
        )  # fmt: skip


def _secrets(world: World, of: Contract, number: int, end: datetime) -> None:
    """Four secrets; one was looked at by the engineer for a remote session that the customer had agreed to."""
    lead = next(p for p in world.people["project_manager"] if p.pk in _leads(of))
    engineer = world.people["engineer"][(of.pk + 1) % len(world.people["engineer"])]
    devices = world.devices[of.pk]
    kept: list[Secret] = []
    for index, (kind, name, content, two) in enumerate(SECRETS):
        device = devices[index % len(devices)] if kind in ("password", "parameter") else None
        kept.append(
            vault.add_secret(
                of.pk, name=name, kind=kind, content=content.format(n=number), device=device, owner=engineer,
                two_persons=two, rotate_on=local_day(end) + timedelta(days=(9, 80, -3, 200)[index]), actor=lead,
                now=end - timedelta(days=60),
            )
        )  # fmt: skip
    at = end - timedelta(hours=6)
    asked_at = at - timedelta(minutes=50)
    case = _call_for_help(world, of, at - timedelta(minutes=65))
    asked = sessions.ask_session(
        case.pk, purpose="查看平台日志，重启转发服务", tool="vpn", planned_at=at, planned_minutes=45,
        actor=engineer, device=devices[0], now=asked_at,
    )  # fmt: skip
    if number == 1:
        return
    sessions.approve_session(asked.pk, actor=world.customers[of.pk], now=at - timedelta(minutes=20))
    if number == 2:
        return
    sessions.start_session(asked.pk, actor=engineer, at=at, now=at)
    vault.look(
        kept[0].pk,
        reason="登录平台查日志",
        session_id=asked.pk,
        actor=engineer,
        now=at + timedelta(minutes=2),
    )
    if number == 3:
        sessions.end_session(
            asked.pk, done="转发服务内存占满，重启后图像恢复，已设自动重启", solved=False, actor=engineer,
            at=at + timedelta(minutes=38), now=at + timedelta(minutes=40),
        )  # fmt: skip
        grant = vault.ask_to_look(
            kept[1].pk, reason="核对昨夜备份能否还原", actor=engineer, now=at + timedelta(hours=1)
        )
        vault.decide_look(grant.pk, approve=True, actor=lead, now=at + timedelta(hours=1, minutes=4))
        vault.look(
            kept[1].pk, reason="核对昨夜备份能否还原", actor=engineer, now=at + timedelta(hours=1, minutes=6)
        )
        vault.ask_to_look(
            kept[1].pk, reason="复核备份还原结果", actor=engineer, now=end - timedelta(minutes=25)
        )


def _call_for_help(world: World, of: Contract, at: datetime) -> Case:
    """A call that becomes a case to be looked at from afar."""
    operator = world.people["operator"][0]
    heard = actions.record_call(
        number=number_of(of, 0), contract_id=of.pk, actor=operator, at=at, now=at, wait_seconds=7, talk_seconds=210,
        note="平台登录超时，请远程看一下",
    )  # fmt: skip
    case = desk.report_case(
        of.pk, title="监控平台登录超时，请远程处理", kind="help", reporter_name=caller_name(of, 0),
        reporter_phone=number_of(of, 0), actor=operator, at=at, now=at + timedelta(minutes=4),
    )  # fmt: skip
    actions.link_case(heard.pk, case_id=case.pk, actor=operator, now=at + timedelta(minutes=5))
    return case


def _leads(of: Contract) -> set[int]:
    return {person.pk for person, _role in contracts.people_of(of.pk, roles=["project_manager"])}
