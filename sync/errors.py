"""What the road refuses. Errors carry facts and codes; sentences are made where people read them."""


class SyncError(Exception):
    """Something about parcels, roads or bundles. The base of this package's errors."""


class LinkDownError(SyncError):
    """The line or the parent did not do its part; nobody has to act, the queue waits.

    `why` is `unreachable`, `timeout`, `broken`, `bad_answer`, `busy`, `error`, `wrong_station` or `not_admitted`.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class DoorError(SyncError):
    """The peers' door says no to one call.

    `code` is `bad_request`, `no_session`, `not_admitted`, `unknown_enclosure`, `not_whole`, `too_large`, `no_room`, `busy`
    or `error`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class EnrolRefusedError(SyncError):
    """A parent does not take a request to join in; `code` is its word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ParcelRefusedError(SyncError):
    """A parcel cannot be taken; a person looks. `code` says what is wrong."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ParcelError(ParcelRefusedError):
    """The bytes are not a parcel; `code` names the part that is wrong: `context`, `header`, a header member, `length` ..."""


class EnclosureDamagedError(SyncError):
    """All of an enclosure came and its digest is wrong: none of it is kept, and it has to come again."""

    def __init__(self, enclosure_id: str) -> None:
        super().__init__(enclosure_id)
        self.enclosure_id = enclosure_id


class NoRoomError(SyncError):
    """The disk has no room for enclosures; letters go on."""


class RecordError(SyncError):
    """The bytes are not a sequence of records; `code` is `head`, `cut`, `end`, `too_many`, `too_large`, `kind` or `json`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class BundleError(SyncError):
    """A bundle file cannot be written or cannot be trusted at all.

    `code` is `disk_full`, `read_only`, `file_limit`, `gone`, `unwritable`, `read_back`, `no_room` or `wrong_enclosure` of one that is
    written; `unreadable`, `not_a_bundle`, `manifest` or `signature` of one that is read.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
