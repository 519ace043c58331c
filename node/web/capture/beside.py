"""Scans beside the fields (扫描件对照): the kept pages of a case, named, to be read while its form is filled in."""

from dataclasses import dataclass

from forms.schema import Form
from node.casework.views import CaseView
from node.web.wording.papers import MATERIALS

PDF = "application/pdf"


@dataclass(frozen=True)
class Scan:
    """One kept page: what it is called, where it is, and where a PDF tells how many sheets it has."""

    slot: str
    name: str
    url: str
    sheets_url: str


def scans_of(view: CaseView, form: Form) -> tuple[Scan, ...]:
    """The pages that are here whole: those of materials in the form's order, then what every case may have, then pictures of fields."""
    names = {one.id: one.name for one in form.materials} | dict(MATERIALS) | {one.id: one.label for one in form.fields()}
    order = list(names)
    pages = [one for one in view.attachments if one.whole and one.material in names]
    pages.sort(key=lambda one: (order.index(one.material), one.page))
    return tuple(
        Scan(
            names[one.material],
            f"{names[one.material]}第 {one.page} 页",
            f"{base}/sheets/1",
            f"{base}/sheets.json" if one.media_type == PDF else "",
        )
        for one in pages
        for base in [f"/cases/{view.line.case_number}/materials/{one.material}/{one.page}"]
    )
