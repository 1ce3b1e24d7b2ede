#!/usr/bin/env python3
"""Trains copydesk and its peers on the same texts, one after the other, and prints one table of ratios.

    python3 benches/peers.py TRAIN TEST [--copydesk target/release/copydesk] [--runs 5] [--peers vw,fasttext,...]

TRAIN and TEST are CSV, TSV or JSON Lines with the columns `text` and `label`, as copydesk reads them. A peer is a Python
package (`pip install vowpalwabbit fasttext-wheel scikit-learn`); one that is not installed is skipped, and the table says
so. `linfa` is copydesk's dense solver on the 1,000 best features, skipped where its matrix would not fit in memory.

All use word 1-2-grams without stemming at the fixed settings printed below the table. Time is from the file to the saved
model, of a process of its own; importing Python packages is not counted. Rounds are interleaved, so that a disturbance
meets all of them; medians are shown. Machines differ and are shared: only the ratios mean something. Where others are
busy on the machine, processor time (all threads) says more than time on the clock.
"""

import argparse
import csv
import importlib.metadata
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

WORD = re.compile(r"\w+")
SKIPPED = 77  # the exit code of a peer that cannot run here


def read(path):
    """The texts and labels of a file."""
    with open(path, encoding="utf-8", newline="") as lines:
        if path.endswith((".jsonl", ".ndjson")):
            rows = [json.loads(line) for line in lines if line.strip()]
        else:
            rows = list(csv.DictReader(lines, delimiter="\t" if path.endswith(".tsv") else ","))
    return [row["text"] for row in rows], [str(row["label"]) for row in rows]


def plain(text):
    return " ".join(WORD.findall(text.lower()))


class VowpalWabbit:
    package, settings = "vowpalwabbit", "--oaa --loss_function logistic --ngram 2 -b 22 -l 0.5 --passes 5"

    def load(self):
        import vowpalwabbit

        self.module = vowpalwabbit

    def fit(self, texts, labels, model):
        self.labels = sorted(set(labels))
        numbers = {label: number for number, label in enumerate(self.labels, 1)}
        with open(model + ".txt", "w", encoding="utf-8") as out:
            out.writelines(f"{numbers[label]} | {plain(text)}\n" for text, label in zip(texts, labels))
        options = self.settings.replace("--oaa", f"--oaa {len(self.labels)}")
        self.module.Workspace(
            f"-d {model}.txt {options} --holdout_off -c -k --cache_file {model}.cache -f {model} --quiet"
        ).finish()

    def predict(self, texts, model):
        fitted = self.module.Workspace(f"-i {model} -t --quiet")
        return [self.labels[fitted.predict("| " + plain(text)) - 1] for text in texts]


class FastText:
    package, settings = "fasttext-wheel", "lr=0.5 epoch=5 wordNgrams=2 dim=10 thread=2"

    def load(self):
        import fasttext

        self.module = fasttext

    def fit(self, texts, labels, model):
        with open(model + ".txt", "w", encoding="utf-8") as out:
            out.writelines(f"__label__{label.replace(' ', '_')} {plain(text)}\n" for text, label in zip(texts, labels))
        self.fitted = self.module.train_supervised(
            model + ".txt", lr=0.5, epoch=5, wordNgrams=2, dim=10, thread=2, verbose=0
        )
        self.fitted.save_model(model)

    def predict(self, texts, _model):
        found = self.fitted.f.multilinePredict([plain(text) + "\n" for text in texts], 1, 0.0, "strict")
        return [labels[0][len("__label__"):].replace("_", " ") for labels in found[0]]


class ScikitLearn:
    package, settings = "scikit-learn", "TfidfVectorizer(1-2, sublinear) + LogisticRegression(C=1, newton-cg)"

    def load(self):
        import joblib
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        self.joblib = joblib
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b")
        self.pipeline = make_pipeline(words, LogisticRegression(C=1, solver="newton-cg", max_iter=200))

    def fit(self, texts, labels, model):
        self.joblib.dump(self.pipeline.fit(texts, labels), model)

    def predict(self, texts, _model):
        return self.pipeline.predict(texts)


