"""J^-1/2 g by SciPy, J given: every driver that it offers."""
import functools

import numpy
import scipy
import scipy.linalg

import common


def svd(driver):
    return functools.partial(scipy.linalg.svd, full_matrices=False, lapack_driver=driver, check_finite=False)


def eigh(driver):
    return functools.partial(scipy.linalg.eigh, driver=driver, overwrite_a=True, check_finite=False)


if __name__ == "__main__":
    common.serve("SciPy", scipy.__version__, {
        "SVD of J, gesdd, f64": common.by_svd(svd("gesdd"), False),
        "SVD of J^T, gesdd, f64": common.by_svd(svd("gesdd"), True),
        "SVD of J^T, gesdd, f32": common.by_svd(svd("gesdd"), True, numpy.float32),
        "SVD of J, gesvd, f64": common.by_svd(svd("gesvd"), False),
        "SVD of J^T, gesvd, f64": common.by_svd(svd("gesvd"), True),
        "Gram, eigh evr, f64": common.by_gram(eigh("evr")),
        "Gram, eigh evd, f64": common.by_gram(eigh("evd")),
    })
