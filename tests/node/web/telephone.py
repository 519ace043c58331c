"""A telephone in the room: real connections to the scanning door, whose socket a test keeps on this machine."""

import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from node.assemble import Node
from node.web.phone.door import PROOF

ROOM = "192.168.7.7"


def into_a_room(node: Node, *addresses: str) -> None:
    """Give a station addresses on a room's network; whoever calls them comes to this machine's loopback."""
    door = node.counter.phone
    listen = door._listen
    door._addresses = lambda: addresses
    door._listen = lambda one, _host, port: listen(one, "127.0.0.1", port)


@dataclass(frozen=True)
class Said:
    """An answer of the door."""

    status: int
    headers: Mapping[str, str]
    data: bytes

    @property
    def told(self) -> Any:
        """Its JSON."""
        return json.loads(self.data)

    @property
    def code(self) -> str:
        """Of a refusal."""
        return str(self.told["code"])


@dataclass
class Telephone:
    """A browser that has scanned a code: `url` is what it said."""

    url: str
    base: str = ""
    cookie: str = ""
    lines: list[str] = field(default_factory=list)

    @property
    def host(self) -> str:
        """The door's address as the telephone calls it."""
        return self.url.split("/")[2]

    @property
    def token(self) -> str:
        """What stands behind the #."""
        return self.url.partition("#")[2]

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Said:
        """A call as the page's script makes it; `headers` (None_ is left out) go over its own."""
        self.lines.append(f"{method} {path}")
        own = {"Host": self.host, "Cookie": self.cookie, **({} if method == "GET" else {"Origin": f"http://{self.host}", PROOF: "1"})}
        sent = {**own, **{name.replace("_", "-"): value for name, value in headers.items()}}
        line = http.client.HTTPConnection("127.0.0.1", int(self.host.partition(":")[2]), timeout=20)
        try:
            line.request(method, path, body, {name: value for name, value in sent.items() if value})
            answer = line.getresponse()
            return Said(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            line.close()

    def redeem(self, token: str | None = None, **headers: str) -> Said:
        """Show the token; a right one gives the cookie."""
        said = self.call("POST", "/redeem", json.dumps({"token": self.token if token is None else token}).encode(), **headers)
        if said.status == 200:
            self.base = f"/p/{said.told['pairing']}/"
            found = re.match(r"([^;]+);", said.headers["Set-Cookie"])
            self.cookie = found[1] if found else ""
        return said

    def send(self, name: str, raw: bytes, **headers: str) -> Said:
        """Send a shot under a name of one's own."""
        return self.call("POST", f"{self.base}shots/{name}", raw, **headers)

    def shots(self) -> Said:
        """What it has sent."""
        return self.call("GET", f"{self.base}shots")
