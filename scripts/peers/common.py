"""What the peers share: cases read from exported files, timed and checked on request.

A peer is a process that says on its standard output what it is and which ways to which answers it has, one line of JSON,
and then answers every line {"way": NAME, "case": FOLDER, "seconds": S} with the times of S seconds of calls, at least one,
after a first call that is not timed and whose answer is held against direction.npy:
    {"ms": [milliseconds, ...], "error": relative error}
Times are the processor's for the whole process, whatever threads it has. A failure is {"failure": TEXT}.
"""
import json
import os
import sys
import time

import numpy

try:
    from threadpoolctl import threadpool_info
except ImportError:
    threadpool_info = None

# Singular values below this share of the largest are round-off, as docs/methods.md has it.
EPSILON = 2.0 ** -52


class Case:
    """A folder that physgrad-kernels --export wrote: `facts` is its case.json, arrays by name, column by column."""

    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "case.json")) as file:
            self.facts = json.load(file)

    def array(self, name):
        return numpy.load(os.path.join(self.folder, name + ".npy"))


def cut(case, precision=64):
    """The share of the largest singular value up to which they are dropped; single precision has no floor."""
    tau = case.facts["tau"]
    return max(tau, EPSILON * max(case.facts["rows"], case.facts["cols"])) if precision == 64 else tau


def relative_error(answer, case):
    expected = case.array("direction")
    answer = numpy.asarray(answer, dtype=numpy.float64)
    if answer.shape != expected.shape:
        raise ValueError(f"an answer of shape {answer.shape} instead of {expected.shape}")
    return float(numpy.linalg.norm(answer - expected) / numpy.linalg.norm(expected))


def times(call, seconds):
    """Milliseconds of each call."""
    result, end = [], time.perf_counter() + seconds
    while not result or time.perf_counter() < end:
        start = time.process_time()
        call()
        result.append(1e3 * (time.process_time() - start))
    return result


def by_svd(svd, transposed, dtype=numpy.float64):
    """J given, by a function that returns U, S and V^T as NumPy's arrays."""
    def prepare(case):
        j, g = case.array("J").astype(dtype, order="F"), case.array("g").astype(dtype)
        share = cut(case, numpy.finfo(dtype).bits)
        # Column by column, as LAPACK has it, so that nobody need transpose what he copies.
        tall = numpy.asfortranarray(j.T) if transposed else None

        def call():
            if transposed:
                v, s, ut = svd(tall)
                c = ut @ g
            else:
                u, s, vt = svd(j)
                c, v = u.T @ g, vt.T
            kept = s > share * s[0]
            return v[:, kept] @ (c[kept] / numpy.sqrt(s[kept]))
        return call, numpy.asarray
    return prepare


def by_gram(eigh):
    """J given, by a function that returns ascending eigenvalues and eigenvectors as NumPy's arrays."""
    def prepare(case):
        j, g, share = case.array("J"), case.array("g"), cut(case)
        tall = j.shape[0] > j.shape[1]

        def call():
            # The smaller of both Gram matrices: V s^-3/2 V^T (J^T g) or J^T (U s^-3/2 U^T g), s^2 their eigenvalues.
            values, vectors = eigh(j.T @ j if tall else j @ j.T)
            kept = values > share ** 2 * values[-1]
            q = vectors[:, kept]
            w = q @ (values[kept] ** -0.75 * (q.T @ (j.T @ g if tall else g)))
            return w if tall else j.T @ w
        return call, numpy.asarray
    return prepare


def blas():
    """Which BLAS libraries are loaded, and for which processor, as far as they say."""
    if threadpool_info is None:
        return []
    found = {f"{each['internal_api']} {each['version']} {each.get('architecture') or ''}".strip()
             for each in threadpool_info() if each["user_api"] == "blas"}
    return sorted(found)


def serve(name, version, ways):
    """`ways`: name -> function of a Case that returns (call without arguments, function of its result to an array)."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    print(json.dumps({"name": name, "version": version, "blas": blas(), "ways": list(ways)}), file=answers, flush=True)
    ready = (None, None)
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            key = (asked["way"], asked["case"])
            if ready[0] != key:
                ready = (None, None)  # the last case's arrays go before the next one's come
                case = Case(asked["case"])
                call, array = ways[asked["way"]](case)
                ready = (key, (call, relative_error(array(call()), case)))
            call, error = ready[1]
            answer = {"ms": times(call, asked["seconds"]), "error": error}
        except Exception as failure:  # whatever a library throws is the answer
            answer = {"failure": f"{type(failure).__name__}: {failure}"[:300]}
        print(json.dumps(answer), file=answers, flush=True)
