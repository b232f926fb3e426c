"""Addresses of surveys. The one that strangers answer by is short, since it is printed as a code."""

from django.urls import path

from luyue.surveys.pages import answering, calling, one, question_sets, result
from luyue.surveys.pages import list as rows

app_name = "surveys"
urlpatterns = [
    path("s/<str:survey_token>/", answering.answer, name="answer"),
    path("surveys/", rows.campaign_list, name="list"),
    path("surveys/new/", rows.new, name="new"),
    path("surveys/calls/", calling.call_list, name="calls"),
    path("surveys/question-sets/", question_sets.set_list, name="question_sets"),
    path("surveys/question-sets/new/", question_sets.new, name="new_question_set"),
    path("surveys/question-sets/<slug:set_code>/", question_sets.one, name="question_set"),
    path("surveys/respondents/<int:respondent_id>/", calling.respondent, name="respondent"),
    path("surveys/respondents/<int:respondent_id>/skip/", one.skip, name="skip"),
    path("surveys/<int:campaign_id>/", one.one, name="one"),
    path("surveys/<int:campaign_id>/codes.pdf", one.codes, name="codes"),
    path("surveys/<int:campaign_id>/answer/", answering.mine, name="mine"),
    path("surveys/<int:campaign_id>/result/", result.result, name="result"),
    path("surveys/<int:campaign_id>/<slug:act>/", one.act, name="act"),
]
