"""J^-1/2 g by SciPy, J given: every driver that it offers."""
import numpy
import scipy
import scipy.linalg

import common


def by_svd(driver, transposed, dtype=numpy.float64):
    def prepare(case):
        j, g, cut = case.array("J").astype(dtype, order="F"), case.array("g").astype(dtype), common.cut(case, numpy.finfo(dtype).bits)
        # LAPACK's order, so that SciPy need not transpose what it copies.
        tall = numpy.asfortranarray(j.T) if transposed else None

        def call():
            if transposed:
                v, s, ut = scipy.linalg.svd(tall, full_matrices=False, lapack_driver=driver, check_finite=False)
                c = ut @ g
            else:
                u, s, vt = scipy.linalg.svd(j, full_matrices=False, lapack_driver=driver, check_finite=False)
                c, v = u.T @ g, vt.T
            kept = s > cut * s[0]
            return v[:, kept] @ (c[kept] / numpy.sqrt(s[kept]))
        return call, numpy.asarray
    return prepare


def by_gram(driver):
    def prepare(case):
        j, g, cut = case.array("J"), case.array("g"), common.cut(case)
        tall = j.shape[0] > j.shape[1]

        def call():
            gram = j.T @ j if tall else j @ j.T
            values, vectors = scipy.linalg.eigh(gram, driver=driver, overwrite_a=True, check_finite=False)
            kept = values > cut ** 2 * values[-1]
            q = vectors[:, kept]
            w = q @ (values[kept] ** -0.75 * (q.T @ (j.T @ g if tall else g)))
            return w if tall else j.T @ w
        return call, numpy.asarray
    return prepare


if __name__ == "__main__":
    common.serve("SciPy", scipy.__version__, {
        "SVD of J, gesdd, f64": by_svd("gesdd", False),
        "SVD of J^T, gesdd, f64": by_svd("gesdd", True),
        "SVD of J^T, gesdd, f32": by_svd("gesdd", True, numpy.float32),
        "SVD of J, gesvd, f64": by_svd("gesvd", False),
        "SVD of J^T, gesvd, f64": by_svd("gesvd", True),
        "Gram, eigh evr, f64": by_gram("evr"),
        "Gram, eigh evd, f64": by_gram("evd"),
    })
