"""What is wrong with a command line, in Chinese: the sentences of `argparse`, each with the names that it gives."""

import re

SENTENCES = (
    (r"the following arguments are required: (.+)", r"还缺少 \1。"),
    (r"argument (.+?): invalid int value: (.+)", r"\1 要填整数，收到的是 \2。"),
    (r"argument (.+?): invalid (?:\w+ value|choice): (.+?) \(choose from (.+)\)", r"\1 没有 \2，可以是 \3。"),
    (r"argument (.+?): invalid \w+ value: (.+)", r"\1 填得不对：\2。"),
    (r"argument (.+?): expected .+", r"\1 后面还要写一个值。"),
    (r"argument (.+?): not allowed with argument (.+)", r"\1 和 \2 不能一起用。"),
    (r"one of the arguments (.+) is required", r"\1 要写一个。"),
    (r"unrecognized arguments: (.+)", r"不认识 \1。"),
)
"""What argparse says, and what is said instead; the first that fits."""


def usage_text(message: str) -> str:
    """A sentence of `argparse` in Chinese; one that is not known stays as it is."""
    for said, told in SENTENCES:
        found = re.fullmatch(said, message, re.DOTALL)
        if found:
            return found.expand(told)
    return message
