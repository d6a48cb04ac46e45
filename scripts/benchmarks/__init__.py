"""What `scripts/bench.py` and `scripts/bench_peers.py` measure, one module a subject.

Modules that are programs run as `python -m benchmarks.NAME` with `scripts` on the path.
"""
