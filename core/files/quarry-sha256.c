/* quarry-sha256.c: the SHA-256 of bytes that come piece by piece
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/files/quarry-sha256.h"

#include <string.h>

#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>
#endif

#define BLOCK 64u /* bytes */

struct _QuarrySha256
{
  GChecksum *checksum; /* NULL where the processor has the instructions; then: */
  guint32 state[8];
  guint8 block[BLOCK]; /* what does not fill a block yet: @length % BLOCK bytes */
  guint64 length;
};

static const guint32 first_state[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

#ifdef __x86_64__

static const guint32 constants[64] __attribute__ ((aligned (16))) = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* The compiler's list of features lacks this one. Asking the processor takes long in a virtual machine: once is
 * enough. */
static gboolean
has_instructions (void)
{
  static gsize answer = 0;
  unsigned a, b, c, d;

  if (g_once_init_enter (&answer))
    g_once_init_leave (&answer, __builtin_cpu_supports ("sse4.1") && __get_cpuid_count (7, 0, &a, &b, &c, &d)
                                        && (b & bit_SHA) != 0
                                    ? 2 : 1);
  return answer == 2;
}

__attribute__ ((target ("sha,sse4.1"))) static void
add_blocks (guint32 *state, const guint8 *data, gsize n)
{
  const __m128i swap = _mm_set_epi64x (0x0c0d0e0f08090a0b, 0x0405060700010203);
  __m128i abcd = _mm_loadu_si128 ((const __m128i *) state), efgh = _mm_loadu_si128 ((const __m128i *) (state + 4));
  /* The instructions want the state as (a, b, e, f) and (c, d, g, h), the first letter in the highest place. */
  __m128i badc = _mm_shuffle_epi32 (abcd, 0xb1), hgfe = _mm_shuffle_epi32 (efgh, 0x1b);
  __m128i abef = _mm_alignr_epi8 (badc, hgfe, 8), cdgh = _mm_blend_epi16 (hgfe, badc, 0xf0);

  for (; n > 0; n--, data += BLOCK)
    {
      const __m128i abef_before = abef, cdgh_before = cdgh;
      __m128i w[4]; /* the last sixteen words of the schedule */

#pragma GCC unroll 4
      for (guint i = 0; i < 4; i++)
        w[i] = _mm_shuffle_epi8 (_mm_loadu_si128 ((const __m128i *) (data + i * 16)), swap);
#pragma GCC unroll 16
      for (guint i = 0; i < 16; i++)
        {
          __m128i *words = &w[i % 4];
          __m128i sum = _mm_add_epi32 (*words, _mm_load_si128 ((const __m128i *) (constants + i * 4)));

          cdgh = _mm_sha256rnds2_epu32 (cdgh, abef, sum);
          abef = _mm_sha256rnds2_epu32 (abef, cdgh, _mm_shuffle_epi32 (sum, 0x0e));
          /* These words have been used; in their place come those of four steps later. */
          if (i < 12)
            {
              __m128i seven_before = _mm_alignr_epi8 (w[(i + 3) % 4], w[(i + 2) % 4], 4);

              *words = _mm_sha256msg2_epu32 (
                  _mm_add_epi32 (_mm_sha256msg1_epu32 (*words, w[(i + 1) % 4]), seven_before), w[(i + 3) % 4]);
            }
        }
      abef = _mm_add_epi32 (abef, abef_before);
      cdgh = _mm_add_epi32 (cdgh, cdgh_before);
    }

  {
    __m128i feba = _mm_shuffle_epi32 (abef, 0x1b), dchg = _mm_shuffle_epi32 (cdgh, 0xb1);

    _mm_storeu_si128 ((__m128i *) state, _mm_blend_epi16 (feba, dchg, 0xf0));
    _mm_storeu_si128 ((__m128i *) (state + 4), _mm_alignr_epi8 (dchg, feba, 8));
  }
}

static void
add (QuarrySha256 *self, const guint8 *data, gsize length)
{
  gsize there = self->length % BLOCK;

  self->length += length;
  if (there > 0)
    {
      gsize more = MIN (length, BLOCK - there);

      memcpy (self->block + there, data, more);
      data += more;
      length -= more;
      if (there + more < BLOCK)
        return;
      add_blocks (self->state, self->block, 1);
    }
  add_blocks (self->state, data, length / BLOCK);
  memcpy (self->block, data + length / BLOCK * BLOCK, length % BLOCK);
}

static char *
end (QuarrySha256 *self)
{
  /* A 1, zeros up to eight bytes before the end of a block, and the length in bits. */
  guint8 padding[2 * BLOCK] = { 0x80 };
  gsize n = 1 + (2 * BLOCK - 9 - self->length % BLOCK) % BLOCK;
  guint64 bits = GUINT64_TO_BE (self->length * 8);
  char *digits = g_new (char, BLOCK + 1);

  memcpy (padding + n, &bits, sizeof bits);
  add (self, padding, n + sizeof bits);
  for (guint i = 0; i < G_N_ELEMENTS (self->state); i++)
    g_snprintf (digits + i * 8, 9, "%08x", self->state[i]);
  return digits;
}

#else

static gboolean
has_instructions (void)
{
  return FALSE;
}

static void
add (QuarrySha256 *self, const guint8 *data, gsize length)
{
}

static char *
end (QuarrySha256 *self)
{
  return NULL;
}

#endif

QuarrySha256 *
quarry_sha256_new (void)
{
  QuarrySha256 *self = g_new0 (QuarrySha256, 1);

  if (has_instructions ())
    memcpy (self->state, first_state, sizeof self->state);
  else
    self->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  return self;
}

void
quarry_sha256_free (QuarrySha256 *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->checksum, g_checksum_free);
  g_free (self);
}

void
quarry_sha256_add (QuarrySha256 *self, const guint8 *data, gsize length)
{
  if (self->checksum != NULL)
    g_checksum_update (self->checksum, data, (gssize) length);
  else
    add (self, data, length);
}

char *
quarry_sha256_end (QuarrySha256 *self)
{
  return self->checksum != NULL ? g_strdup (g_checksum_get_string (self->checksum)) : end (self);
}

char *
quarry_sha256_of (const guint8 *data, gsize length)
{
  g_autoptr (QuarrySha256) sum = quarry_sha256_new ();

  quarry_sha256_add (sum, data, length);
  return quarry_sha256_end (sum);
}
