"""Login, home, the strip, lists and static files."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from node.web.shared import RULE_FILES
from tests.journeys.world import World
from tests.node.web.browsing import Browsing, app_of

Browse = Callable[[str], Browsing]
WEB = Path(__file__).parents[3] / "node" / "web"


def log_in(county: World, password: str, back: str = "/") -> tuple[int, str, str]:
    client = app_of(county.nodes["village1"].app).test_client()
    token = re.search(r'name="csrf" value="([^"]+)"', client.get("/login").text)
    assert token
    answer = client.post("/login", data={"csrf": token.group(1), "name": "agent1", "password": password, "next": back})
    return answer.status_code, answer.headers.get("Location", ""), answer.text


def test_the_right_password_leads_to_where_one_was_going(county: World) -> None:
    assert log_in(county, "qinghe-7315-du", "/items")[:2] == (303, "/items")


def test_the_login_page_sends_home_who_is_logged_in(browse: Browse) -> None:
    answer = browse("agent1").get("/login?next=/items")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/items")


@pytest.mark.parametrize("there", ["//evil.example", "http://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_login_never_leads_to_another_site(county: World, there: str) -> None:
    assert log_in(county, "qinghe-7315-du", there)[:2] == (303, "/")


def test_a_wrong_password_says_so_and_nothing_more(county: World) -> None:
    status, _, page = log_in(county, "wrong")
    assert status == 401 and "姓名或密码不对" in page


def test_five_wrong_passwords_lock_and_say_for_how_long(county: World) -> None:
    for _ in range(5):
        log_in(county, "wrong")
    status, _, page = log_in(county, "qinghe-7315-du")
    assert status == 401 and "15 分钟后再试" in page


def test_the_strip_says_the_line_in_words_and_answers_304_when_nothing_changed(county: World, browse: Browse) -> None:
    county.weather.down = {"village1"}
    county.submitted()
    county.carry("village1")
    agent = browse("agent1")
    first = agent.get("/strip")
    assert "线路不通" in first.text and "有 1 份待发" in first.text
    again = agent.get("/strip", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""


def test_an_expired_login_tells_a_fragment_where_to_go(county: World) -> None:
    answer = app_of(county.nodes["village1"].app).test_client().get("/strip", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["X-Login"]) == (401, "/login?next=/")


def test_an_unknown_box_is_not_found(browse: Browse) -> None:
    assert browse("agent1").get("/cases?box=nothing").status_code == 404


def test_the_rule_engine_is_served_and_nothing_else_of_its_folder(browse: Browse) -> None:
    agent = browse("agent1")
    for name in RULE_FILES:
        assert agent.get(f"/static/rules/{name}").status_code == 200, name
    assert agent.get("/static/rules/evaluate.py").status_code == 404


def test_the_stylesheet_is_small_and_old_engines_can_read_it() -> None:
    css = (WEB / "static" / "site.css").read_bytes()
    assert len(css) <= 20 * 1024 and b":is(" not in css and b":has(" not in css


def test_no_template_holds_inline_script_or_style() -> None:
    for file in WEB.glob("templates/**/*.html"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\son[a-z]+=|javascript:", text), file.name


def test_nothing_is_loaded_from_elsewhere() -> None:
    for file in [*WEB.glob("templates/**/*.html"), *WEB.glob("static/*.js"), *WEB.glob("static/*.css")]:
        text = re.sub(r'placeholder="[^"]*"', "", file.read_text(encoding="utf-8"))
        urls = re.findall(r"https?://[^\s\"')]+", text)
        assert not [url for url in urls if "w3.org" not in url], file.name
