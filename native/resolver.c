/*
 * getaddrinfo(3) and getnameinfo(3), each on a detached thread of its own and not in libuv's pool: the pool is joined
 * when the process exits, so one lookup at a dead resolver would hold the exit for many seconds.
 *
 * Such a thread may outlive the environment (a worker) that started it, and that deletes its thread-safe functions even
 * while a thread still holds one. So an answer goes through a gate, which the environment's clean-up closes first.
 */
#include "sonde.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#ifndef NI_IDN
#define NI_IDN 32
#endif

struct sonde_gate {
  pthread_mutex_t lock;
  bool closed;
  size_t references; /* the environment's and one for each lookup; the last one frees */
};

typedef struct {
  sonde_gate *gate;
  napi_threadsafe_function function; /* not to be touched once the gate is closed */
  bool reverse;
  int family;
  int flags;
  char *node;                      /* forward */
  struct sockaddr_storage address; /* reverse */
  socklen_t address_length;
  int status; /* 0, an EAI_ value, or EAI_SYSTEM with `number` */
  int number;
  struct addrinfo *found;
  char host[NI_MAXHOST];
} sonde_lookup;

/* Ends with the lock given back, and the gate freed when this was the last reference. */
static void sonde_unlock_and_release(sonde_gate *gate) {
  bool last = --gate->references == 0;
  pthread_mutex_unlock(&gate->lock);
  if (last) {
    pthread_mutex_destroy(&gate->lock);
    free(gate);
  }
}

void sonde_close_gate(sonde_state *state) {
  sonde_gate *gate = state->gate;
  if (gate == NULL)
    return;
  state->gate = NULL;
  pthread_mutex_lock(&gate->lock);
  gate->closed = true;
  sonde_unlock_and_release(gate);
}

/* One more reference to the environment's gate, which is made at the first call; NULL without memory. */
static sonde_gate *sonde_enter_gate(sonde_state *state) {
  if (state->gate == NULL) {
    sonde_gate *made = calloc(1, sizeof *made);
    if (made == NULL)
      return NULL;
    pthread_mutex_init(&made->lock, NULL);
    made->references = 1;
    state->gate = made;
  }
  pthread_mutex_lock(&state->gate->lock);
  state->gate->references++;
  pthread_mutex_unlock(&state->gate->lock);
  return state->gate;
}

static void sonde_leave_gate(sonde_gate *gate) {
  pthread_mutex_lock(&gate->lock);
  sonde_unlock_and_release(gate);
}

static void sonde_free_lookup(sonde_lookup *lookup) {
  if (lookup->found != NULL)
    freeaddrinfo(lookup->found);
  free(lookup->node);
  free(lookup);
}

static const char *sonde_eai_name(int status) {
  switch (status) {
  case EAI_ADDRFAMILY:
    return "EAI_ADDRFAMILY";
  case EAI_AGAIN:
    return "EAI_AGAIN";
  case EAI_BADFLAGS:
    return "EAI_BADFLAGS";
  case EAI_FAIL:
    return "EAI_FAIL";
  case EAI_FAMILY:
    return "EAI_FAMILY";
  case EAI_IDN_ENCODE:
    return "EAI_IDN_ENCODE";
  case EAI_MEMORY:
    return "EAI_MEMORY";
  case EAI_NODATA:
    return "EAI_NODATA";
  case EAI_NONAME:
    return "EAI_NONAME";
  case EAI_OVERFLOW:
    return "EAI_OVERFLOW";
  case EAI_SERVICE:
    return "EAI_SERVICE";
  case EAI_SOCKTYPE:
    return "EAI_SOCKTYPE";
  case EAI_SYSTEM:
    return "EAI_SYSTEM";
  default:
    return "EAI_UNKNOWN";
  }
}

