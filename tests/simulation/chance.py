"""All that is left to chance in this process, out of a seed: keys, nonces, tokens, names of files."""

import os
import random


def seed_all(seed: int) -> None:
    """From here on everything that asks for random bytes gets those of this seed."""
    source = random.Random(f"bytes {seed}")
    # `secrets` and `SystemRandom` ask `random._urandom`; files and passwords ask `os.urandom`.
    os.urandom = source.randbytes
    random._urandom = source.randbytes  # type: ignore[attr-defined]
    random.seed(f"numbers {seed}")
