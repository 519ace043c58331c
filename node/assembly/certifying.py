"""Certificates and unit seals, joined: the bureau, who may join, and the desk of unit seals; then a look whether this station was wiped."""

from collections.abc import Callable
from dataclasses import dataclass

from node.assembly.opening import Opening
from node.assembly.places import Places
from node.assembly.post import Post
from node.assembly.seals import seals_of
from node.drawing.process import DrawingProcess
from node.enrolment.bureau import Bureau, bureau_of
from node.enrolment.invitations import Inviting
from node.enrolment.reception import Reception
from node.enrolment.wiping import check_not_wiped
from node.seals.desk import SealDesk
from node.seals.samples import drawn_or_sample, sample_for


@dataclass(frozen=True)
class Certifying:
    """What people and stations are certified with, and what units seal with."""

    bureau: Bureau
    reception: Reception
    seals: SealDesk


def certifying_of(opening: Opening, post: Post, places: Places, drawing: DrawingProcess, restart: Callable[[], None]) -> Certifying:
    """The same of a station, which hears of certificates and seals from its mailroom.

    Raises:
        EnrolmentError: what came meanwhile has wiped it.
    """
    station, store, clock = opening.station, opening.store, opening.clock
    bureau = _bureau(opening, post, drawing, restart)
    bureau.heed()
    seals = seals_of(opening, post, places, bureau, drawing)
    check_not_wiped(opening.folder, opening.config)
    return Certifying(bureau, Reception(bureau.registrar, Inviting(station, store, clock)), seals)


def _bureau(opening: Opening, post: Post, drawing: DrawingProcess, restart: Callable[[], None]) -> Bureau:
    config = opening.config
    # Where documents are sealed, the seals of people are seen on them.
    draw_name = drawn_or_sample(drawing.seal_picture) if config.policy.sealed_documents else sample_for
    own = (opening.folder, config, opening.station, opening.store, opening.register)
    return bureau_of(*own, post.mailroom, post.notices, opening.clock, restart, opening.holders, draw_name)
