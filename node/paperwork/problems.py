"""The codes of problems that papers can have, with the facts of each; the sentences are in the wording table of the pages."""

from collections.abc import Mapping

PAPER_CODES: Mapping[str, tuple[str, ...]] = {
    # The form was signed, and then the answers or the item version changed.
    "signed_form_outdated": ("fields",),
    "signed_form_version": (),
    # Only where the policy asks for it.
    "original_unseen": ("name",),
    "mandate_missing": (),
    "mandate_unscanned": (),
    "mandate_early": (),
    "mandate_expired": (),
    "mandate_revoked": (),
    "mandate_power": (),
}
