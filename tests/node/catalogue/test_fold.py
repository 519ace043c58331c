"""What releases add up to."""

from hypothesis import given
from hypothesis import strategies as st

from node.catalogue.fold import ShelfState
from node.catalogue.release import CALENDAR, PUBLISH, WITHDRAW, WITHDRAW_VERSION, Change
from signing.algorithms import suite

SUITE = suite("p256")


def publish(package: str, item: str = "gaoling") -> Change:
    return Change(PUBLISH, item, package, "gljt")


def withdraw(package: str) -> Change:
    return Change(WITHDRAW_VERSION, "gaoling", package)


def standings(*changes: Change) -> dict[str, str]:
    return {one.package: one.standing for one in ShelfState().after(changes).items["gaoling"].versions}


def test_the_newest_version_is_current_and_older_ones_stay_fillable() -> None:
    assert standings(publish("a"), publish("b")) == {"a": "fillable", "b": "current"}


def test_a_version_that_is_withdrawn_leaves_the_one_before_it_current() -> None:
    assert standings(publish("a"), publish("b"), withdraw("b")) == {"a": "current", "b": "withdrawn"}
    assert standings(publish("a"), publish("b"), withdraw("a")) == {"a": "withdrawn", "b": "current"}
    assert standings(publish("a"), withdraw("a")) == {"a": "withdrawn"}


def test_an_item_that_is_withdrawn_is_closed_for_versions_that_no_release_has_named() -> None:
    state = ShelfState().after([publish("a"), Change(WITHDRAW, "gaoling")])
    assert state.items["gaoling"].closed and state.items["gaoling"].current is None
    again = state.after([publish("b")])
    assert again.items["gaoling"].closed
    assert standings(publish("a"), Change(WITHDRAW, "gaoling"), publish("b")) == {"a": "withdrawn", "b": "current"}


def test_a_version_that_only_the_program_brought_can_be_withdrawn_and_does_not_come_before_what_was_published() -> None:
    assert standings(withdraw("shipped")) == {"shipped": "withdrawn"}
    assert standings(publish("a"), withdraw("shipped"), publish("b"), withdraw("b")) == {
        "shipped": "withdrawn", "a": "current", "b": "withdrawn",
    }  # fmt: skip


def test_the_state_has_another_name_whenever_anything_on_the_shelf_differs() -> None:
    states = [
        ShelfState(),
        ShelfState().after([publish("a")]),
        ShelfState().after([publish("a", "dibao")]),
        ShelfState().after([Change(PUBLISH, "gaoling", "a", "other")]),
        ShelfState().after([publish("a"), publish("b")]),
        ShelfState().after([publish("b"), publish("a")]),
        ShelfState().after([publish("a"), withdraw("a")]),
        ShelfState().after([publish("a"), Change(WITHDRAW, "gaoling")]),
        ShelfState().after([publish("a"), Change(CALENDAR, calendar="c")]),
    ]
    assert len({state.digest(SUITE) for state in states}) == len(states)


CHANGES = st.one_of(
    st.builds(Change, st.just(PUBLISH), st.sampled_from(["x", "y"]), st.sampled_from("abc"), st.just("i")),
    st.builds(Change, st.just(WITHDRAW_VERSION), st.sampled_from(["x", "y"]), st.sampled_from("abc")),
    st.builds(Change, st.just(WITHDRAW), st.sampled_from(["x", "y"])),
    st.builds(Change, st.just(CALENDAR), calendar=st.sampled_from("cd")),
)


@given(st.lists(CHANGES, max_size=12), st.integers(0, 12))
def test_cut_into_releases_anywhere_the_same_changes_make_the_same_shelf(changes: list[Change], cut: int) -> None:
    whole = ShelfState().after(changes)
    assert ShelfState().after(changes[:cut]).after(changes[cut:]) == whole
    for item in whole.items.values():
        standing = [one for one in item.versions if one.standing == "current"]
        assert len(standing) <= 1
        assert bool(standing) == any(one.standing != "withdrawn" for one in item.versions)
