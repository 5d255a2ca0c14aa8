/* quarry-extract-sandbox.c: drops the rights of the process that reads foreign bytes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Three walls: resource limits; a seccomp filter with a list of allowed system calls; and, if the
 * kernel has it, Landlock, by which only the system's fonts and data can be opened. The filter and the
 * rules are prepared once in the server and are applied in each child. A crash handler tells whether a
 * reader died because it ran out of memory.
 */
#include "core/extract/process/quarry-extract-sandbox.h"

#include "core/extract/process/quarry-extract-protocol.h"

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
/* So many free bytes of the heap are not given back to the system. */
#define KEPT (4 << 20)
/* A placeholder in the filter for the process id, which only the child knows. */
#define OWN_PID 0x7eadbee1u

/* The flags with which the C library creates a thread. */
#define THREAD                                                                                     \
  (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SYSVSEM | CLONE_SIGHAND | CLONE_THREAD | CLONE_SETTLS \
   | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)
/* RLIMIT_NPROC counts all processes and threads of the user, so the limit has to be this high to allow a thread. */
#define MAX_THREADS 16384

static struct sock_fprog filter;
static int landlock_rules = -1;

/* The system calls needed to read a document. All others fail with EPERM. */
static const int allowed[] = {
  SCMP_SYS (read),
  SCMP_SYS (readv),
  SCMP_SYS (pread64),
  SCMP_SYS (recvmsg), /* from the server; no other socket can be opened */
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
    /* Ignore errors: not every architecture has every call. */
    (void) seccomp_rule_add (context, SCMP_ACT_ALLOW, allowed[i], 0);

  /* Fonts, character maps and message catalogues may be opened, but only for reading. */
  ok = seccomp_rule_add (
           context, SCMP_ACT_ALLOW, SCMP_SYS (openat), 1, SCMP_A2 (SCMP_CMP_MASKED_EQ, writes, 0))
           == 0
       && ok;
  (void) seccomp_rule_add (
      context, SCMP_ACT_ALLOW, SCMP_SYS (open), 1, SCMP_A1 (SCMP_CMP_MASKED_EQ, writes, 0));

  /* No memory may be made executable. */
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

  /* Limits may be read, but not set. */
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
  /* Threads, which DjVu's decoder needs. clone() is only allowed with exactly the flags that the C library uses, so
   * that no process can be created. The C library first tries clone3(), whose arguments a filter cannot see; ENOSYS
   * makes it use clone(). */
  (void) seccomp_rule_add (context, SCMP_ACT_ALLOW, SCMP_SYS (clone), 1, SCMP_A0 (SCMP_CMP_EQ, THREAD));
  (void) seccomp_rule_add (context, SCMP_ACT_ERRNO (ENOSYS), SCMP_SYS (clone3), 0);
  /* abort() sends a signal to its own process. */
  ok = seccomp_rule_add (
           context, SCMP_ACT_ALLOW, SCMP_SYS (tgkill), 1, SCMP_A0 (SCMP_CMP_EQ, OWN_PID))
           == 0
       && ok;
  return ok;
}

/* Allows reading below @path, for the system's fonts, character maps and message catalogues. */
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

/* With Landlock (kernel 5.13 and later), none of the person's own files can be opened at all. */
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

/* Libraries abort or fault when they run out of memory. That this is the reason is assumed if the last allocation
 * failed, or if not even a small one succeeds now. Without the address sanitizer: when a process exits in a handler,
 * that looks up the stack's bounds in a file that the sandbox does not allow to open. */
__attribute__ ((no_sanitize_address))
static void
handle_crash (int number)
{
  if (errno == ENOMEM
      || mmap (NULL, SCRAP, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
    _exit (QUARRY_EXTRACT_EXIT_MEMORY);
  /* The handler was reset (SA_RESETHAND), so a fault occurs again on return, and kills the process. */
  if (number == SIGABRT || number == SIGTRAP)
    _exit (128 + number);
}

/* If g_malloc() fails, this log message is the only sign of it before it aborts. */
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
  /* If /proc cannot be read, assume plenty. */
  return pages > 0 ? pages * (guint64) sysconf (_SC_PAGESIZE) : 512u << 20;
}

static gboolean
set_limit (__rlimit_resource_t resource, guint64 soft, guint64 hard)
{
  struct rlimit limit = { .rlim_cur = soft, .rlim_max = hard };
  struct rlimit now;

  /* A limit can only be lowered. */
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
  /* With a heap for each thread, these would use up a large part of the limited address space. */
  mallopt (M_ARENA_MAX, 1);
  /* The next file will need as much memory as the last one. If that were given back in between, it would have to be
   * obtained from the system again, page by page. */
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
