"""Addresses of promises of people, attendance, leaves, holidays and safety."""

from django.urls import path

from luyue.staffing.pages import attendance, board, holidays, leaves, promise, safety, workload

app_name = "staffing"
urlpatterns = [
    path("obligations/workload/", workload.workload, name="workload"),
    path("attendance/", attendance.today, name="today"),
    path("attendance/corrections/<int:correction_id>/", attendance.decide, name="correction"),
    path("contracts/<int:contract_id>/attendance/", attendance.sheet, name="attendance"),
    path("contracts/<int:contract_id>/leaves/", leaves.leaves, name="leaves"),
    path("leaves/<int:leave_id>/", leaves.leave, name="leave"),
    path("contracts/<int:contract_id>/holidays/", holidays.rosters, name="holidays"),
    path("holiday-rosters/<int:roster_id>/", holidays.roster, name="holiday"),
    path("contracts/<int:contract_id>/safety/", safety.records, name="safety"),
    path("contracts/<int:contract_id>/safety/new/", safety.write, name="safety_new"),
    path("safety/<int:record_id>/", safety.record, name="safety_record"),
    path("safety/hazards/<int:staff_hazard_id>/", safety.hazard, name="hazard"),
    path("contracts/<int:contract_id>/staff/handed-over/", board.staff_list, name="staff_list"),
    path("contracts/<int:contract_id>/rules/", safety.documents, name="rules"),
    path("rules/<int:document_id>/read/", safety.read, name="read"),
    path("contracts/<int:contract_id>/staffing/", board.board, name="board"),
    path("contracts/<int:contract_id>/staffing/<slug:post_promise>/", promise.one, name="promise"),
    path("staffing/posts/<int:post_id>/", promise.post, name="post"),
    path("staffing/checks/<int:check_id>/waiver/", promise.waiver, name="waiver"),
]
