/*
 * Capabilities, read and dropped for good.
 *
 * Linux keeps capabilities per thread, and node has started half a dozen threads before our first line runs. capset(2)
 * changes the calling thread only, so every other thread is made to call it too, from a signal handler, as glibc does
 * for setuid(3). node's signal thread blocks all signals but the two that glibc keeps for itself, so it is glibc's own
 * (SIGSETXID) that is borrowed, by the plain system call, for the few microseconds this takes, and then given back.
 */
#include "sonde.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SONDE_BORROWED_SIGNAL 33 /* SIGSETXID in glibc, SIGCANCEL in musl: neither lets a program block it */
#define SONDE_KERNEL_SIGSET_OCTETS 8
#define SONDE_WAIT_NANOSECONDS 50000 /* per look at the threads' answers */
#define SONDE_WAIT_ROUNDS 40000      /* 2 s in all: a thread that starves gets the processor some time */

/* The kernel's struct sigaction, which differs from libc's. sa_restorer exists on the architectures node has. */
typedef struct {
  void (*handler)(int);
  unsigned long flags;
  void (*restorer)(void);
  unsigned char mask[SONDE_KERNEL_SIGSET_OCTETS];
} sonde_kernel_sigaction;

/* Leaves the calling thread those of `keep` (a mask of the first 32) that it has. */
static int sonde_limit_capabilities(uint32_t keep) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};
  if (keep != 0) {
    if (syscall(SYS_capget, &header, data) == -1)
      return -1;
    keep &= data[0].permitted;
    memset(data, 0, sizeof data);
    data[0].permitted = data[0].effective = keep;
  }
  return (int) syscall(SYS_capset, &header, data);
}

/* Async-signal-safe: two system calls, errno restored. no_new_privs is per thread as well. */
static void sonde_on_borrowed_signal(int number) {
  int saved = errno;
  syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  sonde_limit_capabilities(0);
  errno = saved;
}

/* Whether /proc says so of the thread; where it says nothing (before Linux 4.10) there is nothing to wait for. */
static bool sonde_thread_lacks_no_new_privs(pid_t thread) {
  char path[64], text[4096]; /* the line stands in the middle of some 1400 octets */
  snprintf(path, sizeof path, "/proc/self/task/%d/status", (int) thread);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t length = fd == -1 ? -1 : read(fd, text, sizeof text - 1);
  if (fd != -1)
    close(fd);
  if (length <= 0)
    return false;
  text[length] = '\0';
  return strstr(text, "\nNoNewPrivs:\t0\n") != NULL;
}

/* Whether the thread holds a capability or could gain one by execve(2); a thread that has ended does neither. */
static bool sonde_thread_is_privileged(pid_t thread) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = thread};
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};
  if (syscall(SYS_capget, &header, data) == -1)
    return false;
  return (data[0].permitted | data[1].permitted | data[0].effective | data[1].effective) != 0 ||
         sonde_thread_lacks_no_new_privs(thread);
}

/* Signals every other thread that is still privileged; answers how many there were, -1 when they can't be listed. */
static int sonde_signal_threads(bool send) {
  pid_t process = getpid(), self = (pid_t) syscall(SYS_gettid);
  DIR *directory = opendir("/proc/self/task");
  int count = 0;
  if (directory == NULL)
    return -1;
  for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
    pid_t thread = (pid_t) strtol(entry->d_name, NULL, 10);
    if (thread <= 0 || thread == self || !sonde_thread_is_privileged(thread))
      continue;
    count++;
    if (send)
      syscall(SYS_tgkill, process, thread, SONDE_BORROWED_SIGNAL);
  }
  closedir(directory);
  return count;
}

/* Answers how many threads are still privileged, -1 when the handler could not be installed. */
static int sonde_drop_in_other_threads(void) {
  sonde_kernel_sigaction before, ours;
  struct sigaction libc_before, libc_ours = {.sa_handler = sonde_on_borrowed_signal, .sa_flags = SA_RESTART};
  /* libc fills in flags and restorer as this architecture needs them: install on a free signal, read back, copy. */
  sigfillset(&libc_ours.sa_mask);
  if (sigaction(SIGRTMAX, &libc_ours, &libc_before) == -1)
    return -1;
  long result = syscall(SYS_rt_sigaction, SIGRTMAX, NULL, &ours, SONDE_KERNEL_SIGSET_OCTETS);
  sigaction(SIGRTMAX, &libc_before, NULL);
  if (result == -1 ||
      syscall(SYS_rt_sigaction, SONDE_BORROWED_SIGNAL, &ours, &before, SONDE_KERNEL_SIGSET_OCTETS) == -1)
    return -1;
  int left = sonde_signal_threads(true);
  for (int round = 0; left > 0 && round < SONDE_WAIT_ROUNDS; round++) {
    nanosleep(&(struct timespec){.tv_nsec = SONDE_WAIT_NANOSECONDS}, NULL);
    left = sonde_signal_threads(false);
  }
  /* A thread that has not answered must not meet glibc's handler with our signal: ours stays then. */
  if (left == 0)
    syscall(SYS_rt_sigaction, SONDE_BORROWED_SIGNAL, &before, NULL, SONDE_KERNEL_SIGSET_OCTETS);
  return left;
}

/* The argument, absent as a rule, is a mask of capabilities that the calling thread alone may keep. */
static napi_value sonde_drop_capabilities(napi_env env, napi_callback_info info) {
  napi_value keep_value, result;
  size_t given = 1;
  uint32_t keep = 0;
  SONDE_CHECK(env, napi_get_cb_info(env, info, &given, &keep_value, NULL, NULL));
  if (given > 0)
    SONDE_CHECK(env, napi_get_value_uint32(env, keep_value, &keep));
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1) {
    sonde_throw_errno(env, errno, "prctl");
    return NULL;
  }
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); /* EINVAL before Linux 4.3, which has none */
  if (sonde_limit_capabilities(keep) == -1) {
    sonde_throw_errno(env, errno, "capset");
    return NULL;
  }
  int left = sonde_drop_in_other_threads();
  SONDE_CHECK(env, napi_create_int32(env, left, &result));
  return result;
}

static bool sonde_set_capability_set(napi_env env, napi_value object, const char *name, uint32_t low, uint32_t high) {
  napi_value value;
  return napi_create_bigint_uint64(env, (uint64_t) high << 32 | low, &value) == napi_ok &&
         napi_set_named_property(env, object, name, value) == napi_ok;
}

static napi_value sonde_capabilities(napi_env env, napi_callback_info info) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};
  napi_value object;
  if (syscall(SYS_capget, &header, data) == -1) {
    sonde_throw_errno(env, errno, "capget");
    return NULL;
  }
  SONDE_CHECK(env, napi_create_object(env, &object));
  if (!sonde_set_capability_set(env, object, "effective", data[0].effective, data[1].effective) ||
      !sonde_set_capability_set(env, object, "permitted", data[0].permitted, data[1].permitted) ||
      !sonde_set_capability_set(env, object, "inheritable", data[0].inheritable, data[1].inheritable))
    return NULL;
  return object;
}

bool sonde_privileges_init(napi_env env, napi_value exports) {
  static const sonde_export list[] = {{"capabilities", sonde_capabilities},
                                      {"dropCapabilities", sonde_drop_capabilities}};
  return sonde_export_all(env, exports, list, sizeof list / sizeof *list);
}
