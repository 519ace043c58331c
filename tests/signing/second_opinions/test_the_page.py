"""An auditor types what `docs/signing.md` says, on the files of an export, without a line of ours; it must say the truth."""

import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from node.casework.letter import make_frame
from signing.issuing import issue_revocations
from signing.revocations import Revocation
from signing.seal import rebuild_signature, sign_compact
from tests.signing.county import NOW, SUITES, county

BOTH = pytest.mark.parametrize("name", SUITES)
PAGE = Path(__file__).resolve().parents[3] / "docs" / "signing.md"
PAYLOAD = b'{"kind":"submitted"}'
CONTENT = b"yizhan letter 1\n" + PAYLOAD
OPENSSL_SEAL, OPENSSL_PATH, BOUNCYCASTLE = 0, 1, 2


def commands(name: str) -> list[str]:
    """The page's blocks, changed for suite p256 as it says."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    if name == "p256":
        changes = (
            ("-digest sm3 -pkeyopt distid:1234567812345678", "-digest sha256"),
            ("-vfyopt distid:1234567812345678 ", ""),
            ("dgst -sm3", "dgst -sha256"),
            ("\\tgm\\t", "\\tp256\\t"),
        )
        for old, new in changes:
            assert any(old in block for block in blocks)
            blocks = [block.replace(old, new) for block in blocks]
    return blocks


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(Path(__file__).with_name("Verifier.java"), tmp_path)
    return tmp_path


def fill(folder: Path, name: str, revoked: tuple[str, ...] = ()) -> None:
    """What an auditor has: the letter, its seal, the root, and the certificates and lists of the export."""
    made = county(name)
    compact = sign_compact(made.suite, made.signer("agent"), made.seals["agent"], CONTENT, NOW)
    (folder / "letter").write_bytes(make_frame(PAYLOAD, (compact,)))
    whole = rebuild_signature(made.suite, made.seals["agent"], made.certificates["agent"].der, compact, CONTENT)
    (folder / "seal.ses").write_bytes(whole)
    for who in ("root", "township"):
        (folder / f"{who}.der").write_bytes(made.certificates[who].der)
        entries = [Revocation(made.certificates[each].serial, NOW, "key_compromise") for each in revoked if who == "township"]
        listed = issue_revocations(made.suite, made.signer(who), 3, entries, NOW - timedelta(days=1), NOW + timedelta(days=30))
        (folder / f"{who}.crl").write_bytes(listed)


def typed(folder: Path, *blocks: str) -> subprocess.CompletedProcess[str]:
    """The blocks in one shell that stops at the first command that fails."""
    script = "set -eu\n" + "\n".join(blocks)
    return subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def pages_maker(block: str) -> str:
    """The sample's personal seal is made by the township's maker, where the page's unit seal is by the county's."""
    assert "-trusted root.pem maker.pem" in block
    return block.replace("-trusted root.pem maker.pem", "-trusted township.pem maker.pem")


@BOTH
def test_openssl_says_of_an_honest_seal_that_all_of_it_holds(folder: Path, name: str) -> None:
    fill(folder, name, revoked=("reviewer",))
    blocks = commands(name)
    done = typed(folder, blocks[OPENSSL_SEAL], pages_maker(blocks[OPENSSL_PATH]))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Signature Verified Successfully") == 3
    assert done.stdout.count(": OK") == 3
    assert "Key Compromise" in done.stdout


@BOTH
@pytest.mark.parametrize("spoilt", ["letter", "seal.ses"])
def test_openssl_stops_at_what_was_changed(folder: Path, name: str, spoilt: str) -> None:
    fill(folder, name)
    data = bytearray((folder / spoilt).read_bytes())
    data[data.index(b"submitted") if spoilt == "letter" else -10] ^= 1
    (folder / spoilt).write_bytes(data)
    assert typed(folder, commands(name)[OPENSSL_SEAL]).returncode != 0


@BOTH
def test_bouncycastle_says_the_same_and_finds_who_was_revoked(folder: Path, name: str) -> None:
    fill(folder, name, revoked=("agent",))
    blocks = commands(name)
    done = typed(folder, blocks[OPENSSL_SEAL], blocks[BOUNCYCASTLE])
    assert done.returncode == 0, done.stderr
    sealed, path = done.stdout.splitlines()[-2:]
    assert sealed.startswith("seal\tok\t")
    assert path.startswith("path\tno\t")
    assert "keyCompromise" in path
