"""Several cases in one go: only those that were looked at and have not changed, the PIN once, and no further than a key opens."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest

from node.casework.batch import MOST, TOGETHER, Asked, Result
from node.casework.case import Event
from node.config import load_config, write_config
from node.errors import NotAllowedError, RequestError, StaleError
from node.staff.people import Person
from signing.errors import PinError, PinLockedError
from tests.journeys.world import World


def drafts(world: World, count: int, item: str = "gaoling") -> list[str]:
    return [world.filled(item).line.case_number for _ in range(count)]


def looked_at(world: World, name: str, numbers: Sequence[str]) -> list[Asked]:
    """The person opens each case's page, as the pages remember it."""
    node, person = world.node_of(name), world.person(name)
    for number in numbers:
        node.batches.seen.saw(person, node.desk.case(person, number))
    seen = node.batches.seen.of(person)
    return [Asked(number, seen[number]) for number in numbers]


def outcomes(results: Sequence[Result]) -> list[str]:
    return [one.outcome for one in results]


def states(world: World, numbers: Sequence[str], station: str = "village1") -> list[str]:
    return [world.states(number)[station] for number in numbers]


def test_only_what_was_looked_at_and_has_not_changed_is_ready_and_the_pin_is_typed_once(world: World) -> None:
    node, agent = world.nodes["village1"], world.person("agent1")
    seen, other, changed, unseen = drafts(world, 4)
    asked = looked_at(world, "agent1", [seen, other, changed])
    version = node.desk.case(agent, changed).version
    assert version is not None
    node.desk.save_answers(agent, changed, version, {"mobile": "13100000017"})
    found = {one.view.line.case_number: one.state for one in node.batches.standing(agent, Event.SUBMITTED)}
    assert found == {seen: "ready", other: "ready", changed: "changed", unseen: "unseen"}
    results = node.batches.act(agent, Event.SUBMITTED, [*asked, Asked(unseen, "")], world.pin("agent1"))
    assert outcomes(results) == ["done", "done", "refused", "refused"]
    assert [type(one.error) for one in results[2:]] == [StaleError, StaleError]
    assert states(world, [seen, other, changed, unseen]) == ["submitted", "submitted", "draft", "draft"]
    uses = node.store.seal_uses.of_day("2026-11-22")
    assert [(one.case_number, one.how, one.person) for one in uses] == [(seen, "batch", "agent1"), (other, "batch", "agent1")]
    world.settle()
    assert states(world, [seen, other], "county") == ["submitted", "submitted"]


def test_a_wrong_pin_stops_at_once_counts_once_and_nothing_is_sealed(world: World) -> None:
    node, agent = world.nodes["village1"], world.person("agent1")
    numbers = drafts(world, 3)
    results = node.batches.act(agent, Event.SUBMITTED, looked_at(world, "agent1", numbers), "000000")
    assert outcomes(results) == ["stopped", "left", "left"]
    assert isinstance(results[0].error, PinError) and results[0].error.attempts_left == 4
    assert states(world, numbers) == ["draft"] * 3 and node.store.letters.outcomes() == {}


def test_a_key_that_shuts_in_the_middle_stops_there_and_what_was_done_stays_done(world: World) -> None:
    folder = world.place / "village1"
    config = load_config(folder)
    write_config(folder, replace(config, policy=replace(config.policy, key_uses=2)))
    node, agent = world.start("village1"), world.person("agent1")
    numbers = drafts(world, 4)
    asked = looked_at(world, "agent1", numbers)
    node.keyring.open(agent, world.pin("agent1"))  # the window that an earlier act left open is good for one more
    results = node.batches.act(agent, Event.SUBMITTED, asked, None)
    assert outcomes(results) == ["done", "stopped", "left", "left"]
    assert isinstance(results[1].error, NotAllowedError) and results[1].error.code == "pin_needed"
    assert states(world, numbers) == ["submitted", "draft", "draft", "draft"]
    again = node.batches.act(agent, Event.SUBMITTED, looked_at(world, "agent1", numbers[1:]), world.pin("agent1"))
    assert outcomes(again) == ["done"] * 3, "with the PIN at hand the key is opened anew"


def test_a_key_that_somebody_guesses_at_while_a_batch_goes_on_is_shut_from_the_next_case_on(world: World) -> None:
    node, agent = world.nodes["village1"], world.person("agent1")

    class Interrupted(tuple[Asked, ...]):
        """Cases of a batch; after the second one somebody uses up the tries of the agent's PIN."""

        def __iter__(self) -> Iterator[Asked]:
            yield from self[:2]
            with ThreadPoolExecutor(1) as other:
                other.submit(guess).result()
            yield from self[2:]

    def guess() -> None:
        for _ in range(10):
            with suppress(PinError, PinLockedError):
                node.keyring.open(replace(agent, session_id="another"), "000000")

    numbers = drafts(world, 4)
    asked = Interrupted(looked_at(world, "agent1", numbers))
    results = node.batches.act(agent, Event.SUBMITTED, asked, world.pin("agent1"))
    assert outcomes(results) == ["done", "done", "stopped", "left"]
    assert isinstance(results[2].error, PinLockedError)


