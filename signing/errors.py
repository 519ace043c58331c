"""What signing refuses. The key officer acts on these; they carry facts, the sentences are elsewhere."""


class SigningError(Exception):
    """Something signed, encrypted or certified cannot be used."""


class MalformedError(SigningError):
    """Bytes are not in the one form allowed; `what` names the thing, `why` the fault."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}: {why}")
        self.what = what
        self.why = why


class UnknownSignerError(SigningError):
    """A certificate or seal is not here yet: wait for it.

    `digest` is its digest, or `key:<40 hex>` where only an issuer's key identifier is known (see `Certificate.known_as`).
    """

    def __init__(self, digest: str) -> None:
        super().__init__(digest)
        self.digest = digest


class CertificateError(SigningError):
    """A certificate, its complete path or a revocation list is not valid; `code` says why, `digest` which."""

    def __init__(self, code: str, digest: str = "") -> None:
        super().__init__(f"{code} {digest}".rstrip())
        self.code = code
        self.digest = digest


class BadSignatureError(SigningError):
    """The signature is not this key's over these bytes."""


class SealError(SigningError):
    """An electronic seal or seal signature fails at `step` (1-12, see `verify`) for the reason `code`."""

    def __init__(self, step: int, code: str) -> None:
        super().__init__(f"step {step}: {code}")
        self.step = step
        self.code = code


class DocumentError(SigningError):
    """A document (PDF, OFD) is not in the one form that our seals allow; `code` says why, `part` which field, file or object."""

    def __init__(self, code: str, part: str = "") -> None:
        super().__init__(f"{code} {part}".rstrip())
        self.code = code
        self.part = part


class KeyFileError(SigningError):
    """A key file is missing, damaged, already there, or another machine's; `code` says which."""

    def __init__(self, code: str, name: str = "") -> None:
        super().__init__(f"{code} {name}".rstrip())
        self.code = code
        self.name = name


class PinError(SigningError):
    """The PIN is wrong; `attempts_left` is `None` where nobody counts. `code` is `none_left` after the last try, else empty."""

    def __init__(self, attempts_left: int | None = None) -> None:
        super().__init__("wrong PIN")
        self.attempts_left = attempts_left
        self.code = "none_left" if attempts_left == 0 else ""


class PinLockedError(SigningError):
    """Too many wrong PINs: this key stays shut until the key officer opens it."""


class TokenError(SigningError):
    """A token (UKey, smart card, HSM) did not do what was asked.

    `code`: `no_library` it is not set up on this machine; `absent` no token is plugged in; `no_key` none has this key; `other_key` the
    token that is plugged in has another one; `gone` it was pulled out; `login` its PIN is asked for again; `pin_form` it does not take a
    PIN of this form; `unable` it cannot do this at all; `failed` anything else. `detail` is what the token itself said.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".rstrip())
        self.code = code
        self.detail = detail


class DecryptionError(SigningError):
    """The bytes were not encrypted under this key for this purpose, or were changed."""


class RecoveryCodeError(SigningError):
    """A recovery code does not open; `code` is `form` (not one at all), `check` (mistyped) or `wrong` (another one's)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NoSm2Error(SigningError):
    """This machine has no usable SM2; `why` says what was tried. There is no silent fallback."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
