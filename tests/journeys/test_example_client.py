"""Another program at the door: the example client, written from the page of formats alone, hands a case in over real HTTP."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key
from waitress import create_server

from node.assemble import Node
from tests.journeys.world import World
from tests.sync.example_client import ExampleClient, digest
from tests.test_docs import ROOT

CLIENT = ROOT / "tests" / "sync" / "example_client.py"


@contextmanager
def served(node: Node) -> Iterator[str]:
    """A station's own server on loopback; its address."""
    server = create_server(node.app, host="127.0.0.1", port=0, threads=4, ident=None)

    def run() -> None:
        with suppress(OSError):
            server.run()

    threading.Thread(target=run, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world("p256")


def client_of(node: Node, url: str) -> ExampleClient:
    """The client with the village's own key, as another program of the village would have it."""
    signer = node.station.signer
    key = load_der_private_key(node.station.suite.dump_private(signer._private), None)  # type: ignore[attr-defined]  # of a file
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return ExampleClient(url, node.station.station, signer.certificate.digest, key, node.station.trust.root.der)


def prepared(world: World) -> tuple[list[bytes], list[bytes]]:
    """A submitted case's parcels and its enclosures, not carried by the village itself."""
    village, number = world.nodes["village1"], world.submitted()
    parent = world.nodes["township"].station.station
    parcels = [one.data for one in village.outgoing.due(parent, 1 << 30)]
    rows = village.store.materials.list(number)
    ids = [one for row in rows for one in (row.enclosure_id, (row.preview or {}).get("id")) if one]
    sizes = [village.store.enclosures.size_bytes(one) or 0 for one in ids]
    return parcels, [village.store.enclosures.read(one, 0, size) for one, size in zip(ids, sizes, strict=True)]


def test_a_program_written_from_the_page_hands_a_case_in_and_believes_the_receipt(world: World) -> None:
    parcels, enclosures = prepared(world)
    township = world.nodes["township"]
    with served(township) as url:
        client = client_of(world.nodes["village1"], url)
        assert "packed" in client.log_in()
        assert client.parent == township.station.station
        assert client.hand_in(parcels) == [digest(parcel) for parcel in parcels] != []
        assert client.hand_in(parcels) == [digest(parcel) for parcel in parcels]
        assert [client.put_enclosure(data) for data in enclosures] == [len(data) for data in enclosures] != []
        assert [client.put_enclosure(data) for data in enclosures] == [0 for _ in enclosures]
    assert not any(township.store.enclosures.missing(digest(data)) for data in enclosures)


def test_the_client_believes_no_receipt_of_another(world: World) -> None:
    parcels, _ = prepared(world)
    with served(world.nodes["township"]) as url:
        client = client_of(world.nodes["village1"], url)
        client.log_in()
        answer = client.exchange([("parcel", parcel) for parcel in parcels])
        receipt = next(data for kind, data in answer if kind == "receipt" and client.stored_by(data))
        forged = receipt.replace(digest(parcels[0]).encode(), digest(b"another").encode())
        with pytest.raises(Exception):  # noqa: B017  # whatever its library says of a signature that does not stand
            client.stored_by(forged)


def test_the_client_is_short_and_imports_nothing_of_ours() -> None:
    lines = Path(CLIENT).read_text(encoding="utf-8").splitlines()
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert not imported & {"sync", "node", "signing", "forms", "tests", "bench"}
    assert sum(1 for line in lines if line.strip()) < 130
