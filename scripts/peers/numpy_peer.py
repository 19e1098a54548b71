"""J^-1/2 g by NumPy, J given; in double precision, which its svd computes in whatever it is given."""
import numpy

import common


def svd(a):
    return numpy.linalg.svd(a, full_matrices=False)


if __name__ == "__main__":
    common.serve("NumPy", numpy.__version__, {
        "SVD of J, f64": common.by_svd(svd, False),
        "SVD of J^T, f64": common.by_svd(svd, True),
        "Gram, eigh, f64": common.by_gram(numpy.linalg.eigh),
    })
