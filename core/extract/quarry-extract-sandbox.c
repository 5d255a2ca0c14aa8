/* quarry-extract-sandbox.c: lowers the rights of the process that reads foreign bytes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/quarry-extract-sandbox.h"

#include "core/extract/quarry-extract-protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SIGNAL_STACK 65536u
#define SCRAP (8u << 20)
/* Memory that is not given back to the system. */
#define KEPT (4 << 20)
/* Stands in the filter for the number of the process, which only the child knows. */
#define OWN_PID 0x7eadbee1u

/* What the C library makes a thread with. */
#define THREAD                                                                                     \
  (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SYSVSEM | CLONE_SIGHAND | CLONE_THREAD | CLONE_SETTLS \
   | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)
/* Processes and threads of the person's that there may be for a reader to make another thread. */
#define MAX_THREADS 16384

static struct sock_fprog filter;
static int landlock_rules = -1;

/* What reading a document takes. Everything else fails with EPERM. */
static const int allowed[] = {
  SCMP_SYS (read),
  SCMP_SYS (readv),
  SCMP_SYS (pread64),
  SCMP_SYS (recvmsg), /* from the server: no other socket can be made */
  SCMP_SYS (write),
  SCMP_SYS (writev),
  SCMP_SYS (lseek),
  SCMP_SYS (close),
  SCMP_SYS (fstat),
  SCMP_SYS (stat),
  SCMP_SYS (lstat),
  SCMP_SYS (newfstatat),
  SCMP_SYS (statx),
  SCMP_SYS (statfs),
  SCMP_SYS (fstatfs),
  SCMP_SYS (access),
  SCMP_SYS (faccessat),
  SCMP_SYS (faccessat2),
  SCMP_SYS (readlink),
  SCMP_SYS (readlinkat),
  SCMP_SYS (getdents64),
  SCMP_SYS (getcwd),
  SCMP_SYS (dup),
  SCMP_SYS (brk),
  SCMP_SYS (munmap),
  SCMP_SYS (mremap),
  SCMP_SYS (madvise),
  SCMP_SYS (futex),
  SCMP_SYS (rt_sigaction),
  SCMP_SYS (rt_sigprocmask),
  SCMP_SYS (rt_sigreturn),
  SCMP_SYS (sigaltstack),
  SCMP_SYS (restart_syscall),
  SCMP_SYS (exit),
  SCMP_SYS (exit_group),
  SCMP_SYS (getpid),
  SCMP_SYS (gettid),
  SCMP_SYS (getuid),
  SCMP_SYS (geteuid),
  SCMP_SYS (getgid),
  SCMP_SYS (getegid),
  SCMP_SYS (getrlimit),
  SCMP_SYS (getrusage),
  SCMP_SYS (sysinfo),
  SCMP_SYS (uname),
  SCMP_SYS (times),
  SCMP_SYS (time),
  SCMP_SYS (gettimeofday),
  SCMP_SYS (clock_gettime),
  SCMP_SYS (clock_getres),
  SCMP_SYS (clock_nanosleep),
  SCMP_SYS (nanosleep),
  SCMP_SYS (getrandom),
  SCMP_SYS (sched_yield),
  SCMP_SYS (sched_getaffinity),
  SCMP_SYS (rseq),
  SCMP_SYS (set_robust_list),
};

