"""A version of an item as villages will see it (预览): its form with working rules, filled with the sample, tried without being kept."""

from typing import Any

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from forms.fields import PICTURE_KINDS
from forms.problems import Problem
from forms.schema import Form
from forms.validate import check, initial_answers, needed_materials
from node.catalogue.item_desk import ItemDesk
from node.clock import Clock
from node.web.choices import Choices
from node.web.fill_pages import FILL_FILES
from node.web.filling import Filled, settled_on
from node.web.local_time import today
from node.web.posted import read_answers, sent_file
from node.web.problem_list import problem_list
from node.web.security import policy

OFFICERS = ("admin", "key_officer")
Problems = tuple[Problem, ...]
TRY_BYTES = 1024 * 1024
"""What a village takes with a camera; nobody can try that here."""
NOT_HERE = frozenset({"saving.js", "stale.js", "reuse.js", "keys.js"})
"""Parts of the filling page that keep what is typed, or look at cases; in their place stands `catalogue/preview.js`."""
SCRIPTS = tuple(name for name in FILL_FILES if name not in NOT_HERE)


def add_preview(pages: Blueprint, desk: ItemDesk, clock: Clock) -> None:
    """The routes."""

    def page(
        item_id: str, package: str, answers: dict[str, Any], problems: Problems = (), warnings: Problems = (), *, tried: bool = False
    ) -> Response:  # fmt: skip
        form, day = desk.form(item_id, package), today(clock.now())
        settled = settled_on(form, answers, day)
        state = Filled(form, day, answers, settled, problems, warnings)
        needed = needed_materials(form, settled.seen, day)
        body = render_template(
            "catalogue/preview.html", form=form, package=package, sections=[(one.title, state.cells(one.fields)) for one in form.sections],
            image_kinds=PICTURE_KINDS, divisions=state.villages(), tried=tried, summary=problem_list(form, problems),
            materials=[(one, one.id in needed) for one in form.materials], scripts=SCRIPTS,
            label_of=lambda one: form.field(one).label, choice_name=lambda cell, one: state.name_of(cell.field, one),
        )  # fmt: skip
        return Response(body, 422 if problems else 200)

    @pages.get("/catalogue/items/<item_id>/<package>/preview")
    @policy(*OFFICERS)
    def preview(item_id: str, package: str) -> Response:
        form = desk.form(item_id, package)
        blank = bool(request.args.get("blank")) or not form.sample
        return page(item_id, package, initial_answers(form, today(clock.now())) if blank else dict(form.sample))

    @pages.post("/catalogue/items/<item_id>/<package>/preview")
    @policy(*OFFICERS, body_bytes=TRY_BYTES)
    def tried(item_id: str, package: str) -> Response:
        form, day = desk.form(item_id, package), today(clock.now())
        answers = _posted(form, clock)
        pictures = {one.id for one in form.fields() if one.kind in PICTURE_KINDS}
        found = check(form, answers, day)
        problems = tuple(one for one in found.problems if one.field not in pictures)
        return page(item_id, package, answers, problems, found.warnings, tried=True)

    @pages.get("/catalogue/items/<item_id>/<package>/package.json")
    @policy(*OFFICERS)
    def package_json(item_id: str, package: str) -> AnyResponse:
        return Response(desk.form(item_id, package).data, content_type="application/json")

    @pages.get("/catalogue/items/<item_id>/<package>/workbook")
    @policy(*OFFICERS)
    def workbook(item_id: str, package: str) -> Response:
        return sent_file(desk.workbook(item_id, package), f"{desk.form(item_id, package).name}.xlsx")


def _posted(form: Form, clock: Clock) -> dict[str, Any]:
    """What was tried; names of options in place of their codes resolved, as when a village fills it in."""
    fields, day = tuple(form.fields()), today(clock.now())
    posted = read_answers(fields, request.form)
    return dict(Choices(form, settled_on(form, posted, day), day).codes(fields, posted))
