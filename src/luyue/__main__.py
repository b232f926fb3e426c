"""`python -m luyue` is the command `luyue`."""

import sys

from luyue.cli import main

sys.exit(main())
