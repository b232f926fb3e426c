"""What pages keep from one to the next (sentences by language, lines of the navigation), and clocks drawn in code."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.template import Context, Template
from django.templatetags import i18n
from django.test import Client
from django.utils import translation

from luyue.web.templatetags import luyue
from tests import factories

WORDS = [
    '{% translate "消息" %}',
    '{% translate "报告" context "navigation" %}',
    '{% translate "报告" %}',
    "{% translate word %}",
    '{% translate "消息"|upper %}',
    '{% translate "消息" as said %}{{ said }}',
    '{% translate "消息" noop %}',
    '{% translate "100% <b>" %}',
    "{% autoescape off %}{% translate word %}{% endautoescape %}",
]


@pytest.mark.parametrize("text", WORDS)
def test_a_sentence_is_said_as_django_says_it_in_each_language(text: str) -> None:
    usual, kept = Template("{% load i18n %}" + text), Template("{% load i18n luyue %}" + text)
    for language in ("zh-hans", "en", "zh-hans", "en"):
        with translation.override(language):
            for word in ("关闭", "<b>"):
                assert kept.render(Context({"word": word})) == usual.render(Context({"word": word}))


def test_only_what_cannot_change_is_kept() -> None:
    kept = [
        isinstance(Template("{% load i18n luyue %}" + text).nodelist[-1], luyue._Said) for text in WORDS[:4]
    ]
    assert kept == [True, True, True, False]
    assert isinstance(Template("{% load i18n luyue %}" + WORDS[4]).nodelist[-1], i18n.TranslateNode)


def test_the_navigation_is_of_the_role_the_page_and_the_language(client: Client, db: None) -> None:
    def lines(page: str, role: str) -> str:
        client.force_login(people[role])
        text = client.get(page).content.decode()
        return text[text.index('<ul class="ly-nav"') : text.index("</nav>")]

    people = {role: factories.person(role) for role in ("operator", "engineer")}
    inbox, queue = lines("/messages/", "operator"), lines("/cases/", "operator")
    assert '<a href="/cases/" aria-current="page">' in queue and "aria-current" not in inbox
    assert lines("/messages/", "operator") == inbox != lines("/messages/", "engineer")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "Service desk" in lines("/messages/", "operator") and "Service desk" not in inbox


def test_a_clock_escapes_what_people_named() -> None:
    at = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
    facts = {
        "state": "met", "metric": "<b>到场</b>", "promise_text": '2 小时 & "到场"', "why_url": "/why/?a=1&b=2",
        "started_at": at, "due_at": at.replace(hour=4), "stopped_at": at.replace(hour=3),
    }  # fmt: skip
    drawn = Template("{% load luyue %}{% clock one %}").render(Context({"one": facts, "request_now": at}))
    assert "&lt;b&gt;到场&lt;/b&gt;" in drawn and "<b>" not in drawn
    assert "2 小时 &amp; &#34;到场&#34;" in drawn and 'href="/why/?a=1&amp;b=2"' in drawn
    assert "到期 今天 12:00" in drawn and "停止 今天 11:00" in drawn and "提前 1 小时" in drawn
    assert "data-clock " not in drawn


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/follow-ups/7/opinion/", "/follow-ups/7/"),
        ("/messages/read/", "/messages/"),
        ("/logout/", "/"),
    ],
)
def test_an_address_for_forms_leads_to_the_page_above(
    client: Client, everything: None, path: str, above: str
) -> None:
    client.force_login(factories.person("supervisor"))
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, above)
    assert client.get(path, headers={"HX-Request": "true"}).status_code == 405
    assert client.delete("/follow-ups/").status_code == 405
