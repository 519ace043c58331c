"""Unit seals (单位印章) of a running station, joined to its mailroom and its bureau."""

from datetime import datetime

from node.assembly.opening import Opening
from node.assembly.places import Places
from node.assembly.post import Post
from node.drawing.process import DrawingProcess
from node.enrolment.bureau import Bureau
from node.enrolment.issuing import IssuingKeys
from node.seals.asking import SealAsking
from node.seals.cabinet import Cabinet
from node.seals.desk import Pictures, SealDesk
from node.seals.register import SealRegister
from node.seals.spreading import SealLists
from node.seals.status import SealList, StatusBook
from node.staff.keyring import Keyring


def seals_of(opening: Opening, post: Post, places: Places, bureau: Bureau, drawing: DrawingProcess) -> SealDesk:
    """The desk of unit seals of a station."""
    station, store, clock, trust = opening.station, opening.store, opening.clock, opening.trust
    statuses = StatusBook(store, opening.suite, trust)
    cabinet = Cabinet(opening.folder, station, store, statuses, clock, opening.holders.tokens)
    lists = SealLists(station, store, post.dispatch, statuses, clock)

    def send(request: bytes, at: datetime) -> None:
        """Only the county makes unit seals: the parcel goes there, through the township."""
        county = station.path_of(station.station)[-1]
        if station.is_me(county):
            bureau.incoming.take_request(request, None)
        else:
            with store.transaction():
                post.notices.send_document(county, at, request=request)

    asking = SealAsking(opening.folder, station, store, cabinet, send, clock, places.standing.check_may_seal)
    keys = IssuingKeys(opening.folder, opening.suite, store)
    register = SealRegister(
        station, store, bureau.registrar, keys, statuses, lists, clock, may_send=places.standing.check_may_seal, on_own=asking.take
    )
    lists.on_taken(register.heed)
    lists.on_kept(lambda listed: _judge_again(post, listed, clock.now()))
    post.mailroom.on_record("seal_register", lists.came)
    bureau.incoming.on_answer(asking.answer_came)
    # Keys are opened here for one step each, and no window is left open: so this ring need not be the one of the desks.
    keyring = Keyring(opening.holders, opening.suite, store, clock, opening.config.policy, lambda one: trust.revoked(one) is not None)
    pictures = Pictures(drawing.seal_picture, drawing.clean_picture)
    return SealDesk(cabinet, asking, register, lists, statuses, pictures, keyring, store, opening.suite)


def _judge_again(post: Post, listed: SealList, at: datetime) -> None:
    """Letters under a seal that a list speaks against, and those put aside for an earlier one, are judged anew."""
    stopped = [(one.seal, one.seal_id, one.since) for one in listed.entries]
    post.mailroom.tell_again(post.revoked.judge_stopped(stopped, at))
