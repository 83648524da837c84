#!/usr/bin/env python3
"""Prints the numbers that RandomTests.swift expects: xoshiro256** seeded through splitmix64, written down again from
the authors' description, and what is drawn from it.

    python3 random.py
"""
M = 2**64 - 1


def splitmix64(seed):
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & M
        z = seed
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M
        yield z ^ (z >> 31)


def xoshiro256starstar(seed):
    def rotl(x, k):
        return ((x << k) | (x >> (64 - k))) & M

    mix = splitmix64(seed)
    s = [next(mix) for _ in range(4)]
    while True:
        yield (rotl((s[1] * 5) & M, 7) * 9) & M
        t = (s[1] << 17) & M
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 45)


def index(generator, bound):
    """Of 0, ..., bound - 1, each equally likely: what lies past the last whole multiple of the bound is drawn again."""
    whole = (2**64 // bound) * bound
    while True:
        draw = next(generator)
        if draw < whole:
            return draw % bound


def shuffled(generator, count):
    elements = list(range(count))
    for i in range(count - 1, 0, -1):
        j = index(generator, i + 1)
        elements[i], elements[j] = elements[j], elements[i]
    return elements


def fnv1a(words):
    """One 64-bit word at a time."""
    h = 0xCBF29CE484222325
    for word in words:
        h = ((h ^ word) * 0x100000001B3) & M
    return h


for seed in (0, 1, 42, M):
    g = xoshiro256starstar(seed)
    print(seed, [hex(next(g)) for _ in range(4)])
g = xoshiro256starstar(7)
print("10,000 draws of seed 7:", hex(fnv1a(next(g) for _ in range(10_000))))
g = xoshiro256starstar(1)
print("uniform, seed 1:", [(next(g) >> 11) * 2.0**-53 for _ in range(3)])
g = xoshiro256starstar(3)
print("1,000 indices below 10^18, seed 3:", hex(fnv1a(index(g, 10**18) for _ in range(1_000))))
g = xoshiro256starstar(3)
print("indices below 6 * 2^60, seed 3:", [index(g, 6 * 2**60) for _ in range(4)])
print("10 shuffled, seed 5:", shuffled(xoshiro256starstar(5), 10))
