"""PDF objects are read in one spelling; what attacks hide in is refused."""

import pytest

from signing.errors import DocumentError
from signing.pdf.objects import Name, Ref, read_object, read_value, skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"/Name", Name("Name")),
        (b"12 0 R", Ref(12)),
        (b"12", 12),
        (b"-0.5", -0.5),
        (b"true", True),
        (b"null", None),
        (b"<0aF1>", b"<0aF1>"),
        (b"(a (b) \\) c)", b"a (b) \\) c"),
        (b"[1 2 0 R /A (x)]", [1, Ref(2), Name("A"), b"x"]),
        (b"<</A 1/B[<</C/D>>]>>", {"A": 1, "B": [{"C": Name("D")}]}),
        (b"% remark\n /A", Name("A")),
    ],
)
def test_values(text: bytes, value: object) -> None:
    assert read_value(text + b" ", 0)[0] == value


@pytest.mark.parametrize(
    "text",
    [
        b"[/J#53]",  # a name with an escape
        b"<</A 1/A 2>>",  # a key twice
        b"<</A 1",
        b"[1 2",
        b"(open",
        b"[1 1 R]",  # a later generation
        b">>",
        b"]",
        b"truely",
        b"<xyz>",
        b"<</A>>",
        b"<<(A) 1>>",
        b"[" * 20 + b"]" * 20,
        b"",
    ],
)
def test_other_spellings_are_refused(text: bytes) -> None:
    with pytest.raises(DocumentError) as refused:
        read_value(text, 0)
    assert refused.value.code == "syntax"


def test_an_object_with_its_stream() -> None:
    data = b"7 0 obj\n<</Length 4>>\nstream\nabcd\nendstream\nendobj\nafter"
    found = read_object(data, 0)
    assert (found.number, found.value, found.raw, found.stream) == (7, {"Length": 4}, b"<</Length 4>>", b"abcd")
    assert data[skip(data, found.end) :] == b"after"


@pytest.mark.parametrize(
    "data",
    [
        b"7 1 obj\n1\nendobj\n",
        b" 7 0 obj\n1\nendobj\n",
        b"7 0 obj\n1 2\nendobj\n",
        b"7 0 obj\n<</Length 3>>\nstream\nabcd\nendstream\nendobj\n",
        b"7 0 obj\n<</Length 8 0 R>>\nstream\nabcd\nendstream\nendobj\n",
        b"7 0 obj\n<</Length -4>>\nstream\nabcd\nendstream\nendobj\n",
        b"7 0 obj\n<<>>\nstream\n\nendstream\nendobj\n",
        b"7 0 obj\n[4]\nstream\nabcd\nendstream\nendobj\n",
        b"7 0 obj\n<</Length 4>>\nstream\nabcd\nendstream\n",
        b"7 0 obj\n1\n",
    ],
)
def test_an_object_in_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError):
        read_object(data, 0)
