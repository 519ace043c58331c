"""A person with a browser: a Flask client that is logged in and knows its CSRF token."""

import re
from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from node.commands.demo_county import PEOPLE
from tests.journeys.world import World


def app_of(app: object) -> Flask:
    """A station's pages, which the rest of the program knows only as something to serve."""
    assert isinstance(app, Flask)
    return app


def body_of(answer: TestResponse) -> Any:
    """The JSON of an answer."""
    assert answer.is_json, answer.text
    return answer.get_json()


class Browsing:
    """Logs in through the API, then gets pages and posts forms."""

    def __init__(self, client: FlaskClient, name: str, password: str, pin: str) -> None:
        self.client = client
        self.name = name
        self.password = password
        self.pin = pin
        answer = client.post("/api/v1/login", json={"name": name, "password": password})
        assert answer.status_code == 200, answer.text
        self.csrf: str = body_of(answer)["csrf"]

    def get(self, path: str, **more: Any) -> TestResponse:
        """A page."""
        return self.client.get(path, **more)

    def post(self, path: str, fields: Mapping[str, Any] | None = None, *, follow: bool = False, **more: Any) -> TestResponse:
        """A form posted, with the token; `fields` whose names Python cannot spell, `more` the others."""
        return self.client.post(path, data={"csrf": self.csrf, **(fields or {}), **more}, follow_redirects=follow)

    def api(self, method: str, path: str, body: Any = None, data: bytes | None = None) -> TestResponse:
        """A call of the API, with the token."""
        headers = {"X-CSRF-Token": self.csrf}
        if data is not None:
            return self.client.open(f"/api/v1{path}", method=method, headers=headers, data=data)
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, json=body)

    def hidden(self, path: str, name: str) -> str:
        """The value of a hidden input of a page."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.get(path).text)
        assert found, f"{path} has no {name}"
        return found.group(1)


def logged_in(world: World, name: str) -> Browsing:
    """Somebody of the demo, logged in at their station."""
    person = next(one for one in PEOPLE if one.name == name)
    return Browsing(app_of(world.node_of(name).app).test_client(), person.name, person.password, person.pin)
