"""The forgeries of exported cases: each is a function that forges, under a line that says what must be found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from node.casework.case_number import CaseNumber
from node.seals.status import Entry
from signing import der
from signing.certificates import KEY_USAGE, CertificateProfile, key_usage
from signing.seal import parse_seal
from tests.forgeries.cases import PAGE, PATH, Act, CaseFile, Put, honest_acts, receipt, written
from tests.forgeries.county import COUNTY, DAY, END, HOUR, NOW, PROFILES, START, TOWNSHIP, VILLAGE, County, foreign_county

Make = Callable[[County], bytes]
Fault = tuple[str, int, int, str]
"""(kind of letter, number of the seal under it, step, code) of a step that is not valid."""


@dataclass(frozen=True)
class Forgery:
    """What is forged, and every step and problem that is found then; nothing else may be found."""

    says: str
    make: Make
    faults: Sequence[Fault]
    problems: frozenset[str]
    undetermined: bool = False


TABLE: list[Forgery] = []


def forgery(
    says: str, *faults: Fault, problems: str = "", undetermined: bool = False
) -> Callable[[Callable[[County], bytes]], Callable[[County], bytes]]:
    """Puts a function into the table."""

    def taken(make: Make) -> Make:
        TABLE.append(Forgery(says, make, faults, frozenset(problems.split()), undetermined))
        return make

    return taken


def with_puts(acts: list[Act], place: int, *puts: Put) -> list[Act]:
    """The acts with other seals under one of them."""
    return [replace(act, puts=puts) if number == place else act for number, act in enumerate(acts)]


def first_by(county: County, *puts: Put) -> bytes:
    """The honest case, but for the seals under its first letter."""
    return written(county, with_puts(honest_acts(), 0, *puts)).zipped()


def agent_and(county: County, seal: str, who: str = "village_organ") -> bytes:
    """The honest case, with another unit's seal beside the agent's."""
    return first_by(county, Put("agent", "agent"), Put(who, seal))


def remade_agent(county: County, seal: bytes) -> bytes:
    """The honest case with another seal of the agent's; he signs over it with his own key."""
    county.seals["agent"] = seal
    return written(county, honest_acts()).zipped()


# The three of which a well known validator says that they are valid.


@forgery("a township's seal put on with a village agent's key", ("accepted", 2, 4, "not_listed"), ("accepted", 2, 7, "revoked"),
         ("accepted", 2, 12, "organ_of_seal"))  # fmt: skip
def _(county: County) -> bytes:
    acts = with_puts(honest_acts(), 1, Put("reviewer", "reviewer"), Put("agent", "township_unit"))
    return written(county, acts, revoked=[("township", [county.revocation("agent", NOW + 2 * HOUR)])]).zipped()


@forgery("a county's seal whose maker's signature is forged", ("approved", 2, 5, "bad_signature"))
def _(county: County) -> bytes:
    county.seals["county_approval"] = county.remade("county_approval", "agent", maker_der=county.certificates["county_maker"].der)
    return written(county, honest_acts()).zipped()


@forgery("a seal that expired long ago", ("submitted", 2, 8, "seal_not_in_force"))
def _(county: County) -> bytes:
    county.seal("old", "village_organ", seal_id=VILLAGE + "01-service-9", valid_from=START, valid_to=NOW - 100 * DAY)
    return agent_and(county, "old")


@forgery("a seal that expired long ago, with a time inside its years", ("submitted", 2, 8, "seal_not_in_force"))
def _(county: County) -> bytes:
    county.seal("old", "village_organ", seal_id=VILLAGE + "01-service-9", valid_from=START, valid_to=NOW - 100 * DAY)
    return first_by(county, Put("agent", "agent"), Put("village_organ", "old", at=NOW - 200 * DAY))


# Step 1: the form.


@forgery("a seal with bytes after its end", ("submitted", 1, 1, "malformed"))
def _(county: County) -> bytes:
    return remade_agent(county, county.seals["agent"] + b"\x05\x00")


