"""What comes in besides the desk, in the last hours of a demo: labels, mails, alarms of machines."""

import random
from datetime import datetime, timedelta
from email.message import EmailMessage

from luyue.accounts.models import Person
from luyue.channels import taking
from luyue.channels.actions import alarms, labels, mails
from luyue.channels.models import Mailbox
from luyue.contracts import queries as contracts
from luyue.ledger.wall import Scope, scope
from luyue.simulator.world import World


def play_intake(world: World, rng: random.Random, *, end: datetime) -> None:
    """One report by a label, three mails, and alarms of one contract, of which a site has several at once."""
    with scope(Scope.everything()):
        _label(world, end - timedelta(minutes=rng.randint(40, 90)))
        _mails(end - timedelta(minutes=rng.randint(10, 30)))
        _alarms(world, end)
    taking.work_off(clock=lambda: end)


def _label(world: World, at: datetime) -> None:
    of = world.contracts[0]
    made = labels.issue_labels(world.devices[of.pk][:6], actor=None, now=at)
    labels.report_by_label(
        made[0],
        problem="other",
        text="从早上开始就不工作了",
        name="门卫老李",
        phone="13800001234",
        form_key="demo",
        now=at,
    )


def _mails(at: datetime) -> None:
    # Switched off: there is no such server, and nobody wants its trouble in a demo.
    box = Mailbox.objects.create(
        name="报修邮箱", address="baoxiu@firm.example", host="imap.firm.example", username="baoxiu@firm.example",
        active=False,
    )  # fmt: skip
    known = Person.objects.filter(username="kehu1").first()
    if known is not None:
        known.email = "kehu1@kehu.example"
        known.save(update_fields=["email"])
    letters: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (
        (
            "kehu1@kehu.example",
            "李工",
            "大厅门禁刷卡没反应",
            "昨天下午开始，两个门都这样，请安排人看看。",
            {},
        ),
        (
            "wang@xinkehu.example",
            "王主任",
            "新来的监控不会调回放",
            "我们是新单位，想请教怎么看上周的录像。",
            {},
        ),
        (
            "zhao@kehu.example",
            "赵工",
            "自动回复：出差中",
            "本周出差，周五回来。",
            {"Auto-Submitted": "auto-replied"},
        ),
    )
    for number, (sender, name, subject, text, headers) in enumerate(letters):
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = f"{name} <{sender}>", box.address, subject
        letter["Message-ID"] = f"<demo{number}@kehu.example>"
        for key, value in headers.items():
            letter[key] = value
        letter.set_content(text)
        mails.take_mail(letter.as_bytes(), mailbox=box, now=at)


def _alarms(world: World, end: datetime) -> None:
    of = world.contracts[1]
    running = contracts.in_force(of, end).running
    level = running.plan.severities[0].id if running and running.plan.severities else ""
    source, _token = alarms.add_source(
        of.pk, name="机房 Zabbix", form="zabbix", device_labels="serial", severity_label="severity",
        severities={"High": level} if level else {}, actor=None, now=end - timedelta(days=1),
    )  # fmt: skip
    for number, device in enumerate(world.devices[of.pk][:5]):
        told = {
            "event_id": str(1000 + number), "event_value": "1", "event_name": f"{device.name} 无应答",
            "trigger_id": str(number), "serial": device.serial, "host": device.name,
            "severity": "High" if number == 0 else "Warning",
        }  # fmt: skip
        alarms.accept_delivery(source, told, now=end - timedelta(minutes=20 - number))
        if number == 4:
            back = told | {"event_value": "0"}
            alarms.accept_delivery(source, back, now=end - timedelta(minutes=10))
