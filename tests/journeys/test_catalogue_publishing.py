"""A county publishes: what it may, what is refused, and that a refused change changes nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from forms.errors import SchemaError, UnknownItemError
from node.assemble import Node
from node.casework.calendars import shipped_calendar
from node.catalogue.release import MAX_CHANGES
from node.catalogue.sending import MOST_CONTENT_BYTES
from node.cli import main
from node.errors import LintError, NotAllowedError, RequestError
from node.succession.refilled import AWAITED
from tests.fakes import START
from tests.items import ITEMS, newest
from tests.journeys.publishing import REASON, numbers, package, publish
from tests.journeys.world import World

BROUGHT = len([*(ITEMS / "gaoling").glob("*.json")])
"""So many versions of 高龄津贴 come with the program."""


def shelf(node: Node) -> dict[str, list[str]]:
    """How the versions stand of each item that a release has named, oldest first."""
    return {one.id: [version.standing for version in one.versions] for one in node.publisher.shelf() if not one.is_shipped}


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises((RequestError, NotAllowedError)) as error:
        act()
    assert getattr(error.value, "code", None) == code


def test_the_shelf_is_what_the_program_ships_until_something_is_published(world: World) -> None:
    node = world.nodes["county"]
    assert node.publisher.head().number == 0 and node.publisher.releases() == ()
    assert all(one.is_shipped and one.current for one in node.publisher.shelf())
    digest = node.publisher.take_import(package(charge="新"), "GLJT", "示例").digest
    assert node.desk.item("gaoling")[1].charge == "不收费"
    assert [(one.entry.id, one.entry.initials, one.is_published) for one in node.publisher.imported()] == [("gaoling", "gljt", False)]
    (made,) = node.publisher.publish_items([], REASON, "示例")
    assert node.desk.item("gaoling")[0] == digest and node.publisher.imported() == ()
    assert made.names == {"gaoling": "高龄津贴申请"} and node.publisher.releases() == (made,)
    assert shelf(node) == {"gaoling": ["fillable"] * BROUGHT + ["current"]}
    assert [one.id for one in node.desk.items("gljt")] == ["gaoling"]


def test_versions_and_items_are_withdrawn_and_published_again(world: World) -> None:
    node = world.nodes["county"]
    publish(node, package(charge="一"))
    publish(node, package(charge="二"))
    node.publisher.withdraw_version("gaoling", node.desk.item("gaoling")[0], "有错", "示例")
    assert node.desk.item("gaoling")[1].charge == "一"
    assert shelf(node) == {"gaoling": ["fillable"] * BROUGHT + ["current", "withdrawn"]}
    node.publisher.withdraw_item("gaoling", "停办", "示例")
    assert shelf(node) == {"gaoling": ["withdrawn"] * (BROUGHT + 2)}
    assert "gaoling" not in {one.id for one in node.desk.items()}
    with pytest.raises(UnknownItemError):
        node.desk.item("gaoling")
    publish(node, package(charge="三"))
    assert node.desk.item("gaoling")[1].charge == "三"
    assert shelf(node) == {"gaoling": ["withdrawn"] * (BROUGHT + 2) + ["current"]}
    node.publisher.withdraw_item("dibao", "停办", "示例")
    assert set(shelf(node)["dibao"]) == {"withdrawn"}
    assert [one.release.number for one in node.publisher.releases()] == [6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize("act", ["imports anew", "throws away"])
def test_what_another_clerk_does_to_an_import_meanwhile_stops_its_publication(
    world: World, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    node = world.nodes["county"]
    publisher, catalogue = node.publisher, node.store.catalogue
    publisher.take_import(package(charge="一"), "GLJT", "示例")

    lint = publisher._lint

    def meanwhile(*given: Any) -> Any:
        """What the lint says, a moment before the release is signed."""
        monkeypatch.undo()
        found = lint(*given)
        if act == "imports anew":
            publisher.take_import(package(charge="二"), "GLJT", "别人")
        else:
            publisher.drop_import("gaoling", "别人")
        return found

    monkeypatch.setattr(publisher, "_lint", meanwhile)
    refused("catalogue_busy", lambda: publisher.publish_items(["gaoling"], REASON, "示例"))
    assert publisher.head().number == 0
    assert [row.imported_by for row in catalogue.imports()] == (["别人"] if act == "imports anew" else [])


def test_what_is_refused_changes_nothing(world: World) -> None:
    node = world.nodes["county"]
    before = node.publisher.head()
    publisher, old = node.publisher, node.desk.item("gaoling")[0]
    refused("catalogue_nothing", lambda: publisher.publish_items([], REASON, "示例"))
    refused("catalogue_not_imported", lambda: publisher.publish_items(["gaoling"], REASON, "示例"))
    publisher.take_import(newest("gaoling").read_bytes(), "", "示例")
    refused("catalogue_known", lambda: publisher.publish_items(["gaoling"], REASON, "示例"))
    publisher.take_import(package(charge="新"), "", "示例")
    refused("catalogue_reason", lambda: publisher.publish_items([], "", "示例"))
    refused("catalogue_reason", lambda: publisher.publish_items([], "字" * 201, "示例"))
    refused("catalogue_unknown", lambda: publisher.withdraw_version("gaoling", "sm3:" + "0" * 64, REASON, "示例"))
    refused("catalogue_unknown", lambda: publisher.withdraw_item("nothing", REASON, "示例"))
    refused("catalogue_initials", lambda: publisher.take_import(package(), "高龄", "示例"))
    refused("catalogue_county", lambda: world.nodes["township"].publisher.withdraw_item("gaoling", REASON, "示例"))
    refused("catalogue_county", lambda: world.nodes["village1"].publisher.take_import(package(charge="新"), "", "示例"))
    with pytest.raises(SchemaError):
        publisher.take_import(b"{}", "", "示例")
    assert publisher.head() == before and node.desk.item("gaoling")[0] == old
    publisher.withdraw_version("gaoling", old, REASON, "示例")
    refused("catalogue_withdrawn", lambda: publisher.withdraw_version("gaoling", old, REASON, "示例"))
    publisher.withdraw_item("gaoling", REASON, "示例")
    refused("catalogue_unknown", lambda: publisher.withdraw_item("gaoling", REASON, "示例"))
    assert publisher.head().number == 2


def test_what_the_lint_refuses_is_not_published_nor_is_anything_beside_it(world: World) -> None:
    node = world.nodes["county"]
    vague = json.loads(package("dibao"))
    vague["materials"][0]["name"] = "其他材料"
    node.publisher.take_import(json.dumps(vague, ensure_ascii=False).encode(), "", "示例")
    node.publisher.take_import(package(charge="新"), "", "示例")
    with pytest.raises(LintError) as error:
        node.publisher.publish_items([], REASON, "示例")
    assert error.value.findings == node.publisher.findings("dibao")
    assert any(one.level == "refuse" for one in error.value.findings)
    assert node.publisher.head().number == 0 and len(node.publisher.imported()) == 2


def test_an_import_takes_the_place_of_the_one_before_and_leaves_no_package_behind(world: World) -> None:
    node = world.nodes["county"]
    first = node.publisher.take_import(package(charge="一"), "", "示例").digest
    second = node.publisher.take_import(package(charge="二"), "", "示例").digest
    assert node.store.catalogue.held([first, second]) == {second}
    node.publisher.drop_import("gaoling", "示例")
    assert node.publisher.imported() == () and node.store.catalogue.held([second]) == set()
    made = publish(node, package(charge="三")).release.changes[0].package
    node.publisher.take_import(package(charge="三"), "", "示例")
    node.publisher.drop_import("gaoling", "示例")
    assert node.store.catalogue.held([made]) == {made}
    # What no parcel could carry is not taken in.
    noise = "".join(node.station.suite.digest(b"%d" % number)[4:] for number in range(MOST_CONTENT_BYTES // 32))
    refused("catalogue_too_large", lambda: node.publisher.take_import(package(charge=noise), "", "示例"))


def test_what_was_imported_after_somebody_looked_is_not_signed_in_its_place(world: World) -> None:
    publisher, digest = world.nodes["county"].publisher, world.nodes["county"].station.suite.digest
    looked_at, later = package(charge="一"), package(charge="一百元")
    publisher.take_import(looked_at, "xb", "示例")
    publisher.take_import(later, "xb", "示例")
    with pytest.raises(RequestError, match="catalogue_not_imported"):
        publisher.publish_items(["gaoling"], "示例", "示例", digest(looked_at))
    assert publisher.head().number == 0
    (made,) = publisher.publish_items(["gaoling"], "示例", "示例", digest(later))
    assert made.release.changes[0].package == digest(later)


def test_a_county_whose_clock_cannot_be_right_publishes_nothing(world: World) -> None:
    node = world.nodes["county"]
    node.publisher.take_import(package(charge="新"), "", "示例")
    world.clock.at = START.replace(year=2014)
    refused("catalogue_clock", lambda: node.publisher.publish_items([], REASON, "示例"))
    world.clock.at = START
    node.standing.mark_restored("backup")
    refused("standing_restored", lambda: node.publisher.publish_items([], REASON, "示例"))
    node.standing.mark_active()
    node.store.meta.set(AWAITED, json.dumps([world.nodes["township"].station.station]))
    refused("catalogue_behind", lambda: node.publisher.publish_items([], REASON, "示例"))
    assert numbers(world)["county"] == 0


def test_more_than_a_release_holds_becomes_several_and_a_calendar_goes_with_them(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("node.catalogue.publishing.MAX_CHANGES", 2)
    assert MAX_CHANGES > 2
    node = world.nodes["county"]
    items = ("gaoling", "dibao", "tekun", "linshi", "orphan")
    for item in items:
        node.publisher.take_import(package(item, charge="新"), "", "示例")
    made = node.publisher.publish_items(items, REASON, "示例")
    assert [len(one.release.changes) for one in made] == [2, 2, 1]
    assert [one.release.before for one in made] == [None, made[0].digest, made[1].digest]
    assert {node.desk.item(item)[1].charge for item in items} == {"新"}
    members = json.loads(shipped_calendar())
    members["years"]["2027"] = {"holidays": ["2027-01-01"], "makeup_workdays": [], "status": "official"}
    data = json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    (calendar,) = node.publisher.publish_calendar(data, "国办通知", "示例")
    assert node.calendars.newest().version == calendar.release.changes[0].calendar
    refused("catalogue_known", lambda: node.publisher.publish_calendar(data, "国办通知", "示例"))


def test_the_commands_publish_withdraw_list_and_lint(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    county, running = str(world.place / "county"), world.nodes["county"]
    running.publisher.take_import(package(charge="新"), "gljt", "示例")
    assert main(["catalogue", "lint", county]) == 0
    assert main(["catalogue", "publish", county, "--reason", "按新标准"]) == 0
    assert "第 1 号" in capsys.readouterr().out
    digest, form = running.desk.item("gaoling")
    assert form.charge == "新", "the running station sees what another process has published"
    assert running.cataloguing.sender.waiting() == {}
    assert main(["catalogue", "list", county, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (item,) = [one for one in told["items"] if one["id"] == "gaoling"]
    assert (told["number"], item["package"], item["shipped"]) == (1, digest, False)
    assert main(["catalogue", "withdraw", county, "gaoling", "--version", digest, "--reason", "有错"]) == 0
    assert main(["catalogue", "withdraw", county, "gaoling", "--reason", "停办"]) == 0
    assert main(["catalogue", "withdraw", county, "gaoling", "--reason", "停办"]) == 2
    capsys.readouterr()
    assert main(["catalogue", "list", county]) == 0
    assert "第 3 号" in capsys.readouterr().out
    world.settle()
    assert numbers(world) == dict.fromkeys(world.nodes, 3)
