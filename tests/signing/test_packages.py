"""Zip packages: every program sees the same files in one, and what is odd is refused."""

import struct
import zipfile
from io import BytesIO

import pytest

from signing.errors import DocumentError
from signing.packages import pack_file, read_package, write_package
from tests.signing.county import flipped

FILES = {"OFD.xml": b"<a/>" * 40, "Doc_0/Pages/Page_0/Content.xml": "示例".encode() * 50, "Doc_0/Res/picture.png": bytes(range(256))}
ROOM = 1 << 16


def python_zip(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, extra: bytes = b"", comment: bytes = b"") -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.comment = comment
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type, info.extra, info.create_system, info.external_attr = method, extra, 0, 0
            archive.writestr(info, data)
    # Python sets rights on every file; a package of ours says nothing of them.
    return out.getvalue()


@pytest.mark.parametrize("packed", [True, False])
def test_what_is_written_is_read_again_by_us_and_by_python(packed: bool) -> None:
    data = write_package(FILES, packed=packed)
    assert read_package(data, ROOM) == FILES and list(read_package(data, ROOM)) == list(FILES)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == FILES and archive.testzip() is None
    assert data == write_package(FILES, packed=packed)


def test_files_that_were_packed_before_make_the_same_package_and_one_that_changed_since_is_packed_anew() -> None:
    ready = {name: pack_file(data) for name, data in FILES.items()}
    assert write_package(FILES, packed=True, ready=ready) == write_package(FILES, packed=True)
    assert write_package(FILES, packed=False, ready=ready) == write_package(FILES, packed=False)
    changed = FILES | {"OFD.xml": b"<b/>" * 40}
    assert write_package(changed, packed=True, ready=ready) == write_package(changed, packed=True)


def test_stored_files_stand_in_it_as_they_are() -> None:
    assert all(content in write_package(FILES, packed=False) for content in FILES.values())


@pytest.mark.parametrize("name", ["../a", "/a", "a//b", "a/../b", "a\\b", "", "a/", ".hidden", "示例", "a" * 201])
def test_a_name_that_leaves_the_package_is_refused_both_ways(name: str) -> None:
    with pytest.raises(DocumentError) as refused:
        write_package({name: b"x"}, packed=False)
    assert refused.value.code == "package_name"
    if name.isascii() and 0 < len(name) <= 200:
        good = write_package({"b" * len(name): b"x"}, packed=False)
        with pytest.raises(DocumentError) as refused:
            read_package(good.replace(b"b" * len(name), name.encode()), ROOM)
        assert refused.value.code == "package_name"


def test_a_file_twice_is_refused() -> None:
    data = write_package({"a": b"1", "b": b"2"}, packed=False)
    with pytest.raises(DocumentError):
        read_package(data.replace(b"b2", b"a2").replace(b"bPK", b"aPK"), ROOM)


def test_bytes_before_between_and_after_are_refused() -> None:
    data = write_package(FILES, packed=False)
    places = (0, data.index(b"PK\x03\x04", 4), data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06"), len(data))
    for place in places:
        with pytest.raises(DocumentError):
            read_package(data[:place] + b"hidden" + data[place:], ROOM)


def test_what_unpacks_to_more_than_allowed_is_refused_before_it_is_unpacked() -> None:
    bomb = write_package({"a": bytes(50 << 20)}, packed=True)
    with pytest.raises(DocumentError) as refused:
        read_package(bomb, ROOM)
    assert refused.value.code == "package_size"
    # The size in the directory is a lie; the stream is not followed further than that.
    lying = bomb.replace(struct.pack("<I", 50 << 20), struct.pack("<I", 100))
    with pytest.raises(DocumentError) as refused:
        read_package(lying, ROOM)
    assert refused.value.code == "package"


@pytest.mark.parametrize("made", ["extra", "comment", "bzip2", "lzma", "rights"])
def test_what_other_programs_add_is_refused(made: str) -> None:
    data = {
        "extra": lambda: python_zip(FILES, extra=b"\x01\x00\x00\x00"),
        "comment": lambda: python_zip(FILES, comment=b"hello"),
        "bzip2": lambda: python_zip(FILES, zipfile.ZIP_BZIP2),
        "lzma": lambda: python_zip(FILES, zipfile.ZIP_LZMA),
        "rights": lambda: python_zip(FILES),
    }[made]()
    with pytest.raises(DocumentError):
        read_package(data, ROOM)


@pytest.mark.parametrize("packed", [True, False])
def test_every_byte_changed_is_refused(packed: bool) -> None:
    for changed in flipped(write_package(FILES, packed=packed)):
        with pytest.raises(DocumentError):
            read_package(changed, ROOM)


@pytest.mark.parametrize("size", [0, 1, 21, 22, 60])
def test_a_piece_of_one_is_refused(size: int) -> None:
    with pytest.raises(DocumentError):
        read_package(write_package(FILES, packed=True)[:size], ROOM)
    with pytest.raises(DocumentError):
        read_package(write_package(FILES, packed=True)[size + 1 :], ROOM)
