/* quarry-background.c: threads of a low priority, and whether the computer saves power
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Priorities are set by the Linux calls that concern one thread: its nice value, its scheduling policy and its class
 * for reads and writes. Whether to save power is asked of the services on the system bus that know.
 */
#include "core/machine/quarry-background.h"

#include <gio/gio.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* For ioprio_set(2): the C library has neither the function nor these constants. */
#define WHO_PROCESS 1
#define CLASS_SHIFT 13
#define CLASS_BEST_EFFORT 2
#define CLASS_IDLE 3
#define LOWEST_BEST_EFFORT 7

#define LOW_NICE 10
#define AHEAD_NICE 7
#define IDLE_NICE 19

#define ASK_EVERY_US (10 * G_USEC_PER_SEC)
#define ANSWER_MS 2000

void
quarry_background_enter (QuarryBackground level)
{
  const struct sched_param none = { 0 };
  gboolean is_idle = level == QUARRY_BACKGROUND_IDLE;
  int nice = is_idle ? IDLE_NICE : level == QUARRY_BACKGROUND_AHEAD ? AHEAD_NICE : LOW_NICE;
  int io = is_idle ? CLASS_IDLE << CLASS_SHIFT : (CLASS_BEST_EFFORT << CLASS_SHIFT) | LOWEST_BEST_EFFORT;

  /* Sets the nice value of this thread alone, and never to a better priority than the whole program was started
   * with. */
  if (setpriority (PRIO_PROCESS, (id_t) gettid (), MAX (nice, getpriority (PRIO_PROCESS, (id_t) gettid ()))) != 0
      || sched_setscheduler (0, is_idle ? SCHED_IDLE : SCHED_BATCH, &none) != 0
      || syscall (SYS_ioprio_set, WHO_PROCESS, 0, io) != 0)
    g_debug ("an import runs at its usual priority");
}

/* Returns a property of a service on the system bus; NULL where the service does not run or the value is of another
 * type. (transfer full) */
static GVariant *
ask (GDBusConnection *bus, const char *name, const char *path, const char *property, const GVariantType *type)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      bus, name, path, "org.freedesktop.DBus.Properties", "Get", g_variant_new ("(ss)", name, property),
      G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, ANSWER_MS, NULL, NULL);
  g_autoptr (GVariant) value = NULL;

  if (answer != NULL)
    g_variant_get (answer, "(v)", &value);
  return value != NULL && g_variant_is_of_type (value, type) ? g_steal_pointer (&value) : NULL;
}

static gboolean
ask_system (void)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, NULL);
  g_autoptr (GVariant) on_battery = NULL;
  g_autoptr (GVariant) profile = NULL;

  if (bus == NULL)
    return FALSE;
  on_battery = ask (bus, "org.freedesktop.UPower", "/org/freedesktop/UPower", "OnBattery", G_VARIANT_TYPE_BOOLEAN);
  if (on_battery != NULL && g_variant_get_boolean (on_battery))
    return TRUE;
  profile = ask (bus, "net.hadess.PowerProfiles", "/net/hadess/PowerProfiles", "ActiveProfile", G_VARIANT_TYPE_STRING);
  return profile != NULL && g_str_equal (g_variant_get_string (profile, NULL), "power-saver");
}

gboolean
quarry_saves_power (void)
{
  static GMutex lock;
  static gint64 asked_at;
  static gboolean saves;
  gboolean result;

  g_mutex_lock (&lock);
  if (asked_at == 0 || g_get_monotonic_time () - asked_at > ASK_EVERY_US)
    {
      saves = ask_system ();
      asked_at = g_get_monotonic_time ();
    }
  result = saves;
  g_mutex_unlock (&lock);

  return result;
}
