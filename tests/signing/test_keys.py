import json
import stat
from pathlib import Path

import pytest

from signing.algorithms import suite
from signing.errors import DecryptionError, KeyFileError, PinError, PinLockedError, SigningError
from signing.keys import FileSigner, box, change_pin, create_key_file, machine_secret, open_key_file, unbox, unlock
from tests.signing.county import SUITES, county, flipped

BOTH = pytest.mark.parametrize("name", SUITES)
SECRET = bytes(range(32))


class Counter:
    """Counts in memory, and remembers in which order it was asked."""

    def __init__(self, tries: int = 5) -> None:
        self.left, self.calls = tries, list[str]()
        self._tries = tries

    def begin(self, key_name: str) -> int:
        if self.left == 0:
            raise PinLockedError
        self.left -= 1
        self.calls.append(f"begin {key_name}")
        return self.left

    def succeeded(self, key_name: str) -> None:
        self.left = self._tries
        self.calls.append(f"succeeded {key_name}")


@BOTH
@pytest.mark.parametrize("pin", [None, "482913"])
def test_a_key_comes_back_from_its_file(name: str, pin: str | None, tmp_path: Path) -> None:
    path, private = tmp_path / "k.json", county(name).private["agent"]
    create_key_file(path, suite(name), private, pin, SECRET)
    again = open_key_file(path, suite(name), pin, SECRET)
    assert again.public == private.public
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [left.name for left in tmp_path.iterdir()] == ["k.json"]
    assert private.scalar is not None
    assert private.scalar not in path.read_bytes()


def test_a_key_file_says_how_it_is_locked(tmp_path: Path) -> None:
    create_key_file(tmp_path / "k", suite("gm"), county("gm").private["agent"], "482913", SECRET)
    content = json.loads((tmp_path / "k").read_bytes())
    assert (content["format"], content["suite"]) == ("yizhan key 1", "gm")
    assert {**content["kdf"], "salt": ""} == {"name": "scrypt", "n": 32768, "r": 8, "p": 1, "salt": ""}


def test_full_width_digits_are_the_same_pin(tmp_path: Path) -> None:
    create_key_file(tmp_path / "k", suite("gm"), county("gm").private["agent"], "482913", SECRET)
    assert open_key_file(tmp_path / "k", suite("gm"), "４８２９１３", SECRET)


def test_a_wrong_pin_and_another_machine_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "k"
    create_key_file(path, suite("gm"), county("gm").private["agent"], "482913", SECRET)
    for pin, secret in (("482914", SECRET), ("482913", bytes(32))):
        with pytest.raises(PinError) as caught:
            open_key_file(path, suite("gm"), pin, secret)
        assert caught.value.attempts_left is None
    with pytest.raises(KeyFileError) as wanted:
        open_key_file(path, suite("gm"), None, SECRET)
    assert wanted.value.code == "pin_wanted"
    with pytest.raises(KeyFileError) as other:
        open_key_file(path, suite("p256"), "482913", SECRET)
    assert other.value.code == "suite"


def test_a_station_key_of_another_machine_is_refused(tmp_path: Path) -> None:
    create_key_file(tmp_path / "k", suite("gm"), county("gm").private["station"], None, SECRET)
    for pin, secret, code in ((None, bytes(32), "damaged"), ("482913", SECRET, "pin_unwanted")):
        with pytest.raises(KeyFileError) as caught:
            open_key_file(tmp_path / "k", suite("gm"), pin, secret)
        assert caught.value.code == code


def test_a_flipped_byte_of_a_station_key_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "k"
    create_key_file(path, suite("gm"), county("gm").private["station"], None, SECRET)
    for other in flipped(path.read_bytes()):
        path.write_bytes(other)
        with pytest.raises(KeyFileError):
            open_key_file(path, suite("gm"), None, SECRET)