@forgery("a seal written again with a longer length than needed", ("submitted", 1, 1, "malformed"))
def _(county: County) -> bytes:
    seal = county.seals["agent"]
    body = der.Reader("seal", seal).contents(der.SEQUENCE)
    return remade_agent(county, b"\x30\x84" + len(body).to_bytes(4, "big") + body)


@forgery("a seal of version 1", ("submitted", 1, 1, "version"))
def _(county: County) -> bytes:
    info = parse_seal(county.suite, county.seals["agent"]).info.replace(der.ia5("ES") + der.integer(4), der.ia5("ES") + der.integer(1))
    return remade_agent(county, county.remade("agent", "township_maker", info))


@forgery("a seal with an extension that must be understood", ("submitted", 1, 1, "critical_extension"))
def _(county: County) -> bytes:
    plain = der.Reader("seal", parse_seal(county.suite, county.seals["agent"]).info).contents(der.SEQUENCE)
    extension = der.sequence(der.oid("1.2.3"), der.boolean(True), der.octets(b"x"))
    return remade_agent(county, county.remade("agent", "township_maker", der.sequence(plain, der.sequence(extension))))


# Steps 2 to 5.


@forgery("a seal that names another algorithm", ("submitted", 1, 2, "not_of_suite"))
def _(county: County) -> bytes:
    return remade_agent(county, county.remade("agent", "township_maker", algorithm=der.oid("1.2.840.113549.1.1.11")))


@forgery("a signature value with one bit changed", ("submitted", 1, 3, "bad_signature"))
def _(county: County) -> bytes:
    flip = Put("agent", "agent", spoil=lambda value: value[:-1] + bytes((value[-1] ^ 1,)))
    return first_by(county, flip, Put("village_organ", "village_service"))


@forgery("a signature value with bytes after its end", ("submitted", 1, 3, "bad_signature"))
def _(county: County) -> bytes:
    return first_by(county, Put("agent", "agent", spoil=lambda value: value + b"\0"), Put("village_organ", "village_service"))


@forgery("a signature value written with a padded integer", ("submitted", 1, 3, "bad_signature"))
def _(county: County) -> bytes:
    def padded(value: bytes) -> bytes:
        whole = der.Reader("value", value).enter()
        first, second = whole.contents(der.INTEGER), whole.slice(der.INTEGER)
        return der.sequence(der.tlv(der.INTEGER, b"\0\0" + first), second)

    return first_by(county, Put("agent", "agent", spoil=padded), Put("village_organ", "village_service"))


@forgery("the unit's seal by a key of the same unit that is not in its list", ("submitted", 2, 4, "not_listed"))
def _(county: County) -> bytes:
    county.certify("second_organ", "root", PROFILES["village_organ"][1])
    return agent_and(county, "village_service", "second_organ")


@forgery("a seal whose picture was replaced", ("submitted", 2, 5, "bad_signature"))
def _(county: County) -> bytes:
    seal = county.seals["village_service"]
    county.seals["village_service"] = seal.replace("样章".encode(), "真章".encode())
    return written(county, honest_acts()).zipped()


@forgery("a seal with another name", ("submitted", 2, 5, "bad_signature"))
def _(county: County) -> bytes:
    county.seals["village_service"] = county.seals["village_service"].replace("示例一村便".encode(), "示例县府便".encode())
    return written(county, honest_acts()).zipped()


# Step 6: who made the seal.


@forgery("a seal that the agent made for himself", ("submitted", 1, 6, "not_a_seal_maker"))
def _(county: County) -> bytes:
    return remade_agent(county, county.remade("agent", "agent"))


@forgery("a unit's seal that a township made", ("submitted", 2, 6, "outside_maker"))
def _(county: County) -> bytes:
    county.seals["village_service"] = county.remade("village_service", "township_maker")
    return written(county, honest_acts()).zipped()


@forgery("a county official's seal that a township made", ("approved", 1, 6, "outside_maker"))
def _(county: County) -> bytes:
    county.seals["approver"] = county.remade("approver", "township_maker")
    return written(county, honest_acts()).zipped()


