"""The stations of the county."""

import threading
from dataclasses import replace

import pytest

from node.store import Store
from node.store.records import StationRecord
from tests.node.store.samples import COUNTY, TOWN, VILLAGE

OF_COUNTY = StationRecord(COUNTY, "示例县", "county")
OF_TOWN = StationRecord(TOWN, "示例乡", "township", COUNTY, None, "sm3:sign", "sm3:encrypt")
OF_VILLAGE = StationRecord(VILLAGE, "示例村", "village", TOWN)


def test_stations_are_kept_by_id_with_those_below_them(store: Store) -> None:
    for station in (OF_VILLAGE, OF_TOWN, OF_COUNTY):
        store.stations.put(station)
    assert store.stations.get(TOWN) == OF_TOWN
    assert store.stations.get("nowhere") is None
    assert store.stations.all() == [OF_COUNTY, OF_TOWN, OF_VILLAGE]
    assert store.stations.children(TOWN) == [OF_VILLAGE]
    assert store.stations.children(VILLAGE) == []


def test_a_replaced_station_names_its_successor(store: Store) -> None:
    store.stations.put(OF_VILLAGE)
    store.stations.put(replace(OF_VILLAGE, successor="13102510520102", sign_certificate=None))
    found = store.stations.get(VILLAGE)
    assert found is not None and found.successor == "13102510520102"


def test_what_is_remembered_of_a_station_in_a_transaction_is_what_is_there(store: Store) -> None:
    renamed = replace(OF_VILLAGE, name="示例新村")
    store.stations.put(OF_VILLAGE)
    with pytest.raises(ZeroDivisionError), store.transaction():
        assert store.stations.get(VILLAGE) == OF_VILLAGE and store.stations.get(TOWN) is None
        store.stations.put(renamed)
        store.stations.put(OF_TOWN)
        assert store.stations.get(VILLAGE) == renamed and store.stations.get(TOWN) == OF_TOWN
        raise ZeroDivisionError
    with store.transaction():
        assert store.stations.get(VILLAGE) == OF_VILLAGE and store.stations.get(TOWN) is None
    assert store.stations.get(VILLAGE) == OF_VILLAGE


def test_outside_a_transaction_nothing_is_remembered_of_a_station_or_a_certificate(store: Store) -> None:
    def by_another() -> None:
        store.stations.put(OF_VILLAGE)
        store.certificates.put("sm3:x", b"one", "seal")
        store.close_thread()

    assert store.stations.get(VILLAGE) is None and store.certificates.get("sm3:x", "seal") is None
    another = threading.Thread(target=by_another)
    another.start()
    another.join()
    assert store.stations.get(VILLAGE) == OF_VILLAGE and store.certificates.get("sm3:x", "seal") == b"one"
