"""Mail as programs write it, right and wrong, and what is read of it."""

import base64
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.mails import Unreadable, bare_subject, case_numbers, decoded, fresh, html_text, read_mail


def mail(**headers):
    body = headers.pop("body", b"text")
    known = {"From": "Wang <w@a.cn>", "To": "desk@b.cn", "Subject": "x", "Message-ID": "<1@a>"}
    lines = {**known, **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = b"".join(
        name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()) + b"\r\n"
        for name, value in lines.items()
        if value is not None
    )
    return head + b"\r\n" + body


def word(text, charset):
    return f"=?{charset}?B?{base64.b64encode(text.encode('gb18030' if charset != 'utf-8' else 'utf-8')).decode()}?="


@pytest.mark.parametrize("charset", ["gb2312", "GBK", "gb18030", "utf-8"])
def test_encoded_headers(charset):
    read = read_mail(mail(Subject=word("摄像机黑屏", charset), From=word("王建国", charset) + " <w@a.cn>"))
    assert (read.subject, read.sender_name, read.sender) == ("摄像机黑屏", "王建国", "w@a.cn")


def test_what_calls_itself_gb2312_and_is_more():
    """镕 and 喆 are in GBK only; programs declare GB 2312 all the same."""
    read = read_mail(
        mail(
            Subject=word("朱镕喆报修", "gb2312"),
            Content_Type="text/plain; charset=gb2312",
            body="镕喆".encode("gb18030"),
        )
    )
    assert (read.subject, read.text) == ("朱镕喆报修", "镕喆")


def test_an_encoded_word_cut_inside_of_a_character():
    content = "摄像机离线".encode("gb18030")
    pieces = [f"=?gb2312?B?{base64.b64encode(part).decode()}?=" for part in (content[:3], content[3:])]
    assert decoded(" ".join(pieces)) == "摄像机离线"


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_headers_in_raw_bytes(charset):
    assert read_mail(mail(Subject="三楼摄像机黑屏".encode(charset))).subject == "三楼摄像机黑屏"


@pytest.mark.parametrize(
    ("declared", "used"), [("gbk", "gb18030"), ("utf-8", "gb18030"), ("x-unknown", "utf-8"), ("", "gb18030")]
)
def test_text_in_the_declared_charset_or_in_what_fits(declared, used):
    kind = f'text/plain; charset="{declared}"' if declared else "text/plain"
    text = "门口摄像机没有图像"
    assert read_mail(mail(Content_Type=kind, body=text.encode(used))).text == text


def test_html_becomes_text_and_scripts_do_not():
    html = (
        "<html><head><title>t</title><style>p{}</style></head><body><p>你好&nbsp;：</p>"
        "<div>三楼<b>黑屏</b><br>请来</div><script>alert(1)</script><table><tr><td>a</td><td>b</td></tr></table>"
    )
    assert html_text(html) == "你好 ：\n\n三楼黑屏\n请来\n\na b"
    assert read_mail(mail(Content_Type="text/html; charset=utf-8", body=html.encode())).text.startswith(
        "你好"
    )


def test_attachments_with_chinese_names():
    made = EmailMessage()
    made["From"], made["Subject"] = "w@a.cn", "图"
    made.set_content("见附件")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="现场 照片.png")
    made.add_attachment(b"log", maintype="application", subtype="octet-stream", filename="日志.bin")
    read = read_mail(made.as_bytes())
    assert read.text == "见附件"
    assert [(part.name, part.content) for part in read.parts] == [
        ("现场 照片.png", b"\x89PNG"),
        ("日志.bin", b"log"),
    ]


def test_a_name_as_an_encoded_word_which_no_standard_has():
    body = (
        b'--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b\r\nContent-Type: image/png; name="'
        + word("截图.png", "gb2312").encode()
        + b'"\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n--b--\r\n'
    )
    read = read_mail(mail(Content_Type='multipart/mixed; boundary="b"', body=body))
    assert read.parts[0].name == "截图.png"


def test_threads():
    read = read_mail(mail(In_Reply_To="<3@a>", References="<1@a> <2@a>\r\n <3@a>"))
    assert read.references == ("<3@a>", "<2@a>", "<1@a>")
    assert case_numbers("回复: [FW0000123] 黑屏 FW0000009") == (123, 9)
    assert case_numbers("FW12 XFW0000123456789") == ()
    assert bare_subject("Re: 回复：[FW0000123] Fwd: 黑屏") == "黑屏"


def test_without_a_message_id_the_same_bytes_have_the_same():
    raw = mail(Message_ID=None)
    assert read_mail(raw).message_id == read_mail(raw).message_id != read_mail(raw + b"x").message_id


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Auto-Submitted": "auto-replied"}, "auto_reply"),
        ({"Auto-Submitted": "auto-generated; x=y"}, "automatic"),
        ({"Auto-Submitted": "no"}, ""),
        ({"X-Autoreply": "yes"}, "auto_reply"),
        ({"Subject": word("自动回复: 我在休假", "gbk")}, "auto_reply"),
        ({"Subject": "Automatic reply: away"}, "auto_reply"),
        ({"Subject": "Automatic door broken"}, ""),
        ({"Precedence": "bulk"}, "bulk"),
        ({"List-Id": "<news.a.cn>"}, "bulk"),
        ({"Return-Path": "<>"}, "bounce"),
        ({"From": "Mail Delivery <MAILER-DAEMON@a.cn>"}, "bounce"),
        ({"Content-Type": "multipart/report; report-type=delivery-status; boundary=b"}, "bounce"),
        ({"Content-Type": "multipart/report; report-type=disposition-notification; boundary=b"}, "receipt"),
        ({}, ""),
    ],
)
def test_who_needs_no_answer(headers, why):
    assert read_mail(mail(**headers)).ignore == why


@pytest.mark.parametrize(
    ("headers", "may"),
    [
        ({}, True),
        ({"From": "no-reply@a.cn"}, False),
        ({"X-Auto-Response-Suppress": "OOF, AutoReply"}, False),
        ({"Precedence": "list"}, False),
    ],
)
def test_who_gets_a_receipt(headers, may):
    assert read_mail(mail(**headers)).answerable is may


def test_only_what_is_new_in_an_answer():
    assert fresh("还是不行\n\n> 请重启\n\n-----原始邮件-----\n发件人：甲") == "还是不行"
    assert fresh("好的\n在 2026年3月4日 10:00，服务台 <a@b> 写道：\n旧的") == "好的"
    assert fresh("ok\nOn Wed, 4 Mar 2026, desk wrote:\nold") == "ok"
    assert fresh("> 全是引用") == "> 全是引用"


def test_dates_good_and_bad():
    assert read_mail(mail(Date="Wed, 4 Mar 2026 10:00:00 +0800")).sent_at == datetime(
        2026, 3, 4, 2, tzinfo=UTC
    )
    for wrong in ("yesterday", "Wed, 45 Foo 2026", "Mon, 1 Jan 1970 00:00:00 +0000", ""):
        assert read_mail(mail(Date=wrong)).sent_at is None


def test_nobody_sent_it():
    for raw in (b"", b"\x00\xff", b"Subject: x\r\n\r\nhi", mail(From="nobody")):
        with pytest.raises(Unreadable):
            read_mail(raw)


@given(st.binary(max_size=400))
def test_whatever_comes_is_read_or_refused(rest):
    """No NUL and no lone surrogate gets through to the database."""
    read = read_mail(mail(Subject=rest.replace(b"\r", b"").replace(b"\n", b""), body=rest))
    for text in (read.subject, read.text):
        assert "\0" not in text
        text.encode()
