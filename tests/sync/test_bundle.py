"""The bundle file: whole or not there when written, and read as far as it is whole."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.bundle import CONTEXT, MOST_UNREADABLE, BundleReader, Found
from sync.bundle_writing import EnclosureSource, Load, write_bundle
from sync.errors import BundleError, SyncError
from sync.records import Record, json_bytes, write_records
from sync.wire import Identity
from tests.sync.fakes import MADE_AT, TOWN, VILLAGE, digest, digest_parts, identity, parcel, sign, verify

RECEIPTS = [b"receipt one", b"receipt two"]
PARCELS = [parcel(1), parcel(2), parcel(3)]
SCANS = [bytes(range(256)), b"x" * 66_000]
GIVEN = [*RECEIPTS, *PARCELS, *SCANS]


def source(data: bytes) -> EnclosureSource:
    return EnclosureSource(digest(data), len(data), lambda offset, length: data[offset : offset + length])


def load(**more: Any) -> Load:
    return Load(RECEIPTS, PARCELS, [source(scan) for scan in SCANS], **more)


def written(path: Path) -> bytes:
    write_bundle(path, identity(), MADE_AT, digest, load())
    return path.read_bytes()


def read(path: Path) -> dict[str, list[str]]:
    """Ids by state; the bytes of what is whole are compared on the way."""
    states: dict[str, list[str]] = {"whole": [], "damaged": [], "missing": []}
    with BundleReader(path, digest_parts, verify) as bundle:
        for found in bundle.found():
            states[found.state].append(found.entry.entry_id)
            if found.state == "whole":
                assert digest(bundle.read(found)) == found.entry.entry_id
    return states


def code_of(path: Path) -> str:
    with pytest.raises(BundleError) as caught:
        read(path)
    return caught.value.code


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "out.yizhan"
    written(path)
    assert read(path) == {"whole": [digest(data) for data in GIVEN], "damaged": [], "missing": []}
    with BundleReader(path, digest_parts, verify) as bundle:
        assert (bundle.manifest.from_station, bundle.manifest.made_at) == (VILLAGE, MADE_AT)
    assert os.listdir(tmp_path) == ["out.yizhan"]


def test_the_file_starts_as_the_format_says(tmp_path: Path) -> None:
    data = written(tmp_path / "out")
    assert data.startswith(CONTEXT + b"manifest ")
    assert b"\nsignature 32\n" in data


def test_every_truncation_is_survived(tmp_path: Path) -> None:
    path = tmp_path / "cut"
    data = written(tmp_path / "out")
    ends = []
    for length in [*range(len(data) - len(SCANS[1]) + 50), *range(len(data) - 60_000, len(data), 9_973), len(data) - 1]:
        path.write_bytes(data[:length])
        try:
            states = read(path)
        except BundleError as error:
            assert error.code in {"not_a_bundle", "manifest"}
            continue
        assert states["whole"] + states["damaged"] + states["missing"] == [digest(one) for one in GIVEN]
        assert len(states["damaged"]) <= 1
        assert states["missing"] or states["damaged"]
        ends.append(len(states["whole"]))
    assert ends == sorted(ends) and ends[0] == 0 and ends[-1] == len(GIVEN) - 1


def test_damage_is_named_and_hides_nothing_else(tmp_path: Path) -> None:
    data = bytearray(written(tmp_path / "out"))
    at = data.index(PARCELS[1])
    data[at - 3] ^= 1
    data[data.index(RECEIPTS[0])] ^= 1
    (tmp_path / "spoilt").write_bytes(data)
    states = read(tmp_path / "spoilt")
    assert states["damaged"] == [digest(RECEIPTS[0]), digest(PARCELS[1])]
    assert len(states["whole"]) == len(GIVEN) - 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
def test_a_flipped_byte_is_refused_or_named(tmp_path: Path, at: float, change: int) -> None:
    data = bytearray(written(tmp_path / "out"))
    # Most of the file is one scan: draw from the part before it.
    data[int(at * data.index(SCANS[1]))] ^= change
    (tmp_path / "spoilt").write_bytes(data)
    try:
        states = read(tmp_path / "spoilt")
    except SyncError:
        return
    assert len(states["damaged"]) == 1 and not states["missing"]


def test_another_stations_signature_is_refused(tmp_path: Path) -> None:
    data = written(tmp_path / "out")
    manifest = data.split(b"\n", 2)[2].split(b"\nsignature", 1)[0]
    good = sign(CONTEXT + manifest)
    assert good in data
    (tmp_path / "forged").write_bytes(data.replace(good, sign(CONTEXT + manifest, "another")))
    assert code_of(tmp_path / "forged") == "signature"


def signed_manifest(manifest: bytes) -> bytes:
    return CONTEXT + write_records([Record("manifest", manifest), Record("signature", sign(CONTEXT + manifest))])


def hostile(**changes: object) -> bytes:
    value: dict[str, object] = {"from": VILLAGE, "made_at": MADE_AT, "certificates": [], "receipts": [], "parcels": [], "enclosures": []}
    return json_bytes(value | {"signer": digest(VILLAGE.encode())} | changes)


ENTRY = {"id": digest(b"a"), "size": 1}


@pytest.mark.parametrize(
    "manifest",
    [
        b"{}",
        b"[]",
        b"not json",
        hostile(parcels=[ENTRY, ENTRY]),
        hostile(parcels=[{"id": digest(b"a"), "size": 2 << 20}]),
        hostile(parcels=[{"id": digest(b"a"), "size": -1}]),
        hostile(enclosures=[{"id": "../../etc/passwd", "size": 1}]),
        hostile(enclosures=[{"id": digest(b"a"), "size": 1, "name": "C:\\x"}]),
        hostile(enclosures=[{"id": digest(b"a"), "size": 10**10}]),
        hostile(receipts={"id": 1}),
        hostile(parcels=[{"id": f"sm3:{number:064x}", "size": 1} for number in range(50_001)]),
        hostile(certificates=["!"]),
        hostile(certificates=[7]),
        hostile(certificates=["AAAA"] * 9),
        hostile(made_at="now"),
        hostile(more=1),
        hostile(**{"from": "county"}),
    ],
)
def test_a_manifest_that_asks_too_much_is_refused(tmp_path: Path, manifest: bytes) -> None:
    (tmp_path / "hostile").write_bytes(signed_manifest(manifest))
    assert code_of(tmp_path / "hostile") == "manifest"


def test_a_stranger_is_introduced_before_its_signature_is_checked(tmp_path: Path) -> None:
    order: list[str] = []

    def check(station: str, signer: str, message: bytes, signature: bytes) -> bool:
        order.append("checked")
        return verify(station, signer, message, signature)

    me = identity()
    write_bundle(tmp_path / "out", Identity(me.station, me.signer, me.sign, (b"mine", b"town")), MADE_AT, digest, Load())
    with BundleReader(tmp_path / "out", digest_parts, check, lambda certificates: order.extend(one.decode() for one in certificates)):
        assert order == ["mine", "town", "checked"]


def test_a_manifest_that_promises_what_is_not_there_reports_it_missing(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(signed_manifest(hostile(enclosures=[{"id": digest(b"a"), "size": 999_999_999}])))
    assert read(tmp_path / "empty")["missing"] == [digest(b"a")]


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_give_a_bundle_error(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "any").write_bytes(CONTEXT + data)
    assert code_of(tmp_path / "any") == "manifest"


def test_no_file_and_no_folder_are_unreadable_and_unwritable(tmp_path: Path) -> None:
    assert code_of(tmp_path / "none") == "unreadable"
    with pytest.raises(BundleError, match="gone"):
        write_bundle(tmp_path / "none" / "out", identity(), MADE_AT, digest, Load())


def breaking(error: Exception) -> Callable[[int, int], bytes]:
    def fail(offset: int, length: int) -> bytes:
        if offset:
            raise error
        return bytes(length)

    return fail


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EROFS, "read_only"),
        (errno.EFBIG, "file_limit"),
        (errno.EIO, "unwritable"),
    ],
)
def test_a_disk_that_fails_leaves_the_old_bundle_and_nothing_else(tmp_path: Path, number: int, code: str) -> None:
    path = tmp_path / "out"
    before = written(path)
    with pytest.raises(BundleError, match=code):
        spoilt = EnclosureSource(digest(b""), 2_000_000, breaking(OSError(number, "")))
        write_bundle(path, identity(), MADE_AT, digest, Load(enclosures=[spoilt]))
    assert os.listdir(tmp_path) == ["out"]
    assert path.read_bytes() == before


def run_python(script: str, argument: str) -> str:
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", script, argument], cwd=root, capture_output=True, text=True, timeout=60, check=True)
    return run.stdout.strip()


def test_a_file_that_cannot_grow_leaves_nothing(tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from tests.sync.test_bundle import written\n"
        "from sync.errors import BundleError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "try: written(Path(sys.argv[1]))\n"
        "except BundleError as error: print(error.code)\n"
    )
    assert run_python(script, str(tmp_path / "out")) == "file_limit"
    assert os.listdir(tmp_path) == []


def test_an_enclosure_that_is_shorter_than_it_says_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="wrong_enclosure"):
        write_bundle(
            tmp_path / "out", identity(), MADE_AT, digest, Load(enclosures=[EnclosureSource(digest(b""), 10, lambda _o, _l: b"x")])
        )
    assert os.listdir(tmp_path) == []


def test_a_disk_that_gives_other_bytes_than_it_got_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sync = os.fsync

    def spoil(handle: int) -> None:
        sync(handle)
        os.pwrite(handle, b"!", 700)

    monkeypatch.setattr(os, "fsync", spoil)
    with pytest.raises(BundleError, match="read_back"):
        written(tmp_path / "out")
    assert os.listdir(tmp_path) == []


def test_another_user_at_the_other_end_may_read_it(tmp_path: Path) -> None:
    written(tmp_path / "out")
    assert (tmp_path / "out").stat().st_mode & 0o444 == 0o444


HELD = (digest(b"one scan"), digest(b"another"))


def test_a_waybill_says_for_whom_it_is_and_what_the_writer_holds(tmp_path: Path) -> None:
    write_bundle(tmp_path / "out", identity(), MADE_AT, digest, load(to=TOWN, held=HELD))
    with BundleReader(tmp_path / "out", digest_parts, verify) as bundle:
        assert bundle.waybill is not None and not bundle.is_short
        assert (bundle.waybill.to, bundle.waybill.held) == (TOWN, HELD)
    assert len(read(tmp_path / "out")["whole"]) == len(GIVEN)


def test_a_spoilt_waybill_is_no_waybill_and_spoils_nothing(tmp_path: Path) -> None:
    without = written(tmp_path / "out")
    write_bundle(tmp_path / "out", identity(), MADE_AT, digest, load(to=TOWN, held=HELD))
    data = (tmp_path / "out").read_bytes()
    for at in range(len(without), len(data)):
        for spoilt in (data[:at], data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]):
            (tmp_path / "out").write_bytes(spoilt)
            with BundleReader(tmp_path / "out", digest_parts, verify) as bundle:
                assert bundle.waybill is None
    assert len(read(tmp_path / "out")["whole"]) == len(GIVEN)


def test_the_waybill_of_another_bundle_is_none(tmp_path: Path) -> None:
    without = written(tmp_path / "out")
    write_bundle(tmp_path / "other", identity(), "2026-12-01T00:00:00Z", digest, load(to=TOWN, held=HELD))
    (tmp_path / "out").write_bytes(without + (tmp_path / "other").read_bytes()[len(without) :])
    with BundleReader(tmp_path / "out", digest_parts, verify) as bundle:
        assert bundle.waybill is None


class Pulled(BundleReader):
    """A stick that is pulled out behind a place in the file."""

    ends_at = 0

    def _read_at(self, at: int, length: int) -> bytes:
        if self.ends_at and at + length > self.ends_at:
            raise BundleError("unreadable")
        return super()._read_at(at, length)


def test_a_stick_that_is_pulled_out_leaves_what_was_read_and_is_not_asked_for_ever(tmp_path: Path) -> None:
    many = [parcel(number) for number in range(30)]
    write_bundle(tmp_path / "out", identity(), MADE_AT, digest, Load(parcels=many))
    data = (tmp_path / "out").read_bytes()
    with Pulled(tmp_path / "out", digest_parts, verify) as bundle:
        bundle.ends_at = data.index(many[10])
        states: list[Found] = list(bundle.found())
        assert bundle.is_gone
    assert [one.state for one in states] == ["whole"] * 10 + ["damaged"] * MOST_UNREADABLE + ["missing"] * (20 - MOST_UNREADABLE)


def test_one_bad_block_of_a_stick_costs_what_lies_on_it(tmp_path: Path) -> None:
    data = written(tmp_path / "out")
    bad = data.index(PARCELS[1]) + 5

    class Scratched(BundleReader):
        def _read_at(self, at: int, length: int) -> bytes:
            if at <= bad < at + length:
                raise BundleError("unreadable")
            return super()._read_at(at, length)

    with Scratched(tmp_path / "out", digest_parts, verify) as bundle:
        states = [one.state for one in bundle.found()]
    assert (states.count("whole"), states.count("damaged"), bundle.is_gone) == (len(GIVEN) - 1, 1, False)
