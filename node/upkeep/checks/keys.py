"""Checks of keys, certificates and revocation lists: of the station, its authority, its people; and of SM2 itself."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from node.clock import to_text
from node.staff.holders import Holders
from node.staff.keyring import unattended_key
from node.staff.tokens import FILE, Tokens, holder_of
from node.upkeep.findings import Fact, Finding, Subject, bad, good, note
from signing.certificates import Certificate
from signing.errors import KeyFileError, NoSm2Error, SigningError, UnknownSignerError
from signing.sm2 import Sm2

SOON, AHEAD = timedelta(days=14), timedelta(days=60)
STATION_KEYS = ("station_sign", "station_encrypt")
OTHER_KEYS = ("authority", "seal_maker")


def own_certificates(subject: Subject) -> tuple[Finding, ...]:
    """Until when the station's own certificates are good; each that ends, has ended or was taken back is told by itself."""
    found = [bad("certificate_missing", usage=usage) for usage in STATION_KEYS if subject.own(usage) is None]
    certificates = [one for usage in (*STATION_KEYS, *OTHER_KEYS) if (one := subject.own(usage)) is not None]
    found += [bad("certificate_revoked", usage=one.usage) for one in certificates if subject.trust.revoked(one)]
    found += [told for one in certificates if (told := ending(one.not_after, subject.now, "certificate", usage=one.usage))]
    if found or not certificates:
        return tuple(found)
    return (good("certificates", until=to_text(min(one.not_after for one in certificates))),)


def people(subject: Subject) -> tuple[Finding, ...]:
    """Until when people's certificates are good; how many, never whose."""
    ends = [one.not_after for one in _peoples(subject)]
    if not ends:
        return ()
    near = [end for end in ends if end - subject.now <= AHEAD]
    told = ending(min(ends), subject.now, "people", count=len(near))
    return (told or good("people", count=len(ends), until=to_text(min(ends))),)


def _peoples(subject: Subject) -> Iterator[Certificate]:
    store = subject.store
    for person in store.people.all():
        if person.disabled or person.practice:
            continue
        digests = {person.certificate, *store.person_certificates.of(person.name).values()} - {None}
        for digest in digests:
            try:
                yield subject.trust.get(str(digest))
            except UnknownSignerError:
                continue


def ending(ends: datetime, now: datetime, what: str, **facts: Fact) -> Finding | None:
    """What to say of something that ends; None while that is far off."""
    left = ends - now
    if left > AHEAD:
        return None
    facts["until"] = to_text(ends)
    if left <= timedelta():
        return bad(f"{what}_ended", **facts)
    return bad(f"{what}_ends_soon", **facts) if left <= SOON else note(f"{what}_ends", **facts)


def key_files(subject: Subject) -> tuple[Finding, ...]:
    """Whether the station's key files are here, open, and belong to their certificates."""
    usages = (*STATION_KEYS, "authority", "seal_maker")
    found = [told for usage in usages if (told := _key_file(subject, usage))]
    found += _peoples_keys(subject)
    return tuple(found) or (good("keys"),)


def _peoples_keys(subject: Subject) -> list[Finding]:
    """Key files that are gone, and keys on tokens whose library is not set up here; whether a token is plugged in is nobody's business."""
    holders = Holders(subject.folder, subject.suite, subject.store, Tokens(subject.config.keys, subject.suite))
    names = [one.key_name for one in subject.store.people.all() if one.key_name and holders.missing(one.key_name)]
    files = sum(holder_of(one) == FILE for one in names)
    told = [bad("people_key_missing", count=files)] if files else []
    return told + ([bad("people_token_library", count=len(names) - files)] if len(names) > files else [])


def _key_file(subject: Subject, usage: str) -> Finding | None:
    certificate = subject.own(usage)
    if certificate is None:
        return None
    path = subject.folder.key_of(usage, certificate.station)
    if not path.exists() or not subject.folder.machine_secret.exists():
        return bad("key_missing", usage=usage)
    try:
        private = unattended_key(subject.folder, subject.suite, path)
    except SigningError as error:
        return bad("key_damaged", usage=usage, why=error.code if isinstance(error, KeyFileError) else "other")
    return None if private.public == certificate.public_key else bad("key_damaged", usage=usage, why="mismatch")


def revocations(subject: Subject) -> tuple[Finding, ...]:
    """Whether the revocation lists are fresh; a stale one warns and refuses nothing."""
    lists = subject.trust.lists()
    stale = [one.next_update for one in lists if one.next_update < subject.now]
    if stale:
        return (note("revocations_stale", count=len(stale), since=to_text(min(stale))),)
    return (good("revocations", count=len(lists)),) if lists else ()


def sm2(subject: Subject) -> tuple[Finding, ...]:
    """Whether the system's SM2 gives the known answers of the standard, tried anew; nothing for a county of another suite."""
    if subject.config.station.suite != "gm":
        return ()
    try:
        return (good("sm2", version=Sm2().version),)
    except NoSm2Error:
        return (bad("sm2_broken"),)
