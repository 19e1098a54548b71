#!/usr/bin/env python3
"""What physgrad-kernels --export writes, read without NumPy, and how it fails: export_test.py PHYSGRAD-KERNELS FOLDER."""
import array
import ast
import json
import math
import os
import shutil
import subprocess
import sys

program, folder = sys.argv[1:]
failed = []


def check(condition, text):
    if not condition:
        failed.append(text)


def read(path):
    """Shape and numbers of a .npy file (numpy.lib.format, version 1.0)."""
    with open(path, "rb") as file:
        content = file.read()
    check(content[:8] == b"\x93NUMPY\x01\x00", f"{path}: no .npy file")
    start = 10 + int.from_bytes(content[8:10], "little")
    header = ast.literal_eval(content[10:start].decode())
    numbers = array.array("d", content[start:])
    check(start % 64 == 0 and header["descr"] == "<f8" and header["fortran_order"], f"{path}: {header}")
    check(len(numbers) == math.prod(header["shape"]), f"{path}: {len(numbers)} numbers for {header['shape']}")
    check(all(map(math.isfinite, numbers)), f"{path}: a number is not finite")
    return header["shape"], numbers


def call(code, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    check(done.returncode == code, f"exit code {done.returncode} instead of {code}: {arguments}: {done.stderr}")
    if code != 0:
        check(done.stderr.startswith("physgrad-kernels: ") and done.stderr.count("\n") == 1, f"not one line: {done.stderr}")


shutil.rmtree(folder, ignore_errors=True)
call(0, "--export", folder)
check(sorted(os.listdir(folder)) == ["given-a", "given-b", "given-d", "given-e", "step-b", "step-p"], str(os.listdir(folder)))
for name in sorted(os.listdir(folder)):
    at = os.path.join(folder, name)
    with open(os.path.join(at, "case.json")) as file:
        case = json.load(file)
    arrays = {each[:-4]: read(os.path.join(at, each)) for each in os.listdir(at) if each.endswith(".npy")}
    rows, cols = case["rows"], case["cols"]
    shapes = {each: shape for each, (shape, _) in arrays.items()}
    check(shapes["direction"] == (cols,), f"{name}: {shapes}")
    if name.startswith("given"):
        check(shapes["J"] == (rows, cols) and shapes["g"] == (rows,), f"{name}: {shapes}")
        # g . J d = sum of s^(1/2) c^2 over what is kept, which is positive and at most s_max^(1/2) |g|^2.
        (_, j), (_, g), (_, d) = arrays["J"], arrays["g"], arrays["direction"]
        slope = sum(d[c] * sum(map(lambda a, b: a * b, j[c * rows:(c + 1) * rows], g)) for c in range(cols))
        bound = math.sqrt(math.sqrt(sum(value * value for value in j))) * sum(value * value for value in g)
        check(0 < slope <= bound, f"{name}: slope {slope}, at most {bound}")
    else:
        check(shapes["theta"] == (cols,) and shapes["input"][1] == shapes["target"][1] == case["batch"], f"{name}: {shapes}")
        check(case["errors"]["hig"] < 1e-4, f"{name}: {case['errors']}")
shutil.rmtree(folder)
call(1, "--export", os.path.join("/dev/null", "folder"))
call(2, "--export")
call(2, "--export", folder, "--exprot")
print("\n".join(failed))
sys.exit(1 if failed else 0)
