"""The folder of a station: which file is where. The only place that knows these names."""

import os
from dataclasses import dataclass
from pathlib import Path

PRIVATE_FOLDER = 0o700


@dataclass(frozen=True)
class StationFolder:
    """Paths below `root`. Nothing here opens or makes a file, except `make`."""

    root: Path

    @property
    def machine_secret(self) -> Path:
        """32 random bytes, mode 0600; opens the unattended keys and is half of what opens personal ones."""
        return self.root / "machine.secret"

    @property
    def root_certificate(self) -> Path:
        """The county's root as DER: the one thing that is trusted without proof."""
        return self.root / "root.der"

    @property
    def keys(self) -> Path:
        """Key files."""
        return self.root / "keys"

    @property
    def database(self) -> Path:
        """The SQLite file, unless `database.url` says otherwise."""
        return self.root / "yizhan.db"

    @property
    def enclosures(self) -> Path:
        """Enclosures as ciphertext."""
        return self.root / "enclosures"

    @property
    def shots(self) -> Path:
        """Pictures that wait to become pages, as ciphertext."""
        return self.root / "shots"

    @property
    def usb(self) -> Path:
        """Bundles that a browser fetches, or has just handed over."""
        return self.root / "usb"

    @property
    def database_key(self) -> Path:
        """The raw 256-bit key of the database, boxed under the machine secret."""
        return self.keys / "database.box"

    @property
    def station_sign_key(self) -> Path:
        """Signs parcels and receipts; opens unattended."""
        return self.keys / "station_sign.key"

    @property
    def station_encrypt_key(self) -> Path:
        """Opens parcels addressed here; opens unattended."""
        return self.keys / "station_encrypt.key"

    def key_of(self, usage: str, station: str) -> Path:
        """The key file of a usage (`station_sign`, `authority` ...) that this station has, or is to have, under one of its numbers.

        The first number's files have no number in their names.
        """
        numbered = self.keys / f"{usage}-{station}.key"
        return numbered if numbered.exists() else self.keys / f"{usage}.key"

    def next_key(self, usage: str) -> Path:
        """The key file of a usage for the number that this station has asked for."""
        return self.keys / f"{usage}-next.key"

    def numbered_key(self, usage: str, station: str) -> Path:
        """The key file of a usage under a number that is not the first."""
        return self.keys / f"{usage}-{station}.key"

    @property
    def renumber_request(self) -> Path:
        """The request for the next number (换号申请), as long as it is not answered."""
        return self.root / "renumber.request"

    @property
    def root_key(self) -> Path:
        """Of a county: issues its authority, and is then not needed until that ends."""
        return self.keys / "root.key"

    @property
    def authority_key(self) -> Path:
        """Of a county or township: issues certificates for its people and the stations below."""
        return self.keys / "authority.key"

    @property
    def seal_maker_key(self) -> Path:
        """Of a county or township: signs electronic seals (制章)."""
        return self.keys / "seal_maker.key"

    @property
    def document_root_key(self) -> Path:
        """Of a county: certifies the keys with which organs sign PDF files for ordinary readers."""
        return self.keys / "document_root.key"

    @property
    def document_root_certificate(self) -> Path:
        """Its certificate, DER, for offices to open in their PDF readers."""
        return self.keys / "document_root.der"

    def personal_key(self, key_name: str) -> Path:
        """The key file of a person, or of a unit's seal.

        Raises:
            ValueError: `key_name` is not the name of a file.
        """
        if not key_name or not key_name.replace("-", "").isalnum():
            raise ValueError(key_name)
        return self.keys / f"{key_name}.key"

    @property
    def updates(self) -> Path:
        """Update files that came down the road."""
        return self.root / "updates"

    @property
    def joining(self) -> Path:
        """There while this folder waits to become a station; empty until its request is written."""
        return self.root / "joining"

    @property
    def joining_invitation(self) -> Path:
        """The invitation that a folder joins with."""
        return self.root / "joining.invitation"

    @property
    def joining_request(self) -> Path:
        """The request that a folder has made with it."""
        return self.root / "joining.request"

    def make(self) -> None:
        """Make the folders, for nobody else to read."""
        for folder in (self.root, self.keys, self.enclosures):
            folder.mkdir(parents=True, exist_ok=True)
            os.chmod(folder, PRIVATE_FOLDER)
