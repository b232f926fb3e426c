"""The frame's own addresses: the language switch, what waits and, for who works on the pages, the style guide."""

from django.conf import settings
from django.urls import path
from django.views.i18n import set_language

from luyue.web import style_guide, waiting

app_name = "web"
urlpatterns = [
    path("language/", set_language, name="language"),
    path("waiting/", waiting.waiting, name="waiting"),
]
if settings.DEBUG or getattr(settings, "LUYUE_STYLE_GUIDE", False):
    urlpatterns.append(path("style/", style_guide.page, name="style"))
    urlpatterns.append(path("style/job/<int:done>/", style_guide.job, name="style-job"))
