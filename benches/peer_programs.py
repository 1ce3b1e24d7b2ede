"""The programs that `peers.py` runs beside copydesk, each by its Python package."""

import os
import re
import time

WORD = re.compile(r"\w+")


def plain(text):
    """The words of a text as all peers get them: lower case, one blank between two."""
    return " ".join(WORD.findall(text.lower()))


class VowpalWabbit:
    package, settings = "vowpalwabbit", "--oaa --loss_function logistic --ngram 2 -b 22 -l 0.5 --passes 5"

    def load(self):
        import vowpalwabbit

        self.module = vowpalwabbit

    def fit(self, texts, labels, model):
        names = sorted(set(labels))
        numbers = {label: number for number, label in enumerate(names, 1)}
        with open(model + ".txt", "w", encoding="utf-8") as out:
            out.writelines(f"{numbers[label]} | {plain(text)}\n" for text, label in zip(texts, labels))
        options = self.settings.replace("--oaa", f"--oaa {len(names)}")
        self.module.Workspace(
            f"-d {model}.txt {options} --holdout_off -c -k --cache_file {model}.cache -f {model} --quiet"
        ).finish()
        with open(model + ".labels", "w", encoding="utf-8") as out:
            out.write("\n".join(names))

    def open(self, model):
        with open(model + ".labels", encoding="utf-8") as names:
            self.labels = names.read().split("\n")
        self.model = model
        self.fitted = self.module.Workspace(f"-i {model} -t --quiet")

    def predict(self, texts):
        return [self.predict_one(text) for text in texts]

    def predict_one(self, text):
        return self.labels[self.fitted.predict("| " + plain(text)) - 1]

    def native_seconds(self, texts, _labels):
        """A run of the program itself over a file; it reads on a second thread. What loading takes is left out."""
        lines = self.model + ".test.txt"
        with open(lines, "w", encoding="utf-8") as out:
            out.writelines(f"| {plain(text)}\n" for text in texts)
        seconds = []
        for data in ("", f"-d {lines} -p {os.devnull}"):
            start = time.perf_counter()
            self.module.Workspace(f"-i {self.model} -t --quiet {data}").finish()
            seconds.append(time.perf_counter() - start)
        return seconds[1] - seconds[0]


class FastText:
    package, settings = "fasttext-wheel", "lr=0.5 epoch=5 wordNgrams=2 dim=10 thread=2"

    def load(self):
        import fasttext

        fasttext.FastText.eprint = lambda *_: None
        self.module = fasttext

    def write(self, path, texts, labels):
        with open(path, "w", encoding="utf-8") as out:
            out.writelines(f"__label__{label.replace(' ', '_')} {plain(text)}\n" for text, label in zip(texts, labels))

    def fit(self, texts, labels, model):
        self.write(model + ".txt", texts, labels)
        fitted = self.module.train_supervised(
            model + ".txt", lr=0.5, epoch=5, wordNgrams=2, dim=10, thread=2, verbose=0
        )
        fitted.save_model(model)

    def open(self, model):
        self.model = model
        self.fitted = self.module.load_model(model).f

    def predict(self, texts):
        found = self.fitted.multilinePredict([plain(text) + "\n" for text in texts], 1, 0.0, "strict")[0]
        return [labels[0].removeprefix("__label__").replace("_", " ") if labels else "" for labels in found]

    def predict_one(self, text):
        return self.fitted.predict(plain(text) + "\n", 1, 0.0, "strict")

    def native_seconds(self, texts, labels):
        """Its own test of a file, in C++, on one thread."""
        lines = self.model + ".test.txt"
        self.write(lines, texts, labels)
        start = time.perf_counter()
        self.fitted.test(lines, 1, 0.0)
        return time.perf_counter() - start


class ScikitLearn:
    package, settings = "scikit-learn", "TfidfVectorizer(1-2, sublinear) + LogisticRegression(C=1, newton-cg)"

    def load(self):
        import joblib
        import sklearn.feature_extraction.text
        import sklearn.linear_model
        import sklearn.pipeline

        self.joblib, self.module = joblib, sklearn

    def fit(self, texts, labels, model):
        words = self.module.feature_extraction.text.TfidfVectorizer(
            ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b"
        )
        regression = self.module.linear_model.LogisticRegression(C=1, solver="newton-cg", max_iter=200)
        pipeline = self.module.pipeline.make_pipeline(words, regression)
        self.joblib.dump(pipeline.fit(texts, labels), model)

    def open(self, model):
        self.fitted = self.joblib.load(model)

    def predict(self, texts):
        return [str(label) for label in self.fitted.predict(texts)]

    def predict_one(self, text):
        return self.fitted.predict([text])[0]

    def native_seconds(self, _texts, _labels):
        """It has no program of its own."""
        return None


PEERS = {"vw": VowpalWabbit, "fasttext": FastText, "sklearn": ScikitLearn}
