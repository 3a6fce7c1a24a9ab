"""The Python side of the comparisons: prints the version of scikit-learn, empty without, then for each line with a name does that work once and answers its CPU seconds."""

import sys
import time

import numpy as np

SAMPLES, FEATURES, SCORES, STEPS, SERIES, MONTH = 28_479, 38, 100_000, 1_000, 5_000, 64_800

rng = np.random.default_rng(1)
rows = rng.normal(size=(SAMPLES, FEATURES))
mean = rng.normal(size=FEATURES)
precision = 1 / rng.uniform(0.5, 2, FEATURES) ** 2
whitening = np.tril(rng.normal(size=(FEATURES, FEATURES)))

labels = rng.random(SCORES) < 0.05
density = np.exp(-rng.gamma(FEATURES / 2, 1, SCORES) - 10 * labels)


def diagonal():
    deviation = rows - mean
    return 0.5 * np.einsum("ij,ij,j->i", deviation, deviation, precision)


def full():
    whitened = (rows - mean) @ whitening.T
    return 0.5 * np.einsum("ij,ij->i", whitened, whitened)


def scan():
    """Threshold selection of the classic exercise, as its solutions write it."""
    best_epsilon, best_f1 = 0, 0
    step = (density.max() - density.min()) / STEPS
    for epsilon in np.arange(density.min(), density.max(), step):
        predictions = density < epsilon
        tp = np.sum((predictions == 1) & (labels == 1))
        fp = np.sum((predictions == 1) & (labels == 0))
        fn = np.sum((predictions == 0) & (labels == 1))
        if tp == 0:
            continue
        precision, recall = tp / (tp + fp), tp / (tp + fn)
        f1 = 2 * precision * recall / (precision + recall)
        if f1 > best_f1:
            best_epsilon, best_f1 = epsilon, f1
    return best_epsilon


WORKS = {"diagonal": diagonal, "full": full, "scan": scan}

version = ""
try:
    import sklearn
    from sklearn.ensemble import IsolationForest

    few = rows[:SERIES]
    month = rng.normal(size=(MONTH, FEATURES))
    new = lambda: IsolationForest(n_estimators=100, max_samples=256, random_state=1, n_jobs=1)
    forest = new().fit(few)
    WORKS["forest"] = lambda: forest.score_samples(few)
    WORKS["forestfit"] = lambda: new().fit(month)
    version = sklearn.__version__
except ImportError:
    pass

print(version, flush=True)
for line in sys.stdin:
    work = WORKS[line.strip()]
    before = time.process_time()
    work()
    print(time.process_time() - before, flush=True)
