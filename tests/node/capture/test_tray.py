"""The tray: a shot is acknowledged when it is kept for good, once, encrypted, and only for who may change its case."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from node.capture import tray as tray_module
from node.capture.originals import STRAY
from node.errors import CaseNotFoundError, DiskFullError, MaterialError, NotAllowedError, NotFoundError, RequestError
from node.scanning.shot import Plan
from tests.journeys.world import picture
from tests.node.capture.conftest import SHEET, SIZE, Bench

REFUSED = {
    "no picture": (b"hello", "unknown_kind"),
    "nothing": (b"", "empty"),
    "pdf": (b"%PDF-1.7 %%EOF", "shot_pdf"),
}


def path_of(bench: Bench, shot: str) -> Path:
    record = bench.store.shots.get(shot)
    assert record is not None
    return bench.store.shots._files.path(record.file_id)


def test_a_shot_lies_encrypted_under_a_name_that_says_nothing_and_comes_back_as_it_was(bench: Bench) -> None:
    bench.eye.sheets = (SHEET,)
    raw = picture("示例", SIZE)
    shot = bench.tray.take(bench.agent, bench.number, "mat_bank", "phone", raw)
    file = path_of(bench, shot.record.shot)
    assert raw not in file.read_bytes() and file.name not in bench.node.station.suite.digest(raw)
    assert bench.tray.raw(shot) == raw
    assert (shot.record.source, shot.record.width, shot.record.height, shot.page) == ("phone", *SIZE, None)
    assert shot.plan == Plan(SHEET, paper="a4") and shot.look.sheets == (SHEET,)
    assert bench.tray.shots(bench.agent, bench.number) == (shot,)
    assert bench.tray.shots(bench.agent, bench.number, "mat_id") == ()
    assert bench.tray.picture(bench.agent, bench.number, shot.record.shot).startswith(b"\xff\xd8\xff")
    assert bench.tray.preview(bench.agent, bench.number, shot.record.shot, shot.plan).startswith(b"\xff\xd8\xff")
    assert bench.pages() == []


def test_a_slot_begins_with_the_paper_that_its_item_wants(bench: Bench) -> None:
    assert bench.take("a", "mat_id").plan.paper == "id_card"
    assert bench.take("a", "mat_bank").plan.paper == "a4"
    with pytest.raises(NotFoundError):
        bench.take("a", "mat_of_another_item")


def test_the_same_picture_sent_twice_for_a_slot_is_one_shot(bench: Bench) -> None:
    first, files = bench.take("same"), bench.files("shots")
    assert bench.take("same") == first and bench.files("shots") == files
    assert bench.take("same", "mat_id").record.shot != first.record.shot


def test_a_file_without_a_row_is_swept_after_a_day_and_no_sooner(bench: Bench) -> None:
    kept = bench.take("kept")
    stray = bench.store.shots._files.path(bench.store.shots.write(b"the power went before the row"))
    now = bench.world.clock.now()
    for path, age in ((stray, STRAY - timedelta(hours=1)), (path_of(bench, kept.record.shot), 3 * STRAY)):
        os.utime(path, (0, (now - age).timestamp()))
    bench.originals.sweep(now)
    assert stray.exists()
    os.utime(stray, (0, (now - STRAY - timedelta(hours=1)).timestamp()))
    bench.originals.sweep(now)
    assert not stray.exists() and bench.tray.raw(kept) == picture("kept", SIZE)


def test_a_row_goes_before_its_file_and_what_is_taken_back_has_lost_neither(bench: Bench) -> None:
    shot = bench.take("shot")
    with pytest.raises(ZeroDivisionError), bench.store.transaction():
        bench.store.shots.remove([shot.record])
        assert path_of_file(bench, shot.record.file_id).exists()
        raise ZeroDivisionError
    assert bench.tray.raw(bench.tray.shot(bench.agent, bench.number, shot.record.shot)) == picture("shot", SIZE)
    bench.tray.discard(bench.agent, bench.number, shot.record.shot)
    bench.tray.discard(bench.agent, bench.number, shot.record.shot)
    assert bench.tray.shots(bench.agent, bench.number) == () and not path_of_file(bench, shot.record.file_id).exists()


def path_of_file(bench: Bench, file_id: str) -> Path:
    return bench.store.shots._files.path(file_id)


def test_a_row_whose_file_is_gone_or_changed_says_so(bench: Bench) -> None:
    spoils: tuple[Callable[[Path], object], ...] = (lambda path: path.write_bytes(b"something else"), Path.unlink)
    for spoil in spoils:
        shot = bench.take("spoilt")
        spoil(path_of(bench, shot.record.shot))
        with pytest.raises(MaterialError, match="original_gone"):
            bench.tray.raw(shot)
        bench.tray.discard(bench.agent, bench.number, shot.record.shot)


@pytest.mark.parametrize("what", sorted(REFUSED))
def test_what_is_no_picture_is_refused_and_leaves_nothing(bench: Bench, what: str) -> None:
    files, (data, code) = bench.files("shots"), REFUSED[what]
    with pytest.raises(MaterialError, match=code):
        bench.tray.take(bench.agent, bench.number, "mat_bank", "file", data)
    assert bench.files("shots") == files and bench.tray.shots(bench.agent, bench.number) == ()
    with pytest.raises(RequestError, match="source"):
        bench.take("a", source="the moon")


def test_a_picture_on_which_looking_for_the_sheet_breaks_is_not_lost(bench: Bench) -> None:
    def break_down() -> None:
        raise MaterialError("too_slow")

    bench.eye.meanwhile = break_down
    shot = bench.take("a")
    assert (shot.record.width, shot.record.height, shot.look.sheets, shot.plan.corners) == (*SIZE, (), None)
    with pytest.raises(MaterialError, match="damaged"):
        bench.tray.take(bench.agent, bench.number, "mat_bank", "camera", picture("cut short", SIZE)[:300])
    assert [one.record.shot for one in bench.tray.shots(bench.agent, bench.number)] == [shot.record.shot]


def test_a_case_has_so_many_shots_and_no_more(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tray_module, "MOST_SHOTS", 2)
    one = bench.take("1")
    bench.take("2")
    files = bench.files("shots")
    with pytest.raises(RequestError, match="shots_full"):
        bench.take("3")
    assert bench.take("1") == one and bench.files("shots") == files
    bench.tray.discard(bench.agent, bench.number, one.record.shot)
    bench.take("3")


def test_two_tabs_that_fill_the_last_place_at_once_do_not_both_get_it(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tray_module, "MOST_SHOTS", 1)
    other = replace(bench, eye=replace(bench.eye))
    bench.eye.meanwhile = lambda: other.take("the other tab")
    files = bench.files("shots")
    with pytest.raises(RequestError, match="shots_full"):
        bench.take("this tab")
    assert len(bench.tray.shots(bench.agent, bench.number)) == 1 and len(bench.files("shots")) == len(files) + 1


def test_two_tabs_that_send_the_same_picture_at_once_have_one_shot(bench: Bench) -> None:
    other = replace(bench, eye=replace(bench.eye))
    bench.eye.meanwhile = lambda: other.take("same")
    files = bench.files("shots")
    bench.take("same")
    assert len(bench.tray.shots(bench.agent, bench.number)) == 1 and len(bench.files("shots")) == len(files) + 1


def test_on_a_disk_that_is_nearly_full_nothing_is_taken_and_what_was_kept_stays(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    shot = bench.take("before")
    files = bench.files("shots")
    monkeypatch.setattr(bench.store.shots._files, "_free", lambda folder: bench.store.shots._files._floor_bytes)
    with pytest.raises(DiskFullError):
        bench.take("after")
    assert bench.files("shots") == files and bench.tray.raw(shot) == picture("before", SIZE)
    assert bench.tray.shots(bench.agent, bench.number) == (shot,)


def test_only_who_may_change_the_case_sees_its_shots(bench: Bench) -> None:
    shot = bench.take("a").record.shot
    head, learner = bench.world.person("head1"), replace(bench.agent, practice=True)
    for person, error in ((head, NotAllowedError), (learner, CaseNotFoundError)):
        for ask in (
            partial(bench.tray.shots, person, bench.number),
            partial(bench.tray.picture, person, bench.number, shot),
            partial(bench.tray.preview, person, bench.number, shot, Plan()),
            partial(bench.tray.discard, person, bench.number, shot),
            partial(bench.tray.look, person, bench.number, "mat_bank", picture("frame", SIZE)),
            partial(bench.tray.take, person, bench.number, "mat_bank", "camera", picture("b", SIZE)),
        ):
            with pytest.raises(error):
                ask()
    other = bench.node.desk.open_case(bench.agent, "gaoling").line.case_number
    with pytest.raises(NotFoundError):
        bench.tray.picture(bench.agent, other, shot)
    bench.tray.discard(bench.agent, other, shot)
    assert bench.tray.shot(bench.agent, bench.number, shot).record.shot == shot


def test_a_case_that_goes_up_while_a_picture_is_looked_at_takes_no_shot(bench: Bench) -> None:
    bench.eye.meanwhile = bench.submit
    files = bench.files("shots")
    with pytest.raises(NotAllowedError, match="not_open"):
        bench.take("late")
    assert bench.files("shots") == files and bench.store.shots.of_case(bench.number) == []
    with pytest.raises(NotAllowedError, match="not_open"):
        bench.tray.shots(bench.agent, bench.number)


def test_a_draft_that_is_thrown_away_takes_its_shots_with_it(bench: Bench) -> None:
    files = bench.files("shots")
    bench.take("a")
    bench.node.desk.discard(bench.agent, bench.number)
    assert bench.store.shots.of_case(bench.number) == [] and bench.files("shots") == files
