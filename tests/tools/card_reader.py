"""A stand-in for an ID card reader: a web service on loopback, or a command that prints JSON. It knows nothing of the station.

    python -m tests.tools.card_reader serve [--port 8989] [--way good]
    python -m tests.tools.card_reader print [--way good]

Cards are invented. `--way` is how it behaves: see `WAYS`. As a service it can be told another way at `/way?NAME`.
"""

import argparse
import base64
import json
import struct
import sys
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PHOTO_SIZE = (102, 126)
NUMBER = "131025194403122017"
FIELDS = {
    "name": "partyName", "sex": "gender", "nation": "nation", "birth": "bornDay", "address": "certAddress", "number": "certNumber",
    "office": "certOrg", "begins": "effDate", "ends": "expDate", "photo": "identityPic",
}  # fmt: skip
"""The names that this reader gives, as `scanning.reader_fields` would list them."""


def photo(size: tuple[int, int] = PHOTO_SIZE) -> bytes:
    """A grey picture of the size of a chip's, a BMP of 24 bits."""
    width, height = size
    rows = b"".join(bytes((90 + row % 120,)) * (width * 3) + b"\0" * (-width * 3 % 4) for row in range(height))
    head = struct.pack("<2sIHHI", b"BM", 54 + len(rows), 0, 0, 54)
    return head + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(rows), 2835, 2835, 0, 0) + rows


CARD: dict[str, str] = {
    "partyName": "示例甲",
    "gender": "男",
    "nation": "汉",
    "bornDay": "19440312",
    "certAddress": "河北省示例县示例镇示例一村 1 号",
    "certNumber": NUMBER,
    "certOrg": "示例县公安局",
    "effDate": "20160101",
    "expDate": "长期",
    "identityPic": base64.b64encode(photo()).decode(),
}


def answer(**changes: Any) -> bytes:
    """The card as JSON in UTF-8, with some members changed; None takes one away."""
    told = {name: value for name, value in {**CARD, **changes}.items() if value is not None}
    return json.dumps(told, ensure_ascii=False).encode()


def _jsonp() -> bytes:
    return b"callback_1(" + answer() + b");"


WAYS: Mapping[str, Callable[[], bytes | None]] = {
    "good": answer,
    "jsonp": _jsonp,
    "gbk": lambda: answer().decode().encode("gbk"),
    "none": lambda: b'{"resultFlag": "-1", "errorMsg": "no card"}',
    "empty": lambda: b"",
    "early": lambda: answer(certNumber="", certAddress=None, identityPic=None),
    "cut": lambda: answer()[:60],
    "nested": lambda: b'{"a":' * 100_000,
    "list": lambda: b"[]",
    "number": lambda: answer(certNumber="131025194403122018"),
    "expired": lambda: answer(expDate="20260101"),
    "other": lambda: answer(partyName="示例乙", nation="回"),
    "huge": lambda: answer(identityPic="A" * 2_000_000),
    "photo_spoilt": lambda: answer(identityPic=base64.b64encode(b"WLf\0 not a picture").decode()),
    "photo_cut": lambda: answer(identityPic=base64.b64encode(photo()[:5000]).decode()),
    "photo_none": lambda: answer(identityPic=None),
    "silent": lambda: None,
}
"""By name, what the reader says; None keeps the line open and says nothing.

As a service also `moved`, a redirect; `drip` and `flood`, which have no end.
"""


class Service(ThreadingHTTPServer):
    """The reader as a web service; `way` may be changed while it runs, `asked` are the paths that it was asked for."""

    daemon_threads = True

    def __init__(self, way: str = "good", port: int = 0) -> None:
        self.way = way
        self.asked: list[str] = []
        self.over = threading.Event()
        super().__init__(("127.0.0.1", port), _Asked)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Where it reads a card."""
        return f"http://127.0.0.1:{self.server_address[1]}/read"

    def close(self) -> None:
        """Stop, and let go of whoever still waits."""
        self.over.set()
        self.shutdown()
        self.server_close()


class _Asked(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        """A card, or whatever this way is."""
        path, _, query = self.path.partition("?")
        if path == "/way":
            self.server.way = query
        else:
            self.server.asked.append(self.path)
        if self.server.way == "moved" and path == "/read":
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            return
        if self.server.way in ("drip", "flood"):
            self._go_on(b"." if self.server.way == "drip" else b"." * 65536)
            return
        said = WAYS[self.server.way if self.server.way in WAYS else "good"]()
        if said is None:
            self.server.over.wait(60)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def _go_on(self, piece: bytes) -> None:
        """A byte of the answer's head now and then, or pieces of its body one after the other, for ever."""
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Waiting: " + (b"" if len(piece) == 1 else b"\r\n\r\n"))
            while not self.server.over.wait(0.05 if len(piece) == 1 else 0):
                self.wfile.write(piece)
        except OSError:
            return  # whoever asked has had enough

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what is read is nobody's business."""


def main(arguments: list[str] | None = None) -> None:
    """Serve, or print one card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("do", choices=("serve", "print"))
    parser.add_argument("--port", type=int, default=8989)
    parser.add_argument("--way", choices=WAYS, default="good")
    asked = parser.parse_args(arguments)
    if asked.do == "serve":
        service = Service(asked.way, asked.port)
        print(service.address, flush=True)
        threading.Event().wait()
    said = WAYS[asked.way]()
    if said is None:
        threading.Event().wait()
    sys.stdout.buffer.write(said or b"")


if __name__ == "__main__":
    main()
