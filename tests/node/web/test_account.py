"""我的账号 and the keys on a person's page: who may do what, and what goes by file."""

import io
from collections.abc import Callable

from tests.journeys.world import World
from tests.node.web.browsing import Browsing, app_of

PASSWORD, PIN = "songlin-3381-he", "604817"


def newcomer(county: World) -> Browsing:
    county.nodes["village1"].people.add("xinren", "示例新人", ("agent",), PASSWORD)
    return Browsing(app_of(county.nodes["village1"].app).test_client(), "xinren", PASSWORD, PIN)


def test_everybody_has_the_page_and_sees_their_own_certificate_only(browse: Callable[[str], Browsing]) -> None:
    for name in ("agent1", "head1", "admin1", "reviewer", "townadmin", "approver", "supervisor", "keyofficer", "admin"):
        text = browse(name).get("/account").text
        assert "改密码" in text and "改U盾口令" in text and "2029年11月" in text and "（样章）" in text
    text = browse("learner1").get("/account").text
    assert "改密码" in text and "改U盾口令" not in text and "申请签名密钥" not in text


def test_a_changed_password_ends_all_other_logins_and_keeps_this_one(county: World, browse: Callable[[str], Browsing]) -> None:
    here, there = browse("agent1"), browse("agent1")
    refused = here.post("/account/password", password=here.password, new=PASSWORD, again=PASSWORD + "x")
    assert refused.status_code == 400 and "两次输入的新密码不一样" in refused.text
    assert here.post("/account/password", password="wrong-word-1", new=PASSWORD, again=PASSWORD).status_code == 401
    assert there.get("/account").status_code == 200
    assert here.post("/account/password", password=here.password, new=PASSWORD, again=PASSWORD).status_code == 303
    assert here.get("/account").status_code == 200 and there.get("/account").status_code == 303
    county.nodes["village1"].people.login("agent1", PASSWORD)


def test_old_passwords_that_are_wrong_are_counted_and_lock(browse: Callable[[str], Browsing]) -> None:
    agent = browse("agent1")
    tries = [agent.post("/account/password", password="wrong-word-1", new=PASSWORD, again=PASSWORD).status_code for _ in range(6)]
    assert tries[:5] == [401] * 5 and tries[5] == 429
    assert agent.post("/account/password", password=agent.password, new=PASSWORD, again=PASSWORD).status_code == 429


def test_a_key_is_asked_for_carried_as_a_file_and_the_answer_uploaded(county: World, browse: Callable[[str], Browsing]) -> None:
    agent = newcomer(county)
    assert agent.get("/account/request").status_code == 404
    assert "还没有签名密钥" in agent.get("/account").text
    assert agent.post("/account/key", new="111111", again="111111").status_code == 400
    assert agent.post("/account/key", new=PIN, again=PIN).location.endswith("done=key")
    data = agent.get("/account/request").data
    township = browse("townadmin")
    assert township.post("/stations/requests", request=(io.BytesIO(data), "a.request")).status_code == 303
    registrar = county.nodes["township"].bureau.registrar
    (waiting,) = registrar.waiting()
    assert waiting.code in agent.get("/account").text
    township.post("/stations/requests/confirm", digest=waiting.digest)
    answer = township.get(f"/stations/requests/answer?digest={waiting.digest}").data
    assert agent.post("/account/answer").status_code == 400
    assert agent.post("/account/answer", answer=(io.BytesIO(answer), "a.answer")).location.endswith("done=answer")
    assert "示例新人（样章）" in agent.get("/account").text
    assert agent.post("/account/key", new=PIN, again=PIN).status_code == 403


def test_only_an_administrator_asks_in_another_persons_name(county: World, browse: Callable[[str], Browsing]) -> None:
    newcomer(county)
    for name in ("agent1", "head1", "learner1"):
        someone = browse(name)
        for path in ("key", "answer", "villages", "villages/dismiss"):
            assert someone.post(f"/people/xinren/{path}", new=PIN, again=PIN).status_code == 403
        assert someone.get("/people/xinren/request").status_code == 403
    admin = browse("admin1")
    assert admin.post("/people/xinren/key", new=PIN, again=PIN).location.endswith("done=key")
    assert admin.get("/people/xinren/request").data.startswith(b"yizhan request 1")
    assert "等待上级签发" in admin.get("/people/xinren").text
    assert admin.post("/people/nobody/key", new=PIN, again=PIN).status_code == 404


def test_a_further_village_is_asked_for_with_the_persons_pin_and_can_be_withdrawn(county: World, browse: Callable[[str], Browsing]) -> None:
    admin = browse("admin1")
    village = {"division": "131025105202", "village": "示例二村"}
    wrong = admin.post("/people/agent1/villages", village, pin="999111")
    assert wrong.status_code == 400 and "还可以试 4 次" in wrong.text and "示例二村" in wrong.text
    assert "12 位区划代码" in admin.post("/people/agent1/villages", village | {"division": "131025106201"}, pin=county.pin("agent1")).text
    assert admin.post("/people/agent1/villages", village, pin=county.pin("agent1")).location.endswith("done=village")
    assert "等待上级签发" in admin.get("/people/agent1").text
    assert admin.get("/people/agent1/request?division=131025105202").data.startswith(b"yizhan request 1")
    assert admin.post("/people/agent1/villages/dismiss", division="131025105202").status_code == 303
    assert "等待上级签发" not in admin.get("/people/agent1").text
    assert admin.post("/people/agent1/villages/dismiss", division="131025105202").status_code == 404


def test_officers_are_told_of_requests_on_their_first_page_and_nobody_else_is(county: World, browse: Callable[[str], Browsing]) -> None:
    newcomer(county).post("/account/key", new=PIN, again=PIN)
    assert "份申请等您核对" not in browse("townadmin").get("/").text
    county.settle()
    assert "有 1 份申请等您核对" in browse("townadmin").get("/").text
    assert "份申请等您核对" not in browse("reviewer").get("/").text