PEERS = {"vw": VowpalWabbit, "fasttext": FastText, "sklearn": ScikitLearn}
OURS = {"copydesk": ["--alpha", "1"], "linfa": ["--alpha", "1", "--solver", "linfa"]}


def run_peer(name, train, test, model):
    """Runs in a process of its own, for its peak memory."""
    peer = PEERS[name]()
    try:
        peer.load()
    except ImportError as error:
        print(error, file=sys.stderr)
        sys.exit(SKIPPED)
    start, begun = time.perf_counter(), time.process_time()
    texts, labels = read(train)
    peer.fit(texts, labels, model)
    seconds, cpu = time.perf_counter() - start, time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    texts, labels = read(test)
    right = sum(str(a) == b for a, b in zip(peer.predict(texts, model), labels))
    print(json.dumps({"seconds": seconds, "cpu": cpu, "mib": peak, "accuracy": right / len(labels)}))


def run_ours(name, binary, train, test, model):
    command = [binary, "train", train, "--out", model, "--cv", "0", "--set", "features.stemmer=none", *OURS[name]]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    told = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        return told.strip().splitlines()[-1]
    scores = subprocess.run([binary, "eval", model, test, "--json"], capture_output=True, text=True, check=True)
    return {
        "seconds": seconds,
        "cpu": usage.ru_utime + usage.ru_stime,
        "mib": usage.ru_maxrss / 1024,
        "accuracy": json.loads(scores.stdout)["scores"]["accuracy"],
    }


def once(name, args, folder):
    """One run: its figures, or why there are none."""
    model = os.path.join(folder, name)
    if name in OURS:
        return run_ours(name, args.copydesk, args.train, args.test, model)
    command = [sys.executable, __file__, args.train, args.test, "--one", name, "--model", model]
    process = subprocess.run(command, capture_output=True, text=True)
    if process.returncode == SKIPPED:
        return f"not installed: pip install {PEERS[name].package}"
    if process.returncode != 0:
        return "failed: " + (process.stderr.strip().splitlines() or ["no message"])[-1]
    return json.loads(process.stdout.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train")
    parser.add_argument("test")
    parser.add_argument("--copydesk", default="target/release/copydesk")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", default=",".join([*PEERS, "linfa"]))
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--model", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        return run_peer(args.one, args.train, args.test, args.model)

    names = ["copydesk", *args.peers.split(",")]
    if unknown := set(names[1:]) - {*PEERS, "linfa"}:
        parser.error(f"--peers {','.join(sorted(unknown))}: there are {', '.join([*PEERS, 'linfa'])}")
    runs, skipped = {name: [] for name in names}, {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(args.runs):
            for name in names:
                if name not in skipped:
                    result = once(name, args, folder)
                    if isinstance(result, str):
                        skipped[name] = result
                    else:
                        runs[name].append(result)

    def median(name, key):
        return statistics.median(run[key] for run in runs[name])

    if "copydesk" in skipped:
        sys.exit(f"copydesk: {skipped['copydesk']}")
    print(f"{'':10} {'seconds':>8} {'x ours':>7} {'cpu s':>8} {'x ours':>7} {'MiB':>7} {'x ours':>7} {'accuracy':>9}")
    for name in names:
        if name not in skipped:
            figures = [(median(name, key), median("copydesk", key)) for key in ("seconds", "cpu", "mib")]
            (seconds, _), (cpu, _), (mib, _) = figures
            times, cpus, memory = (this / ours for this, ours in figures)
            print(
                f"{name:10} {seconds:8.3f} {times:7.2f} {cpu:8.3f} {cpus:7.2f} {mib:7.0f} {memory:7.2f} "
                f"{median(name, 'accuracy'):9.4f}"
            )
    for name, cause in skipped.items():
        print(f"{name:10} skipped: {cause}")
    print(f"\nmedians of {args.runs} interleaved runs; word 1-2-grams, no stemming, file to saved model")
    for name in names:
        if name in OURS:
            print(f"{name}: {' '.join(OURS[name])} --cv 0")
        elif name not in skipped:
            peer = PEERS[name]
            print(f"{name}: {peer.package} {importlib.metadata.version(peer.package)}, {peer.settings}")


if __name__ == "__main__":
    main()
