"""Pages of materials (材料页): which of them are pictures that answer a field, which supply a material, and what a letter says of each."""

from collections.abc import Iterable

from forms.fields import IMAGE_KINDS
from forms.schema import Field, Form
from node.casework.letter import EnclosureEntry
from node.casework.taken import read_taken
from node.paperwork.values import DOCUMENTS, RESERVED
from node.store.records import MaterialRecord


def picture_field(form: Form, field_id: str) -> Field | None:
    """The field of that id whose answer is a picture, or None."""
    return next((one for one in form.fields() if one.id == field_id and one.kind in IMAGE_KINDS), None)


def supplied_materials(form: Form, names: Iterable[str]) -> set[str]:
    """The materials among these names; a picture that answers a field is none, nor is what every case may have, such as a mandate."""
    own = {one.id for one in form.materials}
    return {name for name in names if picture_field(form, name) is None and (name in own or name not in (*RESERVED, DOCUMENTS))}


def entry_of(row: MaterialRecord) -> EnclosureEntry:
    """What a letter says of a page."""
    preview = row.preview
    below = EnclosureEntry("", 0, preview["plain"], preview["id"], preview["size"], preview["media"]) if preview else None
    taken = read_taken(row.taken)
    return EnclosureEntry(row.material, row.page, row.plain_digest, row.enclosure_id, row.size_bytes, row.media_type, below, taken)
