"""Obligations (履约事项): dated instances of duties and triggers (L-1, L8, L13). Pure; days and UTC seconds only.

`recurrence` cuts a service into turns, `schedule` makes obligations of duties, `events` says which happenings raise
triggers and which acts prove obligations, `raising` gives a trigger's due time, `states` tells what became of one,
`why` explains a due time.
"""
