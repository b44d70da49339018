/*
 * Readiness: uv_poll on the environment's own loop, a blocking ppoll for tight loops, and timerfd.
 *
 * A pending ICMP error raises POLLERR without POLLPRI, and libuv then stops a watcher with EBADF. Sockets that set
 * SO_SELECT_ERR_QUEUE raise POLLPRI as well, so UV_PRIORITIZED is watched; where EBADF comes all the same (on a socket
 * without that option, when a packet waits beside the error), SO_ERROR is cleared and the watcher started again.
 *
 * A stream is watched for one event, the end of its connect: what SO_ERROR says then is the answer and is left alone.
 */
#include "sonde.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

struct sonde_watch {
  uv_poll_t poll;
  sonde_state *state;
  sonde_handle *handle; /* NULL once stopped */
  napi_env env;
  napi_ref callback;
  napi_ref self; /* keeps the handle's object alive while somebody waits for it */
  napi_async_context context;
};

/* What `wait` answers: native.ts WAIT_PACKETS, WAIT_ERRORS. */
enum { SONDE_WAIT_PACKETS = 1, SONDE_WAIT_ERRORS = 2 };

static const int SONDE_EVENTS = UV_READABLE | UV_PRIORITIZED;

static int sonde_events_of(const sonde_handle *handle) {
  switch (handle->kind) {
  case SONDE_TIMER:
    return UV_READABLE;
  case SONDE_STREAM:
    return SONDE_EVENTS | UV_WRITABLE;
  case SONDE_SOCKET:
    break;
  }
  return SONDE_EVENTS;
}

static void sonde_on_closed(uv_handle_t *poll) {
  sonde_watch *watch = poll->data;
  sonde_state *state = watch->state;
  free(watch);
  if (--state->closing == 0 && state->ending)
    napi_remove_async_cleanup_hook(state->hook);
}

void sonde_stop_watch(sonde_handle *handle) {
  sonde_watch *watch = handle->watch;
  if (watch == NULL)
    return;
  handle->watch = NULL;
  watch->handle = NULL;
  napi_delete_reference(watch->env, watch->callback);
  napi_delete_reference(watch->env, watch->self);
  if (watch->context != NULL)
    napi_async_destroy(watch->env, watch->context);
  uv_poll_stop(&watch->poll);
  watch->state->closing++;
  uv_close((uv_handle_t *) &watch->poll, sonde_on_closed);
}

static void sonde_call_back(sonde_watch *watch) {
  napi_env env = watch->env;
  napi_handle_scope scope;
  napi_value callback, receiver;
  if (napi_open_handle_scope(env, &scope) != napi_ok)
    return;
  if (napi_get_reference_value(env, watch->callback, &callback) == napi_ok &&
      napi_get_global(env, &receiver) == napi_ok &&
      napi_make_callback(env, watch->context, receiver, callback, 0, NULL, NULL) == napi_pending_exception)
    sonde_report_exception(env);
  napi_close_handle_scope(env, scope); /* `watch` may be stopped by now: the callback is free to close the handle */
}

static void sonde_on_events(uv_poll_t *poll, int status, int events) {
  sonde_watch *watch = poll->data;
  sonde_handle *handle = watch->handle;
  if (handle == NULL)
    return;
  if (handle->kind == SONDE_TIMER) {
    uint64_t expirations;
    if (read(handle->fd, &expirations, sizeof expirations) != sizeof expirations)
      return; /* disarmed meanwhile */
  } else if (handle->kind == SONDE_STREAM) {
    uv_poll_stop(poll); /* writable it would stay for ever */
  } else if (status == UV_EBADF) {
    int pending;
    socklen_t length = sizeof pending;
    getsockopt(handle->fd, SOL_SOCKET, SO_ERROR, &pending, &length);
    uv_poll_start(poll, SONDE_EVENTS, sonde_on_events);
  }
  sonde_call_back(watch);
}