@forgery("a seal by a maker whose key was stolen", ("submitted", 1, 6, "revoked"))
def _(county: County) -> bytes:
    acts = with_puts(honest_acts(), 1, Put("leader", "county_made"), Put("township_organ", "township_unit"))
    county.seal("county_made", "leader", seal_id=TOWNSHIP + "01-person-9", maker="county_maker", kind="person")
    acts = with_puts(acts, 2, Put("leader", "county_made"), Put("township_organ", "township_unit"))
    county.certify("leader", "township", replace(PROFILES["leader"][1], roles=("leader", "reviewer")))
    county.seal("county_made", "leader", seal_id=TOWNSHIP + "01-person-9", maker="county_maker", kind="person")
    return written(county, acts, revoked=[("township", [county.revocation("township_maker", NOW - DAY)])]).zipped()


@forgery("a seal by a maker of another county", ("submitted", 2, 6, "issuer_missing"))
def _(county: County) -> bytes:
    foreign = foreign_county(county.suite.name)
    county.private["thief"], county.certificates["thief"] = foreign.private["county_maker"], foreign.certificates["county_maker"]
    county.seals["village_service"] = county.remade("village_service", "thief")
    return written(county, honest_acts()).zipped()


@forgery("a seal by a maker of another county, which brings its root along", ("submitted", 2, 6, "foreign_root"))
def _(county: County) -> bytes:
    foreign = foreign_county(county.suite.name)
    county.private["thief"], county.certificates["thief"] = foreign.private["county_maker"], foreign.certificates["county_maker"]
    county.certificates["thiefs_root"] = foreign.certificates["root"]
    county.seals["village_service"] = county.remade("village_service", "thief")
    return written(county, honest_acts()).zipped()


@forgery("a seal by a maker whose certificate may also issue certificates", ("submitted", 1, 6, "certificate"))
def _(county: County) -> bytes:
    return remade_agent(county, county.remade("agent", "township_maker", maker_der=other_key_usage(county, "township_maker")))


def other_key_usage(county: County, who: str) -> bytes:
    """A certificate with keyCertSign instead of what its usage asks for."""
    certificate = county.certificates[who]
    right = der.sequence(KEY_USAGE, der.boolean(True), der.octets(key_usage(certificate.profile)))
    wrong = der.sequence(KEY_USAGE, der.boolean(True), der.octets(der.bits(b"\x04", 2)))
    assert right in certificate.der and len(right) == len(wrong)
    return certificate.der.replace(right, wrong)


# Step 7: who signed.


@forgery("an agent whose key was taken back before another station had the letter", ("submitted", 1, 7, "revoked"))
def _(county: County) -> bytes:
    return written(county, honest_acts(), revoked=[("township", [county.revocation("agent", NOW)])]).zipped()


@forgery(
    "an agent whose township was taken back before",
    *((kind, 1, step, "revoked") for kind in ("submitted", "accepted", "forwarded") for step in (6, 7)),
)
def _(county: County) -> bytes:
    return written(county, honest_acts(), revoked=[("root", [county.revocation("township", NOW, "ca_compromise")])]).zipped()


@forgery("an agent whose certificate had expired", ("submitted", 1, 7, "expired"), ("submitted", 1, 8, "outside_certificate"))
def _(county: County) -> bytes:
    return with_agent(county, START, NOW - 90 * DAY)


@forgery("an agent whose certificate was not yet valid", ("submitted", 1, 7, "not_yet_valid"), ("submitted", 1, 8, "outside_certificate"))
def _(county: County) -> bytes:
    return with_agent(county, NOW + 30 * DAY, END)


def with_agent(county: County, start: object, end: object) -> bytes:
    """The agent with a certificate of other dates, and a seal for it that is in force."""
    county.certify("agent", "township", PROFILES["agent"][1], start, end)  # type: ignore[arg-type]  # a date of the callers above
    county.seal("agent", "agent", seal_id=VILLAGE + "01-person-agent", kind="person")
    return written(county, honest_acts()).zipped()


@forgery("a station's key that puts on a seal", ("submitted", 1, 12, "seal_kind"), ("submitted", 2, 7, "usage"),
         ("submitted", 2, 12, "seal_kind"))  # fmt: skip
