#!/usr/bin/env python3
"""The compared tasks in svy. Usage: peer_svy.py FOLDER ROWS RUNS REPLICATES

Prints one line per task: name, fastest, median, slowest, in seconds; peak memory in MB.
"""

import json
import resource
import statistics
import sys
import time
from importlib.metadata import version

import polars
import svy

folder, rows, runs, replicates = sys.argv[1], *map(int, sys.argv[2:5])


def timed(name, work, times=runs):
    took = []
    for _ in range(times):
        start = time.perf_counter()
        value = work()
        took.append(time.perf_counter() - start)
    print(f"{name}\t{min(took):.4f}\t{statistics.median(took):.4f}\t{max(took):.4f}", flush=True)
    return value


with open(f"{folder}/margins.json", encoding="utf-8") as file:
    margins = {
        name: dict(enumerate(totals, 1)) for name, totals in json.load(file).items()
    }
data = polars.read_csv(f"{folder}/resp_{rows}.csv")
data = data.with_columns(rate=polars.col("approve").cast(polars.Float64))
sample = svy.Sample(data, svy.Design(stratum="stratum", psu="psu", wgt="w0"))


def rake(of):
    return of.weighting.rake(controls=margins, tol=1e-6, wgt_name="raked")


raked = timed("rake", lambda: rake(sample))
found = timed("rates", lambda: raked.estimation.mean("rate", by="county"))
for row in found.estimates:
    print(f"# {row.est:.12f} {row.se:.12f}")
timed("logit", lambda: raked.estimation.prop("approve", by="county", ci_method="logit"))
print(f"peak\t{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
if replicates:
    drawn = timed(
        "bootstrap_make", lambda: sample.weighting.create_bs_wgts(replicates, rstate=1), 1
    )
    again = timed("bootstrap_rake", lambda: rake(drawn), 1)
    timed(
        "bootstrap_rates",
        lambda: again.estimation.mean("rate", by="county", method="replication"),
        1,
    )
print(f"# svy {version('svy')}, polars {polars.__version__}")
