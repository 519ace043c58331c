"""A shot and a plan become a page here (成像): straight, evenly lit, small. Pillow only; runs inside the child process.

`target` is pure, so that the node may name what it wants.
"""
