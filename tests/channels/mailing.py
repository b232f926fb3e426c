"""Mails for tests, as people's programs write them."""

from email.message import EmailMessage
from itertools import count

from luyue.channels.models import Mailbox
from luyue.channels.polling import PURPOSE
from luyue.ledger.encryption import encrypt

_numbers = count(1)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def message(sender="wang@kehu.cn", subject="三楼摄像机黑屏", text="请尽快处理", files=(), **headers):
    """The bytes of a mail."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = f"王工 <{sender}>", "desk@firm.cn", subject
    made["Message-ID"] = headers.pop("message_id", None) or f"<m{next(_numbers)}@kehu.cn>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    for name, content in files:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def mailbox(server=None, **facts):
    """A mailbox on the test server."""
    number = next(_numbers)
    known = {
        "name": f"报修邮箱{number}", "address": f"desk{number}@firm.cn", "host": "127.0.0.1", "security": "none",
        "port": server.port if server else 1, "username": server.user if server else "desk",
        "password": encrypt(server.password if server else "x", purpose=PURPOSE),
    }  # fmt: skip
    return Mailbox.objects.create(**known | facts)
