"""J^-1/2 g by JAX on the processor, compiled, and whole HIG steps with Jacobians by jax.jacrev."""
import functools

import jax
import jax.numpy as jnp
import numpy

import common

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")


def half_inverse_by_svd(j, g, cut, transposed):
    if transposed:
        v, s, ut = jnp.linalg.svd(j.T, full_matrices=False)
        c = ut @ g
    else:
        u, s, vt = jnp.linalg.svd(j, full_matrices=False)
        c, v = u.T @ g, vt.T
    return v @ jnp.where(s > cut * s[0], c / jnp.sqrt(s), 0)


def half_inverse_by_gram(j, g, cut):
    tall = j.shape[0] > j.shape[1]
    values, q = jnp.linalg.eigh(j.T @ j if tall else j @ j.T)
    factors = jnp.where(values > cut ** 2 * values[-1], values ** -0.75, 0)
    w = q @ (factors * (q.T @ (j.T @ g if tall else g)))
    return w if tall else j.T @ w


def given(inverse, dtype, *arguments):
    def prepare(case):
        j, g = (jnp.asarray(case.array(name), dtype=dtype) for name in ("J", "g"))
        cut = common.cut(case, jnp.finfo(dtype).bits)
        compiled = jax.jit(lambda j, g: inverse(j, g, cut, *arguments))
        return lambda: compiled(j, g).block_until_ready(), numpy.asarray
    return prepare


def network(weights, x):
    for matrix, bias in weights[:-1]:
        x = jnp.tanh(matrix @ x + bias)
    matrix, bias = weights[-1]
    return matrix @ x + bias


def coupled_oscillators(settings):
    """problems/coupled-oscillators.cpp: masses in a row, the last one driven; classical Runge-Kutta."""
    n, dt, c = int(settings["oscillators"]), settings["dt"], settings["coupling"]

    def rate(s, u):
        x, v = s[:n], s[n:]
        padded = jnp.concatenate([x[:1], x, x[-1:]])  # the missing neighbour of an end is the mass itself
        a = c * (padded[:-2] - 2 * x + padded[2:]) - x
        return jnp.concatenate([v, a.at[-1].add(settings["control_strength"] * u)])

    def advance(s, u):
        k1 = rate(s, u)
        k2 = rate(s + dt / 2 * k1, u)
        k3 = rate(s + dt / 2 * k2, u)
        k4 = rate(s + dt * k3, u)
        return s + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4), None

    def simulate(control, start):
        return jax.lax.scan(advance, start, control)[0]
    return simulate, lambda y, target: 2 / len(y) * (y - target)


def poisson(settings):
    """problems/poisson.cpp: y = Lap x on a square of N x N points, 0 around it; not divided by the batch size."""
    n = int(settings["points"])

    def simulate(x, _):
        u = jnp.pad(x.reshape(n, n), 1)
        return (u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4 * u[1:-1, 1:-1]).ravel()
    return simulate, lambda y, target: y - target


PROBLEMS = {"coupled-oscillators": coupled_oscillators, "poisson": poisson}


def layers(theta, widths):
    """Weights [outputs x inputs], then biases, layer by layer."""
    result, at = [], 0
    for rows, cols in zip(widths[1:], widths):
        result.append((theta[at:at + rows * cols].reshape(rows, cols), theta[at + rows * cols:at + rows * (cols + 1)]))
        at += rows * (cols + 1)
    return result


def step(inverse, dtype, *arguments):
    def prepare(case):
        facts, cut = case.facts, common.cut(case, jnp.finfo(dtype).bits)
        inputs, contexts, targets = (jnp.asarray(case.array(name).T, dtype=dtype) for name in ("input", "context", "target"))
        theta = jnp.asarray(case.array("theta"), dtype=dtype)
        widths = [int(width) for width in facts["network"]["widths"]]
        simulate, loss_gradient = PROBLEMS[facts["problem"]](facts["settings"])

        def outputs(weights, sample, context):
            y = simulate(network(weights, sample), context)
            return y, y

        @jax.jit
        def run(theta, inputs, contexts, targets):
            jacobians = jax.vmap(jax.jacrev(outputs, has_aux=True), in_axes=(None, 0, 0))
            parts, y = jacobians(layers(theta, widths), inputs, contexts)
            rows = functools.partial(jnp.reshape, shape=(y.size, -1))
            j = jnp.concatenate([rows(part) for layer in parts for part in layer], axis=1)
            direction = inverse(j, loss_gradient(y, targets).ravel(), cut, *arguments)
            return direction, theta - facts["rate"] * direction
        return (lambda: jax.block_until_ready(run(theta, inputs, contexts, targets))), lambda answer: numpy.asarray(answer[0])
    return prepare


if __name__ == "__main__":
    ways = {f"SVD of {'J^T' if transposed else 'J'}, f{jnp.finfo(dtype).bits}":
            (half_inverse_by_svd, dtype, transposed) for dtype in (jnp.float64, jnp.float32) for transposed in (False, True)}
    ways["Gram, eigh, f64"] = (half_inverse_by_gram, jnp.float64)
    common.serve("JAX", jax.__version__,
                 {name: given(*way) for name, way in ways.items()} |
                 {"step: " + name: step(*way) for name, way in ways.items()})
