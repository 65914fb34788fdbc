#!/usr/bin/env python3
"""Computes the published intervals and verdicts of this folder again and compares.

    python3 reproduce.py [FOLDER]

Needs Python 3.9 and nothing else. Ends with 0 if everything agrees; otherwise names the first
difference and ends with 1. The formulas are those of docs/methodology.md: "Intervals for
proportions" and "Verdicts".
"""

import base64
import csv
import hashlib
import json
import math
import os
import sys
from fractions import Fraction

TOLERANCE = 1e-9  # of recomputed numbers
TIE = 1e-12  # a figure this close to the threshold has reached it
LEVELS = (("interval", 0.95), ("bounds", 0.90))


class Difference(Exception):
    pass


def same(where, published, computed):
    """Numbers to the tolerance, everything else exactly."""
    numbers = all(isinstance(x, (int, float)) and not isinstance(x, bool) for x in (published, computed))
    if numbers:
        good = abs(published - computed) <= TOLERANCE * max(1.0, abs(computed))
    else:
        good = published == computed
    if not good:
        raise Difference(f"{where}: published {published}, computed {computed}")


# -- distributions ---------------------------------------------------------------------------------


def beta_cdf(x, a, b):
    """Regularized incomplete beta function, by its continued fraction (Lentz)."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - beta_cdf(1.0 - x, b, a)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    tiny = 1e-300
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > tiny else tiny)
    value = d
    for m in range(1, 10_000):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 + step * d
            d = 1.0 / (d if abs(d) > tiny else tiny)
            c = 1.0 + step / c
            c = c if abs(c) > tiny else tiny
            value *= c * d
        if abs(c * d - 1.0) < 1e-16:
            break
    return front * value / a


def root(low, high, is_below):
    """Halves an interval until nothing lies between its ends."""
    while True:
        middle = (low + high) / 2.0
        if middle in (low, high):
            return middle
        if is_below(middle):
            low = middle
        else:
            high = middle


def beta_quantile(q, a, b):
    return root(0.0, 1.0, lambda x: beta_cdf(x, a, b) < q)


def t_quantile(q, df):
    """For q above one half."""
    tail = lambda t: 0.5 * beta_cdf(df / (df + t * t), df / 2.0, 0.5)
    high = 1.0
    while tail(high) > 1.0 - q:
        high *= 2.0
    return root(0.0, high, lambda t: tail(t) > 1.0 - q)


# -- intervals -------------------------------------------------------------------------------------


def is_degenerate(e):
    return e["variance"] <= 1e-20 or e["p"] < 1e-12 or e["p"] > 1.0 - 1e-12


def fallback_n(e):
    planned = e["n"] / e["planned_deff"] if e["planned_deff"] > 0.0 else e["n"]
    return min(e["kish_n_eff"], planned, e["n"])


def n_eff(e):
    return fallback_n(e) if is_degenerate(e) else e["p"] * (1.0 - e["p"]) / e["variance"]


def clopper_pearson(p, n, level):
    if n <= 0.0:
        return None
    tail = (1.0 - level) / 2.0
    yes, no = n * p, n * (1.0 - p)
    low = 0.0 if p < 1e-12 else beta_quantile(tail, yes, no + 1.0)
    high = 1.0 if p > 1.0 - 1e-12 else beta_quantile(1.0 - tail, yes + 1.0, no)
    return low, high


def xlogit(e, level):
    if e["df"] <= 0.0:
        return None
    p = e["p"]
    half = t_quantile(1.0 - (1.0 - level) / 2.0, e["df"]) * math.sqrt(e["variance"]) / (p * (1.0 - p))
    middle = math.log(p / (1.0 - p))
    expit = lambda x: 1.0 / (1.0 + math.exp(-x))
    return expit(middle - half), expit(middle + half)


def korn_graubard(e, level):
    if e["df"] <= 0.0 or e["n"] <= 1:
        return None
    q = 1.0 - (1.0 - level) / 2.0
    ratio = t_quantile(q, e["n"] - 1.0) / t_quantile(q, e["df"])
    return clopper_pearson(e["p"], min(n_eff(e) * ratio * ratio, e["n"]), level)


def interval(e, level):
    if is_degenerate(e):
        found, method = clopper_pearson(e["p"], fallback_n(e), level), "clopper_pearson"
    elif n_eff(e) * min(e["p"], 1.0 - e["p"]) < 10.0:
        found, method = korn_graubard(e, level), "beta"
    else:
        found, method = xlogit(e, level), "xlogit"
    return (*found, method) if found else (0.0, 1.0, "vacuous")


# -- verdicts --------------------------------------------------------------------------------------


def obstacles(e):
    found = []
    if e["n"] < 100:
        found.append("too_few_answers")
    if n_eff(e) < 30.0:
        found.append("too_small_effective")
    if e["df"] < 8.0:
        found.append("too_few_degrees_of_freedom")
    return found


def judge(e, threshold):
    """Verdict by the bounds and by the point, before anything that stands in the way."""
    low, high, _ = interval(e, 0.90)
    if low >= threshold - TIE:
        by_bounds = "met"
    elif high < threshold - TIE:
        by_bounds = "not_met"
    else:
        by_bounds = "not_decidable"
    return by_bounds, "met" if e["p"] >= threshold - TIE else "not_met"


def check_estimate(where, e):
    same(f"{where} n_eff", e["n_eff"], n_eff(e))
    same(f"{where} standard_error", e["standard_error"], math.sqrt(max(e["variance"], 0.0)))
    for name, level in LEVELS:
        low, high, method = interval(e, level)
        same(f"{where} {name} method", e[name]["method"], method)
        same(f"{where} {name} low", e[name]["low"], low)
        same(f"{where} {name} high", e[name]["high"], high)


def check_judged(where, figure, plan):
    e, j, rule = figure["estimate"], figure["judgement"], plan["verdict"]
    if figure.get("withheld"):
        same(f"{where} estimate of a figure that is withheld", e, None)
        return
    if e is None:
        # Nothing was measured: what stands in the way is named, and nothing is judged.
        if not figure["obstacles"]:
            raise Difference(f"{where}: neither an estimate nor a reason why there is none")
        same(f"{where} finding", figure["finding"], {"not_assessable": figure["obstacles"][0]})
        same(f"{where} judgement", j, None)
        return
    why = obstacles(e)
    same(f"{where} obstacles", figure["obstacles"], why)
    found = [{"not_assessable": why[0]}] * 2 if why else list(judge(e, rule["threshold"]))
    low, high, _ = interval(e, 0.90)
    for name, value in (
        ("rule", rule["rule"]),
        ("threshold", rule["threshold"]),
        ("estimate", e["p"]),
        ("lower", low),
        ("upper", high),
        ("bound_finding", found[0]),
        ("point_finding", found[1]),
        ("finding", found[rule["rule"] == "point"]),
    ):
        same(f"{where} {name}", j[name], value)
    same(f"{where} finding", figure["finding"], found[rule["rule"] == "point"])


def change_interval(c, level):
    half = t_quantile(1.0 - (1.0 - level) / 2.0, c["df"]) * math.sqrt(c["variance"])
    return c["difference"] - half, c["difference"] + half


def judge_change(c, delta):
    low, high = change_interval(c, 0.90)
    by_bounds = "met" if low > delta + TIE else "not_met" if high <= delta + TIE else "not_decidable"
    return by_bounds, "met" if c["difference"] > delta + TIE else "not_met"


def check_change(where, found, safety, plan):
    c, j, rule = found["change"], found["judgement"], plan["change"]
    if c is None:
        if not isinstance(found["finding"], dict):
            raise Difference(f"{where}: a finding without a change: {found['finding']}")
        return
    low, high = change_interval(c, 0.95)
    same(f"{where} interval low", found["interval"][0], low)
    same(f"{where} interval high", found["interval"][1], high)
    findings = list(judge_change(c, rule["delta"]))
    if rule.get("ceiling") is not None and interval(safety, 0.90)[0] >= rule["ceiling"] - TIE:
        findings = ["met", "met"]
    low, high = change_interval(c, 0.90)
    for name, value in (
        ("threshold", rule["delta"]),
        ("estimate", c["difference"]),
        ("lower", low),
        ("upper", high),
        ("bound_finding", findings[0]),
        ("point_finding", findings[1]),
        ("finding", findings[0]),
    ):
        same(f"{where} {name}", j[name], value)
    same(f"{where} finding", found["finding"], findings[0])


# -- criteria --------------------------------------------------------------------------------------

UNKNOWN = {
    "missing_year",
    "zero_base",
    "wrong_kind",
    "too_large",
    "undefined",
    "event_incomplete",
    "not_judged",
    "judgement_incomplete",
    "survey_unfit",
    "no_survey",
}
REASONS = {
    "at_least": {"rate"},
    "at_most": {"rate"},
    "below_own_average_growth": {"growth"},
    "above_own_average": {"own_average"},
    "share_at_least": {"share"},
    "no_event": {"no_event", "event"},
    "none": {"counted"},
    "judged": {"judged", "growth_over_limit"},
    "survey_at_least": {"survey"},
    "survey_improved": {"survey_change", "survey_ceiling"},
}


def by_bool(holds):
    return "met" if holds else "not_met"


def reported(where, rule, r):
    """The finding from what the counties reported, as the reason names it."""
    code = r["code"]
    if code == "rate":
        share, limit = Fraction(100 * r["k"], r["m"]), Fraction(r["percent"])
        same(f"{where} limit", r["percent"], rule["percent"])
        same(f"{where} side", r["side"], rule["kind"])
        return by_bool(share >= limit if rule["kind"] == "at_least" else share <= limit)
    if code == "share":
        same(f"{where} limit", r["percent"], rule["percent"])
        same(f"{where} units needed", r["needed"], math.ceil(Fraction(r["percent"]) * r["m"] / 100))
        return by_bool(r["k"] >= r["needed"])
    if code == "growth":
        same(f"{where} growth", r["growth"], r["now"] / r["before"] - 1.0)
        same(f"{where} years", r["years"], rule["years"])
        return by_bool(r["growth"] < r["mean"] - TIE)
    if code == "own_average":
        same(f"{where} years", r["years"], rule["years"])
        return by_bool(r["k"] / r["m"] > r["mean"] + TIE)
    if code == "no_event":
        return "met"
    if code == "event":
        limits = {limit["measure"]: limit["at_least"] for limit in rule["limits"]}
        same(f"{where} limit", r["limit"], limits.get(r["measure"]))
        return "met" if Fraction(r["value"]) < Fraction(r["limit"]) else "not_met"
    if code == "counted":
        return by_bool(r["count"] == 0)
    if code == "judged":
        return by_bool(r["met"])
    return "not_met"  # growth_over_limit


def survey(where, rule, result, county, plan):
    """The finding from the survey's figures."""
    r = result["reason"]
    is_approval = rule["item"] == plan["approval"]["item"]
    figures = {f["figure"]: f for f in county["figures"] if f["by"] == "county"}
    e = figures["approval" if is_approval else "safety"]["estimate"]
    why = obstacles(e) if e else figures["approval"]["obstacles"] or ["too_few_answers"]
    change = county["change"]
    if rule["kind"] == "survey_improved" and not why and r["code"] != "survey_ceiling" and not change["change"]:
        why = [change["finding"]["not_assessable"]]
    if why:
        same(f"{where} reason", r["code"], "survey_unfit")
        same(f"{where} reason", r["why"], why[0])
        return "not_assessable"
    low, high, _ = interval(e, 0.90)
    if rule["kind"] == "survey_at_least":
        limit = float(Fraction(rule["percent"]) / 100)
        found = judge(e, limit)
        governing = int(rule["rule"] == "point")
        for name, value in (("estimate", e["p"]), ("lower", low), ("upper", high), ("n", e["n"])):
            same(f"{where} {name}", r[name], value)
        same(f"{where} limit", r["percent"], rule["percent"])
        same(f"{where} outcome", r["outcome"], found[governing])
        for note in result.get("notes", []):
            if note["code"] == "other_rule":
                same(f"{where} other rule", note["finding"], found[1 - governing])
        return found[governing]
    ceiling = rule.get("ceiling_percent")
    if ceiling is not None and low >= float(Fraction(ceiling) / 100) - TIE:
        same(f"{where} reason", r["code"], "survey_ceiling")
        same(f"{where} lower", r["lower"], low)
        return "met"
    same(f"{where} reason", r["code"], "survey_change")
    low, high = change_interval(change["change"], 0.90)
    delta = float(Fraction(rule["delta_points"]) / 100)
    found = judge_change(change["change"], delta)[0]
    for name, value in (
        ("difference", change["change"]["difference"]),
        ("lower", low),
        ("upper", high),
        ("delta", delta),
        ("outcome", found),
    ):
        same(f"{where} {name}", r[name], value)
    return found


