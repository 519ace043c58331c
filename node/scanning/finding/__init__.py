"""Finding sheets of paper on photographs, with OpenCV: the extra `scan`. Nothing else of ours imports cv2 or numpy."""

import os

# One thread: a village's machine has two cores, and a live frame must not take both. Each thread would also keep memory.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
