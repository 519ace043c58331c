"""The stations of the county."""

from dataclasses import replace

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
