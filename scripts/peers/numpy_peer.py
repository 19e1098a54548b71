"""J^-1/2 g by NumPy, J given."""
import numpy

import common


def svd(a):
    return numpy.linalg.svd(a, full_matrices=False)


if __name__ == "__main__":
    common.serve("NumPy", numpy.__version__, {
        "SVD of J, f64": common.by_svd(svd, False),
        "SVD of J^T, f64": common.by_svd(svd, True),
        "SVD of J^T, f32": common.by_svd(svd, True, numpy.float32),
        "Gram, eigh, f64": common.by_gram(numpy.linalg.eigh),
    })
