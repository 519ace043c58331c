"""What a command grants while the pages run is known to the pages soon after."""

from collections.abc import Callable
from pathlib import Path

from node.enrolment.invitations import Wanted
from node.enrolment.joining import begin
from node.enrolment.reception import CatchingUp
from tests.fakes import START
from tests.node.enrolment.conftest import Desk

NEW, NEW_VILLAGE = "13102510600001", "13102510620101"


def test_a_running_process_learns_what_another_one_has_granted(open_desk: Callable[[str], Desk], tmp_path: Path) -> None:
    pages, command = open_desk("county"), open_desk("county")
    catching_up = CatchingUp(pages.store, pages.trust, pages.register.look_again)
    (invited,) = command.inviting.invite([Wanted("示例新镇", "township", "131025106000")], "run-node")
    taken = command.registrar.take(begin(tmp_path / "new", invited.data, command.clock).request)
    command.registrar.confirm(taken.digest, "run-node")
    assert NEW not in pages.station.directory
    catching_up.run(START)
    assert NEW in pages.station.directory
    authority = next(one for one in command.issued[0][0] if one.usage == "authority")
    assert authority.digest in {one.digest for one in pages.trust.path(pages.trust.get(authority.digest))}
    (village,) = pages.inviting.invite([Wanted("示例新村", "village", "131025106201")], "admin")
    assert village.station == NEW_VILLAGE
