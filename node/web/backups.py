"""The page 备份: how the last backup went, one more at once, to which drive, and the recovery code. Nothing here waits for a backup."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.errors import LoginError, NotAllowedError, RequestError
from node.web.parts import Parts
from node.web.refusals import status_of
from node.web.security import person_here, policy
from node.web.wording import backup as backup_words
from node.web.wording import error_text


def backups_blueprint(parts: Parts) -> Blueprint:
    """Routes of backups."""
    pages = Blueprint("backups", __name__)
    backups = parts.backups
    keys = backups.backup.keys

    def page(status: int = 200, message: str = "") -> Response:
        body = render_template(
            "station/backups.html", last=backups.last(), running=backups.running(), kept=backups.kept(), drives=backups.drives(),
            settings=backups.settings, folder=backups.folder, held=keys.current(), words_of=backup_words, message=message,
        )  # fmt: skip
        return Response(body, status)

    @pages.get("/station/backups")
    @policy("admin", "agent")
    def listed() -> AnyResponse:
        return page()

    @pages.get("/station/backups/running")
    @policy("admin", "agent")
    def running() -> AnyResponse:
        return Response(render_template("station/backup_running.html", running=backups.running(), words_of=backup_words))

    @pages.post("/station/backups")
    @policy("admin", "agent")
    def make() -> AnyResponse:
        try:
            backups.start(request.form.get("drive") or None)
        except (RequestError, NotAllowedError) as error:
            return page(status_of(error), error_text(error))
        return redirect(url_for("backups.listed"), 303)

    @pages.post("/station/backups/code")
    @policy("admin")
    def renew() -> AnyResponse:
        try:
            parts.people.check_own(person_here().name, request.form.get("password", ""))
        except LoginError as error:
            return page(status_of(error), error_text(error))
        code = keys.renew(person_here().name)
        return Response(render_template("station/recovery_code.html", code=code, held=keys.current()))

    return pages
