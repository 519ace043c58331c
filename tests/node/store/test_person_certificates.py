"""Certificates of further villages, by person and division."""

from node.store import Store

FIRST, SECOND = "131025105202", "131025105203"


def test_a_person_has_one_certificate_a_division_and_the_newest_counts(store: Store) -> None:
    store.person_certificates.put("li", SECOND, "sm3:b")
    store.person_certificates.put("li", FIRST, "sm3:a")
    store.person_certificates.put("li", SECOND, "sm3:c")
    store.person_certificates.put("an", FIRST, "sm3:d")
    assert list(store.person_certificates.of("li").items()) == [(FIRST, "sm3:a"), (SECOND, "sm3:c")]
    assert store.person_certificates.get("an", FIRST) == "sm3:d"
    assert store.person_certificates.get("an", SECOND) is None


def test_a_division_is_taken_away_once(store: Store) -> None:
    store.person_certificates.put("li", FIRST, "sm3:a")
    assert [store.person_certificates.remove("li", FIRST) for _ in range(2)] == [True, False]
    assert store.person_certificates.of("li") == {}
