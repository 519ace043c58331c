"""The storm: hundreds of villages come back at the same moment, each with what it wrote in three days without a line.

`python -m bench.storm` makes the county once (`template`), copies it for each run, starts county and townships as processes (`storm`),
the villages of one township as processes too and all others in processes that hold many (`crowd`), watches them (`watch`), and counts
in the end that nothing is lost or came twice (`counting`). `python -m bench.storm.plot` draws how it grows.
"""
