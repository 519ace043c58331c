"""Which version of the program this is; the same as in `setup.py`."""

VERSION = "0.1.0"