@pytest.mark.parametrize(
    "kdf",
    [
        {"name": "scrypt", "n": 2, "r": 8, "p": 1, "salt": "AAAAAAAAAAAAAAAAAAAAAA=="},
        {"name": "scrypt", "n": 2**30, "r": 8, "p": 1, "salt": "AAAAAAAAAAAAAAAAAAAAAA=="},
        {"name": "scrypt", "n": 32769, "r": 8, "p": 1, "salt": "AAAAAAAAAAAAAAAAAAAAAA=="},
        {"name": "scrypt", "n": 32768, "r": 9, "p": 1, "salt": "AAAAAAAAAAAAAAAAAAAAAA=="},
        {"name": "scrypt", "n": 32768, "r": 8, "p": 1, "salt": ""},
        {"name": "scrypt", "n": 32768, "r": 8, "p": 1, "salt": 5},
        {"name": "scrypt", "n": "32768", "r": 8, "p": 1, "salt": "AAAAAAAAAAAAAAAAAAAAAA=="},
        {"name": "scrypt"},
        {"name": "none"},
        {},
        [],
        None,
    ],
)
def test_another_derivation_is_refused_before_it_costs_anything(kdf: object, tmp_path: Path) -> None:
    path = tmp_path / "k"
    path.write_text(json.dumps({"box": "AAAA", "format": "yizhan key 1", "kdf": kdf, "suite": "gm"}, sort_keys=True, separators=(",", ":")))
    with pytest.raises(KeyFileError) as caught:
        open_key_file(path, suite("gm"), "482913", SECRET)
    assert caught.value.code == "damaged"


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"format":"yizhan key 2","kdf":{},"suite":"gm","box":""}', b"[" * 9000])
def test_a_damaged_file_is_said_to_be(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "k").write_bytes(content)
    with pytest.raises(KeyFileError) as caught:
        open_key_file(tmp_path / "k", suite("gm"), None, SECRET)
    assert caught.value.code == "damaged"
    with pytest.raises(KeyFileError) as missing:
        open_key_file(tmp_path / "none", suite("gm"), None, SECRET)
    assert missing.value.code == "unreadable"


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "k"
    create_key_file(path, suite("gm"), county("gm").private["station"], None, SECRET)
    before = path.read_bytes()
    with pytest.raises(KeyFileError) as caught:
        create_key_file(path, suite("gm"), county("gm").private["agent"], None, SECRET)
    assert caught.value.code == "exists"
    assert path.read_bytes() == before
    with pytest.raises(KeyFileError) as nowhere:
        create_key_file(tmp_path / "no" / "k", suite("gm"), county("gm").private["agent"], None, SECRET)
    assert nowhere.value.code == "unwritable"


def test_each_try_is_counted_before_it_is_made(tmp_path: Path) -> None:
    path, counter = tmp_path / "k", Counter()
    create_key_file(path, suite("gm"), county("gm").private["agent"], "482913", SECRET)
    for left in (4, 3):
        with pytest.raises(PinError) as caught:
            unlock(path, suite("gm"), "000000", SECRET, counter, "agent")
        assert caught.value.attempts_left == left
    assert unlock(path, suite("gm"), "482913", SECRET, counter, "agent").public == county("gm").private["agent"].public
    assert counter.calls == ["begin agent"] * 3 + ["succeeded agent"]
    assert counter.left == 5


def test_a_locked_key_is_not_even_tried(tmp_path: Path) -> None:
    path, counter = tmp_path / "k", Counter(tries=0)
    create_key_file(path, suite("gm"), county("gm").private["agent"], "482913", SECRET)
    with pytest.raises(PinLockedError):
        unlock(path, suite("gm"), "482913", SECRET, counter, "agent")


def test_a_damaged_file_costs_no_try(tmp_path: Path) -> None:
    (tmp_path / "k").write_bytes(b"{")
    counter = Counter()
    with pytest.raises(KeyFileError):
        unlock(tmp_path / "k", suite("gm"), "482913", SECRET, counter, "agent")
    assert counter.left == 5


def test_the_machine_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "machine"
    secret = machine_secret(path)
    assert len(secret) == 32
    assert machine_secret(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_bytes(secret[:31])
    with pytest.raises(KeyFileError) as caught:
        machine_secret(path)
    assert caught.value.code == "damaged"
    with pytest.raises(KeyFileError):
        machine_secret(tmp_path / "no" / "machine")


def test_a_flipped_byte_of_a_box_is_refused() -> None:
    boxed = box(SECRET, b"data key")
    assert unbox(SECRET, boxed) == b"data key"
    for other in (*flipped(boxed), boxed[:-1], boxed[:5], b""):
        with pytest.raises(DecryptionError):
            unbox(SECRET, other)
    with pytest.raises(DecryptionError):
        unbox(bytes(32), boxed)


def test_a_signer_has_its_own_certificate() -> None:
    made = county("gm")
    signer = made.signer("agent")
    made.suite.verify(signer.certificate.public_key, b"text", signer.sign(b"text"))
    with pytest.raises(SigningError):
        FileSigner(made.suite, made.private["agent"], made.certificates["reviewer"])


def test_another_pin_opens_the_same_key_and_the_old_one_opens_nothing(tmp_path: Path) -> None:
    path, counter, gm = tmp_path / "k", Counter(), suite("gm")
    private = county("gm").private["agent"]
    create_key_file(path, gm, private, "482913", SECRET)
    change_pin(path, gm, "482913", "739164", SECRET, counter, "agent")
    assert unlock(path, gm, "739164", SECRET, counter, "agent").public == private.public
    with pytest.raises(PinError):
        unlock(path, gm, "482913", SECRET, counter, "agent")
    assert [one.name for one in tmp_path.iterdir()] == ["k"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_wrong_pin_changes_no_pin_and_costs_a_try(tmp_path: Path) -> None:
    path, counter, gm = tmp_path / "k", Counter(), suite("gm")
    create_key_file(path, gm, county("gm").private["agent"], "482913", SECRET)
    before = path.read_bytes()
    with pytest.raises(PinError) as caught:
        change_pin(path, gm, "000000", "739164", SECRET, counter, "agent")
    assert caught.value.attempts_left == 4
    assert path.read_bytes() == before
