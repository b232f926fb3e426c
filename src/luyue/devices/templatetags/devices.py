"""Words of devices in templates: `{% load devices %}`."""

from django import template

from luyue.devices.kinds import kind_word

register = template.Library()
register.filter("kind_word", kind_word)
