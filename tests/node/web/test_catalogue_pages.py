"""The county's pages of the catalogue: a workbook imported, looked at, published once, withdrawn; refused with every fault."""

import io
import re
import sys
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from forms.authoring.workbook import read_workbook
from tests.items import newest
from tests.journeys.world import World
from tests.node.web.browsing import Browsing, body_of
from tests.node.web.clerk import BROKEN, promised, workbook

Browse = Callable[[str], Browsing]
REASON = "承诺时限缩短为5个工作日"


def sent(browser: Browsing, data: bytes) -> TestResponse:
    return browser.post("/catalogue/import", workbook=(io.BytesIO(data), "gaoling.xlsx"))


def signed(browser: Browsing, act: str, item: str, package: str = "", reason: str = REASON) -> dict[str, str]:
    """What the form that signs would post, as its page shows it."""
    page = browser.get(f"/catalogue/confirm?act={act}&item={item}&package={package}&reason={reason}")
    assert page.status_code == 200, page.text
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text[page.text.index('action="/catalogue/sign"') :])
    return {name: value for name, value in found if name != "csrf"}


def on_shelf(county: World, station: str) -> tuple[str, int]:
    """(package, promised working days) of the item at a station."""
    package, form = county.nodes[station].desk.item("gaoling")
    return package, form.limits["promised_workdays"]


def test_a_workbook_with_faults_is_told_cell_by_cell_and_nothing_is_kept(county: World, browse: Browse) -> None:
    admin, node = browse("admin"), county.nodes["county"]
    answer = sent(admin, workbook(BROKEN))
    assert answer.status_code == 422
    assert re.search(
        r'工作表" class="nowrap">survey</td><td data-label="行" class="num">3</td><td data-label="列" class="num">A<', answer.text
    )
    assert "不认识题型“integre”" in answer.text and "什么也没有保存" in answer.text
    for data, code in ((b"PK\x03\x04nothing", 422), (b"", 400), (b"x" * (9 << 20), 413)):
        assert sent(admin, data).status_code == code
    assert node.publisher.imported() == () and node.publisher.head().number == 0


def test_an_item_is_imported_looked_at_and_published_once(county: World, browse: Browse) -> None:
    admin = browse("admin")
    before, _ = on_shelf(county, "county")
    answer = sent(admin, workbook(promised(5)))
    assert answer.headers["Location"] == "/catalogue/imports/gaoling?done=imported"
    page = admin.get("/catalogue/imports/gaoling").text
    assert re.search(r"承诺时限（工作日）.*>7<.*>5<", page) and "没有发现问题" in page
    assert on_shelf(county, "county") == (before, 7), "nobody sees it yet"
    package = county.nodes["county"].publisher.imported()[0].entry.digest
    given = signed(admin, "publish", "gaoling", package)
    assert given == {"act": "publish", "item": "gaoling", "package": package, "number": "1", "reason": REASON}
    for _ in range(2):
        assert admin.post("/catalogue/sign", given).headers["Location"] == "/catalogue/releases/1?done=publish"
    assert county.nodes["county"].publisher.head().number == 1 and on_shelf(county, "county") == (package, 5)
    told = admin.get("/catalogue/releases/1?done=publish").text
    assert REASON in told and "示例管理员" in told and "高龄津贴申请" in told
    assert "第 1 号" in admin.get("/catalogue/releases").text and "第 1 号" in admin.get("/catalogue?q=高龄").text
    assert "0 个站已启用第 1 号，还没有的有 3 个" in admin.get("/catalogue/releases").text
    county.settle()
    assert on_shelf(county, "village1") == (package, 5)
    for node in county.nodes.values():
        node.reports.make(county.clock.now())
    county.settle()
    assert "下面 3 个站都已启用第 1 号" in admin.get("/catalogue/releases").text
    assert admin.get("/catalogue/imports/gaoling").status_code == 400, "it lies ready no more"


def test_versions_and_items_are_withdrawn_with_a_reason(county: World, browse: Browse) -> None:
    admin, packages = browse("admin"), []
    for days in (6, 5):
        sent(admin, workbook(promised(days)))
        packages.append(county.nodes["county"].publisher.imported()[0].entry.digest)
        admin.post("/catalogue/sign", signed(admin, "publish", "gaoling", packages[-1]))
    first, second = packages
    page = admin.get("/catalogue/items/gaoling").text
    assert page.index(second[4:16]) < page.index(first[4:16]) and "旧版，已开的草稿可填完" in page
    stale = signed(admin, "withdraw", "gaoling")
    assert admin.post("/catalogue/sign", signed(admin, "withdraw_version", "gaoling", second)).status_code == 303
    assert on_shelf(county, "county") == (first, 6)
    assert '<a href="/catalogue/releases/1">第 1 号</a>' in admin.get("/catalogue?q=gaoling").text, "as it was published, not withdrawn"
    assert admin.post("/catalogue/sign", stale).status_code == 409, "another release came in between"
    assert admin.post("/catalogue/sign", signed(admin, "withdraw", "gaoling")).status_code == 303
    assert "gaoling" not in [one.id for one in county.nodes["county"].desk.items()]
    assert admin.get("/catalogue/confirm?act=withdraw&item=gaoling&reason=").status_code == 400
    for query in ("act=erase&item=gaoling", "act=withdraw&item=nothing", "act=withdraw_version&item=gaoling&package=x"):
        assert admin.get(f"/catalogue/confirm?{query}&reason=x").status_code == 404