static gboolean
add_rules (scmp_filter_ctx context)
{
  const unsigned int writes = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
  gboolean ok = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (allowed); i++)
    /* Not every architecture has every call. */
    (void) seccomp_rule_add (context, SCMP_ACT_ALLOW, allowed[i], 0);

  /* Fonts, character maps and message catalogues are opened for reading. */
  ok = seccomp_rule_add (
           context, SCMP_ACT_ALLOW, SCMP_SYS (openat), 1, SCMP_A2 (SCMP_CMP_MASKED_EQ, writes, 0))
           == 0
       && ok;
  (void) seccomp_rule_add (
      context, SCMP_ACT_ALLOW, SCMP_SYS (open), 1, SCMP_A1 (SCMP_CMP_MASKED_EQ, writes, 0));

  /* No memory becomes code. */
  ok = seccomp_rule_add (
           context, SCMP_ACT_ALLOW, SCMP_SYS (mmap), 1, SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0))
           == 0
       && seccomp_rule_add (context,
                            SCMP_ACT_ALLOW,
                            SCMP_SYS (mprotect),
                            1,
                            SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0))
              == 0
       && ok;

  /* Reading limits, not setting them. */
  ok = seccomp_rule_add (context, SCMP_ACT_ALLOW, SCMP_SYS (prlimit64), 1, SCMP_A2 (SCMP_CMP_EQ, 0))
           == 0
       && ok;
  ok = seccomp_rule_add (
           context, SCMP_ACT_ALLOW, SCMP_SYS (fcntl), 1, SCMP_A1 (SCMP_CMP_EQ, F_GETFD))
           == 0
       && seccomp_rule_add (
              context, SCMP_ACT_ALLOW, SCMP_SYS (fcntl), 1, SCMP_A1 (SCMP_CMP_EQ, F_SETFD))
              == 0
       && seccomp_rule_add (
              context, SCMP_ACT_ALLOW, SCMP_SYS (fcntl), 1, SCMP_A1 (SCMP_CMP_EQ, F_GETFL))
              == 0
       && ok;
  /* Threads, which DjVu's decoder works in: with exactly what the C library asks for, so that no process
   * is made. It asks by clone3() first, whose arguments no filter can see, and then by clone(). */
  (void) seccomp_rule_add (context, SCMP_ACT_ALLOW, SCMP_SYS (clone), 1, SCMP_A0 (SCMP_CMP_EQ, THREAD));
  (void) seccomp_rule_add (context, SCMP_ACT_ERRNO (ENOSYS), SCMP_SYS (clone3), 0);
  /* abort() signals the process itself. */
  ok = seccomp_rule_add (
           context, SCMP_ACT_ALLOW, SCMP_SYS (tgkill), 1, SCMP_A0 (SCMP_CMP_EQ, OWN_PID))
           == 0
       && ok;
  return ok;
}

/* What a reader may read besides its file: the system's fonts, character maps and catalogues. */
static void
add_place (int rules, const char *path)
{
  struct landlock_path_beneath_attr place
      = { .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR };

  place.parent_fd = open (path, O_PATH | O_CLOEXEC);
  if (place.parent_fd < 0)
    return;
  (void) syscall (SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &place, 0);
  close (place.parent_fd);
}

/* Where the kernel has Landlock (5.13 and later), nothing of the person's own can be opened at all. */
static void
prepare_landlock (void)
{
  static const char *const places[] = { "/usr", "/lib", "/lib64", "/etc", "/var/cache/fontconfig" };
  const struct landlock_ruleset_attr all = { .handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1 };
  g_autofree char *cache = g_build_filename (g_get_user_cache_dir (), "fontconfig", NULL);
  g_autofree char *fonts = g_build_filename (g_get_user_data_dir (), "fonts", NULL);

  landlock_rules = (int) syscall (SYS_landlock_create_ruleset, &all, sizeof all, 0);
  if (landlock_rules < 0)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    add_place (landlock_rules, places[i]);
  add_place (landlock_rules, cache);
  add_place (landlock_rules, fonts);
}

gboolean
quarry_extract_sandbox_prepare (void)
{
  scmp_filter_ctx context = seccomp_init (SCMP_ACT_ERRNO (EPERM));
  gboolean ok = FALSE;
  int fd = -1;
  struct stat st;

  if (context == NULL)
    return FALSE;
  prepare_landlock ();
  fd = memfd_create ("filter", MFD_CLOEXEC);
  if (fd >= 0 && add_rules (context) && seccomp_export_bpf (context, fd) == 0
      && fstat (fd, &st) == 0 && st.st_size > 0 && st.st_size / sizeof (struct sock_filter) < 65536)
    {
      filter.len = (unsigned short) (st.st_size / sizeof (struct sock_filter));
      filter.filter = g_malloc ((gsize) st.st_size);
      ok = pread (fd, filter.filter, (gsize) st.st_size, 0) == st.st_size;
    }
  if (fd >= 0)
    close (fd);
  seccomp_release (context);
  return ok;
}

