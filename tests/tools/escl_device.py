"""A loopback eSCL scanner: a real HTTP server that answers as the standard says, and that can be told to fail in many ways.

`python -m tests.tools.escl_device --port 9095` runs one by hand.
Source: Mopria Alliance, eSCL Technical Specification 2.97.
"""

import argparse
import random
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError, fromstring

from PIL import Image, ImageDraw

PWG = "http://www.pwg.org/schemas/2010/12/sm"
SCAN = "http://schemas.hp.com/imaging/escl/2011/05/03"
NAMES = {"pwg": PWG, "scan": SCAN}
NAME = "示例扫描仪 E-100"

PROFILE = f"""<scan:SettingProfiles><scan:SettingProfile>
<scan:ColorModes><scan:ColorMode>Grayscale8</scan:ColorMode><scan:ColorMode>RGB24</scan:ColorMode></scan:ColorModes>
<scan:DocumentFormats><pwg:DocumentFormat xmlns:pwg="{PWG}">image/jpeg</pwg:DocumentFormat></scan:DocumentFormats>
<scan:SupportedResolutions><scan:DiscreteResolutions>
%s</scan:DiscreteResolutions></scan:SupportedResolutions></scan:SettingProfile></scan:SettingProfiles>"""
_AXES = "".join(f"<scan:{axis}Resolution>{{0}}</scan:{axis}Resolution>" for axis in "XY")
RESOLUTION = f"<scan:DiscreteResolution>{_AXES}</scan:DiscreteResolution>"
BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbb">' + b"".join(
    b'<!ENTITY %s "%s">' % (bytes([99 + n]), b"&%s;" % bytes([98 + n]) * 50) for n in range(8)
) + b"]><a>&j;</a>"  # fmt: skip


def page(text: str, size: tuple[int, int] = (827, 1169), *, colour: bool = False) -> bytes:
    """A sheet with a large text on it, as a JPEG of A4 proportions at 100 dots per inch."""
    image = Image.new("RGB" if colour else "L", size, "white")
    pen = ImageDraw.Draw(image)
    for line in range(14):
        pen.text((80, 90 + line * 70), f"{text} {line + 1:02} - SAMPLE", fill="black", font_size=34)
    if colour:
        pen.ellipse((520, 860, 720, 1060), outline=(200, 20, 20), width=10)
    data = BytesIO()
    image.save(data, "JPEG", quality=75, dpi=(100, 100))
    return data.getvalue()


def sheet(number: int) -> bytes:
    """A form as a scanner gives it: lines of print over the whole width, dark on white, at 100 dots per inch."""
    image, chance = Image.new("L", (827, 1169), 250), random.Random(number)
    pen = ImageDraw.Draw(image)
    for line in range(26):
        x, y = 70, 80 + line * 38
        while x < 740:
            width = chance.choice((8, 14, 22, 40))
            pen.rectangle((x, y + chance.choice((0, 4)), x + width, y + 15), outline=20, width=3)
            x += width + chance.choice((6, 6, 14))
    data = BytesIO()
    image.save(data, "JPEG", quality=75, dpi=(100, 100))
    return data.getvalue()


