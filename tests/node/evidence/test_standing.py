"""How a document stands, in one word: sealed only where every seal was judged and stands."""

from datetime import timedelta
from functools import partial

import pytest

from node.evidence.grounds import Grounds
from node.evidence.standing import FAULTY, SEALED, UNVERIFIED, standing_of
from node.evidence.verification import verify_data
from signing.report import SealStatus
from signing.seal import Seal
from tests.forgeries.county import NOW, SUITES
from tests.forgeries.papers import base_pdf, bureau, foreign_root

LATER = NOW + timedelta(days=1)
BOTH = pytest.mark.parametrize("name", SUITES)
KINDS = pytest.mark.parametrize("kind", ["pdf", "ofd"])


@BOTH
@KINDS
def test_seals_that_stand_are_enough_though_no_time_is_proven(name: str, kind: str) -> None:
    made = bureau(name)
    found = verify_data("form", getattr(made, kind)(), Grounds(made.county.certificates["root"].der, LATER))
    assert found.verdict == "undetermined" and standing_of(found) == SEALED


@KINDS
def test_where_an_issuer_is_missing_nothing_is_called_sealed(kind: str) -> None:
    found = verify_data("form", getattr(bureau("gm"), kind)(), Grounds(foreign_root("gm"), LATER))
    assert standing_of(found) == UNVERIFIED


def test_a_seal_that_was_stopped_since_is_not_called_sealed_while_no_time_is_proven() -> None:
    made = bureau("gm")
    for since, standing in ((NOW - timedelta(days=1), FAULTY), (NOW + timedelta(hours=9), UNVERIFIED)):
        status = SealStatus("stopped", since)
        grounds = Grounds(made.county.certificates["root"].der, LATER, register=partial(_says, status))
        assert standing_of(verify_data("form.pdf", made.pdf(), grounds)) == standing


def _says(status: SealStatus, seal: Seal) -> SealStatus:
    """The same of every seal."""
    return status


def test_a_file_that_was_changed_or_bears_no_seal_is_faulty() -> None:
    made = bureau("gm")
    grounds = Grounds(made.county.certificates["root"].der, LATER)
    for data in (made.pdf().replace(b"(sample)", b"(simple)"), made.pdf() + b"\n", base_pdf()):
        assert standing_of(verify_data("form.pdf", data, grounds)) == FAULTY
