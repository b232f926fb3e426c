"""Pages of reports: the list, one report, the kinds, the risk register, long runs."""
