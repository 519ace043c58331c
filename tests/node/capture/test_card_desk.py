"""The card at the counter: it fills what is empty, writes over nothing, and counts for an answer only while that says the same."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from node.capture.card_desk import CardDesk
from node.capture.reader.interface import PATIENCE_S
from node.capture.reader.service import LocalService
from node.casework.letter import read_frame
from node.errors import CaseNotFoundError, NotAllowedError, NotFoundError, RequestError, StaleError
from tests.journeys.world import picture
from tests.node.capture.conftest import Bench
from tests.tools.card_reader import FIELDS, NUMBER, PHOTO_SIZE, Service

ADDRESS = "河北省示例县示例镇示例一村 1 号"
FILLED = ("name", "id_no", "hukou_addr")
"""What is filled of an empty form; sex and birth follow from the number."""


@dataclass
class Counter:
    """A village's agent, a draft, and a reader with a card on it."""

    bench: Bench
    service: Service
    patience_s: float = PATIENCE_S

    @property
    def cards(self) -> CardDesk:
        desk, bench = self.bench.node.desk, self.bench
        reader = LocalService(self.service.address, FIELDS, self.patience_s)
        return CardDesk(bench.store, desk._drafts, desk._casebook, bench.node.clock, reader, bench.developer, bench.tray)

    @property
    def answers(self) -> dict[str, Any]:
        return dict(self.bench.node.desk.case(self.bench.agent, self.bench.number).answers)

    @property
    def version(self) -> int:
        version = self.bench.node.desk.case(self.bench.agent, self.bench.number).version
        assert version is not None
        return version

    def type(self, **answers: Any) -> None:
        self.bench.node.desk.save_answers(self.bench.agent, self.bench.number, self.version, answers)

    def read(self, way: str = "good") -> Any:
        self.service.way = way
        return self.cards.read(self.bench.agent, self.bench.number, self.version)

    def audit(self) -> list[tuple[str, Any]]:
        return [(one.what, dict(one.detail)) for one in self.bench.store.audit.page() if one.what.startswith("card_")]


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """The reader."""
    one = Service()
    yield one
    one.close()


@pytest.fixture
def counter(bench: Bench, service: Service) -> Counter:
    """The agent with a new draft and the reader."""
    return Counter(bench, service)


def test_a_card_fills_what_is_empty_and_sex_and_birth_follow_from_its_number(counter: Counter) -> None:
    before = counter.version
    found = counter.read()
    assert (found.filled, found.version, found.id_field) == (FILLED, before + 1, "id_no")
    assert {name: counter.answers[name] for name in ("name", "id_no", "gender", "birth", "hukou_addr")} == {
        "name": "示例甲", "id_no": NUMBER, "gender": "男", "birth": "1944-03-12", "hukou_addr": ADDRESS,
    }  # fmt: skip
    assert "live_addr" not in counter.answers
    assert found.chosen == () and not found.expired and not found.spoilt
    assert counter.audit()[0] == ("card_read", {"fields": sorted(FILLED)})


def test_what_is_typed_is_left_as_it_is_until_the_agent_chooses_field_by_field(counter: Counter) -> None:
    counter.type(name="示例乙", nation="汉族", hukou_addr="示例一村 2 号")
    found = counter.read("other")  # 示例乙, 回族
    assert found.filled == ("id_no",)
    assert {(one.field.id, one.value, one.typed) for one in found.chosen} == {
        ("nation", "回族", "汉族"), ("hukou_addr", ADDRESS, "示例一村 2 号"),
    }  # fmt: skip
    new = counter.cards.take(counter.bench.agent, counter.bench.number, counter.version, "id_no", ["nation"])
    assert new == counter.version
    assert (counter.answers["nation"], counter.answers["hukou_addr"]) == ("回族", "示例一村 2 号")
    assert counter.audit()[0] == ("card_taken", {"fields": ["nation"]})


def test_only_what_the_card_answers_is_taken_of_it(counter: Counter) -> None:
    with pytest.raises(NotFoundError):
        counter.cards.take(counter.bench.agent, counter.bench.number, counter.version, "id_no", ["name"])
    counter.read()
    before = counter.answers
    for name in ("mobile", "live_addr", "of_another_item"):
        with pytest.raises(NotFoundError):
            counter.cards.take(counter.bench.agent, counter.bench.number, counter.version, "id_no", ["name", name])
    assert counter.answers == before