def _(county: County) -> bytes:
    county.seal("stations", "village_station", seal_id=VILLAGE + "01-service-9")
    return agent_and(county, "stations", "village_station")


@forgery("an agent certified by another county", ("submitted", 1, 7, "issuer_missing"))
def _(county: County) -> bytes:
    foreign = foreign_county(county.suite.name)
    county.private["agent"], county.certificates["agent"] = foreign.private["agent"], foreign.certificates["agent"]
    county.seal("agent", "agent", seal_id=VILLAGE + "01-person-agent", kind="person")
    return written(county, honest_acts()).zipped()


@forgery("a county official certified by a township", ("approved", 1, 7, "outside_issuer"))
def _(county: County) -> bytes:
    return with_forged(county, "approver", "township", PROFILES["approver"][1])


@forgery("a reviewer of one township certified by another", ("accepted", 1, 7, "outside_issuer"), ("forwarded", 1, 7, "outside_issuer"))
def _(county: County) -> bytes:
    return with_forged(county, "reviewer", "other_township", PROFILES["reviewer"][1])


@forgery("an agent certified by a county official's own key", ("submitted", 1, 7, "issuer_missing"))
def _(county: County) -> bytes:
    return with_forged(county, "agent", "approver", PROFILES["agent"][1])


def with_forged(county: County, who: str, issuer: str, profile: CertificateProfile) -> bytes:
    """A person with a forged certificate, and a good seal for it."""
    county.forge_certificate(who, issuer, profile)
    county.seal(who, who, seal_id=f"{profile.station}-person-{who}", maker="county_maker", kind="person")
    return written(county, honest_acts()).zipped()


# Step 8: time.


@forgery("a seal before it was in force", ("submitted", 2, 8, "seal_not_in_force"))
def _(county: County) -> bytes:
    county.seal("new", "village_organ", seal_id=VILLAGE + "01-service-9", valid_from=NOW + DAY, created_at=NOW - DAY)
    return agent_and(county, "new")


@forgery("a time after the receipt", ("submitted", 1, 8, "clock"), undetermined=True)
def _(county: County) -> bytes:
    return first_by(county, Put("agent", "agent", at=NOW + 5 * DAY), Put("village_organ", "village_service"))


@forgery("a letter that nobody else has received", ("approved", 1, 8, "unproven"), ("approved", 2, 8, "unproven"), undetermined=True)
def _(county: County) -> bytes:
    acts = honest_acts()
    return written(county, [*acts[:3], replace(acts[3], received=None)]).zipped()


@forgery("a key that was taken back, under a letter that nobody else has received", ("approved", 1, 7, "revoked_unproven"),
         ("approved", 1, 8, "unproven"), ("approved", 2, 8, "unproven"), undetermined=True)  # fmt: skip
def _(county: County) -> bytes:
    acts = honest_acts()
    taken = [("root", [county.revocation("approver", NOW + 20 * HOUR)])]
    return written(county, [*acts[:3], replace(acts[3], received=None)], revoked=taken).zipped()


# Step 11: the register.


def listed(county: County, state: str, **more: object) -> bytes:
    """The honest case, with an entry of the register against the township's seal."""
    seal = parse_seal(county.suite, county.seals["township_unit"])
    entry = Entry(seal.digest, seal.seal_id, state, more.get("since", NOW), more.get("until"), "示例")  # type: ignore[arg-type]
    return written(county, honest_acts(), entries=[entry], register_by=str(more.get("by", "county_maker"))).zipped()


@forgery("a seal that was reported lost", ("accepted", 2, 11, "lost"), ("forwarded", 2, 11, "lost"))
def _(county: County) -> bytes:
    return listed(county, "lost")


@forgery("a seal that was stopped for a while", ("accepted", 2, 11, "stopped"))
def _(county: County) -> bytes:
    return listed(county, "stopped", until=NOW + 5 * HOUR)


@forgery("a seal that was replaced", ("accepted", 2, 11, "replaced"), ("forwarded", 2, 11, "replaced"))
def _(county: County) -> bytes:
    return listed(county, "replaced")


