"""Keys of unit seals: who opens them, who no longer does, and what a torn or changed file is."""

import base64
import errno
import json
import os
import stat
from itertools import islice
from pathlib import Path

import pytest

from signing import at_rest, custody
from signing.algorithms import PrivateKey, suite
from signing.certificates import key_id_of
from signing.custody import (
    FORMAT,
    OnToken,
    OpenedFiles,
    PinCustodian,
    SealKeys,
    add_custodian,
    create_seal_key,
    custodians,
    open_seal_key,
    remove_custodian,
)
from signing.errors import KeyFileError, PinError, PinLockedError, SigningError
from tests.signing.county import SUITES, county, flipped
from tests.signing.test_keys import Counter

BOTH = pytest.mark.parametrize("name", SUITES)
SECRET = bytes(range(32))
PIN = "482913"


def person(name: str, who: str = "agent") -> PrivateKey:
    return county(name).private[who]


def keys_of(name: str) -> SealKeys:
    organ = county(name).private["township_organ"]
    return SealKeys(organ, county("p256").private["station"] if name == "gm" else None)


def with_pin(name: str, pin: str = PIN, counter: Counter | None = None) -> PinCustodian:
    return PinCustodian(key_id_of(suite(name), person(name, "reviewer").public), pin, counter or Counter())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "seal.key"


def made(path: Path, name: str) -> SealKeys:
    keys = keys_of(name)
    create_seal_key(path, suite(name), keys, person(name), SECRET)
    return keys


def code_of(caught: pytest.ExceptionInfo[KeyFileError]) -> str:
    return caught.value.code


@BOTH
def test_the_first_custodian_opens_the_seal_with_the_own_key(name: str, path: Path) -> None:
    keys = made(path, name)
    opened = open_seal_key(path, suite(name), person(name), SECRET)
    assert opened.organ.public == keys.organ.public
    assert (opened.document and opened.document.public) == (keys.document and keys.document.public)
    assert custodians(path, suite(name)) == (key_id_of(suite(name), person(name).public),)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["seal.key"]
    secrets = [key.scalar for key in (keys.organ, keys.document, person(name)) if isinstance(key, PrivateKey)]
    assert not any(scalar is None or scalar in path.read_bytes() or scalar.hex().encode() in path.read_bytes() for scalar in secrets)


@BOTH
def test_every_custodian_opens_the_same_keys_and_a_removed_one_none(name: str, path: Path) -> None:
    keys, second, third = made(path, name), person(name, "approver"), with_pin(name)
    add_custodian(path, suite(name), person(name), second, SECRET)
    add_custodian(path, suite(name), second, third, SECRET)
    for one in (person(name), second, third):
        assert open_seal_key(path, suite(name), one, SECRET).organ.public == keys.organ.public
    remove_custodian(path, suite(name), key_id_of(suite(name), person(name).public))
    with pytest.raises(KeyFileError) as out:
        open_seal_key(path, suite(name), person(name), SECRET)
    assert code_of(out) == "no_slot"
    assert open_seal_key(path, suite(name), second, SECRET).organ.public == keys.organ.public
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_who_is_no_custodian_and_another_machine_open_nothing(path: Path) -> None:
    made(path, "gm")
    with pytest.raises(KeyFileError) as stranger:
        open_seal_key(path, suite("gm"), person("gm", "reviewer"), SECRET)
    with pytest.raises(KeyFileError) as machine:
        open_seal_key(path, suite("gm"), person("gm"), bytes(32))
    with pytest.raises(KeyFileError) as other:
        open_seal_key(path, suite("p256"), person("p256"), SECRET)
    assert [code_of(one) for one in (stranger, machine, other)] == ["no_slot", "damaged", "suite"]


def test_the_key_id_of_a_custodian_without_the_key_opens_nothing(path: Path) -> None:
    made(path, "gm")
    mine = person("gm")
    forged = PrivateKey("gm", mine.public, None, bytes(32))
    for known in (forged, PinCustodian(key_id_of(suite("gm"), mine.public), PIN, Counter())):
        with pytest.raises(SigningError):
            open_seal_key(path, suite("gm"), known, SECRET)
        with pytest.raises(SigningError):
            add_custodian(path, suite("gm"), known, person("gm", "approver"), SECRET)
    assert len(custodians(path, suite("gm"))) == 1


