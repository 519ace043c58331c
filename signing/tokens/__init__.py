"""Private keys that live on tokens: smart cards, HSMs and USB keys (UKey, 智能密码钥匙). The key never leaves, the token signs.

- `token`: what every token does, and the `Signer` made of one of its keys.
- `skf`: GM/T 0016, the interface of Chinese USB keys, for SM2.
- `pkcs11`: PKCS#11, for P-256; needs the extra `tokens` and is imported by who has found it.
"""
