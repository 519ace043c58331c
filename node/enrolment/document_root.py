"""The county's document root (文书根证书): certifies P-256 keys of organs, for readers of PDF that know no SM2.

Only in suite `gm`: in `p256` an organ's own certificate is one that such readers know. Key and certificate are made when first needed.
Nothing of ours is believed because of it; the national seals beside such a signature name its certificates, and so vouch for them.
"""

from dataclasses import replace
from datetime import datetime

from node.config import StationSettings
from node.enrolment.issuing import validity
from node.errors import NotAllowedError
from node.folder import StationFolder
from node.roles import Tier
from node.staff.holders import machine_secret_of
from node.staff.keyring import unattended_key
from node.store.files import write_file
from signing.algorithms import PrivateKey, suite
from signing.certificates import CertificateProfile, parse_certificate
from signing.errors import KeyFileError
from signing.issuing import issue, issue_root
from signing.keys import FileSigner, create_key_file

SUITE = "p256"
NAME = "文书根证书"
_LONGEST_NAME = 64


class DocumentRoot:
    """The document root of one county. A station that is no county has none."""

    def __init__(self, folder: StationFolder, settings: StationSettings) -> None:
        self._folder = folder
        self._settings = settings
        self._suite = suite(SUITE)

    def certificates(self) -> tuple[bytes, ...]:
        """The root's certificate, if it has been made: what an office opens in its PDF reader."""
        path = self._folder.document_root_certificate
        return (path.read_bytes(),) if path.exists() else ()

    def certify(self, profile: CertificateProfile, public: bytes, begin: datetime, end: datetime) -> tuple[bytes, ...]:
        """A certificate for an organ's document key, and the root's after it.

        Raises:
            NotAllowedError: `no_authority`, this station is no county.
            CertificateError: nobody may certify this profile.
            KeyFileError: the root's key file cannot be used.
            MalformedError: `public` is no P-256 key.
        """
        root = self._signer(begin)
        end = max(begin, min(end, root.certificate.not_after))
        return issue(self._suite, root, public, replace(profile, usage="organ"), begin, end), root.certificate.der

    def _signer(self, now: datetime) -> FileSigner:
        if self._settings.tier is not Tier.COUNTY:
            raise NotAllowedError("no_authority")
        private = self._key()
        path = self._folder.document_root_certificate
        if not path.exists():
            # A key without its certificate: the power went between the two.
            write_file(path, issue_root(self._suite, private, self._profile(), *validity("root", now)))
        return FileSigner(self._suite, private, parse_certificate(self._suite, path.read_bytes()))

    def _key(self) -> PrivateKey:
        path = self._folder.document_root_key
        if not path.exists():
            try:
                create_key_file(path, self._suite, self._suite.generate(), None, machine_secret_of(self._folder))
            except KeyFileError as error:
                # Another process of this station was a moment earlier.
                if error.code != "exists":
                    raise
        return unattended_key(self._folder, self._suite, path)

    def _profile(self) -> CertificateProfile:
        name = f"{self._settings.name[: _LONGEST_NAME - len(NAME)]}{NAME}"
        return CertificateProfile(usage="root", division=self._settings.division, tier="county", name=name)
