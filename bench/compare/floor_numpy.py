#!/usr/bin/env python3
"""A floor: the same tasks in NumPy on the cells of sampling unit × margins × answer.

Usage: floor_numpy.py FOLDER ROWS RUNS REPLICATES

No checks, no general code: columns of one byte, cells known beforehand, plain sums. What a general
engine is measured against. Prints one line per task: name, fastest, median, slowest, in seconds.
"""

import csv
import json
import statistics
import sys
import time

import numpy

folder, rows, runs, replicates = sys.argv[1], *map(int, sys.argv[2:5])
with open(f"{folder}/margins.json", encoding="utf-8") as file:
    totals = {name: numpy.array(values) for name, values in json.load(file).items()}
path = f"{folder}/resp_{rows}.csv"
with open(path, encoding="utf-8") as file:
    names = next(csv.reader(file))
whole = numpy.loadtxt(path, delimiter=",", skiprows=1, dtype=numpy.float64)
columns = {name: whole[:, place] for place, name in enumerate(names)}
code = {
    name: (columns[name] - 1).astype(numpy.uint8)
    for name in ("age", "sex", "residence", "cs", "answer")
}
unit = (columns["psu"] - 1).astype(numpy.uint16)
base = columns["w0"].copy()
del whole, columns
sex_of = numpy.arange(10) % 2
county_of = numpy.arange(10) // 2
SHAPE = (400, 6, 2, 10, 5)


def timed(name, work, times=runs):
    took = []
    for _ in range(times):
        start = time.perf_counter()
        value = work()
        took.append(time.perf_counter() - start)
    print(f"{name}\t{min(took):.6f}\t{statistics.median(took):.6f}\t{max(took):.6f}", flush=True)
    return value


def collapse():
    key = unit.astype(numpy.int32)
    for name, width in (("age", 6), ("residence", 2), ("cs", 10), ("answer", 5)):
        key *= width
        key += code[name]
    return numpy.bincount(key, base, numpy.prod(SHAPE)).reshape(SHAPE)


def rake(cells):
    """Factors of the cells age × residence × (county × sex)."""
    age, residence, cross, sex = numpy.ones(6), numpy.ones(2), numpy.ones(10), numpy.ones(2)
    for _ in range(100):
        now = cells * age[:, None, None] * residence[None, :, None] * (cross * sex[sex_of])
        ratio = totals["age"] / now.sum((1, 2))
        now *= ratio[:, None, None]
        age *= ratio
        both = now.sum((0, 1))
        ratio = totals["sex"] / numpy.array([both[0::2].sum(), both[1::2].sum()])
        now *= ratio[sex_of]
        sex *= ratio
        ratio = totals["residence"] / now.sum((0, 2))
        now *= ratio[None, :, None]
        residence *= ratio
        ratio = totals["cs"] / now.sum((0, 1))
        now *= ratio
        cross *= ratio
        misfit = max(
            numpy.abs(now.sum((1, 2)) / totals["age"] - 1).max(),
            numpy.abs(now.sum((0, 2)) / totals["residence"] - 1).max(),
        )
        if misfit < 1e-6:
            break
    return age[:, None, None] * residence[None, :, None] * (cross * sex[sex_of])


def rates(cells, factor):
    weight = numpy.einsum("arcv,arc->cv", cells, factor).reshape(5, 2, 5).sum(1)
    return weight[:, 3:].sum(1) / weight.sum(1), weight


model = numpy.zeros((6, 2, 10, 16))
model[..., 0] = 1
for level in range(1, 6):
    model[level, :, :, level] = 1
model[:, 1, :, 6] = 1
for level in range(1, 10):
    model[:, :, level, 6 + level] = 1
model = model.reshape(120, 16)


def variances(cells, factor):
    rate, weight = rates(cells.sum(0), factor)
    known = weight.sum(1)
    flat = cells.reshape(400, 120, 5)
    all_, yes = flat.sum(2), flat[:, :, 3:].sum(2)
    gram = model.T @ (model * all_.sum(0)[:, None])
    errors = numpy.zeros(5)
    for county in range(5):
        inside = (numpy.tile(county_of, 12) == county) / known[county]
        moment = model.T @ (inside * (yes.sum(0) - rate[county] * all_.sum(0)))
        fitted = model @ numpy.linalg.lstsq(gram, moment, rcond=None)[0]
        flat_factor = factor.reshape(120)
        total = (yes * (flat_factor * inside)).sum(1)
        total -= (all_ * (flat_factor * (inside * rate[county] + fitted))).sum(1)
        total = total.reshape(10, 40)
        spread = ((total - total.mean(1, keepdims=True)) ** 2).sum(1) * 40 / 39
        errors[county] = numpy.sqrt(spread.sum())
    return rate, errors


def bootstrap():
    chance = numpy.random.default_rng(1)
    factors = numpy.zeros((replicates, 400))
    for stratum in range(10):
        drawn = chance.multinomial(39, numpy.full(40, 1 / 40), size=replicates)
        factors[:, stratum * 40 : (stratum + 1) * 40] = drawn * 40 / 39
    every = (factors @ cells.reshape(400, -1)).reshape(replicates, 6, 2, 10, 5)
    found = [rates(one, rake(one.sum(3)))[0] for one in every]
    return numpy.std(found, axis=0, ddof=1)


cells = collapse()
timed("rake", lambda: rake(collapse().sum((0, 4))))


def whole_task():
    cells = collapse()
    return variances(cells, rake(cells.sum((0, 4))))


rate, errors = timed("rake_rates", whole_task)
for one in zip(rate, errors):
    print("# %.12f %.12f" % one)
if replicates:
    timed(f"bootstrap_{replicates}", bootstrap)
print(f"# NumPy {numpy.__version__}; columns {(7 + 8) * rows / 1e6:.0f} MB")
