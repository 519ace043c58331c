"""The county's page of the work calendar: looked at, compared, published once, by whom it is allowed."""

import io
import re
from collections.abc import Callable

from tests.journeys.world import World
from tests.node.web.browsing import Browsing, app_of, body_of

TABLE = "日期,类型,名称\n2027-01-01,放假,元旦\n2027-01-04,放假,元旦\n2027-01-09,上班,元旦调休\n"


def look(browser: Browsing, text: str, reason: str = "样例通知") -> str:
    answer = browser.post("/calendar/look", calendar=(io.BytesIO(text.encode()), "2027.csv"), reason=reason)
    assert answer.status_code in (200, 400, 422), answer.status
    return answer.text


def hidden(page: str) -> dict[str, str]:
    """What the form that signs would post."""
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page[page.index('action="/calendar/publish"') :])
    return {name: value.replace("&#34;", '"') for name, value in found if name != "csrf"}


def test_a_year_is_looked_at_and_published_once(county: World, browse: Callable[[str], Browsing]) -> None:
    admin = browse("admin")
    assert "还没有发布 2027 年的正式工作日历" in admin.get("/").text
    assert "还没有发布 2027 年的正式工作日历" in admin.get("/calendar").text
    page = look(admin, TABLE)
    assert "2027 年：暂定 → 正式" in page and "2027 年增加放假：1月4日（周一）" in page
    assert "2027 年没有写 5月1日至5月2日" in page and "目录第 1 号" in page
    node, given = county.nodes["county"], hidden(page)
    assert node.publisher.head().number == 0
    for _ in range(2):
        assert admin.post("/calendar/publish", given).headers["Location"] == "/catalogue/releases/1?done=calendar"
    assert node.publisher.head().number == 1 and node.calendars.current().is_official(2027)
    assert node.calendars.newest().calendar.source.endswith("样例通知")
    told = admin.get("/catalogue/releases/1?done=calendar").text
    assert "工作日历已签发" in told and "样例通知" in told and "示例管理员" in told
    assert "正式工作日历" not in admin.get("/").text
    county.settle()
    assert county.nodes["village2"].calendars.newest().version == node.calendars.newest().version
    again = look(admin, TABLE)
    assert "完全一样，不用再发布" in again


def test_faults_stand_by_row_and_nothing_is_kept(county: World, browse: Callable[[str], Browsing]) -> None:
    admin = browse("admin")
    page = look(admin, "日期,类型\n2027-13-01,放假\n2027-02-05,上班\n")
    assert "日历有 2 处不对" in page and "“2027-13-01”不是日期" in page and "周一至周五，本来就上班" in page
    assert "请写明理由" in look(admin, TABLE, reason=" ")
    assert "不是规定写法" not in look(admin, '{"format": 1}') and "不是日历文件" in look(admin, '{"format": 1}')
    assert admin.post("/calendar/look", reason="样例").status_code == 400
    for document in ("", "{}"):
        assert admin.post("/calendar/publish", document=document, number="1", reason="样例").status_code == 400
    assert county.nodes["county"].publisher.head().number == 0


def test_a_change_of_an_official_year_must_be_meant_and_another_release_in_between_stops_it(
    county: World, browse: Callable[[str], Browsing]
) -> None:
    admin, node = browse("admin"), county.nodes["county"]
    page = look(admin, "日期,类型\n2026-01-01,放假\n")
    assert "2026 年的日历已经是正式的" in page and "确实要替换正式日历" in page
    given = hidden(page)
    assert "确实要改，请确认“替换正式日历”" in admin.post("/calendar/publish", given).text
    other = hidden(look(admin, TABLE))
    assert admin.post("/calendar/publish", {**given, "replace": "yes"}).status_code == 303
    assert admin.post("/calendar/publish", other).status_code == 409
    assert node.publisher.head().number == 1 and not node.calendars.current().is_official(2027)


def test_the_api_looks_and_publishes_alike(county: World, browse: Callable[[str], Browsing]) -> None:
    admin = browse("admin")
    told = body_of(admin.api("GET", "/calendar"))
    assert (told["calendar"]["format"], told["by"], told["missing_year"]) == ("yizhan calendar 1", "program", 2027)
    refused = admin.api("POST", "/calendar/look", data="日期,类型\n2027-02-30,放假\n".encode())
    assert refused.status_code == 422
    assert [(one["row"], one["column"], one["code"]) for one in body_of(refused)["faults"]] == [(2, "date", "date")]
    looked = body_of(admin.api("POST", "/calendar/look?source=样例通知", data=TABLE.encode()))
    assert looked["changes"][0] == "2027 年：暂定 → 正式" and looked["replaces"] == []
    body = {"document": looked["document"], "number": looked["next_number"], "reason": "样例通知"}
    made = body_of(admin.api("POST", "/calendar/publish", body))
    assert made["number"] == 1 and body_of(admin.api("POST", "/calendar/publish", body)) == made
    assert body_of(admin.api("GET", "/calendar"))["missing_year"] is None
    assert browse("approver").api("GET", "/calendar").status_code == 403
    app = app_of(county.nodes["county"].app)
    described = body_of(app.test_client().get("/api/v1/openapi.json"))["paths"]
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("catalogue_api.")]
    routes = {str(rule).replace("<", "{").replace(">", "}") for rule in rules}
    assert len(routes) == 8 and routes <= set(described)
