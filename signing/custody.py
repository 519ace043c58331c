"""Keys of unit seals (单位印章), kept by several people: the file format `yizhan seal key 1`.

One file holds the organ's key and, in suite `gm`, the P-256 key for documents that ordinary readers check. They are locked up
under a random content key, and that once for each custodian (保管人): in a slot that the custodian's own private key opens, or,
where that key is on a token and never in memory, in a slot with a PIN of its own. Both need this machine's secret as well.
The organ's key may be on a token itself; then the file holds that token's PIN in its place.

Taking a slot away shuts out whoever kept it from this file, not from an older copy of it: a seal whose custodian left in anger is replaced.
"""

import base64
import hmac
import secrets
import threading
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from signing.algorithms import PrivateKey, Suite
from signing.algorithms import suite as suite_of
from signing.at_rest import machine_bound, members_of, octets, read_data, rewrite, scrypt_kdf, stretched, write_new
from signing.canonical import canonical_bytes, parse_canonical
from signing.certificates import key_id_of
from signing.errors import DecryptionError, KeyFileError, MalformedError, PinError
from signing.keys import AttemptCounter

FORMAT = "yizhan seal key 1"
MOST_CUSTODIANS = 50
DOCUMENT_SUITE = "p256"
_MEMBERS, _SLOT_MEMBERS = frozenset({"format", "suite", "organ", "slots", "box"}), {"key", "kdf", "box"}
_REWRITING = threading.Lock()


@dataclass(frozen=True)
class OnToken:
    """An organ's key that is on a token: how the token calls it, its public half, and the token's PIN, which no custodian need know."""

    name: str
    public: bytes
    pin: str = field(repr=False)


@dataclass(frozen=True)
class SealKeys:
    """The keys of one unit seal: the organ's, and the one for documents where the organ's suite is none that ordinary readers know."""

    organ: PrivateKey | OnToken
    document: PrivateKey | None = None


@dataclass(frozen=True)
class PinCustodian:
    """Somebody whose own key is on a token: its key id, and the PIN that opens the slot. `counter` counts the tries."""

    key_id: str
    pin: str = field(repr=False)
    counter: AttemptCounter = field(repr=False, compare=False)


Custodian = PrivateKey | PinCustodian
"""Who opens a seal's key: by the own private key, opened before, or by a PIN."""


def create_seal_key(path: Path, suite: Suite, keys: SealKeys, custodian: Custodian, machine_secret: bytes) -> None:
    """Write the key file of a new seal, with its first custodian; whole or not at all.

    Raises:
        KeyFileError: it exists, or cannot be written (`exists`, `unwritable`).
    """
    organ, content_key = key_id_of(suite, keys.organ.public), secrets.token_bytes(suite.key_bytes)
    head = {"format": FORMAT, "suite": suite.name, "organ": organ}
    box = suite.encrypt(content_key, _dumped(suite, keys), canonical_bytes(head))
    slots = [_new_slot(suite, organ, content_key, custodian, machine_secret)]
    try:
        made = not path.exists() and write_new(path, canonical_bytes({**head, "slots": slots, "box": _text(box)}))
    except OSError as error:
        raise KeyFileError("unwritable", path.name) from error
    if not made:
        raise KeyFileError("exists", path.name)


def open_seal_key(path: Path, suite: Suite, custodian: Custodian, machine_secret: bytes) -> SealKeys:
    """The keys of a seal, for one of its custodians.

    Raises:
        KeyFileError: `no_slot`, the custodian is none of this seal's; `unreadable`, `suite`, `damaged` (or another machine's).
        PinError, PinLockedError: a PIN slot, as `signing.keys.unlock`.
    """
    return _opened(_read(path, suite), path, suite, custodian, machine_secret)[0]


