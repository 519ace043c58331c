"""Machine marks (机器标记): what tells a copied folder and a cloned disk from the machine where the station was set up.

Two copies of one station would give the same numbers twice. So a station remembers where its secret lies on the disk and which network
cards the machine has; when it starts and either is another, it counts as a copy until it has a number of its own. The marks stay on
the machine; only a digest of each card's address is kept.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from node.store import Store

META = "machine_marks"
NETWORK_CARDS = Path("/sys/class/net")
_ADDRESS_LENGTH = len("00:11:22:33:44:55")

Cards = Callable[[], frozenset[str]]


def network_cards(root: Path = NETWORK_CARDS) -> frozenset[str]:
    """Digests of the addresses of this machine's real network cards; empty where the system does not list them."""
    found: set[str] = set()
    try:
        for card in root.iterdir():
            # Only a real card has a device; bridges and tunnels come and go.
            if (card / "device").exists():
                address = (card / "address").read_text(encoding="ascii").strip()
                if len(address) == _ADDRESS_LENGTH and address != "00:00:00:00:00:00":
                    found.add(hashlib.sha256(f"yizhan card {address}".encode()).hexdigest()[:16])
    except (OSError, UnicodeDecodeError):
        return frozenset(found)
    return frozenset(found)


class MachineMarks:
    """Remembers and compares. `secret` is the file of the machine secret: it is never copied by the program itself."""

    def __init__(self, store: Store, secret: Path, cards: Cards = network_cards) -> None:
        self._store = store
        self._secret = secret
        self._cards = cards

    def are_others(self) -> bool:
        """Whether this is not where the marks were made. Without any marks they are made now."""
        text = self._store.meta.get(META)
        if text is None:
            self.remember()
            return False
        known = json.loads(text)
        here = self._cards()
        other_cards = bool(known["cards"] and here and not here.intersection(known["cards"]))
        return known["file"] != self._file() or other_cards

    def remember(self) -> None:
        """This is the place from now on."""
        self._store.meta.set(META, json.dumps({"file": self._file(), "cards": sorted(self._cards())}))

    def _file(self) -> str:
        return str(self._secret.stat().st_ino)
