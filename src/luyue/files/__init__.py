"""Files that people attach to things: photographs, signatures, scans, drawings."""