static napi_value sonde_start_watch(napi_env env, sonde_handle *handle, napi_value object, napi_value callback) {
  uv_loop_t *loop;
  napi_value name;
  sonde_watch *watch = calloc(1, sizeof *watch);
  if (watch == NULL) {
    sonde_throw_errno(env, ENOMEM, "calloc");
    return NULL;
  }
  *watch = (sonde_watch){.state = handle->state, .handle = handle, .env = env};
  if (sonde_failed(env, napi_get_uv_event_loop(env, &loop)) ||
      sonde_failed(env, napi_create_string_utf8(env, "sonde", NAPI_AUTO_LENGTH, &name)) ||
      sonde_failed(env, napi_create_reference(env, callback, 1, &watch->callback)) ||
      sonde_failed(env, napi_create_reference(env, object, 1, &watch->self)) ||
      sonde_failed(env, napi_async_init(env, object, name, &watch->context))) {
    if (watch->callback != NULL)
      napi_delete_reference(env, watch->callback);
    if (watch->self != NULL)
      napi_delete_reference(env, watch->self);
    free(watch);
    return NULL;
  }
  int result = uv_poll_init(loop, &watch->poll, handle->fd);
  if (result != 0) {
    napi_delete_reference(env, watch->callback);
    napi_delete_reference(env, watch->self);
    napi_async_destroy(env, watch->context);
    free(watch);
    sonde_throw_errno(env, -result, "uv_poll_init");
    return NULL;
  }
  watch->poll.data = watch;
  handle->watch = watch;
  result = uv_poll_start(&watch->poll, sonde_events_of(handle), sonde_on_events);
  if (result != 0) {
    sonde_stop_watch(handle);
    sonde_throw_errno(env, -result, "uv_poll_start");
  }
  return NULL;
}

static napi_value sonde_watch_js(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  napi_valuetype type;
  if (!sonde_arguments(env, info, 2, arguments))
    return NULL;
  sonde_handle *handle = sonde_unwrap_handle(env, arguments[0], "watch", false);
  if (handle == NULL)
    return NULL;
  SONDE_CHECK(env, napi_typeof(env, arguments[1], &type));
  if (type != napi_function && type != napi_null) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "a function or null is needed");
    return NULL;
  }
  sonde_stop_watch(handle);
  return type == napi_null ? NULL : sonde_start_watch(env, handle, arguments[0], arguments[1]);
}

static napi_value sonde_wait(napi_env env, napi_callback_info info) {
  napi_value arguments[2], result;
  double timeout;
  if (!sonde_arguments(env, info, 2, arguments))
    return NULL;
  sonde_handle *handle = sonde_unwrap_handle(env, arguments[0], "ppoll", false);
  if (handle == NULL)
    return NULL;
  SONDE_CHECK(env, napi_get_value_double(env, arguments[1], &timeout));
  if (!(timeout >= 0 && timeout <= 1e18)) {
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "timeoutNs must be 0 to 1e18");
    return NULL;
  }
  short connected = handle->kind == SONDE_STREAM ? POLLOUT : 0;
  struct pollfd descriptor = {.fd = handle->fd, .events = POLLIN | POLLPRI | connected};
  struct timespec limit = {.tv_sec = (time_t) (timeout / 1e9)};
  limit.tv_nsec = (long) (timeout - (double) limit.tv_sec * 1e9);
  int ready = ppoll(&descriptor, 1, &limit, NULL);
  int what = ready == -1 ? -errno
                         : ((descriptor.revents & (POLLIN | connected)) != 0 ? SONDE_WAIT_PACKETS : 0) |
                               ((descriptor.revents & ~(POLLIN | connected)) != 0 ? SONDE_WAIT_ERRORS : 0);
  SONDE_CHECK(env, napi_create_int32(env, what, &result));
  return result;
}

static napi_value sonde_open_timer(napi_env env, napi_callback_info info) {
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (fd == -1) {
    sonde_throw_errno(env, errno, "timerfd_create");
    return NULL;
  }
  return sonde_wrap_handle(env, SONDE_TIMER, fd, 0);
}

static napi_value sonde_arm_timer(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  double deadline;
  if (!sonde_arguments(env, info, 2, arguments))
    return NULL;
  sonde_handle *handle = sonde_unwrap_handle(env, arguments[0], "timerfd_settime", false);
  if (handle == NULL)
    return NULL;
  SONDE_CHECK(env, napi_get_value_double(env, arguments[1], &deadline));
  if (!(deadline >= 0 && deadline <= 1e18)) {
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "deadlineNs must be 0 to 1e18");
    return NULL;
  }
  struct itimerspec when = {.it_value = {.tv_sec = (time_t) (deadline / 1e9)}};
  when.it_value.tv_nsec = (long) (deadline - (double) when.it_value.tv_sec * 1e9);
  if (deadline > 0 && when.it_value.tv_sec == 0 && when.it_value.tv_nsec == 0)
    when.it_value.tv_nsec = 1; /* zero would disarm */
  if (timerfd_settime(handle->fd, TFD_TIMER_ABSTIME, &when, NULL) == -1)
    sonde_throw_errno(env, errno, "timerfd_settime");
  return NULL;
}

bool sonde_watch_init(napi_env env, napi_value exports) {
  static const sonde_export list[] = {
      {"watch", sonde_watch_js},
      {"wait", sonde_wait},
      {"openTimer", sonde_open_timer},
      {"armTimer", sonde_arm_timer},
  };
  return sonde_export_all(env, exports, list, sizeof list / sizeof *list);
}
