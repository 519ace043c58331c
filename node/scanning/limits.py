"""The figures that bound what is taken in, each with its unit."""

MAX_INPUT_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
DECODED_BYTES = 72 * 1024 * 1024
"""What one picture may take when it is decoded; beside the file itself and the work on it, a child stays below `CHILD_BYTES`."""
DECODING_BYTES = 98 * 1024 * 1024
"""What its decoder may take together with it; that is given back before the work begins."""
CHILD_BYTES = 160 * 1024 * 1024
"""What a child process may take at its peak, whatever comes."""
OWN_BYTES = 140 * 1024 * 1024
"""Of these, what is its own and no file's; where the system can be told so, it gives no more."""
MAX_PDF_PAGES = 20
MAX_PDF_PAGE_PIXELS = 25_000_000
"""Of all pictures on one page of a PDF together: two photographs of a telephone."""
PAGE_DPI = 150
"""Dots per inch at which a page of a PDF is drawn."""
LONG_SIDE_PX = 2338
"""A4's long side at 200 dpi; larger pictures are shrunk to it, smaller ones are never enlarged."""
PAGE_TARGET_BYTES = 150 * 1024
"""What a page may weigh, however it came."""
PREVIEW_TARGET_BYTES = 14 * 1024
"""Encrypted, it still goes in one piece of less than 15 KB."""
PREVIEW_SIDE_PX = 480
LOW_RESOLUTION_PX = 1100
"""A4 below about 95 dpi: small print is no longer readable."""
BEST_QUALITY, LEAST_QUALITY = 60, 28
"""JPEG qualities between which a page's is searched."""
BEST_PHOTO_QUALITY = 82
"""Of a photograph or a small picture, which may spend on itself what a page of text does not need."""
TIMEOUT_S = 40.0
IDLE_S = 20.0
"""How long a child process without work is kept."""
