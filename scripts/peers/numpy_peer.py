"""J^-1/2 g by NumPy, J given."""
import numpy

import common


def by_svd(transposed, dtype):
    def prepare(case):
        j, g, cut = case.array("J").astype(dtype, order="F"), case.array("g").astype(dtype), common.cut(case, numpy.finfo(dtype).bits)

        def call():
            if transposed:
                v, s, ut = numpy.linalg.svd(j.T, full_matrices=False)
                c = ut @ g
            else:
                u, s, vt = numpy.linalg.svd(j, full_matrices=False)
                c, v = u.T @ g, vt.T
            kept = s > cut * s[0]
            return v[:, kept] @ (c[kept] / numpy.sqrt(s[kept]))
        return call, numpy.asarray
    return prepare


def by_gram(case):
    j, g, cut = case.array("J"), case.array("g"), common.cut(case)
    tall = j.shape[0] > j.shape[1]

    def call():
        # The smaller of both Gram matrices: V s^-3/2 V^T (J^T g) or J^T (U s^-3/2 U^T g), s^2 their eigenvalues.
        values, vectors = numpy.linalg.eigh(j.T @ j if tall else j @ j.T)
        kept = values > cut ** 2 * values[-1]
        q = vectors[:, kept]
        w = q @ (values[kept] ** -0.75 * (q.T @ (j.T @ g if tall else g)))
        return w if tall else j.T @ w
    return call, numpy.asarray


if __name__ == "__main__":
    common.serve("NumPy", numpy.__version__, {
        "SVD of J, f64": by_svd(False, numpy.float64),
        "SVD of J^T, f64": by_svd(True, numpy.float64),
        "SVD of J^T, f32": by_svd(True, numpy.float32),
        "Gram, eigh, f64": by_gram,
    })
