"""Where the extra `authoring` is not installed, it is said in words."""

import subprocess
import sys

SCRIPT = """
import sys
sys.modules["openpyxl"] = None
from forms.authoring import workbook
assert not workbook.AVAILABLE
assert [one.code for one in workbook.read_workbook(b"PK").faults] == ["authoring_missing"]
try:
    workbook.write_workbook(open("forms/items/village_note/1.json", "rb").read())
except workbook.AuthoringMissingError:
    print("said")
"""


def test_reading_and_writing_say_that_it_is_missing() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.stderr) == ("said\n", "")
