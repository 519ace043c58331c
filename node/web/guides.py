"""The guide of an item (办事指南): what a villager must know before anything is filed, in words, taken from the package."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms.procedure import DYNAMIC, TIERS, accepting_tiers
from forms.schema import Form, Material
from node.casework.offering import is_special_network
from node.web.conditions import applicant_conditions, condition_text, has_own_conditions
from node.web.shelf_groups import promise, tiers_text
from node.web.wording import shelf as words

Row = tuple[str, str]
SHORT_DIGEST = 12


@dataclass(frozen=True)
class Needed:
    """A material in words: its form, when it is asked for, where it comes from, and what may stand in its place."""

    name: str
    form: str
    required: str
    source: str
    notes: tuple[str, ...]
    is_always: bool


@dataclass(frozen=True)
class Stage:
    """What one tier does: `steps` in turn, the seal it uses, and how long it takes."""

    tier: str
    role: str
    steps: tuple[str, ...]
    takes: str
    seal: str


@dataclass(frozen=True)
class Guide:
    """Everything that the guide page and the notice say of an item; a part without words is empty and is not drawn."""

    form: Form
    package: str
    promise: str
    accepts: str
    conditions: tuple[str, ...]
    own_conditions: bool
    materials: tuple[Needed, ...]
    limits: tuple[Row, ...]
    stages: tuple[Stage, ...]
    decides: str
    process: tuple[str, ...]
    results: tuple[Row, ...]
    parts: tuple[str, ...]
    hints: tuple[str, ...]
    version: tuple[Row, ...]
    special: tuple[Row, ...]
    guidance: tuple[str, ...]

    @property
    def short_package(self) -> str:
        """The beginning of the version's digest, for people."""
        return self.package.partition(":")[2][:SHORT_DIGEST]

    @property
    def is_special(self) -> bool:
        """Whether there is guidance in place of a form."""
        return is_special_network(self.form)


def guide_of(form: Form, package: str) -> Guide:
    """The guide of one version of an item."""
    special = _mapping(form.more.get("special_network"))
    return Guide(
        form=form,
        package=package,
        promise=promise(form.limits["promised_workdays"], form.limits["clock_starts"] == "village_registration"),
        accepts=tiers_text(accepting_tiers(form.tiers, form.more)),
        conditions=applicant_conditions(form),
        own_conditions=has_own_conditions(form),
        materials=tuple(_needed(form, one) for one in form.materials),
        limits=tuple(_limits(form)),
        stages=tuple(_stages(form)),
        decides=_decides(form.tiers),
        process=tuple(_process(form)),
        results=tuple(
            (words.RESULTS[name], str(form.result[name])) for name in words.RESULTS if form.result.get(name) not in (None, "", words.OTHER)
        ),
        parts=tuple(_parts(form)),
        hints=tuple(_hints(form)),
        version=tuple(_version(form, package)),
        special=tuple((words.SPECIAL[name], str(special[name])) for name in ("system", "where") if special.get(name)),
        guidance=_texts(special.get("guidance")),
    )


def _mapping(raw: Any) -> Mapping[str, Any]:
    return raw if isinstance(raw, dict) else {}


def _texts(raw: Any) -> tuple[str, ...]:
    return tuple(map(str, raw)) if isinstance(raw, list) else ((str(raw),) if raw else ())


def _needed(form: Form, one: Material) -> Needed:
    required = words.REQUIRED[one.required].format(condition=condition_text(form, one.relevant) if one.required == "conditional" else "")
    notes = (
        one.hint,
        words.TOLERANCES[one.tolerance],
        words.ANY_ONE_OF.format(names="、".join(one.any_one_of)) if one.any_one_of else None,
        words.LICENCE.format(name=one.licence) if one.licence and one.licence not in one.name else None,
        words.MATERIAL_BASIS.format(basis=one.basis) if one.basis else None,
    )
    return Needed(
        one.name, one.form, required, words.SOURCES.get(one.source, one.source), tuple(filter(None, notes)), one.required == "always"
    )