def test_what_follows_from_the_typed_number_is_not_offered_in_its_place(counter: Counter) -> None:
    counter.type(id_no="131025199202172184")  # a woman's
    found = counter.read()
    assert [one.field.id for one in found.chosen] == ["id_no"]
    with pytest.raises(NotFoundError):
        counter.cards.take(counter.bench.agent, counter.bench.number, counter.version, "id_no", ["gender"])
    counter.cards.take(counter.bench.agent, counter.bench.number, counter.version, "id_no", ["id_no"])
    assert (counter.answers["id_no"], counter.answers["gender"]) == (NUMBER, "男")


def test_another_tab_that_saved_first_stops_it_all(counter: Counter) -> None:
    counter.type(name="示例丙")
    counter.service.way = "good"
    with pytest.raises(StaleError):
        counter.cards.read(counter.bench.agent, counter.bench.number, counter.version - 1)
    assert counter.cards.readings(counter.bench.agent, counter.bench.number) == ()
    assert "id_no" not in counter.answers


@pytest.mark.parametrize(
    ("way", "code"),
    [
        ("none", "card_none"), ("early", "card_partial"), ("cut", "card_answer"), ("huge", "card_too_large"), ("number", "card_number"),
        ("silent", "card_silent"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_leaves_no_trace(counter: Counter, way: str, code: str) -> None:
    counter.patience_s = 0.3 if way == "silent" else PATIENCE_S
    before = (counter.version, counter.answers, counter.audit())
    with pytest.raises(RequestError, match=code):
        counter.read(way)
    assert (counter.version, counter.answers, counter.audit()) == before
    assert counter.cards.readings(counter.bench.agent, counter.bench.number) == ()


@pytest.mark.parametrize(("way", "spoilt"), [("photo_spoilt", True), ("photo_cut", True), ("photo_none", False)])
def test_a_photograph_that_is_none_is_told_and_the_card_counts(counter: Counter, way: str, spoilt: bool) -> None:
    found = counter.read(way)
    assert (found.photo, found.spoilt, found.filled) == (False, spoilt, FILLED)
    with pytest.raises(NotFoundError, match="card_photo"):
        counter.cards.photo(counter.bench.agent, counter.bench.number, "id_no")


def test_a_photograph_is_shown_and_goes_to_the_tray_only_when_it_is_asked_for(counter: Counter) -> None:
    assert counter.read().photo
    agent, number = counter.bench.agent, counter.bench.number
    assert counter.cards.photo(agent, number, "id_no").startswith(b"\xff\xd8\xff")
    assert counter.bench.tray.shots(agent, number) == ()
    shot = counter.cards.use_photo(agent, number, "id_no", "mat_id")
    assert (shot.record.source, shot.record.material) == ("reader", "mat_id")
    assert counter.bench.developer.upright(counter.bench.tray.raw(shot), 1000)[1:] == PHOTO_SIZE
    assert counter.bench.pages("mat_id") == []


def test_a_card_that_has_run_out_is_told_and_read_all_the_same(counter: Counter) -> None:
    found = counter.read("expired")
    assert found.expired and found.filled == FILLED


def test_one_card_is_read_at_a_time(counter: Counter) -> None:
    cards = counter.cards
    with cards._at_reader(), pytest.raises(RequestError, match="card_busy"):
        cards.read(counter.bench.agent, counter.bench.number, counter.version)
    assert cards.read(counter.bench.agent, counter.bench.number, counter.version).filled == FILLED


def test_a_counter_without_a_reader_says_so_and_asks_nobody(counter: Counter) -> None:
    desk, bench = counter.bench.node.desk, counter.bench
    cards = CardDesk(bench.store, desk._drafts, desk._casebook, bench.node.clock, None, bench.developer, bench.tray)
    assert not cards.has_reader and counter.cards.has_reader
    with pytest.raises(RequestError, match="card_off"):
        cards.read(bench.agent, bench.number, counter.version)


def test_nobody_else_reads_a_card_into_a_case_and_nobody_into_one_that_went_up(counter: Counter) -> None:
    counter.service.asked.clear()
    with pytest.raises(NotAllowedError, match="role"):
        counter.cards.read(counter.bench.world.person("head1"), counter.bench.number, 0)
    with pytest.raises(CaseNotFoundError):
        counter.cards.read(counter.bench.agent, "131025105201010-20200101-0001", 0)
    counter.bench.submit()
    with pytest.raises(NotAllowedError, match="not_open"):
        counter.cards.read(counter.bench.agent, counter.bench.number, 0)
    assert counter.service.asked == []


def test_who_practises_and_who_does_not_keep_to_their_own_cases(counter: Counter) -> None:
    counter.read()
    learner = replace(counter.bench.agent, practice=True)
    with pytest.raises(CaseNotFoundError):
        counter.cards.readings(learner, counter.bench.number)
    with pytest.raises(CaseNotFoundError):
        counter.cards.read(learner, counter.bench.number, counter.version)
    number = counter.bench.node.desk.open_case(learner, "gaoling").line.case_number
    assert counter.cards.read(learner, number, 0).filled == FILLED


def test_of_several_people_it_must_be_said_whose_card_it_is(counter: Counter) -> None:
    bench = counter.bench
    number = bench.node.desk.open_case(bench.agent, "birth_reg").line.case_number
    counter.service.way = "good"
    for whose in (None, "nobody", "w_name"):
        with pytest.raises(RequestError, match="card_whose"):
            counter.cards.read(bench.agent, number, 0, whose)
    found = counter.cards.read(bench.agent, number, 0, "h_id_no")
    assert {"h_name", "h_id_no"} <= set(found.filled) and all(one.startswith("h_") for one in found.filled)
    answers = bench.node.desk.case(bench.agent, number).answers
    assert answers["h_id_no"] == NUMBER and "w_id_no" not in answers
    assert [one.id_field for one in counter.cards.readings(bench.agent, number)] == ["h_id_no"]


def papers(counter: Counter) -> tuple[Any, ...]:
    return counter.bench.node.desk.case(counter.bench.agent, counter.bench.number).papers.cards


def test_answers_count_as_read_while_they_say_what_the_card_says(counter: Counter) -> None:
    assert papers(counter) == ()
    counter.read()
    (line,) = papers(counter)
    assert set(line.fields) == {"name", "id_no", "gender", "birth", "hukou_addr", "nation"} and line.differs == ()
    counter.type(name="示例 甲")  # blanks do not count
    assert "name" in papers(counter)[0].fields
    counter.type(name="示例乙", hukou_addr="示例一村 2 号")
    (line,) = papers(counter)
    assert set(line.fields) == {"id_no", "gender", "birth", "nation"}
    assert (line.differs, line.against) == (("name",), {"name": "示例甲"})  # an address is written in more than one way
    counter.cards.forget(counter.bench.agent, counter.bench.number, "id_no")
    assert papers(counter) == () and counter.answers["id_no"] == NUMBER


def test_the_letter_says_which_answers_the_card_bears_out_and_nothing_of_what_stands_on_it(counter: Counter) -> None:
    bench = counter.bench
    counter.read("expired")
    sample = dict(bench.node.desk.form_of(bench.number).sample)
    left = ("id_no", "gender", "birth", "hukou_addr", "nation")
    counter.type(**{name: value for name, value in sample.items() if name not in left} | {"name": "示例乙", "bank_holder": "示例乙"})
    for material in bench.node.desk.form_of(bench.number).sample_materials:
        bench.node.desk.attach(bench.agent, bench.number, material, 1, picture(f"{material} {bench.number}"))
    shown = bench.node.desk.case(bench.agent, bench.number).shown
    counter.cards.forget(bench.agent, bench.number, "id_no")
    assert bench.node.desk.case(bench.agent, bench.number).shown != shown  # what is said of a card is part of what is seen
    counter.read("expired")
    bench.world.act("agent1", bench.number, "submitted")
    (row,) = bench.store.letters.of_case(bench.number)
    letter = read_frame(row.frame, bench.node.station.suite.digest).letter
    (told,) = letter.body["card_read"]
    assert set(told) == {"at", "fields", "differs", "expired"}
    assert (told["differs"], told["expired"]) == (["name"], True)
    assert set(told["fields"]) == {"id_no", "gender", "birth", "hukou_addr", "nation"}
    assert "示例甲" not in str(told) and "示例县公安局" not in str(letter.body)
    seen = bench.node.desk.case(bench.agent, bench.number).papers
    assert seen.is_from_card("id_no") and not seen.is_from_card("name")
    assert seen.unlike_card("name") is not None and seen.unlike_card("id_no") is None


def test_what_is_not_needed_any_more_goes(counter: Counter) -> None:
    bench, cards = counter.bench, counter.cards
    counter.read()
    cards.sweep()
    assert cards.photo(bench.agent, bench.number, "id_no")
    counter.type(hukou_addr="")
    bench.submit()
    cards.sweep()
    (kept,) = bench.store.cards.of_case(bench.number)
    assert kept.photo is None and kept.card["name"] == "示例甲"
    record = bench.store.cases.get(bench.number)
    assert record is not None
    bench.store.cases.put(type(record)(**{**vars(record), "state": "closed"}))
    cards.sweep()
    assert bench.store.cards.of_case(bench.number) == []


def test_a_draft_that_is_thrown_away_takes_its_card_along(counter: Counter) -> None:
    counter.read()
    counter.bench.node.desk.discard(counter.bench.agent, counter.bench.number)
    assert counter.bench.store.cards.of_case(counter.bench.number) == []
