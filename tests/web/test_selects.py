"""Choices out of a list, drawn in code."""

import pytest
from django import forms
from django.test.html import parse_html

from luyue.web.templatetags import luyue


class Chosen(forms.Form):
    plain = forms.ChoiceField(choices=[("", "—"), ("a<b", "甲 & 乙"), (7, "七")], help_text="说明")
    grouped = forms.ChoiceField(
        choices=[("东", [("1", "一"), ("2", "二")]), ("西", [("3", "三")])],
        initial="2",
        required=False,
        disabled=True,
    )
    dressed = forms.ChoiceField(
        choices=[("x", "x")], widget=forms.Select(attrs={"class": "own", "data-a": "'1'"})
    )


@pytest.mark.parametrize(
    "data", [None, {}, {"plain": "7", "grouped": "3", "dressed": "none"}, {"plain": "a<b"}]
)
def test_a_choice_out_of_a_list_is_drawn_as_django_draws_it(data):
    form = Chosen(data)
    form.is_valid()
    for field in form.visible_fields():
        attrs = {"class": "form-select", "aria-describedby": "said"}
        assert parse_html(luyue._select(field, dict(attrs))) == parse_html(field.as_widget(attrs=dict(attrs)))
