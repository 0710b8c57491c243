"""First words of a few random streams, by Philox and XXH64 written out in plain Python.

    python checks/oracle/rng.py     prints the values that checks/unit/base/rng.c holds
"""
MASK32, MASK64 = 2**32 - 1, 2**64 - 1
P1, P2, P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
P4, P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5


def rotate(x, n):
    return (x << n | x >> (64 - n)) & MASK64


def xxh64(data, seed):
    """XXH64 of fewer than 32 bytes."""
    h = (seed + P5 + len(data)) & MASK64
    while len(data) >= 8:
        lane = int.from_bytes(data[:8], "little")
        h ^= rotate(lane * P2 & MASK64, 31) * P1 & MASK64
        h, data = (rotate(h, 27) * P1 + P4) & MASK64, data[8:]
    if len(data) >= 4:
        h ^= int.from_bytes(data[:4], "little") * P1 & MASK64
        h, data = (rotate(h, 23) * P2 + P3) & MASK64, data[4:]
    for byte in data:
        h = rotate(h ^ byte * P5 & MASK64, 11) * P1 & MASK64
    h = (h ^ h >> 33) * P2 & MASK64
    h = (h ^ h >> 29) * P3 & MASK64
    return h ^ h >> 32


def philox(c, k):
    """Philox4x32-10 (Salmon et al. 2011)."""
    for _ in range(10):
        a, b = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
        c = [b >> 32 ^ c[1] ^ k[0], b & MASK32, a >> 32 ^ c[3] ^ k[1], a & MASK32]
        k = [(k[0] + 0x9E3779B9) & MASK32, (k[1] + 0xBB67AE85) & MASK32]
    return c


def first_words(purpose, seed, index):
    name = xxh64(purpose.encode(), seed)
    return philox([0, 0, index & MASK32, index >> 32], [name & MASK32, name >> 32])


assert philox([0] * 4, [0] * 2)[0] == 0x6627E8D5
for stream in ("example", 1, 2), ("parameters", 2**40 + 3, 2**33 + 1), ("", 0, 0):
    print(stream, ", ".join(f"0x{word:08x}" for word in first_words(*stream)))
