"""The next hop towards each reader, with stations replaced and unknown."""

import pytest

from sync.routes import Directory, StationEntry

COUNTY, TOWN, TOWN2 = "13102500000001", "13102510500001", "13102510600001"
VILLAGE, OTHER, FAR = "13102510520101", "13102510520201", "13102510620101"
NEW_VILLAGE, NEW_TOWN = "13102510520102", "13102510500002"


def entries() -> list[StationEntry]:
    return [
        StationEntry(COUNTY, "示例县", "county"),
        StationEntry(TOWN, "示例镇", "township", COUNTY),
        StationEntry(TOWN2, "示例二镇", "township", COUNTY),
        StationEntry(VILLAGE, "示例村", "village", TOWN),
        StationEntry(OTHER, "示例二村", "village", TOWN),
        StationEntry(FAR, "示例三村", "village", TOWN2),
    ]


def replaced(old: str, new: StationEntry) -> Directory:
    changed = [StationEntry(one.station, one.name, one.tier, one.parent, new.station if one.station == old else None) for one in entries()]
    return Directory([*changed, new])


@pytest.fixture
def directory() -> Directory:
    return Directory(entries())


def test_the_path_goes_up_to_the_county(directory: Directory) -> None:
    assert directory.path_of(VILLAGE) == (VILLAGE, TOWN, COUNTY)
    assert directory.path_of(COUNTY) == (COUNTY,)
    assert directory.path_of("0" * 14) == ()


@pytest.mark.parametrize(
    ("me", "reader", "hop"),
    [
        (VILLAGE, TOWN, TOWN),
        (VILLAGE, COUNTY, TOWN),
        (VILLAGE, FAR, TOWN),
        (TOWN, COUNTY, COUNTY),
        (TOWN, VILLAGE, VILLAGE),
        (TOWN, FAR, COUNTY),
        (COUNTY, FAR, TOWN2),
        (COUNTY, VILLAGE, TOWN),
        (VILLAGE, VILLAGE, None),
        (VILLAGE, "0" * 14, TOWN),
        (COUNTY, "0" * 14, None),
    ],
)
def test_the_next_hop_is_one_step_nearer(directory: Directory, me: str, reader: str, hop: str | None) -> None:
    assert directory.next_hop(reader, me) == hop


def test_readers_are_grouped_by_hop_and_not_sent_back(directory: Directory) -> None:
    assert directory.next_hops([TOWN, COUNTY, VILLAGE], TOWN, VILLAGE) == {COUNTY: [COUNTY]}
    assert directory.next_hops([VILLAGE, OTHER, FAR], COUNTY) == {TOWN: [VILLAGE, OTHER], TOWN2: [FAR]}


def test_every_parcel_arrives_within_the_height_of_the_tree(directory: Directory) -> None:
    for maker in directory.entries():
        for reader in directory.entries():
            at, hops = maker.station, 0
            while at != reader.station:
                step = directory.next_hop(reader.station, at)
                assert step is not None
                at, hops = step, hops + 1
            assert hops <= 4


def test_a_replaced_village_is_reached_at_its_successor() -> None:
    directory = replaced(VILLAGE, StationEntry(NEW_VILLAGE, "示例村", "village", TOWN))
    assert directory.next_hops([VILLAGE], COUNTY) == {TOWN: [VILLAGE]}
    assert directory.next_hops([VILLAGE], TOWN) == {NEW_VILLAGE: [VILLAGE]}
    assert directory.is_for([VILLAGE], NEW_VILLAGE)
    assert directory.children(TOWN) == (NEW_VILLAGE, OTHER)


def test_what_came_from_a_replaced_village_does_not_go_back_to_its_successor() -> None:
    directory = replaced(VILLAGE, StationEntry(NEW_VILLAGE, "示例村", "village", TOWN))
    assert directory.next_hops([NEW_VILLAGE], TOWN, VILLAGE) == {}


def test_children_of_a_replaced_town_go_up_to_its_successor() -> None:
    directory = replaced(TOWN, StationEntry(NEW_TOWN, "示例镇", "township", COUNTY))
    assert directory.path_of(VILLAGE) == (VILLAGE, NEW_TOWN, COUNTY)
    assert directory.next_hop(COUNTY, VILLAGE) == NEW_TOWN
    assert directory.next_hop(VILLAGE, COUNTY) == NEW_TOWN


def test_a_directory_that_bites_its_tail_still_answers() -> None:
    loop = Directory([StationEntry(VILLAGE, "", "village", TOWN, OTHER), StationEntry(OTHER, "", "village", VILLAGE, VILLAGE)])
    assert loop.current(VILLAGE) in (VILLAGE, OTHER)
    assert len(loop.path_of(VILLAGE)) <= 2
    parents = Directory([StationEntry(VILLAGE, "", "village", OTHER), StationEntry(OTHER, "", "village", VILLAGE)])
    assert parents.path_of(VILLAGE) == (VILLAGE, OTHER)


def test_is_for_asks_for_a_reader_here(directory: Directory) -> None:
    assert directory.is_for([TOWN, COUNTY], TOWN)
    assert not directory.is_for([COUNTY], TOWN)
    assert VILLAGE in directory and "0" * 14 not in directory
    entry = directory.entry(VILLAGE)
    assert entry is not None and entry.name == "示例村"


@pytest.mark.parametrize(
    ("me", "maker", "readers", "hops"),
    [
        (OTHER, VILLAGE, (TOWN, COUNTY), [TOWN]),
        (TOWN2, VILLAGE, (TOWN, COUNTY), [COUNTY]),
        (FAR, VILLAGE, (TOWN, COUNTY), []),
        (FAR, TOWN, (COUNTY, VILLAGE), []),
        (OTHER, COUNTY, (TOWN, VILLAGE), [TOWN]),
        (FAR, COUNTY, (TOWN, VILLAGE), []),
        (TOWN, COUNTY, (VILLAGE,), [VILLAGE]),
        (TOWN2, COUNTY, (TOWN, VILLAGE), []),
        (TOWN, NEW_VILLAGE, (COUNTY,), []),
    ],
)
def test_a_parcel_is_passed_on_only_to_who_can_know_its_maker(
    directory: Directory, me: str, maker: str, readers: tuple[str, ...], hops: list[str]
) -> None:
    assert list(directory.ways(readers, maker, me)) == hops