def criterion(where, rule, result, county, plan):
    code = result["reason"]["code"]
    for note in result.get("notes", []):
        if note["code"] == "exact_interval":
            low, high = clopper_pearson(note["k"] / note["m"], note["m"], 0.95)
            same(f"{where} exact interval low", note["lower"], low)
            same(f"{where} exact interval high", note["upper"], high)
    if code == "nothing_to_judge":
        return "not_applicable"
    if rule["kind"].startswith("survey_") and county is not None and code != "no_survey":
        return survey(where, rule, result, county, plan)
    if code in UNKNOWN:
        return "not_assessable"
    if code not in REASONS[rule["kind"]]:
        raise Difference(f"{where}: the reason {code} is none of the rule {rule['kind']}")
    return reported(where, rule, result["reason"])


class Reported:
    """What the counties reported, by county, year and indicator."""

    def __init__(self, lines):
        values = map(json.loads, lines)
        self.values = {(v["county"], v["year"], v["id"]): v["value"] for v in values}

    def agree(self, where, rule, county, year, reason):
        """The numbers of a reason are those that were reported."""
        code, name = reason["code"], rule.get("indicator")
        value = lambda back=0: self.values.get((county, year - back, name))
        rate = lambda v: Fraction(v["k"], v["m"])
        if code in ("rate", "share", "own_average"):
            same(f"{where} k of m", [reason["k"], reason["m"]], [value()["k"], value()["m"]])
        if code == "own_average":
            mean = sum(rate(value(back)) for back in range(1, reason["years"] + 1)) / reason["years"]
            same(f"{where} mean of the years before", reason["mean"], float(mean))
        if code == "growth":
            counts = [value(back)["count"] for back in range(reason["years"] + 2)]
            same(f"{where} counts", [reason["now"], reason["before"]], counts[:2])
            growths = [Fraction(counts[i], counts[i + 1]) - 1 for i in range(1, reason["years"] + 1)]
            mean = float(sum(growths) / reason["years"])
            if rule["average"] == "compound":
                mean = (counts[1] / counts[-1]) ** (1 / reason["years"]) - 1
            same(f"{where} mean growth", reason["mean"], mean)
        if code == "counted":
            same(f"{where} count", reason["count"], value()["count"])
        if code == "judged":
            told = value()["judgement"]
            for field in ("met", "assessor", "reason", "evidence"):
                same(f"{where} {field}", reason[field], told[field])
        if code in ("event", "no_event"):
            reached = [e for e in value()["entries"] if self.reaches(rule, e)]
            same(f"{where} events", reason["events"], len(reached) if code == "event" else len(value()["entries"]))
            if code == "no_event":
                same(f"{where} events that reach a limit", reached, [])
        if code == "missing_year":
            gone = [y for y in reason["years"] if (county, y, name) in self.values]
            same(f"{where} years that were not reported", gone, [])
        if code == "nothing_to_judge":
            same(f"{where} whole", value()["m"], 0)
        if code == "not_judged":
            same(f"{where} judgement", value(), None)

    @staticmethod
    def reaches(rule, entry):
        limits = ((limit["measure"], Fraction(limit["at_least"])) for limit in rule["limits"])
        return any(m in entry["measures"] and Fraction(entry["measures"][m]) >= limit for m, limit in limits)


