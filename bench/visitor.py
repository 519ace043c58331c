"""A person at a station, through the JSON API, over one kept connection."""

import http.client
import json
import random
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

TIMEOUT_S = 30.0
BROKEN = (OSError, http.client.HTTPException)
"""What a call raises when no whole answer came."""


class RefusedError(Exception):
    """The station answered no: HTTP status, and the error's name and code."""

    def __init__(self, status: int, error: str, code: str) -> None:
        super().__init__(f"{status} {error} {code}")
        self.status = status
        self.error = error
        self.code = code


class Visitor:
    """One login. Used by one thread at a time."""

    def __init__(self, host: str, port: int, name: str, password: str, pin: str) -> None:
        self._host = host
        self._port = port
        self._line: http.client.HTTPConnection | None = None
        self._headers: dict[str, str] = {}
        self.name = name
        self.password = password
        self.pin = pin

    def log_in(self) -> None:
        """Log in; the cookie and the CSRF token go with all further calls."""
        self._headers = {}
        status, headers, body = self.send("POST", "/api/v1/login", _json({"name": self.name, "password": self.password}), _JSON)
        answer = _read(status, body)
        self._headers = {"X-CSRF-Token": str(answer["csrf"]), "Cookie": headers["Set-Cookie"].partition(";")[0]}

    @property
    def cookie(self) -> str:
        """The session's cookie, `name=value`, for a browser that goes on as this person."""
        return self._headers["Cookie"]

    def get(self, path: str) -> Any:
        """GET, as JSON."""
        return self.call("GET", path)

    def page(self, path: str) -> int:
        """GET a page; its size in bytes.

        Raises:
            RefusedError: it is not there.
        """
        status, _, body = self.send("GET", path, None, {})
        if status != 200:
            raise RefusedError(status, path, "")
        return len(body)

    def call(self, method: str, path: str, value: Any = None) -> Any:
        """One call of the API with a JSON body.

        Raises:
            RefusedError: the station said no.
            OSError, HTTPException: no whole answer came; it may have been done all the same.
        """
        status, _, body = self.send(method, path, None if value is None else _json(value), _JSON)
        return _read(status, body)

    def attach(self, number: str, material: str, data: bytes, page: int = 1) -> Any:
        """Put a page of a material."""
        kind = {"Content-Type": "application/octet-stream"}
        status, _, body = self.send("PUT", f"/api/v1/cases/{number}/materials/{material}?page={page}", data, kind)
        return _read(status, body)

    def act(self, number: str, event: str, **more: Any) -> Any:
        """Seal an event with the key's open window, or with the PIN when it is shut."""
        path = f"/api/v1/cases/{number}/events"
        try:
            return self.call("POST", path, {"event": event, **more})
        except RefusedError as error:
            if error.code != "pin_needed":
                raise
        return self.call("POST", path, {"event": event, "pin": self.pin, **more})

    def open_case(self, item: str) -> str:
        """A new draft; its number."""
        return str(self.call("POST", "/api/v1/cases", {"item": item})["case_number"])

    def fill(self, number: str, item: Mapping[str, Any], materials: Mapping[str, bytes] | bytes) -> None:
        """Give a draft the item's sample answers, and a page for each material the sample needs."""
        version = self.get(f"/api/v1/cases/{number}")["version"]
        self.call("PATCH", f"/api/v1/cases/{number}/answers", {"version": version, "answers": item["sample"]})
        for material in item["sample_materials"]:
            self.attach(number, material, materials if isinstance(materials, bytes) else materials[material])

    def filled(self, item_id: str, materials: Mapping[str, bytes] | bytes) -> str:
        """A new draft with everything in it that it needs to be submitted; its number."""
        number = self.open_case(item_id)
        self.fill(number, self.get(f"/api/v1/items/{item_id}"), materials)
        return number

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, http.client.HTTPMessage, bytes]:
        """One request on the kept connection, which is opened anew when there is none; status, headers, body."""
        line = self._line or http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT_S)
        self._line = None
        try:
            line.request(method, path, body, {**self._headers, **headers})
            response = line.getresponse()
            answer = response.read()
        except BaseException:
            line.close()
            raise
        self._line = line
        return response.status, response.headers, answer

    def close(self) -> None:
        """Let go of the connection."""
        if self._line is not None:
            self._line.close()
            self._line = None


def picture(text: str, size: tuple[int, int] = (320, 220), grain: int = 0, quality: int = 90) -> bytes:
    """A JPEG that says `text`, like no other; `grain` (0-255) is noise, which makes it large."""
    chance = random.Random(text)
    image = Image.new("RGB", size, "white")
    if grain:
        noise = Image.frombytes("L", size, chance.randbytes(size[0] * size[1]))
        image = Image.merge("RGB", [noise.point(lambda value: 255 - value * grain // 255)] * 3)
    draw = ImageDraw.Draw(image)
    draw.rectangle((8, 8, size[0] - 8, size[1] - 8), outline="navy", width=3)
    draw.text((20, 20), text, fill="black")
    file = BytesIO()
    image.save(file, "JPEG", quality=quality, optimize=True)
    return file.getvalue()


_JSON = {"Content-Type": "application/json"}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _read(status: int, body: bytes) -> Any:
    answer = json.loads(body)
    if not 200 <= status < 300:
        raise RefusedError(status, str(answer.get("error")), str(answer.get("code")))
    return answer
