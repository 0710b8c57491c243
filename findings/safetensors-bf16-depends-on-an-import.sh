#!/bin/bash
# safetensors-bf16-depends-on-an-import: one BF16 file is readable or not, by what the program imported before.
#
# Good guess:   safetensors.numpy.load_file either reads BF16 (half of all published weights are BF16) or says that
#               NumPy has no such type; which of the two is a matter of its version.
# What happens: it asks NumPy for a type called "bfloat16". NumPy knows one once any package has imported
#               ml_dtypes (JAX and TensorFlow do). So the same call on the same file raises TypeError in one
#               program, returns an array in another, and after an import in the middle does both in one.
# Where:        _getdtype in safetensors/numpy.py, safetensors 0.8.0, numpy 2.4.6, ml_dtypes 0.6.0.
# Source:       https://github.com/safetensors/safetensors/issues/598 (raised there; the dependence is not told).
# Cure:         import ml_dtypes before reading, or widen the two bytes yourself.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --quiet --disable-pip-version-check safetensors==0.8.0 numpy==2.4.6 ml_dtypes==0.6.0
"$folder/venv/bin/python" - "$folder/weights.safetensors" <<'END'
import json
import struct
import sys
from safetensors.numpy import load_file

header = json.dumps({"x": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}).encode()
header += b" " * (-len(header) % 8)
with open(sys.argv[1], "wb") as file:  # 1 and 2
    file.write(struct.pack("<Q", len(header)) + header + b"\x80\x3f\x00\x40")


def told():
    try:
        return repr(load_file(sys.argv[1])["x"])
    except TypeError as error:
        return f"TypeError: {error}"


before = told()
import ml_dtypes  # noqa: E402  only imported: not used

after = told()
print(f"before: {before}\nafter `import ml_dtypes` {ml_dtypes.__version__}: {after}")
raise SystemExit(not (before.startswith("TypeError") and after.startswith("array([1, 2]")))
END

# Seen on 28 November 2026:
# before: TypeError: data type 'bfloat16' not understood
# after `import ml_dtypes` 0.6.0: array([1, 2], dtype=bfloat16)