@forgery("a seal that was made and not yet given out", ("accepted", 2, 11, "made"), ("forwarded", 2, 11, "made"))
def _(county: County) -> bytes:
    return listed(county, "made")


@forgery("a register that a township signed", problems="register")
def _(county: County) -> bytes:
    return listed(county, "made", by="township_maker")


# Step 12: which seals stand together, and where.


@forgery("the village committee's seal without its head", ("submitted", 2, 12, "head_missing"))
def _(county: County) -> bytes:
    return agent_and(county, "village_unit")


@forgery("another village's seal", ("submitted", 2, 12, "unit_of_other_organ"))
def _(county: County) -> bytes:
    return agent_and(county, "other_unit", "other_organ")


@forgery("a unit's seal with another unit in its number", ("submitted", 2, 12, "organ_of_seal"))
def _(county: County) -> bytes:
    county.seal("misnamed", "village_organ", seal_id=COUNTY + "01-service-1")
    return agent_and(county, "misnamed")


@forgery("a unit's seal in the first place", ("submitted", 1, 12, "first_not_person"), problems="chain")
def _(county: County) -> bytes:
    return first_by(county, Put("village_organ", "village_service"))


@forgery("two units' seals", ("submitted", 1, 12, "seal_order"), ("submitted", 2, 12, "seal_order"), ("submitted", 3, 12, "seal_order"))
def _(county: County) -> bytes:
    return first_by(county, Put("agent", "agent"), Put("village_organ", "village_service"), Put("village_organ", "village_unit"))


@forgery("a unit's seal of a kind that nobody knows", ("submitted", 1, 12, "seal_kind"), ("submitted", 2, 12, "seal_kind"))
def _(county: County) -> bytes:
    county.seal("odd", "village_organ", seal_id=VILLAGE + "01-royal-1")
    return agent_and(county, "odd")


@forgery("a neighbouring village's agent", ("submitted", 1, 12, "off_the_route"), ("submitted", 2, 12, "off_the_route"), problems="chain")
def _(county: County) -> bytes:
    return first_by(county, Put("other_agent", "other_agent"), Put("village_organ", "village_service"))


@forgery(
    "a letter of another station of the same village",
    ("submitted", 1, 12, "off_the_route"),
    ("submitted", 2, 12, "off_the_route"),
    problems="chain",
)
def _(county: County) -> bytes:
    acts = honest_acts()
    return written(county, [replace(acts[0], origin=VILLAGE + "02"), *acts[1:]]).zipped()


@forgery(
    "who accepted also approves for the county",
    ("approved", 1, 12, "off_the_route"),
    ("approved", 2, 12, "off_the_route"),
    problems="chain",
)
def _(county: County) -> bytes:
    return written(county, with_puts(honest_acts(), 3, Put("reviewer", "reviewer"), Put("county_organ", "county_approval"))).zipped()


@forgery("the county approves before the township has accepted", ("approved", 1, 12, "not_allowed"), ("approved", 2, 12, "not_allowed"),
         problems="chain")  # fmt: skip
def _(county: County) -> bytes:
    acts = honest_acts()
    return written(county, [acts[0], acts[3]]).zipped()


@forgery("the tiers in the wrong order", ("approved", 1, 12, "not_allowed"), ("approved", 2, 12, "not_allowed"), problems="chain")
def _(county: County) -> bytes:
    submitted, accepted, forwarded, approved = honest_acts()
    order = [submitted, approved, accepted, forwarded]
    times = [(act.at, act.received) for act in honest_acts()]
    return written(county, [replace(act, at=at, received=received) for act, (at, received) in zip(order, times, strict=True)]).zipped()


@forgery("a letter of another case, moved here", ("approved", 1, 12, "other_case"), ("approved", 2, 12, "other_case"), problems="chain")
def _(county: County) -> bytes:
    other = str(CaseNumber(PATH[0], NOW.date(), 8))
    mine, another = honest_acts(), [replace(act, case=other) for act in honest_acts()]
    made, source = written(county, mine), written(county, another)
    for name in ("letters/0004.letter", "seals/0004-1.ses", "seals/0004-2.ses", f"receipts/{4:064x}.receipt"):
        made.parts[name] = source.parts[name]
    return made.zipped()


