/* quarry-sha256.c: the hash by which a file's content is known
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-sha256.h"

#include <string.h>

#define BLOCK 64

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

/* The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const guint32 constants[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* Asked once: in a virtual machine the answer takes as long as some kilobytes. */
static gboolean
is_fast (void)
{
  static gsize answer;
  guint eax, ebx, ecx, edx;

  if (g_once_init_enter (&answer))
    {
      gboolean is_known = __get_cpuid_count (7, 0, &eax, &ebx, &ecx, &edx) != 0;

      g_once_init_leave (&answer, is_known && (ebx & bit_SHA) != 0 && __builtin_cpu_supports ("sse4.1") ? 2 : 1);
    }
  return answer == 2;
}

/* The instructions take a, b, e, f together, and c, d, g, h, each the highest first. */
__attribute__ ((target ("sha,sse4.1"))) static void
take_blocks (guint32 *state, const guint8 *bytes, gsize n)
{
  const __m128i in_words = _mm_set_epi64x (0x0c0d0e0f08090a0bll, 0x0405060700010203ll);
  __m128i cdab = _mm_shuffle_epi32 (_mm_loadu_si128 ((const void *) state), 0xb1);
  __m128i hgfe = _mm_shuffle_epi32 (_mm_loadu_si128 ((const void *) (state + 4)), 0x1b);
  __m128i abef = _mm_alignr_epi8 (cdab, hgfe, 8);
  __m128i cdgh = _mm_blend_epi16 (hgfe, cdab, 0xf0);

  for (; n > 0; n--, bytes += BLOCK)
    {
      const __m128i abef_before = abef, cdgh_before = cdgh;
      __m128i words[4];

      for (guint i = 0; i < 4; i++)
        words[i] = _mm_shuffle_epi8 (_mm_loadu_si128 ((const void *) (bytes + 16 * i)), in_words);
#pragma GCC unroll 16
      for (guint i = 0; i < 16; i++)
        {
          __m128i *now = &words[i % 4], next = words[(i + 1) % 4], last = words[(i + 3) % 4];
          __m128i sum = _mm_add_epi32 (*now, _mm_loadu_si128 ((const void *) (constants + 4 * i)));

          cdgh = _mm_sha256rnds2_epu32 (cdgh, abef, sum);
          abef = _mm_sha256rnds2_epu32 (abef, cdgh, _mm_shuffle_epi32 (sum, 0x0e));
          if (i < 12)
            *now = _mm_sha256msg2_epu32 (_mm_add_epi32 (_mm_sha256msg1_epu32 (*now, next),
                                                        _mm_alignr_epi8 (last, words[(i + 2) % 4], 4)),
                                         last);
        }
      abef = _mm_add_epi32 (abef, abef_before);
      cdgh = _mm_add_epi32 (cdgh, cdgh_before);
    }

  abef = _mm_shuffle_epi32 (abef, 0x1b);
  cdgh = _mm_shuffle_epi32 (cdgh, 0xb1);
  _mm_storeu_si128 ((void *) state, _mm_blend_epi16 (abef, cdgh, 0xf0));
  _mm_storeu_si128 ((void *) (state + 4), _mm_alignr_epi8 (cdgh, abef, 8));
}
#else
static gboolean
is_fast (void)
{
  return FALSE;
}

static void
take_blocks (guint32 *state, const guint8 *bytes, gsize n)
{
  g_assert_not_reached ();
}
#endif

void
quarry_sha256_init (QuarrySha256 *self, gboolean plainly)
{
  *self = (QuarrySha256) { .state = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
                                      0x1f83d9ab, 0x5be0cd19 } };
  if (plainly || !is_fast ())
    self->checksum = g_checksum_new (G_CHECKSUM_SHA256);
}

void
quarry_sha256_add (QuarrySha256 *self, const guint8 *bytes, gsize n)
{
  gsize there = self->n_bytes % BLOCK, more = MIN (n, (BLOCK - there) % BLOCK);

  if (self->checksum != NULL)
    {
      g_checksum_update (self->checksum, bytes, (gssize) n);
      return;
    }
  self->n_bytes += n;
  memcpy (self->block + there, bytes, more);
  if (more > 0 && there + more == BLOCK)
    take_blocks (self->state, self->block, 1);
  bytes += more;
  n -= more;
  take_blocks (self->state, bytes, n / BLOCK);
  if (n % BLOCK > 0)
    memcpy (self->block, bytes + (n - n % BLOCK), n % BLOCK);
}

char *
quarry_sha256_end (QuarrySha256 *self)
{
  guint8 rest[2 * BLOCK] = { 0 };
  gsize there = self->n_bytes % BLOCK, n = there + 9 <= BLOCK ? BLOCK : 2 * BLOCK;
  guint64 n_bits = GUINT64_TO_BE (8 * self->n_bytes);
  GString *hex;

  if (self->checksum != NULL)
    return g_strdup (g_checksum_get_string (self->checksum));
  memcpy (rest, self->block, there);
  rest[there] = 0x80;
  memcpy (rest + n - sizeof n_bits, &n_bits, sizeof n_bits);
  take_blocks (self->state, rest, n / BLOCK);
  hex = g_string_sized_new (64);
  for (guint i = 0; i < G_N_ELEMENTS (self->state); i++)
    g_string_append_printf (hex, "%08x", self->state[i]);
  return g_string_free (hex, FALSE);
}

void
quarry_sha256_clear (QuarrySha256 *self)
{
  g_clear_pointer (&self->checksum, g_checksum_free);
}