def check_reported(folder, evaluation, figures):
    """The reported values are those on which the evaluation rests, and the reasons' numbers are theirs."""
    path = os.path.join(folder, "indicators.jsonl")
    if not os.path.exists(path):
        return False
    with open(path, "rb") as file:
        lines = file.read()
    rests = bytes.fromhex(evaluation["standard_digest"]) + lines + bytes.fromhex(figures["input_digest"])
    same("indicators.jsonl digest", evaluation["input_digest"], hashlib.sha256(rests).hexdigest())
    reported_values = Reported(lines.splitlines())
    rules = {c["id"]: c["rule"] for c in evaluation["criteria"]}
    for dossier in evaluation["counties"]:
        for result in dossier["criteria"]:
            where, rule = f"{dossier['county']} {result['id']}", rules[result["id"]]
            if not rule["kind"].startswith("survey_"):
                reported_values.agree(where, rule, dossier["county"], evaluation["year"], result["reason"])
    return True


def check_evaluation(evaluation, figures, plan):
    rules = {c["id"]: c["rule"] for c in evaluation["criteria"]}
    counties = {c["county"]: c for c in figures["counties"]}
    for dossier in evaluation["counties"]:
        name = dossier["county"]
        lists = {"met": [], "not_met": [], "open": [], "not_applicable": []}
        same(f"{name} criteria", [c["id"] for c in dossier["criteria"]], list(rules))
        for result in dossier["criteria"]:
            where = f"{name} {result['id']}"
            found = criterion(where, rules[result["id"]], result, counties.get(name), plan)
            same(f"{where} finding", result["finding"], found)
            lists[found if found in lists else "open"].append(result["id"])
        # Kleene: one that fails decides; else one that is unknown leaves it open; else met.
        if lists["not_met"]:
            outcome = "not_met"
        elif lists["open"] or not lists["met"]:
            outcome = "open"
        else:
            outcome = "met"
        same(f"{name} verdict", dossier["verdict"]["outcome"], outcome)
        for word, ids in lists.items():
            same(f"{name} verdict, {word}", dossier["verdict"][word], ids)
    return len(rules) * len(evaluation["counties"])


