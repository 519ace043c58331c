"""Forgeries (伪造): what somebody could make with real keys and a good program, each refused at the right step for the right reason."""
