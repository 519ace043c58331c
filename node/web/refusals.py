"""Errors as answers: one table from family to status; pages and API say the same sentence."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from forms.errors import AnswerError, FormError, UnknownItemError
from forms.problems import Problem
from node.errors import (
    BusyError,
    CaseNotFoundError,
    ConfigError,
    LoginError,
    MaterialError,
    NodeError,
    NotAllowedError,
    NotFoundError,
    RequestError,
    ScannerError,
    StaleError,
    StoreError,
    TransitionError,
)
from node.web.wording import error_text, http_text, problem_text
from signing.errors import SigningError
from sync.errors import SyncError

STATUS: dict[type[Exception], int] = {
    AnswerError: 422,
    UnknownItemError: 404,
    FormError: 422,
    SigningError: 400,
    SyncError: 400,
    NotAllowedError: 403,
    CaseNotFoundError: 404,
    NotFoundError: 404,
    TransitionError: 409,
    StaleError: 409,
    MaterialError: 422,
    ScannerError: 409,
    RequestError: 400,
    LoginError: 401,
    ConfigError: 500,
    BusyError: 503,
    StoreError: 507,
    NodeError: 400,
}
Log = Callable[[str, Mapping[str, str]], None]
FAMILIES = (FormError, SigningError, SyncError, NodeError)
_STATUS_OF_CODE = {
    ("NotAllowedError", "host"): 400, ("LoginError", "locked"): 429, ("LoginError", "busy"): 503, ("RequestError", "pictures_busy"): 503,
    ("QualityError", "quality"): 409, ("MaterialError", "original_gone"): 409,
}  # fmt: skip


def status_of(error: Exception) -> int:
    """The HTTP status of one of our errors, by its nearest family."""
    special = _STATUS_OF_CODE.get((type(error).__name__, str(getattr(error, "code", ""))))
    return special or next(STATUS[family] for family in type(error).__mro__ if family in STATUS)


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem in the API's form."""
    place = {"material": problem.material} if problem.material else {"field": problem.field}
    if problem.column:
        place["column"] = problem.column
    return {**place, "row": problem.row, "code": problem.code, "message": problem_text(problem)}


def error_json(error: Exception) -> dict[str, Any]:
    """An error in the API's form."""
    body: dict[str, Any] = {"error": _snake(type(error).__name__), "message": error_text(error)}
    code = getattr(error, "code", None)
    if code:
        body["code"] = code
    body["problems"] = [problem_json(problem) for problem in getattr(error, "problems", ())]
    if isinstance(error, StaleError):
        body["facts"] = {name: value for name, value in error.facts.items() if _plain(value)}
    attempts_left = getattr(error, "attempts_left", None)
    if attempts_left is not None:
        body["attempts_left"] = attempts_left
    return body


def install(app: Flask, log: Log) -> None:
    """Answer every error of ours, and every HTTP error, in words; a programmer's mistake also goes to `log`."""
    for family in FAMILIES:
        app.register_error_handler(family, _answer)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, lambda error: _answer_bug(error, log))


def wants_json() -> bool:
    """Whether the caller is a program or a script of ours."""
    return request.path.startswith("/api/") or request.path == "/healthz" or request.path.endswith(".json")


def _answer(error: Exception) -> AnyResponse:
    status = status_of(error)
    if wants_json():
        return _json(error_json(error), status)
    if isinstance(error, LoginError) and error.code == "needed":
        return _to_login()
    return _page(status, error_text(error))


def _to_login() -> AnyResponse:
    """To the login page and back; a fragment asks the browser to leave the whole page for it."""
    back = request.full_path.rstrip("?") if request.method == "GET" and not request.headers.get("HX-Request") else "/"
    there = url_for("shared.login", next=back)
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"X-Login": there})
    return redirect(there, 303)


def _answer_http(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    if error.response is not None or 300 <= status < 400:
        return error.get_response()
    if wants_json():
        return _json({"error": f"http_{status}", "message": http_text(status), "problems": []}, status)
    return _page(status, http_text(status))


def _answer_bug(error: Exception, log: Log) -> AnyResponse:
    """No traceback leaves the node; the log gets the kind and place of the error, never its values."""
    log("bug", {"kind": type(error).__name__, "place": place_of(error), "endpoint": request.endpoint or ""})
    if wants_json():
        return _json({"error": "http_500", "message": http_text(500), "problems": []}, 500)
    return _page(500, http_text(500))


def place_of(error: Exception) -> str:
    """The file and line where an error was raised."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else ""


def _json(body: dict[str, Any], status: int) -> Response:
    answer = jsonify(body)
    answer.status_code = status
    return answer


def _page(status: int, message: str) -> Response:
    return Response(render_template("shared/refusal.html", message=message, status=status), status)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | bool | list | dict)
