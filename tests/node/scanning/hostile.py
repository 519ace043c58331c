"""Files that want more memory than there is, or are not what they seem; made on the spot, each in a few milliseconds."""

import struct
import zlib
from io import BytesIO

from PIL import Image

from tests.node.scanning.files import encoded, picture

SIDE = 50_000


def png(width: int, height: int, depth: int = 8, colour: int = 2, rows: int = 0, words: bytes = b"") -> bytes:
    """A PNG with a true header, as many rows of nothing as asked for, and chunks of words before them."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    squeezer, data = zlib.compressobj(1), b""
    line = bytes(1 + (width * depth * channels + 7) // 8)
    for _ in range(rows):
        data += squeezer.compress(line)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    palette = _chunk(b"PLTE", bytes(768)) if colour == 3 else b""
    chunks = _chunk(b"IHDR", header) + palette + words + _chunk(b"IDAT", data + squeezer.flush()) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def words(count: int, megabytes: int = 1) -> bytes:
    """Compressed words that become a megabyte each."""
    return _chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(megabytes << 20), 9)) * count


def jpeg(width: int, height: int, **options: object) -> bytes:
    """A small JPEG whose header says that it is this large."""
    made = bytearray(encoded(picture(64, 64), "JPEG", **options))
    at = 2
    while made[at + 1] not in (0xC0, 0xC2):
        at += 2 + int.from_bytes(made[at + 2 : at + 4], "big")
    made[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(made)


def bmp(width: int, height: int) -> bytes:
    """A BMP of 24 bits with a header only."""
    return b"BM" + struct.pack("<IHHIIiiHHIIiiII", 200, 0, 0, 54, 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0) + bytes(146)


def tiff(width: int, height: int) -> bytes:
    """A TIFF of 24 bits in one strip, with a header only."""
    tags = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8), (277, 3, 1), (278, 4, height)]
    tags.append((279, 4, min(width * height, 2**32 - 1)))
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(64)


def webp(width: int, height: int) -> bytes:
    """A WebP canvas of this size with a small picture in it."""
    small = encoded(Image.new("RGBA", (16, 16), (200, 0, 0, 100)), "WEBP", lossless=True)
    at = small.index(b"VP8L")
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    extended = b"VP8X" + struct.pack("<I", 10) + b"\x12\0\0\0" + canvas + b"ANIM" + struct.pack("<IIH", 6, 0, 0)
    part = small[at:]
    frame = bytes(6) + (15).to_bytes(3, "little") * 2 + bytes(4) + part
    body = b"WEBP" + extended + b"ANMF" + struct.pack("<I", len(frame)) + frame
    return b"RIFF" + struct.pack("<I", len(body)) + body


def animated(kind: str) -> bytes:
    """Three pictures one after the other."""
    first, *others = [picture(1200, 800, seed) for seed in range(3)]
    return encoded(first, kind, save_all=True, append_images=others, duration=100)


def sixteen_bits(kind: str) -> bytes:
    """A grey of sixteen bits a dot, from black at the left to white at the right."""
    row = struct.pack("<1200H", *(round(x * 65535 / 1199) for x in range(1200)))
    return encoded(Image.frombytes("I;16", (1200, 400), row * 400), kind)


def pdf(objects: list[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    made, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return made + b"xref\n0 %d\n0000000000 65535 f \n%btrailer << /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, table, len(objects) + 1, len(made),
    )  # fmt: skip


def stream(head: bytes, body: bytes) -> bytes:
    """A stream object."""
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (head, len(body), body)


def page(more: bytes = b"", box: bytes = b"0 0 595 842", content: bytes = b"", *others: bytes) -> bytes:
    """A PDF of one page; other objects begin at number 5."""
    return pdf([
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [%b] /Contents 4 0 R /Resources << %b >> >>" % (box, more),
        stream(b"/Filter /FlateDecode", zlib.compress(content, 9)), *others,
    ])  # fmt: skip


def zeros(megabytes: int) -> bytes:
    """So many megabytes of nothing, compressed a thousandfold."""
    squeezer = zlib.compressobj(1)
    return b"".join(squeezer.compress(bytes(1 << 20)) for _ in range(megabytes)) + squeezer.flush()


def deep_picture(side: int, bits: int = 8, filled: int = 4, mask: bool = False) -> bytes:
    """A page with a picture of this many dots a side."""
    told = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent %d /ColorSpace /DeviceGray /Filter /FlateDecode" % (
        side,
        side,
        bits,
    )
    large = stream(told, zeros(filled))
    small = stream(b"/Type /XObject /Subtype /Image /Width 2 /Height 2 /BitsPerComponent 8 /ColorSpace /DeviceGray /SMask 6 0 R", bytes(4))
    shown = (small, large) if mask else (large,)
    return page(b"/XObject << /P 5 0 R >>", b"0 0 595 842", b"595 0 0 842 0 0 cm /P Do", *shown)


def deep_content(megabytes: int) -> bytes:
    """A page whose content is so many megabytes of spaces when unpacked."""
    return pdf([
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>", stream(b"/Filter /FlateDecode", zeros(megabytes)),
    ])  # fmt: skip


def many_pages(count: int) -> bytes:
    """A PDF that names one page so many times."""
    return pdf([
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%b] /Count %d >>" % (b"3 0 R " * count, count),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ])  # fmt: skip


def forms_in_forms(depth: int = 12, times: int = 10) -> bytes:
    """A page that draws a form ten times, which draws another ten times, and so on."""
    content = b"/F Do " * times
    forms = [
        stream(
            b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /F %d 0 R >> >>" % (6 + level),
            content if level < depth - 1 else b"0 0 9 9 re f",
        )
        for level in range(depth)
    ]
    return page(b"/XObject << /F 5 0 R >>", b"0 0 595 842", content, *forms, b"<< >>")


def transparent_groups(count: int = 12) -> bytes:
    """A page of forms inside forms, each a transparency group as large as the page."""
    forms = [
        stream(
            b"/Type /XObject /Subtype /Form /BBox [0 0 14000 14000] /Group << /S /Transparency /I true >> "
            b"/Resources << /ExtGState << /G << /ca 0.5 >> >> /XObject << /F %d 0 R >> >>" % (6 + level),
            b"/G gs /F Do" if level < count - 1 else b"0 0 9000 9000 re f",
        )
        for level in range(count)
    ]
    return page(b"/ExtGState << /G << /ca 0.5 >> >> /XObject << /F 5 0 R >>", b"0 0 14000 14000", b"/G gs /F Do", *forms, b"<< >>")


def noise_pdf(pages: int) -> bytes:
    """A PDF of pages that cannot be made small."""
    made = [Image.effect_noise((900, 1270), 120).convert("RGB") for _ in range(2)]
    out = BytesIO()
    made[0].save(out, "PDF", save_all=True, append_images=[made[one % 2] for one in range(1, pages)], resolution=110)
    return out.getvalue()
