"""Another person at the same machine: two clicks and a password; and the first password of a new account."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from node.errors import NotAllowedError
from tests.journeys.world import World
from tests.node.web.browsing import Browsing, app_of

AGENT, HEAD = "qinghe-7315-du", "laohuai-2648-qiao"


def come_in(client: FlaskClient, name: str, password: str) -> TestResponse:
    page = client.get(f"/switch?who={name}").text
    found = re.search(r'name="csrf" value="([^"]+)"><input type="hidden" name="name"', page)
    token = found.group(1) if found else ""
    return client.post("/switch/in", data={"csrf": token, "name": name, "password": password})


@pytest.fixture
def agent(county: World, browse: Callable[[str], Browsing]) -> Browsing:
    """The first village's agent, after the head has been here too."""
    browse("head1")
    return browse("agent1")


def test_every_page_has_the_button_with_the_page_that_is_left(agent: Browsing) -> None:
    page = agent.get("/cases?box=drafts").text
    assert 'action="/switch"' in page and 'name="left" value="/cases?box=drafts"' in page


def test_switching_locks_who_was_here_and_coming_back_takes_the_password_alone(county: World, agent: Browsing) -> None:
    node, client = county.nodes["village1"], agent.client
    name = f"yizhan_{node.station.station}"
    old = client.get_cookie(name)
    standing = node.people.session(old.value if old else "")
    assert old is not None and standing is not None
    person = standing.person
    node.keyring.open(person, agent.pin)
    answer = agent.post("/switch", left="/cases?box=drafts")
    assert answer.status_code == 303 and answer.location == "/switch"
    assert node.people.session(old.value) is None and not node.keyring.is_open(person)
    names = client.get("/switch").text
    assert "示例代办员甲" in names and "示例村主任甲" in names and "已锁定" in names and "示例代办员乙" not in names
    assert come_in(client, "head1", HEAD).location == "/"
    assert "示例村主任甲" in client.get("/").text
    back = come_in(client, "agent1", AGENT)
    assert back.status_code == 303 and back.location == "/cases?box=drafts"
    fresh = client.get_cookie(name)
    assert fresh is not None and fresh.value != old.value
    session = node.people.session(fresh.value)
    assert session is not None and session.person.name == "agent1"
    with pytest.raises(NotAllowedError):
        node.keyring.open(session.person, None)
    client.set_cookie(name, old.value)
    assert client.get("/").status_code == 303


def test_a_wrong_password_lets_nobody_in_and_is_counted_as_at_a_login(agent: Browsing) -> None:
    agent.post("/switch")
    assert [come_in(agent.client, "head1", "wrong").status_code for _ in range(6)] == [401] * 5 + [429]
    assert come_in(agent.client, "head1", HEAD).status_code == 429
    assert agent.client.get("/cases").status_code == 303


def test_a_switch_without_locking_first_locks_too(county: World, agent: Browsing) -> None:
    cookie = agent.client.get_cookie(f"yizhan_{county.nodes['village1'].station.station}")
    assert cookie is not None and come_in(agent.client, "head1", HEAD).status_code == 303
    assert county.nodes["village1"].people.session(cookie.value) is None
    assert "示例村主任甲" in agent.client.get("/").text


def test_a_stranger_sees_no_names_and_a_form_of_another_site_is_refused(county: World, agent: Browsing) -> None:
    stranger = app_of(county.nodes["village1"].app).test_client()
    for path in ("/switch", "/switch?who=agent1"):
        answer = stranger.get(path)
        assert answer.status_code == 303 and answer.location == "/login" and "示例" not in answer.text
    assert stranger.post("/switch/in", data={"name": "agent1", "password": AGENT, "csrf": "guess"}).status_code == 403
    assert agent.client.post("/switch").status_code == 403


def test_a_browser_is_forgotten_after_the_idle_time(county: World, agent: Browsing) -> None:
    agent.post("/switch")
    county.clock.move(minutes=30)
    assert agent.client.get("/switch").location == "/login"


def test_who_has_not_been_here_for_a_month_is_not_listed(county: World, browse: Callable[[str], Browsing]) -> None:
    browse("head1")
    county.clock.move(days=31)
    page = browse("agent1").get("/switch").text
    assert "示例代办员甲" in page and "示例村主任甲" not in page


def test_a_disabled_person_is_not_listed_and_not_let_in(county: World, agent: Browsing) -> None:
    county.nodes["village1"].people.disable("head1")
    agent.post("/switch")
    assert "示例村主任甲" not in agent.client.get("/switch").text
    assert come_in(agent.client, "head1", HEAD).status_code in (401, 403)


@pytest.mark.parametrize("left", ["https://evil.example/", "//evil.example", "/\\evil"])
def test_nobody_is_led_out_of_the_station(agent: Browsing, left: str) -> None:
    agent.post("/switch", left=left)
    assert come_in(agent.client, "agent1", AGENT).location == "/"


def set_up(client: FlaskClient, **fields: str) -> TestResponse:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/setup").text)
    assert found
    return client.post("/setup", data={"csrf": found.group(1), **fields})


def test_a_set_up_code_gives_a_password_once(county: World) -> None:
    node = county.nodes["village1"]
    node.people.add("xinren", "示例新人", ("agent",), None)
    code = node.people.new_code("xinren")
    client = app_of(node.app).test_client()
    new = {"name": "xinren", "code": code, "password": "songlin-3381-he"}
    assert "不一样" in set_up(client, **{**new, "again": "songlin-3381"}).text
    assert set_up(client, **new, again=new["password"]).location == "/login?done=setup"
    assert "密码已设好" in client.get("/login?done=setup").text
    assert set_up(client, **new, again=new["password"]).status_code == 401
    assert node.people.login("xinren", "songlin-3381-he")[1].person == replace(node.people.person("xinren"))
