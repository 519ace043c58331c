"""The bureau (证书室): the parts of one running station that have to do with certificates, put together. Decides nothing itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from node.chores import Chore
from node.clock import Clock
from node.config import Config
from node.enrolment.adoption import Adoption
from node.enrolment.authority import Authority
from node.enrolment.document_root import DocumentRoot
from node.enrolment.incoming import Incoming
from node.enrolment.issuing import Issuer, IssuingKeys
from node.enrolment.judging import Bench, Judge
from node.enrolment.notices import AT_ONCE, Notices
from node.enrolment.personal_keys import PersonalKeys
from node.enrolment.recertification import Recertification
from node.enrolment.registrar import SEAL, Registrar
from node.enrolment.renewal import KIND, Renewal, Renewing
from node.enrolment.wiping import Wiper
from node.folder import StationFolder
from node.mail.mailroom import Mailroom
from node.seals.making import SealJudge
from node.seals.samples import DrawName, sample_for
from node.staff.holders import Holders
from node.station import Station
from node.store import Store
from node.store.records.enrolment import RequestRecord
from node.succession.register import Register
from node.version import VERSION
from signing.certificates import Certificate
from signing.revocations import parse_revocations


@dataclass(frozen=True)
class Bureau:
    """What pages, commands and chores call."""

    station: Station
    store: Store
    mailroom: Mailroom
    notices: Notices
    authority: Authority
    registrar: Registrar
    renewal: Renewal
    adoption: Adoption
    recertification: Recertification
    incoming: Incoming
    wiper: Wiper
    personal_keys: PersonalKeys
    clock: Clock
    restart: Callable[[], None]

    def chores(self) -> tuple[Chore, ...]:
        """What comes round: lists that another process took in or that go stale, new certificates, those that end; and tells the county."""
        return (
            Chore("revocations", timedelta(seconds=10), self.catch_up),
            Chore("lists", timedelta(hours=6), self.authority.keep_fresh),
            Chore("adoption", timedelta(minutes=1), self.adoption.run),
            Chore("renewal", timedelta(hours=1), self.renewal.run),
            Chore("notices", timedelta(hours=1), self.tell_county),
        )

    def persons_key_state(self, name: str) -> str:
        """How a person's certificate stands, as `Held` names it; empty without one."""
        record = self.store.people.get(name)
        return "" if record is None or record.certificate is None else self.authority.state_of(record.certificate)

    def list_came(self, maker: str, data: bytes) -> None:
        """A revocation list that is new here, in the transaction that keeps it: passed on once, heeded after it."""
        listed = parse_revocations(self.station.suite, data)
        for row in self.store.certificates.all("revocations"):
            other = parse_revocations(self.station.suite, row.der)
            if other.issuer_key_id == listed.issuer_key_id and other.number < listed.number:
                self.store.certificates.delete(row.digest)
        self.notices.pass_on([data], self.clock.now(), came_from=maker or None)
        self.store.after_commit(self.heed)

    def heed(self) -> None:
        """Do what the lists ask of this station itself: a stolen one wipes its keys and stops."""
        if self.wiper.why(self.station) is not None:
            try:
                self.wiper.wipe_if_stolen(self.station, self.store, self.clock.now())
            finally:
                self.restart()

    def tell_county(self, now: datetime) -> None:
        """Show the county every certificate that this authority has issued, those too that were made by hand; each once.

        And those of the stations below that a predecessor of this one had issued, and perhaps could not tell any more.
        """
        county = self.station.path_of(self.station.station)[-1]
        good = [held for held in self.authority.known() if held.state in ("good", "ending")]
        below = self.station.directory.children(self.station.station)
        issued = [held.certificate for held in good if held.is_mine or held.certificate.station in below]
        if county != self.station.station and issued:
            with self.store.transaction():
                for start in range(0, len(issued), AT_ONCE):
                    self.notices.send_to(county, issued[start : start + AT_ONCE], now)

    def catch_up(self, now: datetime) -> None:
        """Believe the lists that another process of this station has kept since."""
        known = {one.digest for one in self.station.trust.lists()}
        fresh = [row.der for row in self.store.certificates.all("revocations") if row.digest not in known]
        if fresh:
            for der in fresh:
                self.station.trust.add_revocations(der, is_kept=True)
            self.mailroom.judge_revoked(fresh)
            self.heed()


def bureau_of(
    folder: StationFolder,
    config: Config,
    station: Station,
    store: Store,
    register: Register,
    mailroom: Mailroom,
    notices: Notices,
    clock: Clock,
    restart: Callable[[], None],
    holders: Holders,
    draw_name: DrawName = sample_for,
) -> Bureau:
    """The bureau of a station, joined to its mailroom."""
    keys = IssuingKeys(folder, station.suite, store)
    issuer = Issuer(keys, draw_name)

    def tell(certificates: Sequence[Certificate], seals: Sequence[bytes]) -> None:
        notices.tell_issued(certificates, clock.now(), seals)

    def bring(request: RequestRecord, answer: bytes) -> None:
        # Whoever joins, or waits for its next number, has no address yet: they fetch their answers themselves.
        if request.kind in ("person", SEAL) and not station.is_me(request.station):
            notices.send_document(request.station, clock.now(), answer=answer)

    bench = Bench(station, store, issuer)
    judges: dict[str, Judge] = {KIND: Renewing(bench), SEAL: SealJudge(bench, keys, clock, DocumentRoot(folder, config.station).certify)}
    registrar = Registrar(station, store, register, issuer, clock, tell, judges, bring)
    adoption = Adoption(station, store, clock, restart)
    recertification = Recertification(station, store, keys, register, notices)
    incoming = Incoming(station, store, mailroom, registrar, recertification, notices, adoption, clock)
    bureau = Bureau(
        station=station,
        store=store,
        mailroom=mailroom,
        notices=notices,
        authority=Authority(station, store, keys, notices, clock, mailroom.judge_revoked),
        registrar=registrar,
        renewal=Renewal(station, store, VERSION, incoming.ask),
        adoption=adoption,
        recertification=recertification,
        incoming=incoming,
        wiper=Wiper(folder, config),
        personal_keys=PersonalKeys(folder, station, store, clock, holders),
        clock=clock,
        restart=restart,
    )
    mailroom.on_record("request", incoming.request_came)
    mailroom.on_record("answer", incoming.answer_came)
    mailroom.on_record("revocations", bureau.list_came)
    return bureau
