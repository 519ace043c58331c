"""The page of backups: who may do what there, that it waits for nothing, and that the code is shown once."""

import re
from collections.abc import Callable

import pytest

from signing.recovery import read_code
from tests.journeys.world import World
from tests.node.web.browsing import Browsing, app_of

PASSWORD = "jifang-9482-cun"


@pytest.fixture
def admin(county: World) -> Browsing:
    """A technician of the village."""
    node = county.nodes["village1"]
    node.people.add("technician", "示例管理员", ("admin",), PASSWORD)
    return Browsing(app_of(node.app).test_client(), "technician", PASSWORD, "")


def code_on(text: str) -> str:
    found = re.findall(r'<span class="nowrap">([0-9A-Z]{4})</span>', text)
    return read_code("-".join(found))


def test_before_there_is_a_code_the_page_says_what_to_do(admin: Browsing, browse: Callable[[str], Browsing]) -> None:
    text = admin.get("/station/backups").text
    assert "还没有恢复码，所以还不能备份" in text and "立即备份</button>" not in text
    assert "请管理员在这一页生成恢复码" in browse("agent1").get("/station/backups").text
    answer = admin.post("/station/backups", {"drive": ""})
    assert answer.status_code == 403 and "恢复码" in answer.text


def test_the_code_needs_the_password_and_is_shown_once(admin: Browsing, county: World) -> None:
    wrong = admin.post("/station/backups/code", {"password": "something else"})
    assert wrong.status_code == 401 and county.nodes["village1"].backups.backup.keys.current() is None
    shown = admin.post("/station/backups/code", {"password": PASSWORD})
    code = code_on(shown.text)
    assert shown.headers["Cache-Control"] == "no-store" and "只显示这一次" in shown.text
    later = admin.get("/station/backups").text
    assert code not in later and code[:4] + "</span>" not in later and "恢复码已于" in later
    assert admin.get("/station/backups").status_code == 200, "the login that confirmed has ended, not this one"
    audit = county.nodes["village1"].store.audit.page()
    assert [(line.who, line.what) for line in audit][:1] == [("technician", "recovery_code_made")]


def test_an_agent_makes_a_backup_and_no_code(admin: Browsing, browse: Callable[[str], Browsing], county: World) -> None:
    admin.post("/station/backups/code", {"password": PASSWORD})
    agent = browse("agent1")
    assert agent.post("/station/backups/code", {"password": agent.password}).status_code == 403
    answer = agent.post("/station/backups", {"drive": ""})
    assert answer.status_code == 303
    county.nodes["village1"].backups.wait()
    text = agent.get("/station/backups").text
    assert "已写好并读回核对" in text and len(county.nodes["village1"].backups.kept()) == 1
    assert "备份已结束" in agent.get("/station/backups/running").text


def test_a_drive_that_was_pulled_out_is_told(admin: Browsing) -> None:
    admin.post("/station/backups/code", {"password": PASSWORD})
    answer = admin.post("/station/backups", {"drive": "GONE"})
    assert answer.status_code == 400 and "找不到这个U盘了" in answer.text


def test_others_do_not_get_there(browse: Callable[[str], Browsing]) -> None:
    reviewer = browse("reviewer")
    assert reviewer.get("/station/backups").status_code == 403
    assert reviewer.post("/station/backups", {"drive": ""}).status_code == 403
