"""The child that is asked one thing at a time: it starts when needed and is gone at its close, or when nothing is asked of it."""

import sys
from subprocess import Popen

import pytest

from bench.processes import wait_for
from node.errors import MaterialError
from node.scanning.child import ChildProcess

OPENS = (sys.executable, "-m", "node.scanning.worker")
SOON_S = 20.0


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> "list[Popen[bytes]]":
    """The processes that are started from now on."""
    made: list[Popen[bytes]] = []

    class Noted(Popen):  # type: ignore[type-arg]
        def __init__(self, *arguments: object, **more: object) -> None:
            super().__init__(*arguments, **more)  # type: ignore[call-overload]
            made.append(self)

    monkeypatch.setattr("node.scanning.child.subprocess.Popen", Noted)
    return made


def child(idle_s: float) -> ChildProcess:
    return ChildProcess(OPENS, SOON_S, idle_s, lambda code, facts: MaterialError(code, **facts))


def test_it_starts_when_needed_answers_again_and_is_gone_at_its_close(started: "list[Popen[bytes]]") -> None:
    one = child(SOON_S)
    assert started == []
    first, second = (one.ask({"do": "qr", "text": text}, b"")[0] for text in ("示例", "示例"))
    assert first == second
    assert [process.poll() for process in started] == [None]
    one.close()
    assert len(started) == 1 and started[0].poll() is not None


def test_it_goes_by_itself_when_nothing_is_asked_and_another_is_started_when_something_is(started: "list[Popen[bytes]]") -> None:
    one = child(0.01)
    one.ask({"do": "qr", "text": "示例"}, b"")
    assert wait_for(lambda: started[0].poll() is not None, SOON_S)
    assert one.ask({"do": "qr", "text": "示例"}, b"")[0]["size"] > 0
    assert len(started) == 2
    one.close()
