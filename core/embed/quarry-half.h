/* quarry-half.h: the two 16-bit floating-point formats of model files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Conversions to float. Private to the room.
 */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

static inline float
quarry_bfloat_to_float (guint16 bits)
{
  guint32 wide = (guint32) bits << 16;
  float value;

  memcpy (&value, &wide, sizeof value);
  return value;
}

/* IEEE 754 binary16. The exponent is adjusted by a multiplication, which is exact and handles subnormal numbers
 * correctly without a branch. */
static inline float
quarry_half_to_float (guint16 bits)
{
  guint32 wide = (guint32) (bits & 0x7fff) << 13;
  guint32 infinite = (bits & 0x7c00) == 0x7c00 ? 0x7f800000 : 0;
  guint32 sign = (guint32) (bits & 0x8000) << 16;
  float value;

  memcpy (&value, &wide, sizeof value);
  value *= 0x1p112f;
  memcpy (&wide, &value, sizeof value);
  wide |= infinite | sign;
  memcpy (&value, &wide, sizeof value);
  return value;
}

G_END_DECLS
