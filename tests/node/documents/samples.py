"""A case to make documents of: invented people and places."""

from datetime import date

from forms.schema import Form
from forms.shipped import ITEMS
from node.documents.facts import CaseFacts, Organ
from node.documents.form import FormPaper
from node.documents.result import Decision

NUMBER = "1310251052010126112200078"
DIGEST = "sm3:" + "0123456789abcdef" * 4
NAMES = "堃旸喆玥昇镕䶮㛃"
"""Given names of today that fonts of the old standard lack."""
ORGANS = (
    Organ("village", "示例镇示例村便民服务室"),
    Organ("township", "示例镇便民服务中心"),
    Organ("county", "示例县政务服务中心"),
)


def form_of(item: str) -> Form:
    """The newest version of an item that comes with the program."""
    return Form.from_bytes(max((ITEMS / item).glob("*.json")).read_bytes())


def facts_of(form: Form, applicant: str = "示例甲") -> CaseFacts:
    """A case of that item."""
    return CaseFacts(NUMBER, "1122-07", form.name, DIGEST, applicant, ORGANS[0].name, "示例村", ORGANS)


def paper_of(item: str = "gaoling", applicant: str = "示例甲") -> FormPaper:
    """Its form, filled in with the item's sample."""
    form = form_of(item)
    materials = [(one.name, 2) for one in form.materials[:3]]
    return FormPaper(facts_of(form, applicant), form, form.sample, materials, "3F9A-1C07", DIGEST, date(2026, 11, 22))


def decision_of(item: str = "small_catering", event: str = "approved", reason: str = "材料齐全。") -> Decision:
    """What the county decided of it."""
    form = form_of(item)
    return Decision(
        facts_of(form), event, ORGANS[2], date(2026, 11, 22), date(2026, 11, 20), "SL2026-000123", reason, tuple(form.legal_basis)
    )