def test_a_wrong_pin_is_counted_before_it_is_tried_and_the_last_one_locks(path: Path) -> None:
    made(path, "gm")
    counter = Counter(tries=2)
    add_custodian(path, suite("gm"), person("gm"), with_pin("gm"), SECRET)
    for left in (1, 0):
        with pytest.raises(PinError) as wrong:
            open_seal_key(path, suite("gm"), with_pin("gm", "000000", counter), SECRET)
        assert wrong.value.attempts_left == left
    with pytest.raises(PinLockedError):
        open_seal_key(path, suite("gm"), with_pin("gm", PIN, counter), SECRET)
    assert open_seal_key(path, suite("gm"), person("gm"), SECRET)


def test_a_right_pin_counts_anew(path: Path) -> None:
    made(path, "gm")
    counter = Counter(tries=2)
    add_custodian(path, suite("gm"), person("gm"), with_pin("gm"), SECRET)
    with pytest.raises(PinError):
        open_seal_key(path, suite("gm"), with_pin("gm", "000000", counter), SECRET)
    assert open_seal_key(path, suite("gm"), with_pin("gm", PIN, counter), SECRET)
    assert counter.left == 2


def test_another_pin_takes_the_place_of_the_one_before(path: Path) -> None:
    made(path, "gm")
    add_custodian(path, suite("gm"), person("gm"), with_pin("gm"), SECRET)
    add_custodian(path, suite("gm"), with_pin("gm"), with_pin("gm", "911842"), SECRET)
    assert len(custodians(path, suite("gm"))) == 2
    with pytest.raises(PinError):
        open_seal_key(path, suite("gm"), with_pin("gm"), SECRET)
    assert open_seal_key(path, suite("gm"), with_pin("gm", "911842"), SECRET)


def test_a_slot_that_was_locked_opens_with_the_pin_that_another_custodian_has_let_set(path: Path) -> None:
    made(path, "gm")
    counter = Counter(tries=1)
    add_custodian(path, suite("gm"), person("gm"), with_pin("gm", counter=counter), SECRET)
    for expected in (PinError, PinLockedError):
        with pytest.raises(expected):
            open_seal_key(path, suite("gm"), with_pin("gm", "000000", counter), SECRET)
    add_custodian(path, suite("gm"), person("gm"), with_pin("gm", "911842", counter), SECRET)
    assert open_seal_key(path, suite("gm"), with_pin("gm", "911842", counter), SECRET)


def test_the_last_custodian_and_an_unknown_one_are_not_removed(path: Path) -> None:
    made(path, "gm")
    before = path.read_bytes()
    for key_id, code in ((key_id_of(suite("gm"), person("gm").public), "last_slot"), ("00" * 20, "no_slot")):
        with pytest.raises(KeyFileError) as caught:
            remove_custodian(path, suite("gm"), key_id)
        assert code_of(caught) == code
    assert path.read_bytes() == before


