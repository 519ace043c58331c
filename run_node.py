"""Start a node or one of its commands."""

import sys

from node.cli import main

if __name__ == "__main__":
    sys.exit(main())
