"""Signing seals: bytes, keys, names. It knows no case and no network, and imports nothing else of this project.

Read in this order:

- `errors`: the one family that leaves this package; `canonical`, `der`: the two exact byte forms.
- `sm2`, `algorithms`: the suites `gm` and `p256`, one interface; a county's suite is pinned by its root.
- `certificates`, `issuing`, `revocations`, `trust`: who a key is, who said so, until when, and whether that still held.
- `keys`: private keys in files under a PIN and a machine secret, and the `Signer` that everything else is given.
- `seal`, `seal_image`, `verify`: electronic seal (电子印章) and seal signature (电子签章) of GB/T 38540-2020, and the twelve steps
  by which one is judged.
- `stamps`, `packages`, `cms`, `pdf`, `ofd`: seals on documents, and readers that accept what our writers make and nothing else.
- `envelope`: a content key for several readers, and the stations' own signatures.
- `sealed_stream`, `recovery`: a long body in numbered chunks, and the key pair that only a recovery code opens: what backups are made of.

Nothing is exported here; import from the modules.
"""
