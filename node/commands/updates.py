"""`update`, `publish-update`, `check-start`, `sign-bundle`, `check-bundle`: a new version, and the county's signature on what brings it."""

import argparse
import io
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

from node.assemble import Node, assemble
from node.clock import SystemClock, to_text
from node.commands.wording import say
from node.enrolment.joining import read_trusted
from node.errors import RequestError
from node.store.files import write_file
from node.upkeep.releases import SIGNATURE, check_signature, read_release, sign_release
from node.upkeep.sources import check_all, opened, read_papers
from node.upkeep.update_desk import updates_of
from signing.algorithms import suite as suite_of

DONE, USER_MUST_ACT, KEY_OR_SEAL, SOMETHING_WAITS = 0, 2, 3, 4


def update(arguments: argparse.Namespace) -> int:
    """`update DIR FILE [--check]`: lay a new version beside the one in use; the keeper tries it.

    Raises:
        RequestError: it was refused, nothing has changed.
    """
    node = assemble(Path(arguments.dir), SystemClock())
    try:
        updates = updates_of(Path(arguments.dir), node.station, node.clock, node.backups)
        path = Path(arguments.file)
        if not path.exists():
            raise RequestError("file_missing", name=arguments.file)
        release = updates.check(path) if arguments.check else updates.stage(path)
    finally:
        node.close()
    code = "update_fits" if arguments.check else "update_staged"
    print(say(code, version=release.version, made_at=to_text(release.made_at)))
    return DONE


def publish(arguments: argparse.Namespace) -> int:
    """`publish-update DIR FILE`: a county sends an update file down the road to all its stations.

    Raises:
        RequestError: it was refused, nothing has changed.
    """
    node = assemble(Path(arguments.dir), SystemClock())
    try:
        path, publisher = Path(arguments.file), node.updating.publisher
        if not path.exists():
            raise RequestError("file_missing", name=arguments.file)
        made = publisher.publish(path, node.station.station)
        waiting = len(publisher.waiting())
        publisher.send(node.clock.now())
    finally:
        node.close()
    print(say("update_published", version=made.version, sequence=made.sequence, count=waiting))
    return DONE


def check_start(arguments: argparse.Namespace) -> int:
    """`check-start DIR`: put the station together once, with no door open and no line."""
    node = assemble(Path(arguments.dir), SystemClock())
    try:
        is_well = _answers(node)
    finally:
        node.close()
    print(say("starts" if is_well else "starts_not"))
    return DONE if is_well else USER_MUST_ACT


def _answers(node: Node) -> bool:
    """Whether the pages answer, asked without a server."""
    environ: dict[str, Any] = {"PATH_INFO": "/healthz", "wsgi.input": io.BytesIO()}
    setup_testing_defaults(environ)
    said: list[str] = []
    answer = node.app(environ, lambda status, _headers, _exc=None: said.append(status))
    list(answer)
    return said[:1] == ["200 OK"]


def sign_bundle(arguments: argparse.Namespace) -> int:
    """`sign-bundle DIR FOLDER`: the county's station signs a bundle folder whose files are as its list says.

    Raises:
        RequestError: a file is not, or this is no county.
    """
    folder = Path(arguments.folder)
    node = assemble(Path(arguments.dir), SystemClock())
    try:
        signer = node.station.signer
        if signer.certificate.tier != "county":
            raise RequestError("update_signature", why="signer")
        with opened(folder) as source:
            data, _ = read_papers(source)
            release = read_release(data)
            check_all(source, release, whole=True)
        write_file(folder / SIGNATURE, sign_release(data, signer, node.station.trust.path(signer.certificate)))
    finally:
        node.close()
    print(say("bundle_signed", version=release.version, name=signer.certificate.name, files=len(release.files)))
    return DONE


def check_bundle(arguments: argparse.Namespace) -> int:
    """`check-bundle FOLDER --invitation FILE`: whether the county that invites has signed this folder, every file of it.

    Raises:
        RequestError: another has, a file was changed, or the invitation is none.
    """
    place = Path(arguments.folder)
    invited, trust = read_trusted(Path(arguments.invitation).read_bytes())
    with opened(place) as source:
        data, signature = read_papers(source)
        release = read_release(data)
        check_all(source, release, whole=True)
    if signature is None:
        print(say("bundle_unsigned", version=release.version))
        return SOMETHING_WAITS
    signer = check_signature(suite_of(invited.content.suite), trust, data, signature, release.made_at)
    print(say("bundle_good", version=release.version, name=signer.name, made_at=to_text(release.made_at)))
    return DONE
