"""What a county publishes in tests: new versions of shipped items, imported and released; and parcels that say what they like."""

import json
from typing import Any

from node.assemble import Node
from node.catalogue.views import Published
from node.mail.packing import Addressee, Contents, pack
from tests.items import newest
from tests.journeys.world import World

REASON = "按省里新标准"


def package(item: str = "gaoling", **members: Any) -> bytes:
    """A version of a shipped item with other members."""
    changed = {**json.loads(newest(item).read_bytes()), **members}
    return json.dumps(changed, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def publish(node: Node, *packages: bytes, reason: str = REASON) -> Published:
    """Import packages at a county and publish them in one release."""
    items = [node.publisher.take_import(one, "xb", "示例").id for one in packages]
    (made,) = node.publisher.publish_items(items, reason, "示例")
    return made


def send(world: World) -> None:
    """What the county's chore does."""
    world.nodes["county"].cataloguing.sender.send(world.clock.now())


def numbers(world: World) -> dict[str, int]:
    """The number of the release in force at each station."""
    return {name: node.store.catalogue.number() for name, node in world.nodes.items()}


def refusals(node: Node) -> list[str]:
    """Why something of the catalogue was refused at a station, oldest first."""
    lines = [line for line in node.store.audit.page() if line.what == "catalogue_refused"]
    return [str(line.detail["why"]) for line in sorted(lines, key=lambda one: one.seq)]


def parcel_of(maker: Node, to: Node, contents: Contents, parcel_class: str = "catalogue") -> bytes:
    """A parcel that says what it likes, signed by its maker."""
    record = maker.store.stations.get(to.station.station)
    assert record is not None and record.encrypt_certificate is not None
    reader = Addressee(maker.store.counters.next(f"to:{to.station.station}"), maker.station.trust.get(record.encrypt_certificate))
    return pack(maker.station, contents, parcel_class=parcel_class, readers=[reader], urgent=False, made_at=maker.clock.now())
