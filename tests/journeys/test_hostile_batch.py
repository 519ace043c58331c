"""A batch while others work on the same cases: what a case shows is asked anew for each, though answers of the store are shared."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from node.assemble import Node
from node.casework.batch import Asked
from node.casework.case import Event
from node.errors import StaleError
from tests.journeys.test_batch import drafts, looked_at, outcomes, states
from tests.journeys.world import World, picture


class Interrupted(tuple[Asked, ...]):
    """Cases of a batch; before the third one others do something, in a thread and with a connection of their own."""

    meanwhile: Callable[[], None]

    def __iter__(self) -> Iterator[Asked]:
        yield from self[:2]
        with ThreadPoolExecutor(1) as other:
            other.submit(self.meanwhile).result()
        yield from self[2:]


def says_otherwise(world: World, node: Node, number: str) -> None:
    agent = world.person("agent1")
    version = node.desk.case(agent, number).version
    assert version is not None
    node.desk.save_answers(agent, number, version, {"mobile": "13100000017"})


def shows_another_page(world: World, node: Node, number: str) -> None:
    agent = world.person("agent1")
    material = node.desk.case(agent, number).attachments[0].material
    node.desk.detach(agent, number, material, 1)
    node.desk.attach(agent, number, material, 1, picture("another"))


def test_nothing_is_sealed_that_others_changed_while_the_batch_went_on(world: World) -> None:
    """Before its turn or after it: the second case is sealed by then, and kept only with the others."""
    node, agent = world.nodes["village1"], world.person("agent1")
    numbers = drafts(world, 5)
    asked = Interrupted(looked_at(world, "agent1", numbers))

    def meanwhile() -> None:
        says_otherwise(world, node, numbers[1])
        says_otherwise(world, node, numbers[2])
        shows_another_page(world, node, numbers[3])

    asked.meanwhile = meanwhile
    results = node.batches.act(agent, Event.SUBMITTED, asked, world.pin("agent1"))
    assert outcomes(results) == ["done", "refused", "refused", "refused", "done"]
    assert [type(one.error) for one in results[1:4]] == [StaleError] * 3
    assert states(world, numbers) == ["submitted", "draft", "draft", "draft", "submitted"]


def test_the_same_picture_attached_anew_while_a_batch_goes_on_still_arrives(world: World) -> None:
    """It shows the same, and is another ciphertext: what the letter names is there and goes."""
    node, agent = world.nodes["village1"], world.person("agent1")
    numbers = drafts(world, 3)
    asked = Interrupted(looked_at(world, "agent1", numbers))
    material = node.desk.case(agent, numbers[0]).attachments[0].material

    def meanwhile() -> None:
        node.desk.detach(agent, numbers[0], material, 1)
        node.desk.attach(agent, numbers[0], material, 1, picture(f"{material} {numbers[0]}"))

    asked.meanwhile = meanwhile
    assert outcomes(node.batches.act(agent, Event.SUBMITTED, asked, world.pin("agent1"))) == ["done"] * 3
    world.settle()
    above = world.nodes["township"].desk
    view = above.case(world.person("reviewer"), numbers[0])
    assert view.attachments and all(one.whole for one in view.attachments)
    assert above.attachment(world.person("reviewer"), numbers[0], material, 1)[0]