# The file around the seals.


def changed(county: County, change: Callable[[CaseFile], None]) -> bytes:
    """The honest case, with its parts changed and a new index."""
    made = written(county, honest_acts())
    change(made)
    return made.zipped()


@forgery("a page that no letter names", problems="part")
def _(county: County) -> bytes:
    return changed(county, lambda made: made.parts.update({f"enclosures/{1:064x}.jpg": PAGE + b"!"}))


@forgery("a file beside the case", problems="part")
def _(county: County) -> bytes:
    return changed(county, lambda made: made.parts.update({"documents/read-me.html": b"<html>"}))


@forgery("a scan that was replaced", problems="enclosure part")
def _(county: County) -> bytes:
    return changed(county, lambda made: made.parts.update({name: PAGE + b"!" for name in made.parts if name.startswith("enclosures/")}))


@forgery("another version of the form", problems="package")
def _(county: County) -> bytes:
    return changed(county, lambda made: made.parts.update({"package.json": made.parts["package.json"] + b"\n"}))


@forgery("a letter that was left out", ("forwarded", 1, 12, "not_allowed"), ("forwarded", 2, 12, "not_allowed"), problems="chain")
def _(county: County) -> bytes:
    def leave_out(made: CaseFile) -> None:
        for name in [name for name in made.parts if name.startswith(("letters/0002", "seals/0002"))]:
            del made.parts[name]

    return changed(county, leave_out)


@forgery("one digest in a letter changed", ("submitted", 1, 3, "bad_signature"), ("submitted", 2, 3, "bad_signature"),
         ("submitted", 1, 8, "unproven"), ("submitted", 2, 8, "unproven"), problems="seal_signature chain enclosure part")  # fmt: skip
def _(county: County) -> bytes:
    def change(made: CaseFile) -> None:
        right, wrong = county.suite.digest(PAGE), county.suite.digest(PAGE + b"!")
        made.parts["letters/0001.letter"] = made.parts["letters/0001.letter"].replace(right.encode(), wrong.encode())

    return changed(county, change)


@forgery("a receipt that the village wrote in the township's name", ("submitted", 1, 8, "unproven"), ("submitted", 2, 8, "unproven"),
         problems="receipt")  # fmt: skip
def _(county: County) -> bytes:
    def change(made: CaseFile) -> None:
        letter = county.suite.digest(made.parts["letters/0001.letter"])
        forged = receipt(county, "township_station", letter, NOW + HOUR, 1, signed_by="village_station")
        made.parts[f"receipts/{1:064x}.receipt"] = forged

    return changed(county, change)


@forgery("a receipt of the letter's own station", ("submitted", 1, 8, "unproven"), ("submitted", 2, 8, "unproven"), undetermined=True)
def _(county: County) -> bytes:
    def change(made: CaseFile) -> None:
        letter = county.suite.digest(made.parts["letters/0001.letter"])
        made.parts[f"receipts/{1:064x}.receipt"] = receipt(county, "village_station", letter, NOW + HOUR, 1)

    return changed(county, change)


@forgery("a full signature that is not the letter's", problems="seal_signature")
def _(county: County) -> bytes:
    return changed(county, lambda made: made.parts.update({"seals/0001-1.ses": made.parts["seals/0002-1.ses"]}))


@forgery("a revocation list of another county", problems="revocations")
def _(county: County) -> bytes:
    foreign = written(foreign_with_seals(county), [], revoked=[("root", [])])
    return changed(county, lambda made: made.parts.update({name: foreign.parts[name] for name in foreign.parts if name.startswith("rev")}))


def foreign_with_seals(county: County) -> County:
    """The other county, without any certificates to be put into a file."""
    foreign = foreign_county(county.suite.name)
    return County(foreign.suite, foreign.private, {"root": foreign.certificates["root"]}, {})
