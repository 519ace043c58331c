"""A client of the peers' door written from docs/formats.md alone, for suite `p256`: nothing of the program is imported.

It says hello, opens a session, hands in parcels that were prepared elsewhere and the enclosures that they name, and checks the receipt.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

PIECE_BYTES = 16 * 1024
OID = "2.25.313732811847346029838520263372414187520"
Records = list[tuple[str, bytes]]


def digest(data: bytes) -> str:
    """The name of bytes in suite `p256`."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def written(records: Records) -> bytes:
    """Records as bytes: `kind SP length LF`, content, `LF`."""
    return b"".join(f"{kind} {len(data)}\n".encode() + data + b"\n" for kind, data in records)


def read(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Bytes as records."""
    at = 0
    while at < len(data):
        head = re.compile(rb"([a-z_]{1,32}) (0|[1-9][0-9]{0,8})\n").match(data, at)
        assert head is not None, "not a record"
        end = head.end() + int(head[2])
        assert data[end : end + 1] == b"\n", "a record without its end"
        yield head[1].decode(), data[head.end() : end]
        at = end + 1


class ExampleClient:
    """A caller at one door. `root` is the county's root certificate in DER, `signer` the digest of the certificate of the caller's key."""

    def __init__(self, url: str, station: str, signer: str, key: ec.EllipticCurvePrivateKey, root: bytes) -> None:
        self._door = url + "/peer/v1"
        self._me, self._signer, self._key = station, signer, key
        self._known = [x509.load_der_x509_certificate(root)]
        self._http = requests.Session()
        self.parent = ""

    def log_in(self) -> list[str]:
        """Hello and session; what the door can beyond the first version."""
        hello = self._json("POST", "/hello", {"station": self._me})
        self.parent = hello["station"]
        self._learn(data for kind, data in read(base64.b64decode(hello["introduction"])) if kind == "certificate")
        message = f"yizhan door 1\n{hello['challenge']}\n{self._me}\n{self.parent}\n".encode()
        signed = base64.b64encode(self._key.sign(message, ec.ECDSA(SHA256()))).decode()
        asked = {"challenge": hello["challenge"], "station": self._me, "signer": self._signer, "signature": signed}
        session = self._json("POST", "/session", asked)
        self._http.headers["Authorization"] = f"Bearer {session['token']}"
        return list(session.get("can", []))

    def exchange(self, records: Records) -> Records:
        """Records up, records down."""
        return list(read(self._call("POST", "/exchange", written(records))))

    def hand_in(self, parcels: Sequence[bytes]) -> list[str]:
        """Give parcels; the ids of those for which a receipt came that this client believes."""
        limits = ("limits", json.dumps({"down": 1024}).encode())
        answer = self.exchange([limits, *(("parcel", parcel) for parcel in parcels)])
        stored = [one for kind, data in answer if kind == "receipt" for one in self.stored_by(data)]
        return [digest(parcel) for parcel in parcels if digest(parcel) in stored]

    def stored_by(self, receipt: bytes) -> list[str]:
        """The parcels that a receipt of the parent says to be stored; none when it is not the parent's or does not verify."""
        context, payload, signature, _ = receipt.split(b"\n")
        said: dict[str, Any] = json.loads(payload)
        assert context == b"yizhan receipt 1" and said["station"] == self.parent
        signer = next(one for one in self._known if digest(_der(one)) == said["signer"])
        assert _about(signer) == ("station_sign", self.parent)
        public = signer.public_key()
        assert isinstance(public, ec.EllipticCurvePublicKey)
        public.verify(base64.b64decode(signature), context + b"\n" + payload + b"\n", ec.ECDSA(SHA256()))
        return list(said["parcels"]) if said["kind"] == "stored" else []

    def put_enclosure(self, data: bytes) -> int:
        """Give what the parent lacks of an enclosure, piece by piece; how many bytes that were."""
        path, given = f"/enclosures/{digest(data)}", 0
        missing: list[list[int]] = self._json("GET", path)["missing"]
        while missing:
            offset, length = missing.pop(0)
            piece = data[offset : offset + min(length, PIECE_BYTES)]
            missing = json.loads(self._call("PUT", f"{path}?offset={offset}", piece))["missing"]
            given += len(piece)
        return given

    def _learn(self, shown: Iterator[bytes]) -> None:
        """Believe certificates that one believed before has issued; issuers come first."""
        for one in map(x509.load_der_x509_certificate, shown):
            wanted = one.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
            for issuer in [known for known in self._known if _key_of(known) == wanted]:
                one.verify_directly_issued_by(issuer)
                self._known.append(one)

    def _json(self, method: str, path: str, asked: dict[str, str] | None = None) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._call(method, path, json.dumps(asked).encode() if asked else None))
        return answer

    def _call(self, method: str, path: str, body: bytes | None = None) -> bytes:
        answer = self._http.request(method, self._door + path, data=body, timeout=30, allow_redirects=False)
        assert answer.status_code in (200, 204), answer.text
        return answer.content


def _der(certificate: x509.Certificate) -> bytes:
    """The octets that a digest names."""
    return certificate.public_bytes(Encoding.DER)


def _key_of(certificate: x509.Certificate) -> bytes:
    return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest


def _about(certificate: x509.Certificate) -> tuple[str, str]:
    """Usage and station, out of the private extension."""
    value = certificate.extensions.get_extension_for_oid(x509.ObjectIdentifier(OID)).value
    assert isinstance(value, x509.UnrecognizedExtension)
    said = json.loads(value.value[value.value.index(b"{") :])
    return said["usage"], said["station"]
