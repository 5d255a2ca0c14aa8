/* mutate-file.c: changes a file of any format
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "mutate.h"

#include "fuzz.h"

gsize
mutate_file (guint8 *bytes, gsize length, gsize most, GRand *random)
{
  gsize changed = 0;

  /* The frame is to be changed too, now and then. */
  if (g_rand_int_range (random, 0, 8) != 0)
    changed = mutate_zip (bytes, length, most, random);
  if (changed == 0 && g_rand_int_range (random, 0, 8) != 0)
    changed = mutate_ole (bytes, length, most, random);
  return changed > 0 ? changed : LLVMFuzzerMutate (bytes, length, most);
}