# -- files -----------------------------------------------------------------------------------------


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def read(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return json.load(file)


def check_sums(folder):
    with open(os.path.join(folder, "SHA256SUMS"), encoding="utf-8") as file:
        sums = dict(reversed(line.split()) for line in file)
    for name, published in sums.items():
        same(f"{name} SHA-256", published, digest(os.path.join(folder, name)))
    return len(sums)


COLUMNS = {
    "n": "n",
    "estimate": "p",
    "standard_error": "standard_error",
    "design_effect": "design_effect",
    "n_eff": "n_eff",
    "kish_n_eff": "kish_n_eff",
    "df": "df",
    "no_answer": "no_answer",
}


def check_table(folder, figures):
    """Every figure of the documents is the one of the published table, and the other way round."""
    with open(os.path.join(folder, "estimates.csv"), encoding="utf-8-sig", newline="") as file:
        rows = {(r["county"], r["figure"], r["by"], r["group"]): r for r in csv.DictReader(file)}
    for county in figures["counties"]:
        for figure in county["figures"]:
            key = (county["county"], figure["figure"], figure["by"], figure["group"])
            row, e = rows.pop(key, None), figure["estimate"] or {}
            where = " ".join(filter(None, key)) + " in estimates.csv"
            if row is None:
                raise Difference(f"{where}: there is no such row")
            cells = {column: e.get(name) for column, name in COLUMNS.items()}
            for name, short in (("interval", "95"), ("bounds", "90")):
                ends = e.get(name) or {}
                cells[f"low_{short}"], cells[f"high_{short}"] = ends.get("low"), ends.get("high")
            for column, value in cells.items():
                same(f"{where} {column}", float(row[column]) if row[column] else None, value)
        row = rows.pop((county["county"], "change", "county", ""))
        change = county["change"]["change"]
        value = float(row["estimate"]) if row["estimate"] else None
        same(f"{county['county']} change in estimates.csv", value, change and change["difference"])
    if rows:
        raise Difference(f"estimates.csv has a row that figures.json has not: {next(iter(rows))}")


def tree_root(leaves):
    """RFC 6962: leaves and nodes are hashed apart."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + tree_root(leaves[:split]) + tree_root(leaves[split:])).digest()


SEALED = {"plan": "plan.json", "questionnaire": "questionnaire.json", "margins": "margins.csv"}


def check_documents(folder, entries):
    """What was sealed and what was published are, byte for byte, the documents whose digests the log has."""
    sealed = next(entry for entry in entries if entry["event"] == "sealed")
    named = {SEALED[field]: sealed[field] for field in SEALED if field in sealed}
    versions = [entry for entry in entries if entry["event"] in ("published", "corrected")]
    # A version that a correction replaced says which one it is; else it is the last.
    if os.path.exists(os.path.join(folder, "version.json")):
        versions = versions[: read(folder, "version.json")["version"]]
    for entry in versions:
        named.update(entry.get("documents") or {})
    for name, told in named.items():
        path = os.path.join(folder, name)
        if os.path.exists(path) or not name == "margins.csv":
            same(f"{name}, as the process log has it", told, digest(path))
    path = os.path.join(folder, "decisions.json")
    if os.path.exists(path):
        told = [(e["county"], e["reasons"]) for e in entries if e["event"] == "title_by_decision"]
        for decision in read(folder, "decisions.json")["decisions"]:
            same(f"{decision['county']} decision in the process log", (decision["county"], decision["reasons"]) in told, True)


def check_log(folder, figures):
    """The log names this plan and this input, and its head is that of these entries."""
    with open(os.path.join(folder, "process.jsonl"), "rb") as file:
        leaves = file.read().split(b"\n")[:-1]
    told = {entry["event"] for entry in map(json.loads, leaves)}
    for event in ("sealed", "result"):
        same(f"process log, {event}", event in told, True)
    for entry in map(json.loads, leaves):
        for event, field in (("sealed", "plan"), ("result", "plan"), ("result", "input")):
            if entry["event"] == event:
                same(f"process log, {event}, {field}", entry[field], figures[f"{field}_digest"])
    check_documents(folder, [json.loads(leaf) for leaf in leaves])
    with open(os.path.join(folder, "process.checkpoint"), encoding="utf-8") as file:
        _, size, root = file.read().split("\n")[:3]
    same("process.checkpoint size", int(size), len(leaves))
    same("process.checkpoint root", root, base64.b64encode(tree_root(leaves)).decode())


def plain(value):
    """A limit is a number in the standard's text and exact decimal text in the documents."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    try:
        return Fraction(str(value))
    except ValueError:
        return value


def check_rules(folder, evaluation):
    """The rules that are applied are those of the standard's text."""
    if sys.version_info < (3, 11):
        return
    import tomllib

    with open(os.path.join(folder, "standard.toml"), "rb") as file:
        written = tomllib.load(file)
    same("standard.toml version", written["version"], evaluation["version"])
    ids = [one["id"] for one in evaluation["criteria"]]
    same("standard.toml criteria", [one["id"] for one in written["criteria"]], ids)
    for one, applied in zip(written["criteria"], evaluation["criteria"]):
        for field, value in one["rule"].items():
            where = f"standard.toml {one['id']} {field}"
            same(where, plain(value), plain(applied["rule"].get(field)))


def check_figures(figures, plan):
    count = 0
    for county in figures["counties"]:
        for figure in county["figures"]:
            where = " ".join(filter(None, (county["county"], figure["figure"], figure["group"])))
            if figure["estimate"] is not None:
                same(f"{where} planned_deff", figure["estimate"]["planned_deff"], plan["verdict"]["planned_deff"])
                check_estimate(where, figure["estimate"])
                count += 1
            if "finding" in figure:
                check_judged(where, figure, plan)
        safety = next(f["estimate"] for f in county["figures"] if f["figure"] == "safety")
        check_change(f"{county['county']} change", county["change"], safety, plan)
    return count


# -- ranks -----------------------------------------------------------------------------------------


def t_cdf(t, df):
    tail = 0.5 * beta_cdf(df / (df + t * t), df / 2.0, 0.5)
    return tail if t < 0.0 else 1.0 - tail


def difference_variance(e):
    """Of a share without variation: that of two approvals and two refusals more."""
    if not is_degenerate(e):
        return e["variance"]
    n = fallback_n(e)
    p = (e["p"] * n + 2.0) / (n + 4.0)
    return p * (1.0 - p) / (n + 4.0)


def holm(p):
    """Adjusted p values (Holm 1979)."""
    found, largest = [0.0] * len(p), 0.0
    for rank, at in enumerate(sorted(range(len(p)), key=lambda at: p[at])):
        largest = max(largest, min(1.0, (len(p) - rank) * p[at]))
        found[at] = largest
    return found


def check_ranks(folder, figures):
    """Every ordered pair of counties by a one-sided t test, Holm's adjustment over all, and the ranks that are left."""
    if not os.path.exists(os.path.join(folder, "ranks.json")):
        return
    published = read(folder, "ranks.json")
    counties = figures["counties"]
    compared = []
    for county in counties:
        approval = next(f for f in county["figures"] if f["figure"] == "approval" and f["by"] == "county")
        fit = approval["estimate"] is not None and not approval["obstacles"]
        compared.append(approval["estimate"] if fit else None)
    pairs, p = [], []
    for first, one in enumerate(compared):
        for second in range(first + 1, len(compared)):
            other = compared[second]
            if one is None or other is None or obstacles(one) or obstacles(other):
                continue
            variance, df = difference_variance(one) + difference_variance(other), one["df"] + other["df"]
            if variance <= 0.0:
                continue
            t = (one["p"] - other["p"]) / math.sqrt(variance)
            pairs.append((first, second))
            p += [t_cdf(-t, df), t_cdf(t, df)]
    adjusted = holm(p)
    ranks = [[1, len(counties)] for _ in counties]
    for at, (first, second) in enumerate(pairs):
        above, below = adjusted[2 * at] <= 1.0 - published["level"], adjusted[2 * at + 1] <= 1.0 - published["level"]
        if above or below:
            larger, smaller = (first, second) if above else (second, first)
            ranks[larger][1] -= 1
            ranks[smaller][0] += 1
    for county, told, estimate, rank in zip(counties, published["counties"], compared, ranks):
        where = f"{county['county']} rank"
        same(where, told["county"], county["county"])
        same(where, told["compared"], estimate is not None)
        same(f"{where}, best", told["best"], rank[0])
        same(f"{where}, worst", told["worst"], rank[1])
    same("number of ranks", len(published["counties"]), len(counties))


def check(folder):
    files = check_sums(folder)
    plan, figures = read(folder, "plan.json"), read(folder, "figures.json")
    same("plan.json digest", figures["plan_digest"], digest(os.path.join(folder, "plan.json")))
    count = check_figures(figures, plan)
    check_ranks(folder, figures)
    check_table(folder, figures)
    check_log(folder, figures)
    criteria = 0
    if os.path.exists(os.path.join(folder, "evaluation.json")):
        evaluation = read(folder, "evaluation.json")
        standard = digest(os.path.join(folder, "standard.toml"))
        same("standard.toml digest", evaluation["standard_digest"], standard)
        check_rules(folder, evaluation)
        is_compared = check_reported(folder, evaluation, figures)
        criteria = check_evaluation(evaluation, figures, plan)
        if not is_compared:
            return f"{files} checksums, {count} estimates, {criteria} criteria agree, but indicators.jsonl is not here: no criterion was compared with what was reported."
    return f"{files} checksums, {count} estimates, {criteria} criteria: everything agrees."


if __name__ == "__main__":
    place = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    try:
        print(check(place))
    except Difference as difference:
        sys.exit(f"DIFFERENCE {difference}")
    except (OSError, KeyError, IndexError, TypeError, ValueError, ZeroDivisionError) as error:
        sys.exit(f"DIFFERENCE the bundle cannot be read: {error!r}")
