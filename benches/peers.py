#!/usr/bin/env python3
"""Trains copydesk and its peers on the same texts, lets them classify others, and prints two tables of ratios.

    python3 benches/peers.py TRAIN TEST [--copydesk target/release/copydesk] [--runs 5] [--peers vw,fasttext,...]

TRAIN and TEST are CSV, TSV or JSON Lines with the columns `text` and `label`, as copydesk reads them. A peer is a Python
package (`pip install vowpalwabbit fasttext-wheel scikit-learn`); one that is not installed is skipped, and the tables say
so. `linfa` is copydesk's dense solver on the 1,000 best features, skipped where its matrix would not fit in memory. `words`
is copydesk with the 65,536 most frequent n-grams of words alone, without marks and the ends of texts, which the others do
not have either.

All use word 1-2-grams without stemming at the fixed settings printed below the tables.

Training is timed from the file to the saved model, of a process of its own; importing Python packages is not counted.

Classifying is timed on one thread, with the model loaded and nothing read from files: one call for each text, and all of
them in a batch. A peer's time is that of its Python package, which takes texts as they are, and, as `native`, that of its
own compiled program over a file of lower-case words, which does that part of the work beforehand. `first` is from the start
of a process to its first label and includes importing packages.

Rounds are interleaved, so that a disturbance meets all of them; medians are shown, and ratios of medians. Machines differ
and are shared: only the ratios mean something. Where others are busy on the machine, processor time (all threads) says more
than time on the clock.
"""

import argparse
import csv
import importlib.metadata
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

from peer_programs import PEERS

SKIPPED = 77  # the exit code of a peer that cannot run here
CALLS = 3000  # texts that are classified one by one
NATIVE = 40_000  # texts, at least, for a peer's own program: a few take less time than it varies in starting
WORDS = ["tokens.marks=false", "blocks.words.boundaries=false", "blocks.words.max_features=65536"]
OURS = {
    "copydesk": ["--alpha", "1"],
    "words": ["--alpha", "1", *(part for option in WORDS for part in ("--set", f"features.{option}"))],
    "linfa": ["--alpha", "1", "--solver", "linfa"],
}


def read(path):
    """The texts and labels of a file."""
    with open(path, encoding="utf-8", newline="") as lines:
        if path.endswith((".jsonl", ".ndjson")):
            rows = [json.loads(line) for line in lines if line.strip()]
        else:
            rows = list(csv.DictReader(lines, delimiter="\t" if path.endswith(".tsv") else ","))
    return [row["text"] for row in rows], [str(row["label"]) for row in rows]


