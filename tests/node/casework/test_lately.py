"""What was worked out lately is given again for the very same answers, and for nothing else."""

from datetime import date

from forms.schema import Form
from forms.validate import check, derive
from node.casework.lately import Lately
from tests.items import newest

TODAY = date(2026, 11, 22)


def form() -> Form:
    return Form.from_bytes(newest("gaoling").read_bytes())


def test_each_answer_is_that_of_its_own_question() -> None:
    lately, one = Lately(), form()
    sample = dict(one.sample)
    other = {**sample, "mobile": "13100000017", "number": 1}
    for answers in (sample, sample, other, {**other, "number": True}, sample):
        for today in (TODAY, date(2027, 1, 1)):
            for attached in (set[str](), {"sm3:" + "0" * 64}):
                assert lately.checked(one, "sm3:a", answers, today, attached) == check(one, answers, today, attached=attached)
            assert lately.derived(one, "sm3:a", answers, today) == derive(one, answers, today)
    assert repr(lately.derived(one, "sm3:a", {"number": 1}, TODAY)) != repr(lately.derived(one, "sm3:a", {"number": True}, TODAY))


def test_what_is_given_may_be_changed() -> None:
    lately, one = Lately(), form()
    lately.derived(one, "sm3:a", one.sample, TODAY).clear()
    assert lately.derived(one, "sm3:a", one.sample, TODAY) == derive(one, one.sample, TODAY)


def test_another_day_another_item_and_other_pictures_are_other_questions() -> None:
    lately, one, other = Lately(), form(), Form.from_bytes(newest("dibao").read_bytes())
    digest = "sm3:" + "a" * 64
    answers = {**one.sample, "sign_image": digest}
    birthday = date(2027, 3, 12)
    assert derive(one, answers, TODAY) != derive(one, answers, birthday) and derive(one, answers, TODAY) != derive(other, answers, TODAY)
    for today, package in ((TODAY, one), (birthday, one), (birthday, other), (TODAY, other), (TODAY, one)):
        name = "sm3:a" if package is one else "sm3:b"
        assert lately.derived(package, name, answers, today) == derive(package, answers, today)
    assert check(one, answers, TODAY) != check(one, answers, TODAY, attached={digest}) != check(one, answers, birthday, attached={digest})
    for pictures in (set[str](), {digest}, set[str]()):
        for today, package in ((TODAY, one), (birthday, one), (birthday, other), (TODAY, other)):
            name = "sm3:a" if package is one else "sm3:b"
            assert lately.checked(package, name, answers, today, pictures) == check(package, answers, today, attached=pictures)
    for pictures in (set[str](), {digest}):
        assert lately.checked(one, "sm3:a", answers, TODAY, pictures) == check(one, answers, TODAY, attached=pictures)
