#!/usr/bin/python3
"""Tables of a results folder with pandas: the yardstick of "make bench-analysis".

    /usr/bin/python3 tables_pandas.py DIR > tables.txt

Reads every metrics.json below DIR, derives duet's quantities from the raw calls
(docs/definitions.md) and prints the tables that "benchfmt tables -width 0 DIR"
prints, the way one would write it with pandas: the json module, one dict per
run, one DataFrame, groupby. It is meant to be as fast as such a script is
without leaving the idiom: numpy does what is done per column, each table is one
groupby, interval ranks are computed once per n. Of benchfmt's warnings it has
two (cold calls, short replies), so it does a little less.

Seconds per phase go to stderr.
"""

import json
import math
import os
import sys
import time
from functools import lru_cache

import numpy as np
import pandas as pd

CELL = ["model", "runtime", "scenario", "gpu", "ctx", "temp"]
COLD_NS = 100e6


def read(root):
    for folder, _, files in os.walk(root):
        if "metrics.json" in files:
            with open(os.path.join(folder, "metrics.json"), encoding="utf-8") as f:
                yield json.load(f)


def total(calls, *names):
    """Sum of server fields over calls; None when one is missing."""
    out = 0
    for c in calls:
        server = c.get("server") or {}
        for name in names:
            if name not in server:
                return None
            out += server[name]
    return out


def ratio(a, b):
    return a / b if a is not None and b else None


def agent(p, name):
    """One agent in one pass; None when it did not do its work."""
    calls = [c for c in p["calls"] if c["agent"] == name]
    if not calls or any(c.get("error") for c in calls):
        return None
    wall = max(c["end_ns"] for c in calls) - p["gun_ns"]
    tokens = total(calls, "eval_count")
    ttfts = [c["first_ns"] - c["request_ns"] for c in calls if "first_ns" in c]
    return {
        "wall": wall,
        "tokens": tokens,
        "rate": ratio(tokens, wall / 1e9),
        "decode": ratio(tokens, (total(calls, "eval_duration") or 0) / 1e9),
        "ttft": sum(ttfts) / len(ttfts) if len(ttfts) == len(calls) else None,
        "busy": total(calls, "prompt_eval_duration", "eval_duration"),
    }


def warnings(run):
    budget = {a["id"]: a["options"]["num_predict"] for a in run["agents"]}
    out = set()
    for p in run["passes"]:
        for c in p["calls"]:
            server = c.get("server") or {}
            if server.get("load_duration", 0) > COLD_NS:
                out.add("cold-call")
            if server.get("eval_count", math.inf) < budget.get(c["agent"], 0):
                out.add("short-reply")
    return ", ".join(sorted(out))


def pair(run, row):
    passes = {}
    for p in run["passes"]:
        for name in p["agents"]:
            passes[p["kind"], name] = agent(p, name)
    c, i = passes.get(("concurrent", "collector")), passes.get(("concurrent", "insight"))
    sc, si = passes.get(("solo", "collector")), passes.get(("solo", "insight"))
    if c is None or i is None:
        return
    wall = max(c["wall"], i["wall"])
    row["wall"] = wall / 1e9
    row["speedup_client"] = (c["wall"] + i["wall"]) / wall
    if c["busy"] is not None and i["busy"] is not None:
        row["speedup_server"] = (c["busy"] + i["busy"]) / wall
    row["balance"] = min(c["wall"], i["wall"]) / wall
    if c["rate"] is not None and i["rate"] is not None:
        row["together"] = (c["tokens"] + i["tokens"]) / (wall / 1e9)
        row["jain"] = (c["rate"] + i["rate"]) ** 2 / (2 * (c["rate"] ** 2 + i["rate"] ** 2))
    if sc is not None and si is not None and sc["tokens"] is not None and si["tokens"] is not None:
        row["alone"] = (sc["tokens"] + si["tokens"]) / ((sc["wall"] + si["wall"]) / 1e9)
        row["eta_collector"] = ratio(c["rate"], sc["rate"])
        row["eta_insight"] = ratio(i["rate"], si["rate"])
    if c["decode"] is not None and i["decode"] is not None:
        row["delta_rate"] = i["decode"] - c["decode"]
    if c["ttft"] is not None and i["ttft"] is not None:
        row["delta_ttft"] = (i["ttft"] - c["ttft"]) / 1e6


def single(run, row):
    for p in run["passes"]:
        a = agent(p, "collector")
        if a is not None:
            row[p["kind"] + "_rate"] = a["decode"]
            row[p["kind"] + "_ttft"] = a["ttft"] / 1e6 if a["ttft"] is not None else None
            row["wall"] = a["wall"] / 1e9


