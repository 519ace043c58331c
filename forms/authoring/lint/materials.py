"""Lint of materials: vague names, materials without a reason, certificates that villages must not issue."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from forms.authoring.lint.findings import Finding
from forms.schema import Form, Material

_LIST = json.loads((Path(__file__).parent / "denied_certificates.json").read_text(encoding="utf-8"))
DENIED: tuple[str, ...] = tuple(_LIST["items"])
"""Certificates that villages must not issue. Source: 民发〔2020〕20号, first list."""

_PAPERS = "(?:材料|资料|文件|手续|证件|证明|凭证)"
# A name that leaves open what is wanted, at its start or after a comma: 其他材料, 身份证及相关资料, 规定的其他证明材料.
_VAGUE = re.compile(
    r"(?:^|[、,，;；/及和与或的(（])(?:其他|其它|其余|有关|相关|必要|所需|需要|规定|要求){1,2}的?(?:证明|申请|申报|佐证|辅助)?" + _PAPERS
    + r"|等(?:其他|其它|有关|相关|必要){0,2}的?(?:证明|申请|佐证)?(?:材料|资料|文件|手续)"
    + r"|(?:其他|其它)[^、,，;；]{0,8}(?:需要|必要|要求|规定|认为)[^、,，;；]{0,12}" + _PAPERS
    + r"|(?:需要|要求|规定|认为)(?:提供|提交|补充)?的" + _PAPERS
)  # fmt: skip
# A name that says of what kind, but not which: 退伍证等证明, 与案件有关的材料.
_OPEN = re.compile(r"等[^、,，;；]{0,6}$|等[)）]|(?:有关|相关)的?" + _PAPERS)
_VILLAGE = re.compile(r"村委|居委|村民委员会|居民委员会|村\(居\)|村级组织|村集体|村里|本村|村组|村小组|社区|村$|^村")
_VILLAGE_ISSUES = re.compile(r"(?:村|居委|居民委|社区)[^、,，;；]{0,8}证明")
_ORGAN = re.compile(r"政府|部门|机关|公安|派出所|民政|法院|检察|公证|医院|医疗|卫生|疾控|机构|银行|学校|单位|企业|军|局|厅|委员会|所$|中心")
_PARENTHESES = str.maketrans("（）", "()", " \t\u3000·")
_FILLERS = re.compile(r"证明$|申请证明$|^居民|状况|情况|信息")


def lint_materials(form: Form, denied: Sequence[str]) -> Iterator[Finding]:
    """What is wrong with the materials, one after the other."""
    for one in form.materials:
        place = f"materials.{one.id}"
        for name in (one.name, *one.any_one_of):
            yield from _name_faults(place, name)
            yield from _denied_faults(place, name, one, denied)
        if not one.source.strip():
            yield Finding(place, "material_without_source", {"name": one.name})
        if not any(basis.strip() for basis in (one.basis or "", *form.legal_basis)):
            yield Finding(place, "material_without_basis", {"name": one.name})


def _name_faults(place: str, name: str) -> Iterator[Finding]:
    written = name.translate(_PARENTHESES)
    vague, open_list = _VAGUE.search(written), _OPEN.search(written)
    if vague or not written:
        yield Finding(place, "vague_material", {"name": name, "word": vague.group().lstrip("、,，;；/(（") if vague else ""})
    elif open_list:
        yield Finding(place, "open_material", {"name": name, "word": open_list.group()}, "warn")


def _denied_faults(place: str, name: str, material: Material, denied: Sequence[str]) -> Iterator[Finding]:
    """A listed certificate that a village would issue, or of which nobody says who does; any other of a village, as a warning."""
    written, source = name.translate(_PARENTHESES), material.source.translate(_PARENTHESES)
    by_village = bool(_VILLAGE.search(source) or _VILLAGE.search(written))
    for one in denied:
        if (by_village and _resembles(written, one)) or (one in written and not _ORGAN.search(source)):
            yield Finding(place, "denied_certificate", {"name": name, "denied": one})
            return
    if _VILLAGE_ISSUES.search(written) or ("证明" in written and _VILLAGE.search(source)):
        yield Finding(place, "village_certificate", {"name": name}, "warn")


def _resembles(name: str, denied: str) -> bool:
    """Whether a name asks for that certificate in other words: 村委会开具的财产情况说明 for 居民财产证明."""
    core = denied
    while (shorter := _FILLERS.sub("", core)) != core:
        core = shorter
    return re.search(re.escape(core) + r"[^、,，;；]{0,8}(?:证明|证实|说明|介绍信)", name) is not None
