#include "multiply_add.h"

#include <math.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define WITH_FMA __attribute__((target("avx2,fma")))

static int has_fma(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

WITH_FMA static void add_8_fast(const double *a, const double *b, const double *c, double *y) {
  const __m256d low = _mm256_fmadd_pd(_mm256_loadu_pd(a), _mm256_loadu_pd(b), _mm256_loadu_pd(c));
  const __m256d high = _mm256_fmadd_pd(_mm256_loadu_pd(a + 4), _mm256_loadu_pd(b + 4), _mm256_loadu_pd(c + 4));
  _mm256_storeu_pd(y, low);
  _mm256_storeu_pd(y + 4, high);
}

// For each width a copy of its own, whose sums stay in registers.
WITH_FMA __attribute__((always_inline)) static inline void tile_of(const double *p, const double *b, long down,
                                                                   long across, double *c, long stride, long terms,
                                                                   const int width) {
  __m256d low[6], high[6];
  for (int j = 0; j < width; j++) {
    low[j] = _mm256_loadu_pd(c + j * stride);
    high[j] = _mm256_loadu_pd(c + j * stride + 4);
  }
  for (long k = 0; k < terms; k++, p += 8, b += down) {
    const __m256d above = _mm256_loadu_pd(p), below = _mm256_loadu_pd(p + 4);
    for (int j = 0; j < width; j++) {
      const __m256d factor = _mm256_set1_pd(b[j * across]);
      low[j] = _mm256_fmadd_pd(above, factor, low[j]);
      high[j] = _mm256_fmadd_pd(below, factor, high[j]);
    }
  }
  for (int j = 0; j < width; j++) {
    _mm256_storeu_pd(c + j * stride, low[j]);
    _mm256_storeu_pd(c + j * stride + 4, high[j]);
  }
}

WITH_FMA static void tile_fast(const double *p, const double *b, long down, long across, double *c, long stride,
                               long terms, int width) {
  switch (width) {
  case 6: tile_of(p, b, down, across, c, stride, terms, 6); break;
  case 4: tile_of(p, b, down, across, c, stride, terms, 4); break;
  default: tile_of(p, b, down, across, c, stride, terms, 1);
  }
}
#endif

void multiply_add_8(const double *a, const double *b, const double *c, double *y) {
#if defined(__x86_64__)
  if (has_fma()) {
    add_8_fast(a, b, c, y);
    return;
  }
#endif
  for (int i = 0; i < 8; i++) y[i] = fma(a[i], b[i], c[i]);
}

void multiply_add_tile(const double *p, const double *b, long down, long across, double *c, long stride, long terms,
                       int width) {
#if defined(__x86_64__)
  if (has_fma()) {
    tile_fast(p, b, down, across, c, stride, terms, width);
    return;
  }
#endif
  for (int j = 0; j < width; j++) {
    for (int i = 0; i < 8; i++) {
      double sum = c[i + j * stride];
      for (long k = 0; k < terms; k++) sum = fma(p[i + 8 * k], b[k * down + j * across], sum);
      c[i + j * stride] = sum;
    }
  }
}
