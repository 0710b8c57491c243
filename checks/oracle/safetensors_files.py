#!/usr/bin/env python3
"""Fixtures for checks/unit/file/safetensors.c, and a reading of what the library wrote.

    python3 -m venv venv && venv/bin/pip install safetensors==0.4.5 numpy==1.26.4
    venv/bin/python checks/oracle/safetensors_files.py write checks/reference/safetensors
    venv/bin/python checks/oracle/safetensors_files.py read build/scratch/round-trip.safetensors
"""
import sys

import numpy as np
from safetensors import safe_open, serialize


def halves():
    """All exponents of binary16 and both signs, with fractions at the edges."""
    return np.array([sign << 15 | exponent << 10 | fraction for sign in (0, 1)
                     for exponent in range(32)
                     for fraction in (0, 1, 2, 0x155, 0x200, 0x3fe, 0x3ff)], dtype=np.uint16)


def tensor(dtype, array, shape=None):
    return {"dtype": dtype, "shape": list(array.shape if shape is None else shape),
            "data": array.tobytes()}


def write(folder):
    bits = halves()
    wide = bits.view(np.float16).astype(np.float32)
    brain = (np.arange(0, 65536, 97, dtype=np.uint32) & 0xffff).astype(np.uint16)
    brain_wide = (brain.astype(np.uint32) << 16).view(np.float32)
    count = np.arange(6).reshape(2, 3)
    tensors = {
        "half": tensor("float16", bits), "half.wide": tensor("float32", wide),
        "brain": tensor("bfloat16", brain), "brain.wide": tensor("float32", brain_wide),
        "double": tensor("float64", count / 3), "double.narrow":
            tensor("float32", (count / 3).astype(np.float32)),
        "bool": tensor("bool", count % 2 == 0),
        "scalar": tensor("float32", np.array(2.5, dtype=np.float32)),
        "none": tensor("float32", np.zeros((0, 4), dtype=np.float32)),
        "f8": tensor("float8_e4m3fn", count.astype(np.uint8)),
        "f8b": tensor("float8_e5m2", count.astype(np.uint8)),
    }
    for name in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"):
        signed = name[0] == "i"
        tensors[name] = tensor(name, (count - 3 if signed else count + 250).astype(name))
    for name, keep in (("types", lambda n: True),
                       ("model-00001-of-00002", lambda n: n.startswith("half")),
                       ("model-00002-of-00002", lambda n: n.startswith("brain"))):
        chosen = {k: v for k, v in tensors.items() if keep(k)}
        with open(f"{folder}/{name}.safetensors", "wb") as file:
            file.write(serialize(chosen, {"made_by": "safetensors 0.4.5, 기억"}))


def read(path):
    with safe_open(path, framework="numpy") as file:
        print("metadata", dict(sorted((file.metadata() or {}).items())))
        for name in sorted(file.keys()):
            if file.get_slice(name).get_dtype() != "BF16":
                value = file.get_tensor(name)
                print(name, value.dtype, value.shape, value.reshape(-1)[:6].tolist())


if __name__ == "__main__":
    {"write": write, "read": read}[sys.argv[1]](sys.argv[2])