static napi_value sonde_lookup_result(napi_env env, const sonde_lookup *lookup) {
  napi_value result, list, value;
  uint32_t index = 0;
  if (lookup->reverse) {
    SONDE_CHECK(env, napi_create_string_utf8(env, lookup->host, NAPI_AUTO_LENGTH, &result));
    return result;
  }
  SONDE_CHECK(env, napi_create_object(env, &result));
  SONDE_CHECK(env, napi_create_array(env, &list));
  for (const struct addrinfo *each = lookup->found; each != NULL; each = each->ai_next) {
    if ((value = sonde_copy_octets(env, each->ai_addr, each->ai_addrlen)) == NULL)
      return NULL;
    SONDE_CHECK(env, napi_set_element(env, list, index++, value));
  }
  SONDE_CHECK(env, napi_set_named_property(env, result, "addresses", list));
  if (lookup->found != NULL && lookup->found->ai_canonname != NULL)
    SONDE_CHECK(env, napi_create_string_utf8(env, lookup->found->ai_canonname, NAPI_AUTO_LENGTH, &value));
  else
    SONDE_CHECK(env, napi_get_null(env, &value));
  SONDE_CHECK(env, napi_set_named_property(env, result, "canonicalName", value));
  return result;
}

/* Runs on the JavaScript thread; `env` is NULL while the environment ends, and then there is nobody to tell. */
static void sonde_answer(napi_env env, napi_value callback, void *context, void *data) {
  sonde_lookup *lookup = data;
  napi_value receiver, values[2];
  napi_status status = napi_ok;
  if (env != NULL && callback != NULL && napi_get_global(env, &receiver) == napi_ok &&
      napi_get_null(env, &values[0]) == napi_ok && napi_get_null(env, &values[1]) == napi_ok) {
    if (lookup->status == 0) {
      values[1] = sonde_lookup_result(env, lookup);
    } else {
      bool system = lookup->status == EAI_SYSTEM;
      values[0] =
          sonde_error(env, system ? sonde_errno_name(lookup->number) : sonde_eai_name(lookup->status),
                      system ? -lookup->number : lookup->status, lookup->reverse ? "getnameinfo" : "getaddrinfo",
                      system ? strerror(lookup->number) : gai_strerror(lookup->status));
    }
    if (values[0] != NULL && values[1] != NULL)
      status = napi_call_function(env, receiver, callback, 2, values, NULL);
    if (status == napi_pending_exception) /* node would only warn of it (DEP0168) */
      sonde_report_exception(env);
  }
  sonde_free_lookup(lookup);
}

static void *sonde_look_up(void *data) {
  sonde_lookup *lookup = data;
  napi_threadsafe_function function = lookup->function; /* `lookup` itself is no longer ours once it is told */
  sonde_gate *gate = lookup->gate;
  if (lookup->reverse) {
    lookup->status = getnameinfo((struct sockaddr *) &lookup->address, lookup->address_length, lookup->host,
                                 sizeof lookup->host, NULL, 0, lookup->flags);
  } else {
    struct addrinfo hints = {.ai_family = lookup->family, .ai_socktype = SOCK_RAW, .ai_flags = lookup->flags};
    lookup->status = getaddrinfo(lookup->node, NULL, &hints, &lookup->found);
    if (lookup->status != 0)
      lookup->found = NULL;
  }
  lookup->number = errno;
  pthread_mutex_lock(&gate->lock);
  bool told = !gate->closed && napi_call_threadsafe_function(function, lookup, napi_tsfn_nonblocking) == napi_ok;
  if (told)
    napi_release_threadsafe_function(function, napi_tsfn_release);
  else
    sonde_free_lookup(lookup); /* the environment has ended or is about to, which also releases `function` */
  sonde_unlock_and_release(gate);
  return NULL;
}