/* Libraries abort or fault where memory ends. It has ended where the last call says so, or where
 * not even a little is left. Not looked at by the address sanitizer: where a handler ends the process
 * it asks for the stack's bounds, which stand in a file that the walls keep shut. */
__attribute__ ((no_sanitize_address))
static void
handle_crash (int number)
{
  if (errno == ENOMEM
      || mmap (NULL, SCRAP, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
    _exit (QUARRY_EXTRACT_EXIT_MEMORY);
  /* The handler is gone (SA_RESETHAND): a fault comes again, and kills. */
  if (number == SIGABRT || number == SIGTRAP)
    _exit (128 + number);
}

/* g_malloc() tells the log before it aborts, and nothing else tells of it. */
static void
handle_log (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
  if ((level & G_LOG_FLAG_FATAL) != 0 && strstr (message, "failed to allocate") != NULL)
    _exit (QUARRY_EXTRACT_EXIT_MEMORY);
}

static gboolean
watch_crashes (void)
{
  static const int signals[] = { SIGABRT, SIGTRAP, SIGSEGV, SIGBUS };
  stack_t stack = { .ss_sp = g_malloc (SIGNAL_STACK), .ss_size = SIGNAL_STACK };
  struct sigaction action
      = { .sa_handler = handle_crash, .sa_flags = SA_ONSTACK | SA_RESETHAND | SA_NODEFER };

  g_log_set_default_handler (handle_log, NULL);
  if (sigaltstack (&stack, NULL) != 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    if (sigaction (signals[i], &action, NULL) != 0)
      return FALSE;
  return TRUE;
}

static void
write_own_pid (void)
{
  for (guint i = 0; i < filter.len; i++)
    if (filter.filter[i].code == (BPF_JMP | BPF_JEQ | BPF_K) && filter.filter[i].k == OWN_PID)
      filter.filter[i].k = (guint32) getpid ();
}

static guint64
mapped_bytes (void)
{
  guint64 pages = 0;
  FILE *file = fopen ("/proc/self/statm", "re");

  if (file != NULL)
    {
      if (fscanf (file, "%" G_GUINT64_FORMAT, &pages) != 1)
        pages = 0;
      fclose (file);
    }
  /* Without /proc, a generous guess. */
  return pages > 0 ? pages * (guint64) sysconf (_SC_PAGESIZE) : 512u << 20;
}

static gboolean
set_limit (__rlimit_resource_t resource, guint64 soft, guint64 hard)
{
  struct rlimit limit = { .rlim_cur = soft, .rlim_max = hard };
  struct rlimit now;

  /* Never above what this process has been given. */
  if (getrlimit (resource, &now) == 0 && now.rlim_max != RLIM_INFINITY)
    {
      limit.rlim_max = MIN (limit.rlim_max, now.rlim_max);
      limit.rlim_cur = MIN (limit.rlim_cur, limit.rlim_max);
    }
  return setrlimit (resource, &limit) == 0;
}

gboolean
quarry_extract_sandbox_enter (guint64 memory_limit, guint cpu_seconds)
{
  guint64 memory = mapped_bytes () + memory_limit;

  write_own_pid ();
  /* A heap for each thread would take a good part of the address space. */
  mallopt (M_ARENA_MAX, 1);
  /* What one file took the next one takes: given back to the system in between, it is had from it anew page by page. */
  mallopt (M_TRIM_THRESHOLD, KEPT);
  mallopt (M_MMAP_THRESHOLD, KEPT);
  return filter.len > 0 && watch_crashes () && set_limit (RLIMIT_AS, memory, memory)
         && set_limit (RLIMIT_CPU, cpu_seconds, cpu_seconds + 1) && set_limit (RLIMIT_CORE, 0, 0)
         && set_limit (RLIMIT_FSIZE, QUARRY_EXTRACT_MAX_DOCUMENT, QUARRY_EXTRACT_MAX_DOCUMENT)
         && set_limit (RLIMIT_NOFILE, 64, 64) && set_limit (RLIMIT_NPROC, MAX_THREADS, MAX_THREADS) && prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
         && prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) == 0
         && (landlock_rules < 0 || syscall (SYS_landlock_restrict_self, landlock_rules, 0) == 0)
         && prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}
