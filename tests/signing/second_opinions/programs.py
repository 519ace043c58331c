"""The two programs asked for a second opinion: the openssl command, and BouncyCastle through `Verifier.java`."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

MESSAGE = "示例：一份办件".encode()
DIGEST = {"gm": ["-digest", "sm3", "-pkeyopt", "distid:1234567812345678"], "p256": ["-digest", "sha256"]}
VERIFY_OPTIONS = {"gm": ["-vfyopt", "distid:1234567812345678"], "p256": []}
SIGN_OPTIONS = {"gm": ["-sm3", "-sigopt", "distid:1234567812345678"], "p256": ["-sha256"]}
KEY_KIND = {"gm": ["-algorithm", "SM2"], "p256": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]}

_SOURCE = Path(__file__).with_name("Verifier.java")
_JARS = Path("/usr/share/java/bcprov.jar")
_QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx160m")
"""One short run: compile less, collect with one thread."""


@dataclass(frozen=True)
class Openssl:
    """Runs openssl in a folder that files are put into first."""

    folder: Path

    def put(self, name: str, data: bytes) -> str:
        path = self.folder / name
        path.write_bytes(data)
        return str(path)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, check=False, timeout=60)

    def made(self, *arguments: str) -> bytes:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout

    def verifies(self, name: str, public: bytes, message: bytes, signature: bytes) -> bool:
        keys = ["-pubin", "-inkey", self.put("public", public), "-keyform", "DER"]
        files = ["-in", self.put("message", message), "-sigfile", self.put("signature", signature)]
        return self.run("pkeyutl", "-verify", "-rawin", *keys, *files, *DIGEST[name]).returncode == 0


@dataclass(frozen=True)
class Answer:
    """What BouncyCastle said of one job."""

    accepted: bool
    detail: str


@dataclass
class BouncyCastle:
    """Collects jobs, runs them in one start of Java, and keeps the answers and the files they made."""

    folder: Path
    _jobs: list[str] = field(default_factory=list)
    _answers: dict[str, Answer] = field(default_factory=dict)

    def put(self, name: str, data: bytes) -> str:
        path = self.folder / name
        path.write_bytes(data)
        return str(path)

    def ask(self, name: str, command: str, *arguments: str | bytes) -> None:
        """Put a job on the list; bytes go through a file, and `>name` names a file that the job is to write."""
        spelled = []
        for place, each in enumerate(arguments):
            if isinstance(each, bytes):
                each = self.put(f"{name}.{place}", each)
            spelled.append(str(self.folder / each[1:]) if each.startswith(">") else each)
        self._jobs.append("\t".join((name, command, *spelled)))

    def run(self) -> None:
        """Compile and do all jobs."""
        classes = self.folder / "classes"
        _done("javac", "-J-XX:TieredStopAtLevel=1", "-proc:none", "-nowarn", "-cp", str(_JARS), "-d", str(classes), str(_SOURCE))
        jobs = self.put("jobs", "\n".join(self._jobs).encode())
        for line in _done("java", *_QUICK, "-cp", f"{_JARS}:{classes}", "Verifier", jobs).splitlines():
            name, verdict, detail = line.split("\t", 2)
            self._answers[name] = Answer(verdict == "ok", detail)

    def answer(self, name: str) -> Answer:
        return self._answers[name]

    def made(self, name: str) -> bytes:
        """A file that a job has written."""
        return (self.folder / name).read_bytes()


def _done(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout.decode()