def frames(root):
    rows, calls = [], []
    for run in read(root):
        cell = run["cell"]
        row = {k: cell[k] for k in CELL}
        row.update(suite=run["suite"], session=run["session"], run=run["run_number"],
                   round=run.get("round"), status=run["status"], warnings=warnings(run),
                   reason=run.get("error"))
        if run["status"] == "ok":
            (pair if run["suite"] == "multi" else single)(run, row)
            for p in run["passes"]:
                for c in p["calls"]:
                    if "first_ns" in c:
                        calls.append((cell["model"], cell["runtime"], run["suite"], c["index"] + 1, p["kind"],
                                      (c["first_ns"] - c["request_ns"]) / 1e6,
                                      (c.get("server") or {}).get("load_duration", 0) > COLD_NS))
        rows.append(row)
    runs = pd.DataFrame(rows)
    if "speedup_client" in runs:
        runs["speedup_measured"] = runs["together"] / runs["alone"]
        for name in ("measured", "client", "server"):
            runs["eff_" + name] = runs["speedup_" + name] / 2 * 100
        known = runs["speedup_client"].notna()
        runs["contention_tr116"] = (runs["speedup_client"] < 1.5).where(known).astype(float) * 100
        known = runs["speedup_measured"].notna()
        runs["contention_measured"] = (runs["speedup_measured"] < 1).where(known).astype(float) * 100
    if "tuned_rate" in runs:
        runs["rate_ratio"] = runs["tuned_rate"] / runs["baseline_rate"]
        runs["ttft_ratio"] = runs["tuned_ttft"] / runs["baseline_ttft"]
    return runs.sort_values(["suite", "runtime", "model"] + CELL[2:] + ["run"]), pd.DataFrame(
        calls, columns=["model", "runtime", "suite", "call", "pass", "ttft", "cold"])


@lru_cache(maxsize=None)
def rank(n):
    """Rank of the lower end of the median's 95 % interval, 0 when there is none."""
    below, p = 0.0, 0.0
    for k in range(n // 2 + 1):
        p = math.exp(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) - n * math.log(2))
        if below + p > 0.025:
            return k
        below += p
    return n // 2


def low(s):
    v = np.sort(s.dropna().to_numpy())
    k = rank(len(v)) if len(v) else 0
    return v[k - 1] if k else np.nan


def high(s):
    v = np.sort(s.dropna().to_numpy())
    k = rank(len(v)) if len(v) else 0
    return v[len(v) - k] if k else np.nan


def show(title, table):
    print(title)
    print(table.to_string(float_format="%.3f", na_rep="n/a"))
    print()


def grouped(runs, keys, stats):
    return runs[runs["status"] == "ok"].groupby(keys, sort=True).agg(stats)


def multi_tables(runs):
    pooled = {"eff_measured": ["median", "min", "max", "mean", "std"], "speedup_measured": ["mean", "std"],
              "eff_server": ["mean", "std"], "eff_client": ["mean", "std"]}
    show("Runtime summary", grouped(runs, ["runtime"], pooled))
    show("Model x runtime summary", grouped(runs, ["model", "runtime"], pooled))
    show("Configuration summary", grouped(runs, CELL, {
        "run": ["count"], "eff_measured": ["median", low, high, "mean", "std", "min", "max"],
        "eff_server": ["mean"], "eff_client": ["mean"], "delta_rate": ["mean"], "delta_ttft": ["mean"],
        "contention_measured": ["mean"], "contention_tr116": ["mean"]}))
    show("Rates", grouped(runs, CELL, {
        "run": ["count"], "together": ["median", low, high], "alone": ["median", low, high],
        "speedup_measured": ["median", low, high], "eta_collector": ["median"], "eta_insight": ["median"],
        "balance": ["mean"], "jain": ["mean"]}))


def single_table(runs):
    show("Baseline against tuned", grouped(runs, CELL, {
        "run": ["count"], "rate_ratio": ["median", low, high], "baseline_rate": ["mean", "std"],
        "tuned_rate": ["mean", "std"], "ttft_ratio": ["median", low, high],
        "baseline_ttft": ["mean", "std"], "tuned_ttft": ["mean", "std"]}))


def ttft_table(calls):
    g = calls.groupby(["suite", "model", "runtime", "call", "pass"], sort=True)
    t = g["ttft"].quantile([0, 0.5, 0.9, 1]).unstack()
    t.columns = ["min", "p50", "p90", "max"]
    t.insert(0, "calls", g.size())
    t.insert(1, "cold", g["cold"].sum())
    show("Time to first token", t)


MULTI = CELL + ["run", "round", "status", "eff_measured", "eff_server", "eff_client", "speedup_measured",
                "together", "alone", "eta_collector", "eta_insight", "wall", "delta_rate", "delta_ttft",
                "balance", "jain", "contention_measured", "contention_tr116", "warnings"]
SINGLE = CELL + ["run", "round", "status", "baseline_rate", "tuned_rate", "rate_ratio", "baseline_ttft",
                 "tuned_ttft", "ttft_ratio", "wall", "warnings"]


def main():
    t0 = time.perf_counter()
    runs, calls = frames(sys.argv[1])
    t1 = time.perf_counter()
    multi, alone = runs[runs["suite"] == "multi"], runs[runs["suite"] == "single"]
    print(f"{len(runs)} runs")
    if len(multi):
        multi_tables(multi)
    if len(alone):
        single_table(alone)
    ttft_table(calls)
    print("Warnings")
    print(runs["warnings"].value_counts().to_string())
    print()
    failed = runs[runs["status"] != "ok"]
    if len(failed):
        show("Failed runs", failed[["suite"] + CELL + ["run", "round", "reason"]])
    t2 = time.perf_counter()
    if len(multi):
        show("Every run (multi)", multi[MULTI])
    if len(alone):
        show("Every run (single)", alone[SINGLE])
    t3 = time.perf_counter()
    print(f"read and derive {t1 - t0:.2f} s, summaries {t2 - t1:.2f} s, run tables {t3 - t2:.2f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
