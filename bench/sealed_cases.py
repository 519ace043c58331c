"""Cases for throughput: two items of 31 answers and no materials, published by the county, and drafts of them that make letters of 4 KB.

They are `medical_aid` without its materials and with long reasons; one asks for the agent's seal alone, one for the seal of the unit too.
The stations seal no documents (`sealed_documents = false`): what is measured is letters.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from bench.county import NAMES, County
from bench.ground import person, station
from forms.schema import Form
from forms.shipped import ITEMS
from node.assemble import Node

LIKE = "medical_aid"
ONE_SEAL, TWO_SEALS = "bench_one_seal", "bench_two_seals"
REASON = "住院自付费用较高,家庭收入不足以承担,申请救助。" * 20
KEY_USES = 1000
"""Cases under one PIN: opening a key costs a fifth of a second on purpose, and is no part of a case."""


def packages() -> tuple[bytes, bytes]:
    """The item with one seal, and the one with two."""
    like = json.loads((ITEMS / LIKE / "1.json").read_bytes())
    like |= {"materials": [], "sample_materials": [], "sample": like["sample"] | {"reason": REASON[:500]}}
    village = like["tiers"]["village"]
    alone = like["tiers"] | {"village": village | {"seal": "代办员电子签名"}}
    return _package(like, ONE_SEAL, "示例甲", tiers=alone), _package(like, TWO_SEALS, "示例乙")


def _package(like: dict[str, Any], item: str, name: str, **more: Any) -> bytes:
    changed = like | {"id": item, "name": like["name"] + name} | more
    return json.dumps(changed, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@contextmanager
def stations(county: County) -> Iterator[tuple[Node, Node, Node]]:
    """Village, township and county in this process; their own processes must not be running."""
    with ExitStack() as stack:
        village, township, above = (stack.enter_context(station(county, name)) for name in ("village1", "township", "county"))
        yield village, township, above


def publish(county: County) -> None:
    """Publish both items, and carry them to every station, in this process; acts seal no documents from now on."""
    for name in NAMES:
        county.change(name, lambda one: replace(one, policy=replace(one.policy, sealed_documents=False, key_uses=KEY_USES)))
    with stations(county) as (village, township, above):
        for one in packages():
            above.publisher.take_import(one, "xb", "示例")
        above.publisher.publish_items([], "测速", "示例")
        above.cataloguing.sender.send(above.clock.now())
        bring(above, township)
        bring(township, village)
        village.desk.item(ONE_SEAL)


def bring(maker: Node, taker: Node) -> int:
    """Carry what is due from one station to another, in this process; how many parcels."""
    parcels = [one.data for one in maker.outgoing.due(taker.station.station, 1 << 30, 1 << 20)]
    for data in parcels:
        taken = taker.mailroom.take_in([data], maker.station.station, "network")
        maker.mailroom.take_receipts(taken.receipts, taker.station.station)
    return len(parcels)


def drafts(village: Node, item: str, count: int) -> list[tuple[str, str]]:
    """So many drafts, no two alike, that only wait to be submitted: number, and the digest that the check page shows."""
    agent = person("agent1")
    form: Form = village.desk.item(item)[1]
    made = []
    for _ in range(count):
        case = village.desk.open_case(agent, item)
        answers = dict(form.sample) | {"reason": f"{REASON}{len(made):06}"}
        village.desk.save_answers(agent, case.line.case_number, case.version or 0, answers)
        made.append((case.line.case_number, village.desk.case(agent, case.line.case_number).shown))
    return made
