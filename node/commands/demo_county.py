"""The example county's stations and people (示例数据). Only here are passwords known beforehand."""

from dataclasses import dataclass, replace
from pathlib import Path

from node.clock import Clock
from node.config import load_config, write_config
from node.enrolment.founding import Above, NewPerson, NewStation, enrol_with_key, found_station
from node.enrolment.office import opened
from node.roles import Role, Tier
from node.seals.founding import NewSeal, found_seals
from node.seals.samples import Draw, DrawName, drawn_or_sample, drawn_unit, sample_for, unit_sample_for
from node.staff.people import People
from signing.algorithms import PrivateKey


@dataclass(frozen=True)
class DemoStation:
    """A station; `folder` is its name below the demo's folder, `parent` the folder of the station above."""

    folder: str
    name: str
    tier: Tier
    division: str
    parent: str | None
    uscc: str | None = None


@dataclass(frozen=True)
class DemoPerson:
    """A person with the password and PIN that the demo prints; `station` is a station's folder. Who practises has no PIN."""

    station: str
    name: str
    display_name: str
    role: Role
    password: str
    pin: str
    practice: bool = False


STATIONS = (
    DemoStation("county", "示例县政务服务中心", Tier.COUNTY, "131025000000", None, "11131025999000005J"),
    DemoStation("township", "示例镇便民服务中心", Tier.TOWNSHIP, "131025105000", "county", "111310259990000218"),
    DemoStation("village1", "示例一村便民服务室", Tier.VILLAGE, "131025105201", "township"),
    DemoStation("village2", "示例二村便民服务室", Tier.VILLAGE, "131025105202", "township"),
)

PEOPLE = (
    DemoPerson("village1", "agent1", "示例代办员甲", Role.AGENT, "qinghe-7315-du", "482913"),
    DemoPerson("village1", "head1", "示例村主任甲", Role.VILLAGE_HEAD, "laohuai-2648-qiao", "739051"),
    DemoPerson("village1", "admin1", "示例村管理员", Role.ADMIN, "damenkou-4406-suo", "918325"),
    DemoPerson("village2", "agent2", "示例代办员乙", Role.AGENT, "maidi-9027-xi", "615387"),
    DemoPerson("village2", "head2", "示例村主任乙", Role.VILLAGE_HEAD, "shuijing-4183-dong", "208746"),
    DemoPerson("township", "reviewer", "示例审核员", Role.REVIEWER, "zhenjie-5570-bei", "974120"),
    DemoPerson("township", "leader", "示例镇负责人", Role.LEADER, "yizhan-8236-ma", "351864"),
    DemoPerson("township", "townadmin", "示例镇管理员", Role.ADMIN, "houyuan-7719-jing", "526093"),
    DemoPerson("county", "approver", "示例审批员", Role.APPROVER, "xiancheng-1694-nan", "862409"),
    DemoPerson("county", "keyofficer", "示例密钥管理员", Role.KEY_OFFICER, "tongyao-3058-shi", "590372"),
    DemoPerson("county", "supervisor", "示例监察员", Role.SUPERVISOR, "huangpai-6741-deng", "147638"),
    DemoPerson("county", "admin", "示例管理员", Role.ADMIN, "jifang-9482-men", "803215"),
    DemoPerson("village1", "learner1", "示例练习员", Role.AGENT, "xuetang-3574-ban", "", practice=True),
)


@dataclass(frozen=True)
class DemoSeal:
    """A unit seal; `station` is a station's folder, `custodians` are login names, who asks first."""

    station: str
    kind: str
    name: str
    custodians: tuple[str, ...]


SEALS = (
    DemoSeal("village1", "service", "示例一村便民服务专用章", ("agent1", "head1")),
    DemoSeal("village1", "unit", "示例一村村民委员会", ("head1",)),
    DemoSeal("village2", "service", "示例二村便民服务专用章", ("agent2", "head2")),
    DemoSeal("village2", "unit", "示例二村村民委员会", ("head2",)),
    DemoSeal("township", "unit", "示例镇人民政府", ("reviewer", "leader")),
    DemoSeal("county", "approval", "示例县行政审批专用章", ("approver",)),
    DemoSeal("county", "unit", "示例县政务服务中心", ("approver",)),
)
KEY_OFFICER = "keyofficer"


def found_demo_county(folder: Path, clock: Clock, suite: str = "gm", draw: Draw | None = None) -> None:
    """Make the four stations, all people and the unit seals below `folder`; without `draw` all seals look alike."""
    draw_name, draw_unit = (sample_for, unit_sample_for) if draw is None else (drawn_or_sample(draw), drawn_unit(draw))
    county = folder / "county"
    keys: dict[str, PrivateKey] = {}
    for station in STATIONS:
        above = Above(folder / station.parent, county) if station.parent else None
        place = folder / station.folder
        found_station(place, NewStation(station.name, station.tier, station.division, suite=suite), above, clock)
        if station.uscc:
            config = load_config(place)
            write_config(place, replace(config, station=replace(config.station, uscc=station.uscc)))
        for person in PEOPLE:
            if person.station == station.folder:
                key = _add_person(place, person, above, clock, draw_name)
                keys |= {} if key is None else {person.name: key}
    seals = [NewSeal(folder / one.station, one.kind, one.name, one.custodians) for one in SEALS]
    found_seals(county, KEY_OFFICER, seals, keys, clock, draw_unit)


def _add_person(place: Path, person: DemoPerson, above: Above | None, clock: Clock, draw_name: DrawName) -> PrivateKey | None:
    roles = (str(person.role),)
    if not person.practice:
        new = NewPerson(person.name, person.display_name, roles, person.password, person.pin)
        return enrol_with_key(place, new, above, clock, draw_name)[1]
    with opened(place, clock) as office:
        people = People(office.store, clock, office.config.station.tier, office.config.policy)
        people.add(person.name, person.display_name, roles, person.password, practice=True)
    return None
