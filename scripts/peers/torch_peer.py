"""J^-1/2 g by PyTorch on the processor, and whole HIG steps with Jacobians by torch.func."""
import torch
from torch.func import jacrev, vmap

import common

torch.set_num_threads(1)


def half_inverse_by_svd(j, g, cut, transposed):
    if transposed:
        v, s, ut = torch.linalg.svd(j.mT, full_matrices=False)
        c = ut @ g
    else:
        u, s, vt = torch.linalg.svd(j, full_matrices=False)
        c, v = u.mT @ g, vt.mT
    return v @ torch.where(s > cut * s[0], c / torch.sqrt(s), 0)


def half_inverse_by_gram(j, g, cut):
    tall = j.shape[0] > j.shape[1]
    values, q = torch.linalg.eigh(j.mT @ j if tall else j @ j.mT)
    factors = torch.where(values > cut ** 2 * values[-1], values ** -0.75, 0)
    w = q @ (factors * (q.mT @ (j.mT @ g if tall else g)))
    return w if tall else j.mT @ w


def tensor(case, name, dtype):
    return torch.from_numpy(case.array(name)).to(dtype)


def given(inverse, dtype, *arguments):
    def prepare(case):
        j, g, cut = tensor(case, "J", dtype), tensor(case, "g", dtype), common.cut(case, torch.finfo(dtype).bits)
        return lambda: inverse(j, g, cut, *arguments), lambda answer: answer.numpy()
    return prepare


def network(weights, x):
    for matrix, bias in weights[:-1]:
        x = torch.tanh(matrix @ x + bias)
    matrix, bias = weights[-1]
    return matrix @ x + bias


def coupled_oscillators(settings, dtype):
    """problems/coupled-oscillators.cpp: masses in a row, the last one driven; classical Runge-Kutta."""
    n, dt, c = int(settings["oscillators"]), settings["dt"], settings["coupling"]
    # a = A x + b u: -x + c times the differences to those neighbours that there are.
    neighbours = torch.diag(torch.ones(n - 1, dtype=dtype), 1)
    neighbours = neighbours + neighbours.T
    matrix = c * (neighbours - torch.diag(neighbours.sum(0))) - torch.eye(n, dtype=dtype)
    drive = torch.zeros(n, dtype=dtype)
    drive[-1] = settings["control_strength"]
    # (x, v)' = S (x, v) + d u.
    system = torch.cat([torch.cat([torch.zeros(n, n, dtype=dtype), torch.eye(n, dtype=dtype)], 1),
                        torch.cat([matrix, torch.zeros(n, n, dtype=dtype)], 1)])
    push = torch.cat([torch.zeros(n, dtype=dtype), drive])

    def simulate(control, start):
        s = start
        for u in control.unbind():
            force = push * u
            k1 = system @ s + force
            k2 = system @ (s + dt / 2 * k1) + force
            k3 = system @ (s + dt / 2 * k2) + force
            k4 = system @ (s + dt * k3) + force
            s = s + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        return s
    return simulate, lambda y, target: 2 / len(y) * (y - target)


def poisson(settings, dtype):
    """problems/poisson.cpp: y = Lap x on a square of N x N points, 0 around it; not divided by the batch size."""
    n = int(settings["points"])
    stencil = torch.tensor([[0, 1, 0], [1, -4, 1], [0, 1, 0]], dtype=dtype)[None, None]

    def simulate(x, _):
        return torch.nn.functional.conv2d(x.reshape(1, 1, n, n), stencil, padding=1).flatten()
    return simulate, lambda y, target: y - target


PROBLEMS = {"coupled-oscillators": coupled_oscillators, "poisson": poisson}


def step(inverse, dtype, *arguments):
    def prepare(case):
        facts, cut = case.facts, common.cut(case, torch.finfo(dtype).bits)
        # A sample a row; weights in theta as torch has them, layer by layer [outputs x inputs], then biases.
        inputs, contexts, targets = (tensor(case, name, dtype).T.contiguous() for name in ("input", "context", "target"))
        theta = tensor(case, "theta", dtype)
        widths, weights, at = [int(width) for width in facts["network"]["widths"]], [], 0
        for rows, cols in zip(widths[1:], widths):
            matrix, bias = theta[at:at + rows * cols].reshape(rows, cols), theta[at + rows * cols:at + rows * (cols + 1)]
            weights.append((matrix.clone(), bias.clone()))
            at += rows * (cols + 1)
        simulate, loss_gradient = PROBLEMS[facts["problem"]](facts["settings"], dtype)

        def outputs(parameters, sample, context):
            y = simulate(network(parameters, sample), context)
            return y, y
        jacobians = vmap(jacrev(outputs, has_aux=True), in_dims=(None, 0, 0))

        def call():
            parts, y = jacobians(weights, inputs, contexts)
            j = torch.cat([part.flatten(2) for layer in parts for part in layer], 2).flatten(0, 1)
            direction = inverse(j, loss_gradient(y, targets).flatten(), cut, *arguments)
            torch.sub(theta, direction, alpha=facts["rate"])  # the update; every call begins at the same weights
            return direction
        return call, lambda answer: answer.numpy()
    return prepare


if __name__ == "__main__":
    single, double = torch.float32, torch.float64
    ways = {f"SVD of {'J^T' if transposed else 'J'}, f{torch.finfo(dtype).bits}":
            (half_inverse_by_svd, dtype, transposed) for dtype in (double, single) for transposed in (False, True)}
    ways["Gram, eigh, f64"] = (half_inverse_by_gram, double)
    common.serve("PyTorch", torch.__version__.split("+")[0],
                 {name: given(*way) for name, way in ways.items()} |
                 {"step: " + name: step(*way) for name, way in ways.items()})
