"""Keys on USB keys, as pages show and use them: asked for, pulled out, locked, unblocked; and a sentence for all that a token may say."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

import node
import signing
from node.commands.wording import SENTENCES
from node.config import KeySettings, load_config, write_config
from node.web.wording import error_text
from node.web.wording.errors import ERRORS
from node.web.wording.keys import TOKENS
from signing.errors import PinError
from tests.journeys.world import World, plainly_cleaned
from tests.node.web.browsing import Browsing, app_of, logged_in
from tests.signing.tokens.stub import CODE, PIN, Drawer, library

PASSWORD, PLACE, NEW_PIN = "songlin-3381-he", "YIZHAN/xinren", "604817"


@pytest.fixture
def admin(county: World, drawer: Drawer) -> Browsing:
    """The first village can speak with USB keys and has a new agent; who looks after its machine."""
    folder = county.place / "village1"
    write_config(folder, replace(load_config(folder), keys=KeySettings(skf=library(64), skf_long=64)))
    village = county.start("village1")
    village.desk._drafts._clean = plainly_cleaned
    drawer.plug_in("ukey", PLACE)
    village.people.add("xinren", "示例新人", ("agent",), PASSWORD)
    return logged_in(county, "admin1")


def test_a_key_on_a_token_is_asked_for_seals_and_is_unblocked_on_pages(county: World, admin: Browsing, drawer: Drawer) -> None:
    village, registrar = county.nodes["village1"], county.nodes["township"].bureau.registrar
    page = admin.get("/people/xinren").text
    assert f'<option value="skf:{PLACE}">' in page and "解锁 UKey" not in page
    ask = {"holder": f"skf:{PLACE}"}
    wrong = admin.post("/people/xinren/key", ask, new="424242", again="424242")
    assert wrong.status_code == 400 and "还可以试 3 次" in wrong.text and "424242" not in wrong.text
    assert admin.post("/people/xinren/key", ask, new=PIN, again=PIN).status_code == 303
    county.settle()
    registrar.confirm(registrar.waiting()[0].digest, "townadmin")
    county.settle()
    agent = Browsing(app_of(village.app).test_client(), "xinren", PASSWORD, PIN)
    mine = agent.get("/account").text
    assert "<dt>密钥放在</dt><dd>UKey" in mine and "请先插好 UKey" in mine
    number = submitted_without_token(village, agent, drawer)
    for _ in range(4):
        agent.post("/account/pin", pin="424242", new=NEW_PIN, again=NEW_PIN)
    locked = admin.get("/people/xinren").text
    assert "口令输错次数过多，已锁定" in locked and "解锁 UKey" in locked and 'id="unlock"' not in locked
    proof = {"proof": "password", "secret": admin.password, "reason": "本人到场", "new": NEW_PIN, "again": NEW_PIN}
    refused = admin.post("/people/xinren/unlock", {**proof, "code": "00000000"})
    assert refused.status_code == 400 and "解锁码不对，还可以试 3 次" in refused.text and "00000000" not in refused.text
    assert admin.post("/people/xinren/unlock", {**proof, "code": CODE}).location.endswith("done=unlock")
    shown = agent.hidden(f"/cases/{number}/check", "shown")
    assert agent.post(f"/cases/{number}/submit", shown=shown, pin=NEW_PIN).status_code == 303


def submitted_without_token(village: node.assemble.Node, agent: Browsing, drawer: Drawer) -> str:
    """A case whose submission fails because the token is out: the page comes back with the reason, and nothing was sealed."""
    person, desk = village.people.person("xinren"), village.desk
    _, form = desk.item("gaoling")
    number = desk.open_case(person, "gaoling").line.case_number
    desk.save_answers(person, number, 0, dict(form.sample))
    for material in form.sample_materials:
        desk.attach(person, number, material, 1, material.encode())
    shown = agent.hidden(f"/cases/{number}/check", "shown")
    drawer.pull_out("ukey")
    out = agent.post(f"/cases/{number}/submit", shown=shown, pin=PIN, note="请尽快")
    assert out.status_code == 400 and TOKENS["absent"] in out.text and 'name="pin"' in out.text
    assert village.store.letters.of_case(number) == []
    drawer.put_back("ukey")
    return number


def test_the_last_wrong_pin_says_that_the_key_is_locked() -> None:
    assert "还可以试 1 次" in error_text(PinError(1)) and "已锁定" in error_text(PinError(0)) and "0 次" not in error_text(PinError(0))


def test_everything_that_a_token_may_say_has_a_sentence_on_pages_and_commands() -> None:
    found: set[str] = set()
    for package in (signing, node):
        for path in Path(str(package.__file__)).parent.rglob("*.py"):
            found.update(re.findall(r'TokenError\("(\w+)"', path.read_text(encoding="utf-8")))
    told = re.search(r"`code`: (.*?)`detail`", str(signing.errors.TokenError.__doc__), flags=re.DOTALL)
    assert told is not None
    named = set(re.findall(r"`(\w+)`", told[1]))
    assert {"gone", "absent", "other_key"} <= found <= named == set(TOKENS)
    assert all(("TokenError", code) in ERRORS and f"token_{code}" in SENTENCES for code in named)
