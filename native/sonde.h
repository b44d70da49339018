/*
 * The addon in one page. C moves octets and control messages between the kernel and buffers that JavaScript owns; it
 * parses nothing that a peer sent and prints nothing. All state hangs off sonde_state, one per environment (a worker
 * thread has its own), so there is no file-scope variable. Descriptors live in sonde_handle, which closes them on
 * `close`, on garbage collection and when the environment ends, whichever comes first.
 */
#ifndef SONDE_H
#define SONDE_H

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

typedef struct sonde_state sonde_state;
typedef struct sonde_handle sonde_handle;
typedef struct sonde_watch sonde_watch;
typedef struct sonde_gate sonde_gate;

struct sonde_state {
  sonde_handle *handles; /* every open handle, for the clean-up hook */
  sonde_gate *gate;      /* NULL until the first lookup: resolver.c */
  size_t closing;        /* watchers whose uv_close callback is still to come */
  bool ending;           /* the clean-up hook has run */
  napi_async_cleanup_hook_handle hook;
};

/* A stream is watched while it connects: until it may be written to. */
enum sonde_kind { SONDE_SOCKET, SONDE_STREAM, SONDE_TIMER };

struct sonde_handle {
  sonde_state *state; /* NULL once closed */
  sonde_handle *next, *previous;
  sonde_watch *watch; /* NULL while nobody watches */
  enum sonde_kind kind;
  int fd; /* -1 once closed */
  int domain;
};

/* Leaves the calling function with NULL when a Node-API call failed; the pending exception says why. */
#define SONDE_CHECK(env, call)                                                                                         \
  do {                                                                                                                 \
    if (sonde_failed((env), (call)))                                                                                   \
      return NULL;                                                                                                     \
  } while (0)

/* addon.c */
bool sonde_failed(napi_env env, napi_status status);
/* Hands the pending exception of a callback that nobody called from JavaScript to `uncaughtException`. */
void sonde_report_exception(napi_env env);
/* Throws an Error whose message is `syscall: strerror`, with code, errno (negative, as node has it) and syscall. */
void sonde_throw_errno(napi_env env, int number, const char *syscall);
napi_value sonde_error(napi_env env, const char *code, int number, const char *syscall, const char *text);
bool sonde_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values);
bool sonde_octets(napi_env env, napi_value value, uint8_t **data, size_t *length);
/* What was wrapped in `value` under `tag`, or NULL with a TypeError pending that says what is `needed`. */
void *sonde_unwrap_tagged(napi_env env, napi_value value, const napi_type_tag *tag, const char *needed);
napi_value sonde_copy_octets(napi_env env, const void *data, size_t length);
bool sonde_set_number(napi_env env, napi_value object, const char *name, double number);
const char *sonde_errno_name(int number);
/* The numbers behind a Float64Array of at least `count`, or NULL with an exception pending. */
double *sonde_doubles(napi_env env, napi_value value, size_t count);
/* What one reading of the clocks fills in: monotonic ns, Unix seconds, ns of that second. */
#define SONDE_CLOCK_NUMBERS 3
void sonde_read_both_clocks(double *out);

/* handle.c */
napi_value sonde_wrap_handle(napi_env env, enum sonde_kind kind, int fd, int domain);
/* The handle behind `value`, or NULL with an exception pending. A closed one is refused with EBADF unless `closed`. */
sonde_handle *sonde_unwrap_handle(napi_env env, napi_value value, const char *syscall, bool closed);
void sonde_close_handle(sonde_handle *handle);
bool sonde_handle_init(napi_env env, napi_value exports);

/* watch.c */
void sonde_stop_watch(sonde_handle *handle);
bool sonde_watch_init(napi_env env, napi_value exports);

/* resolver.c */
/* Lookups that end from now on find nobody to tell. To be called before the environment lets go of anything. */
void sonde_close_gate(sonde_state *state);

/* the other rooms */
bool sonde_message_init(napi_env env, napi_value exports);
bool sonde_exchange_init(napi_env env, napi_value exports);
bool sonde_resolver_init(napi_env env, napi_value exports);
bool sonde_interfaces_init(napi_env env, napi_value exports);
bool sonde_privileges_init(napi_env env, napi_value exports);

typedef struct {
  const char *name;
  napi_callback function;
} sonde_export;
bool sonde_export_all(napi_env env, napi_value exports, const sonde_export *list, size_t count);

#endif