def test_what_the_lint_refuses_cannot_be_published_and_is_thrown_away(county: World, browse: Browse) -> None:
    admin, node = browse("admin"), county.nodes["county"]
    sent(admin, workbook(promised(30)))
    page = admin.get("/catalogue/imports/gaoling").text
    assert "必须改" in page and "承诺时限 30 个工作日比法定的 20 个还长" in page and 'name="act"' not in page
    package = node.publisher.imported()[0].entry.digest
    answer = admin.post("/catalogue/sign", act="publish", item="gaoling", package=package, number="1", reason=REASON)
    assert answer.status_code == 400 and "必须先改，没有发布" in answer.text
    assert admin.post("/catalogue/imports/gaoling/drop").headers["Location"] == "/catalogue?done=dropped"
    assert node.publisher.imported() == () and node.publisher.head().number == 0


def test_a_version_is_tried_with_working_rules_and_downloaded(county: World, browse: Browse) -> None:
    admin = browse("admin")
    package, form = county.nodes["county"].desk.item("gaoling")
    base = f"/catalogue/items/gaoling/{package}"
    filled = 'value="131025194403122017"'
    assert filled in admin.get(f"{base}/preview").text and filled not in admin.get(f"{base}/preview?blank=1").text
    answers = {f"f.{name}": str(value) for name, value in form.sample.items()}
    assert "通得过校验" in admin.post(f"{base}/preview", answers).text
    wrong = admin.post(f"{base}/preview", answers | {"f.id_no": "131025194403122018"})
    assert wrong.status_code == 422 and "校验码不符" in wrong.text and "近期免冠照片：" not in wrong.text
    assert county.nodes["county"].store.cases.count() == 0
    got = admin.get(f"{base}/workbook")
    assert "xlsx" in got.headers["Content-Disposition"]
    assert read_workbook(got.data).package == newest("gaoling").read_bytes() == admin.get(f"{base}/package.json").data
    assert admin.get("/catalogue/items/gaoling/sm3:00/preview").status_code == 404


def test_only_officers_of_a_county_have_the_pages(browse: Browse) -> None:
    officer, approver, elsewhere = (browse(name) for name in ("keyofficer", "approver", "townadmin"))
    for path in ("/catalogue", "/catalogue/items/gaoling", "/catalogue/releases", "/calendar"):
        assert (officer.get(path).status_code, approver.get(path).status_code, elsewhere.get(path).status_code) == (200, 403, 404)
    assert approver.post("/calendar/publish", number="1").status_code == 403 and "2027" not in approver.get("/").text
    assert "/calendar" not in elsewhere.get("/station").text
    assert approver.post("/catalogue/sign", act="withdraw", item="gaoling").status_code == 403


def test_a_county_without_the_authoring_extra_is_told_how_to_get_it(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    admin = browse("admin")
    assert "yizhan[authoring]" in admin.get("/catalogue").text
    assert sent(admin, b"x").status_code == 400
    assert "没有装编制组件" in sent(admin, b"x").text


def test_the_api_imports_and_publishes_alike(county: World, browse: Browse) -> None:
    admin = browse("admin")
    refused = admin.api("POST", "/catalogue/import", data=workbook(BROKEN))
    assert refused.status_code == 422
    assert ("survey", 3, "A") in [(one["sheet"], one["row"], one["column"]) for one in body_of(refused)["faults"]]
    made = admin.api("POST", "/catalogue/import", data=workbook(promised(5)))
    review = body_of(made)
    assert made.status_code == 201 and review["may_be_published"] and review["findings"] == []
    assert [(one["aspect"], one["before"], one["after"]) for one in review["changes"]] == [("limits.promised_workdays", "7", "5")]
    body = {"item": "gaoling", "package": review["package"], "number": 1, "reason": REASON}
    release = body_of(admin.api("POST", "/catalogue/publish", body))
    assert release["number"] == 1 and body_of(admin.api("POST", "/catalogue/publish", body)) == release
    told = body_of(admin.api("GET", "/catalogue"))
    assert told["releases"] == [release] and told["imported"] == []
    withdrawn = admin.api("POST", "/catalogue/withdraw", {"item": "gaoling", "number": 2, "reason": "停办"})
    assert body_of(withdrawn)["changes"] == [{"act": "withdraw", "item": "gaoling"}]
