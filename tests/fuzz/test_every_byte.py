"""Whatever a byte of it becomes: what comes from outside is refused with an error that its reader declares, and is never believed.

In the ordinary run a fixed sample of the places; `YIZHAN_EVERY_BYTE=1` takes every one of them (`python -m bench.torture` does).
"""

from pathlib import Path

import pytest

from tests.fuzz.damage import damaged
from tests.fuzz.targets import TARGETS
from tests.signing.county import SUITES

EACH = pytest.mark.parametrize("target", TARGETS)
BOTH = pytest.mark.parametrize("name", SUITES)


@BOTH
@EACH
def test_what_is_spoilt_is_refused_in_declared_errors_and_never_believed(name: str, target: str, tmp_path: Path) -> None:
    aimed = TARGETS[target]
    subject = aimed.prepare(name, tmp_path)
    believed, strange = [], []
    for how, data in damaged(subject.data, aimed.stride):
        if data == subject.data or (aimed.open_end and data.startswith(subject.data)):
            continue
        try:
            if subject.read(data) is not False and not subject.same(data):
                believed.append(how)
        except aimed.errors:
            pass
        except Exception as error:
            strange.append(f"{how}: {type(error).__name__}: {error}")
    assert (believed, strange) == ([], [])


@BOTH
@EACH
def test_what_is_whole_is_believed(name: str, target: str, tmp_path: Path) -> None:
    subject = TARGETS[target].prepare(name, tmp_path)
    assert subject.read(subject.data) is not False
