#!/usr/bin/env python3
"""Writes elementary.txt: exp, log, tanh and sigmoid at chosen points, rounded correctly by mpmath.

Under the name of each function, one point a line: the input's bits, the bits of the double nearest to the exact result,
and what that rounding took off, (exact - nearest) in hundredths of an ulp, the last place of the nearest double. With
the third number a test can tell 0.51 ulp from 1.49.

    pip install mpmath
    python3 elementary.py > elementary.txt
    python3 elementary.py coefficients        # the polynomials in Sources/Autodiff/Elementary.swift
"""
import math
import random
import struct
import sys
from fractions import Fraction

import mpmath
from mpmath import mp, mpf

mp.prec = 200
LARGEST = sys.float_info.max
SMALLEST = 2.0**-1074


# The exact value, rounded once


def sigmoid(x):
    return 1 / (1 + mpmath.exp(-x))


FUNCTIONS = {"exp": mpmath.exp, "log": mpmath.log, "tanh": mpmath.tanh, "sigmoid": sigmoid}

# What the functions give where the exact value is not a number, or would take too long to write down.
LIMITS = {
    "exp": (math.inf, 0.0),
    "log": (math.inf, math.nan),
    "tanh": (1.0, -1.0),
    "sigmoid": (1.0, 0.0),
}


def nearest(name, x):
    """The double nearest to name(x), and (exact - nearest) in ulp."""
    if math.isnan(x):
        return math.nan, 0
    if name == "log" and x <= 0:
        return (-math.inf if x == 0 else math.nan), 0
    if math.isinf(x) or name != "log" and abs(x) > 1000:
        return LIMITS[name][x < 0], 0
    if x == 0 and name == "tanh":
        return x, 0  # mpmath has no -0
    if abs(x) < SMALLEST * 2**52 and name == "tanh":
        return x, 0  # tanh x = x - x^3/3, and a subnormal's cube is nothing beside its last place
    value = FUNCTIONS[name](mpf(x))
    # A Fraction divides two integers, and Python rounds that division correctly, in the subnormal range also. mpmath's
    # own conversion rounds twice there.
    sign, mantissa, exponent, _ = value._mpf_
    exact = Fraction(-int(mantissa) if sign else int(mantissa)) * Fraction(2) ** exponent
    try:
        y = float(exact)
    except OverflowError:
        return math.inf, 0
    return y, (exact - Fraction(y)) / Fraction(math.ulp(y))


# Where to look


def around(x, steps=4):
    """x and the doubles next to it, on both sides."""
    points, below, above = [x], x, x
    for _ in range(steps):
        below, above = math.nextafter(below, -math.inf), math.nextafter(above, math.inf)
        points += [below, above]
    return points


def magnitudes(rng, low, high, count):
    """Both signs, exponents spread evenly from low to high."""
    return [
        rng.choice((-1, 1)) * math.ldexp(1 + rng.random(), low + (high - low) * i // count) for i in range(count)
    ]


def uniform(rng, low, high, count):
    return [rng.uniform(low, high) for _ in range(count)]


# Where Sources/Autodiff/Elementary.swift is furthest off, among 70 million points of each function.
WORST = {
    "exp": ["0x1.62fa9b3cbcff9p-2", "0x1.62fbd4137e398p-2", "-0x1.62011ca20bb34p+9"],
    "log": ["0x1.69dfda856bec9p-1", "0x1.69f3eba8c0f97p+0"],
    "tanh": ["0x1.6463fa5ae5d29p-3", "0x1.62f17399160d4p-3"],
    "sigmoid": ["-0x1.1e7687c8daff1p+2", "-0x1.99617145b7cc0p+3", "-0x1.62819827c0d98p-2"],
}


def inputs(name, rng):
    points = [0.0, -0.0, math.inf, -math.inf, math.nan, SMALLEST, -SMALLEST, LARGEST, -LARGEST, 1.0, -1.0]
    points += [float.fromhex(x) for x in WORST[name]]
    points += around(2.0**-1022) + around(-(2.0**-1022))
    points += [struct.unpack("<d", rng.randbytes(8))[0] for _ in range(250)]
    points += magnitudes(rng, -1074, 1023, 250)
    points += magnitudes(rng, -60, 0, 300)
    if name == "log":
        points += [rng.randrange(1, 2**52) * SMALLEST for _ in range(150)]
        points += [SMALLEST * 2**i for i in range(0, 53, 4)]
        points += [abs(x) for x in magnitudes(rng, -1074, 1023, 400)]
        points += [1 + x for x in magnitudes(rng, -53, -2, 400)] + around(1.0, 8)
        points += uniform(rng, 0.5, 2.5, 500)
        for k in (-1074, -1022, -54, -2, -1, 0, 1, 2, 54, 1022):
            points += around(math.ldexp(math.sqrt(0.5), k)) + around(math.ldexp(1.0, k), 1)
    else:
        scale = 2 if name == "tanh" else 1  # tanh x is computed from exp(-2 |x|)
        points += uniform(rng, -2, 2, 400) + uniform(rng, -40, 40, 400)
        for k in (1, 2, 3, 25, 54):  # where the reduction steps from one multiple of ln 2 to the next
            for half in (k - 0.5, k):
                threshold = half * math.log(2) / scale
                points += around(threshold, 2) + around(-threshold, 2)
        if name == "tanh":
            points += uniform(rng, 0.1, 0.25, 300)  # where its error is largest
            points += around(19.061547465398498, 8) + around(-19.061547465398498, 8) + around(20.0) + around(-20.0)
        else:
            points += uniform(rng, -746, 710, 300)
            points += uniform(rng, -745.2, -708.3, 300) + uniform(rng, -745.2, -742, 60)
            points += around(-745.1332191019412, 6) + around(-744.4400719213812, 6) + around(-708.3964185322641, 6)
            points += around(-746.0) + around(-1023.5 * math.log(2)) + around(54 * math.log(2))
            points += around(709.782712893384, 6) + around(710.0) + uniform(rng, 709, 710, 40)
    return points


def bits(x):
    return "7ff8000000000000" if math.isnan(x) else struct.pack(">d", x).hex()


def fixture():
    rng = random.Random(20250301)
    for name in FUNCTIONS:
        print(name)
        for x in inputs(name, rng):
            y, residue = nearest(name, x)
            print(bits(x), bits(y), round(residue * 100))


# The polynomials: interpolation at Chebyshev's points, near the best possible


def coefficients():
    def exponential(r):  # (e^r - 1 - r - r^2/2) / r^3
        return sum(r**n / mpmath.factorial(n + 3) for n in range(40))

    def logarithm(z):  # (log((1 + s) / (1 - s)) - 2 s) / s^3 at z = s^2
        return sum(2 * z**n / (2 * n + 3) for n in range(60))

    largest = ((mpmath.sqrt(2) - 1) / (mpmath.sqrt(2) + 1)) ** 2
    r = mpf("0.35")
    for title, function, interval, count, weight in (
        ("C, for exp", exponential, [-r, r], 10, r**3),
        ("P, for log", logarithm, [0, largest], 8, largest / 2),  # s^3 P beside 2 s
    ):
        polynomial, error = mpmath.chebyfit(function, interval, count, error=True)
        print(f"{title}: error below 2^{mpmath.nstr(mpmath.log(error * weight, 2), 4)}, highest power first")
        for coefficient in polynomial:
            print("   ", float(coefficient).hex())


if __name__ == "__main__":
    coefficients() if sys.argv[1:] == ["coefficients"] else fixture()
