"""The health check of the audit log: it holds together, or the line is named."""

import shutil
from pathlib import Path

import pytest

from node.upkeep.findings import Grade
from tests.founding import founded_county
from tests.node.upkeep.patients import Patient


def test_a_line_of_the_audit_log_that_was_changed_is_named(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    village = Patient(Path(shutil.copytree(founded_county(tmp_path_factory, "p256") / "village1", tmp_path / "village1")))
    assert village.examined()["audit"].grade is Grade.GOOD
    with village.store() as store, store.transaction():
        store._connection.run("UPDATE audit SET who = 'wang' WHERE seq = 1")
    found = village.examined()
    assert "audit" not in found and found["audit_broken"].grade is Grade.BAD and found["audit_broken"].facts == {"line": 1}