class EsclDevice:
    """One scanner. `feeder` holds the sheets that lie in it, `glass` the one on the glass; `calls` is what it was asked.

    `fault` is how it fails, in a job from sheet `at` on.
    """

    def __init__(self, feeder: Sequence[bytes] = (), glass: bytes = b"", *, duplex: bool = False) -> None:
        self.feeder = list(feeder)
        self.glass = glass or page("glass")
        self.duplex = duplex
        self.fault = ""
        self.at = 1
        self.calls: list[tuple[str, str]] = []
        self.settings: list[dict[str, str]] = []
        self.adf_state = ""
        self.job = ""
        self.given = 0
        self.source = ""
        self.released = threading.Event()
        self.guard = threading.Lock()

    @property
    def state(self) -> str:
        """Of the feeder."""
        return self.adf_state or ("ScannerAdfLoaded" if self.feeder else "ScannerAdfEmpty")

    def asked(self, method: str) -> list[str]:
        """Paths of all calls of a method."""
        return [path for one, path in self.calls if one == method]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    device: EsclDevice

    def log_message(self, *_told: Any) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        self._heard("GET")
        device = self.device
        if self.path == "/eSCL/ScannerCapabilities":
            self._capabilities()
        elif self.path == "/eSCL/ScannerStatus":
            self._xml(self._status())
        elif device.job and self.path == f"/eSCL/ScanJobs/{device.job}/NextDocument":
            self._next()
        elif self.path.endswith("/NextDocument"):
            self._say(404)
        else:
            self._say(404)

    def do_POST(self) -> None:
        self._heard("POST")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        device = self.device
        if self.path != "/eSCL/ScanJobs":
            return self._say(404)
        try:
            told = fromstring(body)
        except ParseError:
            return self._say(400)
        settings = {one.tag.rpartition("}")[2]: (one.text or "").strip() for one in told.iter()}
        device.settings.append(settings)
        with device.guard:
            if device.job or device.fault == "busy":
                return self._say(503)
            if settings.get("InputSource") not in ("Platen", "Feeder") or settings.get("ColorMode") not in ("RGB24", "Grayscale8"):
                return self._say(409)
            if settings["InputSource"] == "Feeder" and (not device.feeder or device.adf_state):
                return self._say(409)
            device.job, device.given, device.source = str(uuid.uuid4()), 0, settings["InputSource"]
        # As many devices do, it names itself by a name that the caller has never heard of.
        where = {"elsewhere": "http://192.0.2.1/steal"}.get(device.fault, f"http://device.invalid/eSCL/ScanJobs/{device.job}")
        self.send_response(201)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_DELETE(self) -> None:
        self._heard("DELETE")
        device = self.device
        with device.guard:
            is_mine = bool(device.job) and self.path == f"/eSCL/ScanJobs/{device.job}"
            if is_mine:
                device.job = ""
        device.released.set()
        self._say(200 if is_mine else 404)

    def _heard(self, method: str) -> None:
        self.device.calls.append((method, self.path))

    def _capabilities(self) -> None:
        fault = self.device.fault
        if fault == "wrong_xml":
            return self._xml(b"<scan:ScannerCapabilities")
        if fault == "other_xml":
            return self._xml(b"<html><body>router</body></html>")
        if fault == "bomb":
            return self._xml(BOMB)
        if fault == "entity":
            told = self._caps().replace(NAME.encode(), b"&own;").replace(b"?>", b'?><!DOCTYPE a [<!ENTITY own "Scanner">]>', 1)
            return self._xml(told)
        if fault == "drip_header":
            return self._drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1000)
        if fault in ("many_elements", "deep_xml", "long_xml"):
            more = {"many_elements": b"<b/>" * 6_000, "deep_xml": b"<b>" * 60 + b"</b>" * 60, "long_xml": b" " * 300_000}[fault]
            return self._xml(self._caps().replace(b"</scan:ScannerCap", more + b"</scan:ScannerCap"))
        if fault == "redirect":
            self.send_response(302)
            self.send_header("Location", "http://192.0.2.1/eSCL/ScannerCapabilities")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        return self._xml(self._caps())

    def _caps(self) -> bytes:
        profile = PROFILE % "".join(RESOLUTION.format(one) for one in (75, 150, 200, 300, 600))
        caps = "<scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>2550</scan:MaxWidth><scan:MinHeight>16</scan:MinHeight>"
        caps += f"<scan:MaxHeight>3508</scan:MaxHeight>{profile}"
        duplex = f"<scan:AdfDuplexInputCaps>{caps}</scan:AdfDuplexInputCaps>" if self.device.duplex else ""
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><scan:ScannerCapabilities xmlns:pwg="{PWG}" xmlns:scan="{SCAN}">'
            f"<pwg:Version>2.63</pwg:Version><pwg:MakeAndModel>{NAME}</pwg:MakeAndModel>"
            f"<scan:Platen><scan:PlatenInputCaps>{caps}</scan:PlatenInputCaps></scan:Platen>"
            f"<scan:Adf><scan:AdfSimplexInputCaps>{caps}</scan:AdfSimplexInputCaps>{duplex}</scan:Adf></scan:ScannerCapabilities>"
        ).encode()

    def _status(self) -> bytes:
        state = "Processing" if self.device.job or self.device.fault == "busy" else "Idle"
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><scan:ScannerStatus xmlns:pwg="{PWG}" xmlns:scan="{SCAN}">'
            f"<pwg:Version>2.63</pwg:Version><pwg:State>{state}</pwg:State><scan:AdfState>{self.device.state}</scan:AdfState>"
            "</scan:ScannerStatus>"
        ).encode()

    def _next(self) -> None:
        device = self.device
        with device.guard:
            device.given += 1
            is_here = device.fault and device.given == device.at
            data = self._take()
        if device.fault == "endless":
            return self._picture(page(f"endless {device.given}", (120, 170)))
        if data is None:
            device.job = ""
            return self._say(404)
        return self._spoiled(data) if is_here else self._picture(data)

    def _take(self) -> bytes | None:
        device = self.device
        if device.source == "Platen":
            return device.glass if device.given == 1 else None
        return device.feeder.pop(0) if device.feeder else None

    def _spoiled(self, data: bytes) -> None:
        device, fault = self.device, self.device.fault
        if fault in ("jam", "hatch"):
            device.adf_state = {"jam": "ScannerAdfJam", "hatch": "ScannerAdfHatchOpen"}[fault]
            return self._say(404 if fault == "jam" else 410)
        if fault == "gone":
            return self._say(410)
        if fault == "later":
            device.fault = ""
            device.given -= 1
            device.feeder.insert(0, data)
            return self._say(503)
        if fault == "no_picture":
            return self._picture(b"<html>error</html>")
        if fault == "half_picture":
            return self._picture(data[: len(data) // 2])
        if fault in ("cut", "stall", "silent"):
            return self._broken(data, fault)
        if fault == "drip":
            return self._drip(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(data), data)
        if fault == "huge":
            return self._huge()
        return self._picture(data)

    def _broken(self, data: bytes, fault: str) -> None:
        """Cut in the middle; or the rest comes too late, or nothing, until the device is let go."""
        if fault == "silent":
            self.device.released.wait(20)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2])
        self.wfile.flush()
        if fault == "stall":
            self.device.released.wait(20)
        self.close_connection = True

    def _drip(self, slowly: bytes, data: bytes = b"") -> None:
        """The head at once where a body is to come, and then twenty bytes a second."""
        if data:
            self.wfile.write(slowly)
        for byte in data or slowly:
            if self.device.released.wait(0.05):
                break
            try:
                self.wfile.write(bytes((byte,)))
            except OSError:
                break
        self.close_connection = True

    def _huge(self) -> None:
        """A body without an end."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        block = b"\xff\xd8" + bytes(1 << 20)
        try:
            while True:
                self.wfile.write(b"%x\r\n" % len(block) + block + b"\r\n")
        except OSError:
            self.close_connection = True

    def _picture(self, data: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _xml(self, data: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _say(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_told: Any) -> None:
        """A caller that hangs up is no news."""


@contextmanager
def listening(device: EsclDevice, port: int = 0) -> Iterator[str]:
    """The device on a port of this machine; its address."""
    server = _Server(("127.0.0.1", port), type("Handler", (_Handler,), {"device": device}))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/eSCL"
    finally:
        device.released.set()
        server.shutdown()
        server.server_close()


def main() -> None:
    """Run one by hand."""
    parser = argparse.ArgumentParser(description="a loopback eSCL scanner")
    parser.add_argument("--port", type=int, default=9095)
    parser.add_argument("--pages", type=int, default=5)
    parser.add_argument("--fault", default="")
    parser.add_argument("--folder", type=Path, help="JPEG files to lie in the feeder")
    told = parser.parse_args()
    files = sorted(told.folder.glob("*.jpg")) if told.folder else []
    device = EsclDevice([one.read_bytes() for one in files] or [page(f"page {n + 1}", colour=True) for n in range(told.pages)])
    device.fault = told.fault
    with listening(device, told.port) as address:
        print(address, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
