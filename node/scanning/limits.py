"""The figures that bound what is taken in, each with its unit."""

MAX_INPUT_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_PDF_PAGES = 20
PAGE_DPI = 150
"""Dots per inch at which a page of a PDF is drawn."""
LONG_SIDE_PX = 2338
"""A4's long side at 200 dpi; larger pictures are shrunk to it, smaller ones are never enlarged."""
IMAGE_TARGET_BYTES = 300 * 1024
PDF_PAGE_TARGET_BYTES = 150 * 1024
PREVIEW_TARGET_BYTES = 14 * 1024
"""Encrypted, it still goes in one piece of less than 15 KB."""
PREVIEW_SIDE_PX = 480
LOW_RESOLUTION_PX = 1100
"""A4 below about 95 dpi: small print is no longer readable."""
QUALITIES = (75, 66, 58, 50, 42, 35, 28)
"""JPEG qualities tried, best first."""
TIMEOUT_S = 40.0
IDLE_S = 20.0
"""How long a child process without work is kept."""