class OpenedFiles:
    """Files of seal keys that were opened a moment ago, for several acts in one go; to be thrown away after them.

    The same bytes opened by the same key on the same machine hold the same keys, so a file is read each time and decrypted once.
    """

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._opened: dict[tuple[bytes, bytes, bytes], SealKeys] = {}

    def keys_of(self, path: Path, custodian: Custodian, machine_secret: bytes) -> SealKeys:
        """The keys of a seal, for one of its custodians. A PIN is tried and counted each time.

        Raises:
            KeyFileError, PinError, PinLockedError: as `open_seal_key`.
        """
        if isinstance(custodian, PinCustodian) or custodian.scalar is None:
            return open_seal_key(path, self._suite, custodian, machine_secret)
        data = read_data(path)
        place = (data, custodian.scalar, machine_secret)
        if place not in self._opened:
            content = _checked(data, path.name, self._suite)
            self._opened[place] = _opened(content, path, self._suite, custodian, machine_secret)[0]
        return self._opened[place]


def add_custodian(path: Path, suite: Suite, known: Custodian, new: Custodian, machine_secret: bytes) -> None:
    """Give the seal to one more custodian; who has a slot already gets it anew (another PIN, or a forgotten one).

    A new PIN is counted anew: else a slot that was locked would stay so under any PIN.

    Raises:
        KeyFileError, PinError, PinLockedError: `known` does not open the file; `full`; it cannot be written (`unwritable`).
    """
    with _REWRITING:
        content = _read(path, suite)
        content_key = _opened(content, path, suite, known, machine_secret)[1]
        slot = _new_slot(suite, content["organ"], content_key, new, machine_secret)
        slots = [one for one in content["slots"] if one["key"] != slot["key"]]
        if len(slots) >= MOST_CUSTODIANS:
            raise KeyFileError("full", path.name)
        rewrite(path, canonical_bytes({**content, "slots": [*slots, slot]}))
        if isinstance(new, PinCustodian):
            new.counter.succeeded(_counted(path, new.key_id))


def remove_custodian(path: Path, suite: Suite, key_id: str) -> None:
    """Take a custodian's slot away; nobody's key is needed for that.

    Raises:
        KeyFileError: `no_slot`; `last_slot`, nobody could open the seal any more; it cannot be read or written.
    """
    with _REWRITING:
        content = _read(path, suite)
        slots = [one for one in content["slots"] if one["key"] != key_id]
        if len(slots) == len(content["slots"]):
            raise KeyFileError("no_slot", path.name)
        if not slots:
            raise KeyFileError("last_slot", path.name)
        rewrite(path, canonical_bytes({**content, "slots": slots}))


def custodians(path: Path, suite: Suite) -> tuple[str, ...]:
    """The key ids of those who can open the file.

    Raises:
        KeyFileError: `unreadable`, `damaged`, `suite`.
    """
    return _custodians_in(read_data(path), path.name, suite)


@lru_cache(maxsize=16)
def _custodians_in(data: bytes, name: str, suite: Suite) -> tuple[str, ...]:
    """Asked of the same few files with every act."""
    return tuple(one["key"] for one in _checked(data, name, suite)["slots"])


def _dumped(suite: Suite, keys: SealKeys) -> bytes:
    document = None if keys.document is None else _text(suite_of(DOCUMENT_SUITE).dump_private(keys.document))
    if isinstance(keys.organ, OnToken):
        organ: Any = {"token": keys.organ.name, "public": _text(keys.organ.public), "pin": keys.organ.pin}
    else:
        organ = _text(suite.dump_private(keys.organ))
    return canonical_bytes({"organ": organ, "document": document})


def _loaded(suite: Suite, plain: bytes) -> SealKeys:
    members = parse_canonical(plain)
    if not isinstance(members, dict) or members.keys() != {"organ", "document"}:
        raise MalformedError("seal key", "members")
    document, organ = members["document"], members["organ"]
    on_token = isinstance(organ, dict)
    return SealKeys(
        OnToken(organ["token"], octets(organ["public"]), organ["pin"]) if on_token else suite.load_private(octets(organ)),
        None if document is None else suite_of(DOCUMENT_SUITE).load_private(octets(document)),
    )


