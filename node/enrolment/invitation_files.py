"""Invitations as files: what they are called, and many of them in one archive."""

import io
import zipfile
from collections.abc import Sequence

from node.enrolment.documents import INVITATION_SUFFIX
from node.store.records.enrolment import InvitationRecord


def file_name(record: InvitationRecord) -> str:
    """What an invitation's file is called: its station's number and name, without what a file system does not take."""
    name = "".join(letter for letter in record.name if letter.isalnum() or letter in "-_（）()")
    return f"{record.station}-{name[:40]}{INVITATION_SUFFIX}"


def zipped(made: Sequence[InvitationRecord]) -> bytes:
    """Invitations in one archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for record in made:
            archive.writestr(file_name(record), record.data)
    return content.getvalue()