def test_there_is_an_end_to_the_custodians(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(path, "p256")
    monkeypatch.setattr(custody, "MOST_CUSTODIANS", 2)
    add_custodian(path, suite("p256"), person("p256"), person("p256", "reviewer"), SECRET)
    with pytest.raises(KeyFileError) as full:
        add_custodian(path, suite("p256"), person("p256"), person("p256", "approver"), SECRET)
    assert code_of(full) == "full"
    add_custodian(path, suite("p256"), person("p256"), person("p256", "reviewer"), SECRET)


def test_the_longest_file_can_be_read_again(path: Path) -> None:
    made(path, "gm")
    content = json.loads(path.read_bytes())
    slot = {**content["slots"][0], "kdf": at_rest.scrypt_kdf()}
    content["slots"] += [{**slot, "key": f"{number:040x}"} for number in range(custody.MOST_CUSTODIANS - 1)]
    path.write_bytes(json.dumps(content, sort_keys=True, separators=(",", ":")).encode())
    assert len(custodians(path, suite("gm"))) == custody.MOST_CUSTODIANS


@pytest.mark.parametrize("step", ["open", "fsync", "replace"])
def test_a_power_cut_in_the_rewrite_leaves_the_old_file(step: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(path, "gm")
    before = path.read_bytes()

    def cut(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "power cut")

    monkeypatch.setattr(os, step, cut)
    with pytest.raises(KeyFileError) as caught:
        add_custodian(path, suite("gm"), person("gm"), person("gm", "approver"), SECRET)
    monkeypatch.undo()
    assert code_of(caught) == "unwritable"
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == ["seal.key"]


def test_what_is_renamed_is_on_the_disk_before(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(path, "gm")
    done = list[str]()
    replaced = os.replace
    monkeypatch.setattr(os, "fsync", lambda _handle: done.append("fsync"))

    def replace(old: str, new: str) -> None:
        done.append("replace")
        replaced(old, new)

    monkeypatch.setattr(os, "replace", replace)
    add_custodian(path, suite("gm"), person("gm"), person("gm", "approver"), SECRET)
    assert done == ["fsync", "replace", "fsync"]


def test_a_seal_key_is_never_overwritten(path: Path) -> None:
    made(path, "gm")
    before = path.read_bytes()
    with pytest.raises(KeyFileError) as there:
        create_seal_key(path, suite("gm"), keys_of("gm"), person("gm"), SECRET)
    with pytest.raises(KeyFileError) as nowhere:
        create_seal_key(path.parent / "no" / "k", suite("gm"), keys_of("gm"), person("gm"), SECRET)
    assert (code_of(there), code_of(nowhere)) == ("exists", "unwritable")
    assert path.read_bytes() == before


@BOTH
def test_every_flipped_byte_is_refused(name: str, path: Path) -> None:
    made(path, name)
    for other in islice(flipped(path.read_bytes()), SUITES.index(name), None, 2):
        path.write_bytes(other)
        with pytest.raises(SigningError):
            open_seal_key(path, suite(name), person(name), SECRET)


def test_another_spelling_of_the_same_base64_is_refused(path: Path) -> None:
    made(path, "gm")
    content = json.loads(path.read_bytes())
    box = content["slots"][0]["box"]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = f"{box[:-2]}{letters[letters.index(box[-2]) + 1]}="
    assert base64.b64decode(other) == base64.b64decode(box)
    content["slots"][0]["box"] = other
    path.write_bytes(json.dumps(content, sort_keys=True, separators=(",", ":")).encode())
    with pytest.raises(KeyFileError) as caught:
        open_seal_key(path, suite("gm"), person("gm"), SECRET)
    assert code_of(caught) == "damaged"


def test_what_is_wrong_with_one_slot_is_no_matter_to_another(path: Path) -> None:
    keys = made(path, "gm")
    add_custodian(path, suite("gm"), person("gm"), person("gm", "approver"), SECRET)
    content = json.loads(path.read_bytes())
    content["slots"][1]["box"] = "AAAA"
    path.write_bytes(json.dumps(content, sort_keys=True, separators=(",", ":")).encode())
    assert open_seal_key(path, suite("gm"), person("gm"), SECRET).organ.public == keys.organ.public
    with pytest.raises(KeyFileError) as caught:
        open_seal_key(path, suite("gm"), person("gm", "approver"), SECRET)
    assert code_of(caught) == "damaged"


@BOTH
def test_of_an_organs_key_on_a_token_the_file_holds_place_and_pin(name: str, path: Path) -> None:
    keys = SealKeys(OnToken("skf:YIZHAN/seal", person(name, "township_organ").public, "735164"), keys_of(name).document)
    create_seal_key(path, suite(name), keys, person(name), SECRET)
    opened = open_seal_key(path, suite(name), person(name), SECRET)
    assert opened.organ == keys.organ and (opened.document is None) == (name == "p256")
    assert b"735164" not in path.read_bytes() and b"skf:" not in path.read_bytes()


@pytest.mark.parametrize(
    "change",
    [
        {"format": "yizhan seal key 2"},
        {"slots": []},
        {"slots": {}},
        {"slots": [{"key": "a"}]},
        {"slots": [{"key": 1, "kdf": {}, "box": ""}]},
        {"slots": [5]},
        {"box": 5},
        {"organ": 5},
        {"more": 1},
    ],
    ids=lambda change: json.dumps(change)[:40],
)
def test_a_file_of_another_form_is_said_to_be_damaged(change: dict[str, object], path: Path) -> None:
    made(path, "gm")
    content = {**json.loads(path.read_bytes()), **change}
    path.write_bytes(json.dumps(content, sort_keys=True, separators=(",", ":")).encode())
    with pytest.raises(KeyFileError) as caught:
        open_seal_key(path, suite("gm"), person("gm"), SECRET)
    assert code_of(caught) == "damaged"


@pytest.mark.parametrize("kdf", [None, [], {}, {"name": "none"}, {"name": "scrypt"}, {"name": 5}], ids=str)
def test_a_slot_of_another_kind_is_said_to_be_damaged(kdf: object, path: Path) -> None:
    made(path, "gm")
    content = json.loads(path.read_bytes())
    content["slots"][0]["kdf"] = kdf
    path.write_bytes(json.dumps(content, sort_keys=True, separators=(",", ":")).encode())
    with pytest.raises(KeyFileError) as caught:
        open_seal_key(path, suite("gm"), person("gm"), SECRET)
    assert code_of(caught) == "damaged"


def test_neither_pin_nor_key_is_ever_printed(path: Path) -> None:
    keys = made(path, "gm")
    text = f"{with_pin('gm')!r} {keys!r} {FORMAT}"
    assert PIN not in text
    assert isinstance(keys.organ, PrivateKey) and keys.organ.scalar is not None
    assert keys.organ.scalar.hex() not in text and repr(keys.organ.scalar) not in text
    assert PIN not in repr(OnToken("skf:a/b", b"", PIN))


def test_a_file_that_was_opened_is_not_decrypted_again_until_it_changes(path: Path) -> None:
    keys, agent, reviewer = made(path, "gm"), person("gm"), person("gm", "reviewer")
    opened = OpenedFiles(suite("gm"))
    first = opened.keys_of(path, agent, SECRET)
    assert opened.keys_of(path, agent, SECRET) is first and first.organ.public == keys.organ.public
    add_custodian(path, suite("gm"), agent, reviewer, SECRET)
    assert opened.keys_of(path, agent, SECRET) is not first
    assert opened.keys_of(path, reviewer, SECRET).organ.public == keys.organ.public
    remove_custodian(path, suite("gm"), key_id_of(suite("gm"), agent.public))
    with pytest.raises(KeyFileError) as refused:
        opened.keys_of(path, agent, SECRET)
    assert code_of(refused) == "no_slot" and opened.keys_of(path, reviewer, SECRET).organ.public == keys.organ.public


def test_a_file_that_one_has_opened_opens_to_nobody_else_nor_on_another_machine(path: Path) -> None:
    made(path, "gm")
    opened = OpenedFiles(suite("gm"))
    opened.keys_of(path, person("gm"), SECRET)
    for who, secret, code in (("reviewer", SECRET, "no_slot"), ("agent", SECRET[::-1], "damaged")):
        with pytest.raises(KeyFileError) as refused:
            opened.keys_of(path, person("gm", who), secret)
        assert code_of(refused) == code
    path.unlink()
    with pytest.raises(KeyFileError) as refused:
        opened.keys_of(path, person("gm"), SECRET)
    assert code_of(refused) == "unreadable"


def test_a_pin_is_tried_each_time_though_the_file_was_opened(path: Path) -> None:
    made(path, "gm")
    counter, opened = Counter(), OpenedFiles(suite("gm"))
    add_custodian(path, suite("gm"), person("gm"), with_pin("gm"), SECRET)
    opened.keys_of(path, with_pin("gm", counter=counter), SECRET)
    with pytest.raises(PinError):
        opened.keys_of(path, with_pin("gm", "000000", counter), SECRET)