def _limits(form: Form) -> Iterator[Row]:
    limits = form.limits
    legal, extend = limits["legal_workdays"], limits["extend_to_workdays"]
    yield words.LIMITS["legal"], words.LIMITS["workdays"].format(count=legal) if legal else words.LIMITS["none"]
    yield words.LIMITS["promised"], promise(limits["promised_workdays"], limits["clock_starts"] == "village_registration")
    if extend:
        yield words.LIMITS["extend"], words.LIMITS["workdays"].format(count=extend)
    if (limits["promised_workdays"] or legal) and not is_special_network(form):
        yield words.LIMITS["starts"], words.LIMITS[limits["clock_starts"]]
    if publicity := _publicity(form):
        yield words.LIMITS["publicity"], publicity


def _publicity(form: Form) -> str:
    """Publicity (公示) in words; empty where there is none."""
    told = _mapping(form.publicity)
    if not told.get("required") or not told.get("min_days"):
        return ""
    rounds = f"（{'、'.join(map(str, told['rounds']))}）" if told.get("rounds") else ""
    counts = words.LIMITS["publicity_in" if told.get("counts_in_limit") else "publicity_out"]
    where, unit = told.get("where", words.TIER_NAMES["village"]), told.get("unit", "")
    return words.LIMITS["publicity_days"].format(count=told["min_days"], unit=unit, where=where, rounds=rounds, counts=counts)


def _stages(form: Form) -> Iterator[Stage]:
    for tier in TIERS:
        one = form.tiers[tier]
        if one["actions"]:
            yield Stage(words.TIER_NAMES[tier], one["role"], tuple(one["actions"]), _takes(one), one["seal"] or "")


def _takes(tier: Mapping[str, Any]) -> str:
    """How long a tier takes; empty where nobody says."""
    limit, promised = tier["limit_workdays"], tier.get("promise_workdays")
    if limit is None and promised is None:
        return ""
    if not (promised if limit is None else limit):
        return words.STAGES["same_day" if limit is None else "at_once"]
    return words.STAGES["promise" if limit is None else "days"].format(count=promised if limit is None else limit)


def _decides(tiers: Mapping[str, Any]) -> str:
    if tiers["decides"] == DYNAMIC:
        return words.STAGES["dynamic"]
    said = words.STAGES["decides"].format(tier=words.TIER_NAMES[tiers["decides"]])
    delegable = words.TIER_NAMES.get(str(tiers.get("delegable")))
    return f"{said}，{words.STAGES['delegable'].format(tier=delegable)}" if delegable else said


def _process(form: Form) -> Iterator[str]:
    """What is said of the procedure beside the stages: the package's own steps, then what it names apart."""
    more = form.more
    yield from _texts(more.get("process"))
    if publicity := _publicity(form):
        yield words.PROCESS["publicity"].format(text=publicity)
    for name, member in (("special", "special_procedures"), ("joint", "joint_departments"), ("village_forms", "village_forms")):
        if texts := _texts(more.get(member)):
            yield words.PROCESS[name].format(names="、".join(texts))
    if form.tiers.get("note"):
        yield str(form.tiers["note"])
    if not is_special_network(form):
        yield words.PROCESS["delivered"]


def _hints(form: Form) -> Iterator[str]:
    more = form.more
    review = _mapping(more.get("annual_review"))
    if review:
        yield words.HINTS["annual_review"].format(note=review.get("note") or words.HINTS["annual"])
    photo = _mapping(more.get("photo_spec"))
    said = [text.format(value=by.join(_texts(photo[name]))) for name, (text, by) in words.PHOTO_SPEC.items() if photo.get(name)]
    if said:
        yield words.HINTS["photo"].format(text="，".join(said))


def _parts(form: Form) -> Iterator[str]:
    """The matters that are handled together (联办), each with its department."""
    for one in map(_mapping, form.more.get("sub_items") or ()):
        days = words.STAGES["days"].format(count=one["wd"]) if one.get("wd") else words.STAGES["at_once"]
        yield words.HINTS["sub_item"].format(name=one.get("name", ""), dept=one.get("dept", ""), days=days)


def _version(form: Form, package: str) -> Iterator[Row]:
    yield words.VERSION["package"], package.partition(":")[2][:SHORT_DIGEST]
    yield words.VERSION["status"], form.status
    if basic := _mapping(form.more.get("codes")).get("basic"):
        yield words.VERSION["codes"], str(basic)
    if note := form.limits.get("note"):
        yield words.VERSION["limits_note"], str(note)
    if form.inferred:
        yield words.VERSION["inferred"], "；".join(form.inferred)
    if form.sources:
        yield words.VERSION["sources"], "；".join(str(one.get("title", "")) for one in form.sources)
