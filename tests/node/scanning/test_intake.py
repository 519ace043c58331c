"""The child process that decodes: used, killed, started again."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from node.errors import MaterialError
from node.scanning.cleaning import clean
from node.scanning.intake import IntakeProcess
from node.scanning.qr import qr_code
from tests.node.scanning import files

NEVER_ANSWERS = (sys.executable, "-c", "import sys; sys.stdin.buffer.read()")
DIES = (sys.executable, "-c", "import sys; sys.stdin.buffer.read(4); sys.exit(1)")
GIBBERISH = (sys.executable, "-c", "import sys; sys.stdin.buffer.read(4); sys.stdout.buffer.write(b'x' * 99); sys.stdout.flush()")


@pytest.fixture(scope="module")
def intake() -> Iterator[IntakeProcess]:
    process = IntakeProcess()
    yield process
    process.close()


def test_the_child_gives_what_cleaning_gives(intake: IntakeProcess) -> None:
    data = files.with_exif(6)
    assert intake.clean(data) == clean(data)


def test_the_child_refuses_with_the_same_code_and_facts(intake: IntakeProcess) -> None:
    with pytest.raises(MaterialError) as refused:
        intake.clean(files.pdf(21))
    assert (refused.value.code, refused.value.facts["pages"]) == ("too_many_pages", 21)


def test_the_child_goes_on_after_a_refusal(intake: IntakeProcess) -> None:
    with pytest.raises(MaterialError):
        intake.clean(files.bomb_png())
    assert intake.clean(files.pdf(1)).pages == 1


def test_a_page_is_drawn_by_the_child(intake: IntakeProcess) -> None:
    assert intake.page_image(intake.clean(files.pdf(2)).data, 2).startswith(b"\xff\xd8\xff")


def test_the_child_counts_the_sheets_of_a_pdf(intake: IntakeProcess) -> None:
    assert intake.page_count(intake.clean(files.pdf(3)).data) == 3


def test_the_child_works_out_the_same_qr_code(intake: IntakeProcess) -> None:
    assert intake.qr("1310251052010126112200078") == qr_code("1310251052010126112200078")


@pytest.mark.parametrize(("command", "code"), [(NEVER_ANSWERS, "too_slow"), (DIES, "damaged"), (GIBBERISH, "damaged")])
def test_a_child_that_hangs_dies_or_babbles_is_replaced(command: tuple[str, ...], code: str) -> None:
    process = IntakeProcess(timeout_s=0.5, command=command)
    for _ in range(2):
        with pytest.raises(MaterialError) as refused:
            process.clean(files.encoded(files.picture(200, 200)))
        assert refused.value.code == code
    process.close()


def test_the_node_itself_never_loads_a_decoder() -> None:
    asked = (
        "import sys, node.scanning.intake; print([name for name in sys.modules if name.split('.')[0] in ('PIL', 'pypdfium2', 'qrcode')])"
    )
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