def test_letters_are_kept_a_few_at_a_time_and_one_that_is_stale_by_then_is_refused_alone(world: World) -> None:
    node, agent = world.nodes["village1"], world.person("agent1")
    numbers = drafts(world, TOGETHER + 2)
    asked = looked_at(world, "agent1", numbers)
    woken: list[int] = []
    node.store.on_queued(lambda: woken.append(sum(node.store.letters.outcomes().values())))
    twice = replace(asked[1], number=node.desk.case(agent, asked[1].number).line.short_number)
    results = node.batches.act(agent, Event.SUBMITTED, [*asked[:3], twice, *asked[3:]], world.pin("agent1"))
    assert outcomes(results) == ["done"] * 3 + ["refused"] + ["done"] * (TOGETHER - 1)
    assert isinstance(results[3].error, StaleError)
    assert states(world, numbers) == ["submitted"] * (TOGETHER + 2)
    # The first few, with one twice, go one by one after all; the last three together.
    assert woken == [*range(1, TOGETHER), TOGETHER + 2]


def test_what_the_village_head_must_open_is_done_one_by_one(world: World) -> None:
    node, agent = world.nodes["village1"], world.person("agent1")
    (number,) = drafts(world, 1, "land_protect")
    asked = looked_at(world, "agent1", [number])
    assert [one.state for one in node.batches.standing(agent, Event.SUBMITTED)] == ["head"]
    (result,) = node.batches.act(agent, Event.SUBMITTED, asked, world.pin("agent1"))
    assert result.outcome == "refused" and isinstance(result.error, NotAllowedError) and result.error.code == "batch_head"
    assert states(world, [number]) == ["draft"]


def test_the_windows_accept_forward_and_approve_in_one_go_but_give_no_reasons(world: World) -> None:
    numbers = [world.submitted() for _ in range(2)]
    world.settle()
    for name, events in (("reviewer", (Event.ACCEPTED, Event.FORWARDED)), ("approver", (Event.APPROVED,))):
        node, person = world.node_of(name), world.person(name)
        for event in events:
            assert event in node.batches.events(person)
            results = node.batches.act(person, event, looked_at(world, name, numbers), world.pin(name))
            assert outcomes(results) == ["done", "done"], [one.error for one in results]
        world.settle()
    assert states(world, numbers) == ["approved", "approved"]
    node, person = world.nodes["county"], world.person("approver")
    for event in (Event.DENIED, Event.RETURNED):
        with pytest.raises(RequestError) as refused:
            node.batches.act(person, event, [Asked(numbers[0], "")], world.pin("approver"))
        assert refused.value.code == "batch_event"


def test_bounds_and_logins(world: World) -> None:
    node, agent = world.nodes["village1"], world.person("agent1")
    for cases, code in (([], "batch_none"), ([Asked("1", "")] * (MOST + 1), "batch_most")):
        with pytest.raises(RequestError) as refused:
            node.batches.act(agent, Event.SUBMITTED, cases, "1")
        assert refused.value.code == code
    (number,) = drafts(world, 1)
    looked_at(world, "agent1", [number])
    elsewhere = replace(agent, session_id="another login")
    assert [one.state for one in node.batches.standing(elsewhere, Event.SUBMITTED)] == ["unseen"]
    node.batches.seen.forget(agent.session_id)
    assert [one.state for one in node.batches.standing(agent, Event.SUBMITTED)] == ["unseen"]
    learner = Person("learner1", "示例练习员", ("agent",), "s", practice=True)
    assert node.batches.standing(learner, Event.SUBMITTED) == ()


def test_a_seal_that_was_opened_stays_open_for_one_batch_of_one_thread_and_no_longer(world: World) -> None:
    village, agent = world.nodes["village1"], world.person("agent1")
    cabinet = village.desk._acts._sealing._cabinet
    custodian = cabinet.custodian(village.keyring.open(agent, world.pin("agent1")))
    (seal,) = (one for one in cabinet.held() if agent.name in one.custodians)

    def is_kept() -> bool:
        return cabinet.keys_of(seal.key_name, custodian) is cabinet.keys_of(seal.key_name, custodian)

    assert not is_kept()
    with pytest.raises(StaleError), cabinet.keeping_open():
        assert is_kept()
        first = cabinet.keys_of(seal.key_name, custodian)
        with ThreadPoolExecutor(1) as another:
            assert not another.submit(is_kept).result()
        raise StaleError("head", {})
    assert not is_kept()
    with cabinet.keeping_open():
        assert cabinet.keys_of(seal.key_name, custodian) is not first