def _read(path: Path, suite: Suite) -> dict[str, Any]:
    return _checked(read_data(path), path.name, suite)


def _checked(data: bytes, name: str, suite: Suite) -> dict[str, Any]:
    content = members_of(data, name, _MEMBERS)
    slots = content["slots"]
    if content["format"] != FORMAT or not isinstance(slots, list) or not 0 < len(slots) <= MOST_CUSTODIANS:
        raise KeyFileError("damaged", name)
    if content["suite"] != suite.name:
        raise KeyFileError("suite", name)
    if not all(isinstance(one, dict) and one.keys() == _SLOT_MEMBERS and isinstance(one["key"], str) for one in slots):
        raise KeyFileError("damaged", name)
    return content


def _opened(content: dict[str, Any], path: Path, suite: Suite, custodian: Custodian, machine_secret: bytes) -> tuple[SealKeys, bytes]:
    """The keys and the content key. A PIN is counted before it is looked at."""
    key_id = _key_id(suite, custodian)
    slot = next((one for one in content["slots"] if one["key"] == key_id), None)
    if slot is None:
        raise KeyFileError("no_slot", path.name)
    counted, attempts_left = _counted(path, key_id), None
    if isinstance(custodian, PinCustodian):
        attempts_left = custodian.counter.begin(counted)
    try:
        key = _slot_key(suite, content["organ"], slot["kdf"], custodian, machine_secret)
        head = _slot_head(content["organ"], slot["key"], slot["kdf"])
        content_key = suite.decrypt(key, octets(slot["box"]), head)
    except DecryptionError as error:
        raise (KeyFileError("damaged", path.name) if attempts_left is None else PinError(attempts_left)) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise KeyFileError("damaged", path.name) from error
    if isinstance(custodian, PinCustodian):
        custodian.counter.succeeded(counted)
    return _unboxed(content, path, suite, content_key), content_key


def _counted(path: Path, key_id: str) -> str:
    """The name under which the tries of a slot's PIN are counted."""
    return f"{path.stem}:{key_id}"


def _unboxed(content: dict[str, Any], path: Path, suite: Suite, content_key: bytes) -> SealKeys:
    head = {name: content[name] for name in ("format", "suite", "organ")}
    try:
        return _loaded(suite, suite.decrypt(content_key, octets(content["box"]), canonical_bytes(head)))
    except (DecryptionError, MalformedError, ValueError, TypeError, KeyError) as error:
        raise KeyFileError("damaged", path.name) from error


def _new_slot(suite: Suite, organ: str, content_key: bytes, custodian: Custodian, machine_secret: bytes) -> dict[str, Any]:
    kdf = scrypt_kdf() if isinstance(custodian, PinCustodian) else {"name": "key"}
    key_id = _key_id(suite, custodian)
    key = _slot_key(suite, organ, kdf, custodian, machine_secret)
    return {"key": key_id, "kdf": kdf, "box": _text(suite.encrypt(key, content_key, _slot_head(organ, key_id, kdf)))}


def _slot_head(organ: str, key_id: str, kdf: Any) -> bytes:
    """What a slot's box is bound to: the seal, the custodian and how it is opened."""
    return canonical_bytes({"format": FORMAT, "organ": organ, "key": key_id, "kdf": kdf})


def _slot_key(suite: Suite, organ: str, kdf: dict[str, Any], custodian: Custodian, machine_secret: bytes) -> bytes:
    if (kdf["name"] == "scrypt") != isinstance(custodian, PinCustodian):
        raise ValueError("kdf")
    if isinstance(custodian, PinCustodian):
        material = stretched(kdf, custodian.pin)
    elif custodian.scalar is None:
        raise ValueError("scalar")
    else:
        material = hmac.digest(custodian.scalar, f"{FORMAT}\n{organ}".encode(), "sha256")
    return machine_bound(suite, machine_secret, FORMAT, material)


def _key_id(suite: Suite, custodian: Custodian) -> str:
    return custodian.key_id if isinstance(custodian, PinCustodian) else key_id_of(suite, custodian.public)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
