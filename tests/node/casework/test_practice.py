"""Practice cases by themselves: their numbers, and whose they are."""

from dataclasses import replace

import pytest

from node.casework.practice import check_same_world
from node.errors import CaseNotFoundError
from node.staff.people import Person
from tests.node.store.samples import case

REAL, PRACTISING = Person("li", "示例李", ("agent",)), Person("lian", "示例练", ("agent",), practice=True)


def test_a_real_case_is_for_real_people_and_a_practice_case_for_who_practises() -> None:
    real = case()
    practice = replace(real, case_number="练习-0001", practice=True)
    check_same_world(REAL, real)
    check_same_world(PRACTISING, practice)
    for person, record in ((REAL, practice), (PRACTISING, real)):
        with pytest.raises(CaseNotFoundError):
            check_same_world(person, record)