/* Takes `lookup` over. `keep_alive` says whether the event loop waits for the answer. */
static napi_value sonde_start_lookup(napi_env env, sonde_lookup *lookup, napi_value callback, bool keep_alive) {
  napi_value name;
  sonde_state *state;
  pthread_t thread;
  pthread_attr_t attributes;
  sigset_t all, before;
  if (sonde_failed(env, napi_create_string_utf8(env, "sonde.resolver", NAPI_AUTO_LENGTH, &name)) ||
      sonde_failed(env, napi_create_threadsafe_function(env, callback, NULL, name, 0, 1, NULL, NULL, NULL, sonde_answer,
                                                        &lookup->function))) {
    sonde_free_lookup(lookup);
    return NULL;
  }
  if (sonde_failed(env, napi_get_instance_data(env, (void **) &state)) ||
      (lookup->gate = sonde_enter_gate(state)) == NULL) {
    napi_release_threadsafe_function(lookup->function, napi_tsfn_abort);
    sonde_free_lookup(lookup);
    sonde_throw_errno(env, ENOMEM, "getaddrinfo");
    return NULL;
  }
  if (!keep_alive)
    napi_unref_threadsafe_function(env, lookup->function);
  sigfillset(&all); /* signals belong to the threads that node expects to get them */
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int result = pthread_create(&thread, &attributes, sonde_look_up, lookup);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  if (result != 0) {
    napi_release_threadsafe_function(lookup->function, napi_tsfn_abort);
    sonde_leave_gate(lookup->gate);
    sonde_free_lookup(lookup);
    sonde_throw_errno(env, result, "pthread_create");
  }
  return NULL;
}

static napi_value sonde_getaddrinfo(napi_env env, napi_callback_info info) {
  napi_value arguments[4];
  size_t length;
  int32_t family, flags;
  if (!sonde_arguments(env, info, 4, arguments))
    return NULL;
  SONDE_CHECK(env, napi_get_value_string_utf8(env, arguments[0], NULL, 0, &length));
  SONDE_CHECK(env, napi_get_value_int32(env, arguments[1], &family));
  SONDE_CHECK(env, napi_get_value_int32(env, arguments[2], &flags));
  sonde_lookup *lookup = calloc(1, sizeof *lookup);
  if (lookup == NULL || (lookup->node = malloc(length + 1)) == NULL) {
    free(lookup);
    sonde_throw_errno(env, ENOMEM, "getaddrinfo");
    return NULL;
  }
  lookup->family = family;
  lookup->flags = flags;
  if (sonde_failed(env, napi_get_value_string_utf8(env, arguments[0], lookup->node, length + 1, &length))) {
    sonde_free_lookup(lookup);
    return NULL;
  }
  if (strlen(lookup->node) != length) { /* getaddrinfo(3) would look up what stands before the NUL */
    sonde_free_lookup(lookup);
    sonde_throw_errno(env, EINVAL, "getaddrinfo");
    return NULL;
  }
  return sonde_start_lookup(env, lookup, arguments[3], true);
}

static napi_value sonde_getnameinfo(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  uint8_t *data;
  size_t length;
  int32_t flags;
  if (!sonde_arguments(env, info, 3, arguments) || !sonde_octets(env, arguments[0], &data, &length))
    return NULL;
  SONDE_CHECK(env, napi_get_value_int32(env, arguments[1], &flags));
  sonde_lookup *lookup = calloc(1, sizeof *lookup);
  if (lookup == NULL || length > sizeof lookup->address) {
    free(lookup);
    sonde_throw_errno(env, lookup == NULL ? ENOMEM : EINVAL, "getnameinfo");
    return NULL;
  }
  lookup->reverse = true;
  lookup->flags = flags;
  lookup->address_length = (socklen_t) length;
  if (length > 0)
    memcpy(&lookup->address, data, length);
  return sonde_start_lookup(env, lookup, arguments[2], false);
}

bool sonde_resolver_init(napi_env env, napi_value exports) {
  static const sonde_export list[] = {{"getaddrinfo", sonde_getaddrinfo}, {"getnameinfo", sonde_getnameinfo}};
  return sonde_export_all(env, exports, list, sizeof list / sizeof *list);
}
