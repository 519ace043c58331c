"""An enclosure is the station's that named it first; another that names it too can neither erase nor block it, nor read it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from node.assemble import Node
from node.casework.case import Desk, Holder
from node.casework.drafts import ENCLOSURE_CONTEXT
from node.casework.letter import EnclosureEntry, SealedLetter
from node.errors import NotFoundError
from node.mail.dispatch import Dispatch
from node.mail.packing import Addressee, Contents, pack
from node.mail.receipts import ReceiptBook
from signing.envelope import new_content_key
from sync.parcel import NamedEnclosure
from tests.journeys.test_admission_table import letter_from, sealed_by, stations
from tests.journeys.world import World

FROM_VILLAGE2 = ("village2", "agent2")


def parcel(
    maker: Node,
    to: Node,
    letters: Sequence[SealedLetter] = (),
    named: Sequence[NamedEnclosure] = (),
    keys: Mapping[str, bytes] | None = None,
    parcel_class: str = "letters",
) -> bytes:
    """A parcel whose outside and inside name what they like, with all that the letters' seals need."""
    record = maker.store.stations.get(to.station.station)
    assert record is not None and record.encrypt_certificate is not None
    signers = {seal.signer for one in letters for seal in one.seals}
    trust = maker.station.trust
    contents = Contents(
        letters=[one.frame for one in letters],
        keys=dict(keys or {}),
        certificates=[each.der for one in signers for each in trust.path(trust.get(one)) if each.usage != "root"],
        seals=[der for one in letters for seal in one.seals if (der := maker.store.certificates.get(seal.seal, "seal"))],
    )
    reader = Addressee(maker.store.counters.next(f"to:{to.station.station}"), trust.get(record.encrypt_certificate))
    now = maker.clock.now()
    return pack(maker.station, contents, parcel_class=parcel_class, readers=[reader], urgent=False, made_at=now, enclosures=named)


def names(entry: EnclosureEntry, size_bytes: int | None = None) -> NamedEnclosure:
    return NamedEnclosure(entry.enclosure_id, size_bytes or entry.size_bytes, "full")


def page_of(world: World, number: str, name: str = "village1") -> EnclosureEntry:
    """The first page of a case, as its letter names it."""
    return world.nodes[name].store.letters and next(
        entry
        for one in world.nodes[name].desk._reading._casebook.letters(number)  # type: ignore[attr-defined]
        for entry in one.sealed.letter.enclosures
    )


def bring(world: World, data: bytes, maker: str, to: str) -> None:
    taken = world.nodes[to].mailroom.take_in([data], world.nodes[maker].station.station, "network")
    assert taken.refused == ()


def side(world: World, name: str, number: str, kind: str, body: Mapping[str, Any], *entries: EnclosureEntry) -> SealedLetter:
    return sealed_by(world, name, letter_from(world.node_of(name), number, kind, None, body, enclosures=entries))
