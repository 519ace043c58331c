"""Roads: ours and the peers that can be had, on the same lines with the same payloads in the same run; `python -m bench.roads`."""
