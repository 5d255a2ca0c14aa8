/* quarry-revenge.c: loads what LibreOffice's import libraries read with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/extract/office/quarry-revenge.h"

#include "core/place/quarry-place.h"

#include <dlfcn.h>

static QuarryRevengeResult (*read_really) (QuarryRevengeKind, const guint8 *, gsize, QuarryDocumentBuilder *);
static gboolean was_tried, was_missed;

gboolean
quarry_revenge_load (void)
{
  if (!was_tried)
    {
      const char *path = quarry_place_choose (QUARRY_BUILDDIR "/core/quarry-revenge.so", QUARRY_LIBEXECDIR "/quarry-revenge.so");
      void *module = dlopen (path, RTLD_NOW | RTLD_LOCAL);

      if (module != NULL)
        *(void **) &read_really = dlsym (module, "quarry_revenge_module_read");
      else
        g_debug ("%s", dlerror ());
      was_tried = TRUE;
    }
  return read_really != NULL;
}

gboolean
quarry_revenge_was_missed (void)
{
  return was_missed;
}

QuarryRevengeResult
quarry_revenge_read (QuarryRevengeKind kind, const guint8 *bytes, gsize length, QuarryDocumentBuilder *builder)
{
  was_missed = was_missed || !was_tried;
  return quarry_revenge_load () ? read_really (kind, bytes, length, builder) : QUARRY_REVENGE_MISSING;
}