def train_peer(peer, args):
    start, begun = time.perf_counter(), time.process_time()
    texts, labels = read(args.train)
    peer.fit(texts, labels, args.model)
    seconds, cpu = time.perf_counter() - start, time.process_time() - begun
    return {"seconds": seconds, "cpu": cpu, "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def classify_peer(peer, args):
    start = time.perf_counter()
    peer.open(args.model)
    loaded = time.perf_counter() - start
    texts, labels = read(args.test)
    few = texts[:: max(1, len(texts) // CALLS)]
    peer.predict(few)
    start = time.perf_counter()
    found = peer.predict(texts)
    batch = time.perf_counter() - start
    start = time.perf_counter()
    for text in few:
        peer.predict_one(text)
    calls = time.perf_counter() - start
    times = -(-NATIVE // len(texts))
    native = peer.native_seconds(texts * times, labels * times)
    return {
        "accuracy": sum(a == b for a, b in zip(found, labels)) / len(labels),
        "load": loaded * 1e3,
        "batch": batch / len(texts) * 1e9,
        "one": calls / len(few) * 1e9,
        "native": native and native / (times * len(texts)) * 1e9,
    }


def first_of_peer(peer, args):
    peer.open(args.model)
    return peer.predict_one("so far so good")


STEPS = {"train": train_peer, "classify": classify_peer, "first": first_of_peer}


def run_step(args):
    """A step of a peer, in a process of its own, for its peak memory and its start."""
    peer = PEERS[args.one]()
    try:
        peer.load()
    except ImportError as error:
        print(error, file=sys.stderr)
        sys.exit(SKIPPED)
    print(json.dumps(STEPS[args.step](peer, args), default=str))


class Unable(Exception):
    """Why a program has no figures here."""


def call_peer(name, step, model, args):
    command = [sys.executable, __file__, args.train, args.test, "--one", name, "--step", step, "--model", model]
    process = subprocess.run(command, capture_output=True, text=True)
    if process.returncode == SKIPPED:
        raise Unable(f"not installed: pip install {PEERS[name].package}")
    if process.returncode != 0:
        raise Unable("failed: " + (process.stderr.strip().splitlines() or ["no message"])[-1])
    return json.loads(process.stdout.strip().splitlines()[-1])


def train_ours(name, model, args):
    train = [args.copydesk, "train", args.train, "--out", model, "--cv", "0", "--set", "features.stemmer=none"]
    start = time.perf_counter()
    process = subprocess.Popen([*train, *OURS[name]], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    told = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        raise Unable(told.strip().splitlines()[-1])
    return {"seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime, "mib": usage.ru_maxrss / 1024}


def classify_ours(model, lines, args):
    def told(*command):
        return json.loads(subprocess.run([args.copydesk, *command], capture_output=True, check=True).stdout)

    measured = told("bench", "--lines", "--json", "--threads", "1", "--seconds", "2", "--model", model, lines)
    stages = {stage["name"]: stage["ns_per_sentence"] for stage in measured["stages"]}
    return {
        "accuracy": told("eval", model, args.test, "--json")["scores"]["accuracy"],
        "load": measured["load"]["median"] * 1e3,
        "batch": stages["classify, in a batch, 1 thread"],
        "one": stages["classify, one call each"],
        "native": stages["classify, in a batch, 1 thread"],
        "floor": stages["floor"],
    }


def first_label(name, model, args):
    """Milliseconds from the start of a process to its first label."""
    start = time.perf_counter()
    if name in OURS:
        command = [args.copydesk, "classify", "--model", model]
        subprocess.run(command, input=b"so far so good\n", capture_output=True, check=True)
    else:
        call_peer(name, "first", model, args)
    return (time.perf_counter() - start) * 1e3


def once(name, lines, folder, args):
    """A round of one program."""
    model = os.path.join(folder, name)
    if name in OURS:
        figures = train_ours(name, model, args) | classify_ours(model, lines, args)
        file = os.path.join(model, "model.safetensors")
    else:
        figures = call_peer(name, "train", model, args) | call_peer(name, "classify", model, args)
        file = model
    return figures | {"first": first_label(name, model, args), "size": os.path.getsize(file) / 1e6}


def table(title, columns, medians, base):
    """Prints figures and, behind those that are to be compared, how many times ours they are."""
    print(f"{title:10}" + "".join(f"{head:>10}{'x ours':>8}" if beside else f"{head:>10}" for head, _, beside in columns))
    for name, figures in medians.items():
        line = f"{name:10}"
        for _, key, beside in columns:
            value = figures[key]
            digits = 0 if value is None or value >= 100 else 1 if value >= 10 else 3
            line += f"{'–':>10}" if value is None else f"{value:>10,.{digits}f}"
            if beside:
                line += f"{'–':>8}" if value is None else f"{value / medians[base][key]:>8.2f}"
        print(line)
    print()


TRAINING = [("seconds", "seconds", True), ("cpu s", "cpu", True), ("MiB", "mib", True), ("accuracy", "accuracy", False)]
CLASSIFYING = [
    ("batch ns", "batch", True),
    ("native ns", "native", True),
    ("one ns", "one", True),
    ("first ms", "first", True),
    ("load ms", "load", False),
    ("model MB", "size", False),
]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train")
    parser.add_argument("test")
    parser.add_argument("--copydesk", default="target/release/copydesk")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", default=",".join([*PEERS, "words", "linfa"]))
    parser.add_argument("--ours", default="copydesk", choices=["copydesk", "words"], help="what others are divided by")
    for hidden in ("--one", "--step", "--model"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    args = parser.parse_args()
    known = [*PEERS, "words", "linfa"]
    args.names = list(dict.fromkeys(["copydesk", args.ours, *filter(None, args.peers.split(","))]))
    if unknown := set(args.names) - {"copydesk", *known}:
        parser.error(f"--peers {','.join(sorted(unknown))}: there are {', '.join(known)}")
    return args


def main():
    args = arguments()
    if args.one:
        return run_step(args)
    runs, skipped = {name: [] for name in args.names}, {}
    with tempfile.TemporaryDirectory() as folder:
        lines = os.path.join(folder, "lines.txt")
        with open(lines, "w", encoding="utf-8") as out:
            out.writelines(" ".join(text.split()) + "\n" for text in read(args.test)[0])
        for _ in range(args.runs):
            for name in args.names:
                if name not in skipped:
                    try:
                        runs[name].append(once(name, lines, folder, args))
                    except Unable as cause:
                        skipped[name] = cause
    if args.ours in skipped:
        sys.exit(f"{args.ours}: {skipped[args.ours]}")

    def median(values):
        return None if None in values else statistics.median(values)

    medians = {
        name: {key: median([run[key] for run in runs[name]]) for key in runs[name][0]}
        for name in args.names
        if name not in skipped
    }
    table("training", TRAINING, medians, args.ours)
    table("a text", CLASSIFYING, medians, args.ours)
    for name, cause in skipped.items():
        print(f"{name:10} skipped: {cause}")
    floors = ", ".join(f"{name} {medians[name]['floor']:.0f} ns" for name in medians if name in OURS)
    print(f"least work of any classifier by word 1-2-grams, with as many n-grams as the model: {floors}")
    print(f"medians of {args.runs} interleaved rounds; word 1-2-grams, no stemming; classifying on one thread")
    for name in medians:
        if name in OURS:
            print(f"{name}: {' '.join(OURS[name])} --cv 0")
        else:
            peer = PEERS[name]
            print(f"{name}: {peer.package} {importlib.metadata.version(peer.package)}, {peer.settings}")


if __name__ == "__main__":
    main()
