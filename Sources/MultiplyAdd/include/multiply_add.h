// Fused multiply-adds for a build that may not be told what the processor can do.
//
// As somebody's dependency by version the package is built for any x86-64, where Swift turns each fused multiply-add into a
// call of the C library, one number at a time. These two functions are the loops that such calls would make slow. They look
// at the processor when they run, and give the same bits with its instructions and without.

#ifndef MULTIPLY_ADD_H
#define MULTIPLY_ADD_H

/// y = a b + c, each of 8 numbers, rounded once. y may be any of the others.
void multiply_add_8(const double *a, const double *b, const double *c, double *y);

/// c += p b, its terms in the order of k: c is 8 × width with columns `stride` apart, p a panel of `terms` columns of 8, and
/// entry (k, j) of b is at b[k * down + j * across]. The width is 1, 4 or 6.
void multiply_add_tile(const double *p, const double *b, long down, long across, double *c, long stride, long terms,
                       int width);

#endif
