#!/usr/bin/env python3
"""The compared tasks in samplics. Usage: peer_samplics.py FOLDER ROWS RUNS

Prints one line per task: name, fastest, median, slowest, in seconds; peak memory in MB.
"""

import json
import resource
import statistics
import sys
import time
import warnings
from importlib.metadata import version

import pandas
from samplics import PopParam
from samplics.estimation import TaylorEstimator
from samplics.weighting import SampleWeight

warnings.filterwarnings("ignore")
folder, rows, runs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def timed(name, work):
    took = []
    for _ in range(runs):
        start = time.perf_counter()
        value = work()
        took.append(time.perf_counter() - start)
    print(f"{name}\t{min(took):.4f}\t{statistics.median(took):.4f}\t{max(took):.4f}", flush=True)
    return value


with open(f"{folder}/margins.json", encoding="utf-8") as file:
    controls = {
        name: dict(enumerate(totals, 1)) for name, totals in json.load(file).items()
    }
data = pandas.read_csv(f"{folder}/resp_{rows}.csv")
margins = {name: data[name].to_numpy() for name in controls}
weights = timed(
    "rake",
    lambda: SampleWeight().rake(
        samp_weight=data.w0.to_numpy(), margins=margins, control=controls, tol=1e-6, ctrl_tol=1e-6
    ),
)


def rates():
    estimator = TaylorEstimator(PopParam.mean)
    estimator.estimate(
        y=data.approve.astype(float),
        samp_weight=pandas.Series(weights),
        stratum=data.stratum,
        psu=data.psu,
        domain=data.county,
    )
    return estimator


# Its variance takes the raked weights as given.
timed("rates", rates)
print(f"peak\t{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
print(f"# samplics {version('samplics')}")
