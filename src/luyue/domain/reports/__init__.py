"""Reports: their kinds, their periods, how each section is put into words and figures."""
