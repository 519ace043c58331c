"""The example county's stations and people (示例数据). Only here are passwords known beforehand."""

from dataclasses import dataclass
from pathlib import Path

from node.clock import Clock
from node.enrolment.founding import Above, NewPerson, NewStation, enrol_person, found_station
from node.enrolment.office import opened
from node.roles import Role, Tier
from node.staff.people import People


@dataclass(frozen=True)
class DemoStation:
    """A station; `folder` is its name below the demo's folder, `parent` the folder of the station above."""

    folder: str
    name: str
    tier: Tier
    division: str
    parent: str | None


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
    DemoStation("county", "示例县政务服务中心", Tier.COUNTY, "131025000000", None),
    DemoStation("township", "示例镇便民服务中心", Tier.TOWNSHIP, "131025105000", "county"),
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


def found_demo_county(folder: Path, clock: Clock, suite: str = "gm") -> None:
    """Make the four stations and all people below `folder`."""
    county = folder / "county"
    for station in STATIONS:
        above = Above(folder / station.parent, county) if station.parent else None
        place = folder / station.folder
        found_station(place, NewStation(station.name, station.tier, station.division, suite=suite), above, clock)
        for person in PEOPLE:
            if person.station == station.folder:
                _add_person(place, person, above, clock)


def _add_person(place: Path, person: DemoPerson, above: Above | None, clock: Clock) -> None:
    roles = (str(person.role),)
    if not person.practice:
        enrol_person(place, NewPerson(person.name, person.display_name, roles, person.password, person.pin), above, clock)
        return
    with opened(place, clock) as office:
        people = People(office.store, clock, office.config.station.tier, office.config.policy)
        people.add(person.name, person.display_name, roles, person.password, practice=True)
