/* Descriptors: open, name, configure, close. A descriptor belongs to exactly one sonde_handle from its first moment. */
#include "sonde.h"

#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SONDE_FILTER_INSTRUCTIONS 64

static const napi_type_tag SONDE_HANDLE_TAG = {0x736f6e646568616eULL, 0x646c652d76310001ULL};

void sonde_close_handle(sonde_handle *handle) {
  if (handle->fd == -1)
    return;
  sonde_stop_watch(handle);
  if (handle->previous != NULL)
    handle->previous->next = handle->next;
  else
    handle->state->handles = handle->next;
  if (handle->next != NULL)
    handle->next->previous = handle->previous;
  close(handle->fd); /* Linux frees the descriptor even when close says EINTR */
  handle->fd = -1;
  handle->state = NULL;
}

static void sonde_finalize_handle(napi_env env, void *data, void *hint) {
  sonde_close_handle(data);
  free(data);
}

/* Takes `fd` over: whatever fails from here on closes it. */
napi_value sonde_wrap_handle(napi_env env, enum sonde_kind kind, int fd, int domain) {
  napi_value object;
  sonde_state *state = NULL;
  sonde_handle *handle = calloc(1, sizeof *handle);
  if (handle == NULL) {
    close(fd);
    sonde_throw_errno(env, ENOMEM, "calloc");
    return NULL;
  }
  if (sonde_failed(env, napi_get_instance_data(env, (void **) &state)) ||
      sonde_failed(env, napi_create_object(env, &object)) ||
      sonde_failed(env, napi_type_tag_object(env, object, &SONDE_HANDLE_TAG)) ||
      sonde_failed(env, napi_wrap(env, object, handle, sonde_finalize_handle, NULL, NULL))) {
    close(fd);
    free(handle);
    return NULL;
  }
  *handle = (sonde_handle){.state = state, .next = state->handles, .kind = kind, .fd = fd, .domain = domain};
  if (state->handles != NULL)
    state->handles->previous = handle;
  state->handles = handle;
  return object;
}

sonde_handle *sonde_unwrap_handle(napi_env env, napi_value value, const char *syscall, bool closed) {
  sonde_handle *handle =
      sonde_unwrap_tagged(env, value, &SONDE_HANDLE_TAG, "a handle made by open or openTimer is needed");
  if (handle != NULL && handle->fd == -1 && !closed) {
    sonde_throw_errno(env, EBADF, syscall);
    return NULL;
  }
  return handle;
}

static napi_value sonde_open(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  int32_t domain, type, protocol;
  if (!sonde_arguments(env, info, 3, arguments))
    return NULL;
  SONDE_CHECK(env, napi_get_value_int32(env, arguments[0], &domain));
  SONDE_CHECK(env, napi_get_value_int32(env, arguments[1], &type));
  SONDE_CHECK(env, napi_get_value_int32(env, arguments[2], &protocol));
  int fd = socket(domain, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  if (fd == -1) {
    sonde_throw_errno(env, errno, "socket");
    return NULL;
  }
  return sonde_wrap_handle(env, type == SOCK_STREAM ? SONDE_STREAM : SONDE_SOCKET, fd, domain);
}

static napi_value sonde_close(napi_env env, napi_callback_info info) {
  napi_value value;
  if (!sonde_arguments(env, info, 1, &value))
    return NULL;
  sonde_handle *handle = sonde_unwrap_handle(env, value, "close", true);
  if (handle != NULL)
    sonde_close_handle(handle);
  return NULL;
}

static napi_value sonde_fd(napi_env env, napi_callback_info info) {
  napi_value value, number;
  if (!sonde_arguments(env, info, 1, &value))
    return NULL;
  sonde_handle *handle = sonde_unwrap_handle(env, value, "fd", true);
  if (handle == NULL)
    return NULL;
  SONDE_CHECK(env, napi_create_int32(env, handle->fd, &number));
  return number;
}

/*
 * bind and connect differ in one call; the address is a struct sockaddr that JavaScript laid out. Answers 0 or -errno,
 * and 1 with an exception pending.
 */
static int sonde_call_with_address(napi_env env, napi_callback_info info, const char *syscall,
                                   int (*call)(int, const struct sockaddr *, socklen_t)) {
  napi_value arguments[2];
  uint8_t *data;
  size_t length;
  struct sockaddr_storage address;
  int result;
  if (!sonde_arguments(env, info, 2, arguments))
    return 1;
  sonde_handle *handle = sonde_unwrap_handle(env, arguments[0], syscall, false);
  if (handle == NULL || !sonde_octets(env, arguments[1], &data, &length))
    return 1;
  if (length > sizeof address)
    return -EINVAL;
  memset(&address, 0, sizeof address);
  if (length > 0)
    memcpy(&address, data, length);
  do
    result = call(handle->fd, (const struct sockaddr *) &address, (socklen_t) length);
  while (result == -1 && errno == EINTR);
  return result == -1 ? -errno : 0;
}

static napi_value sonde_with_address(napi_env env, napi_callback_info info, const char *syscall,
                                     int (*call)(int, const struct sockaddr *, socklen_t)) {
  int result = sonde_call_with_address(env, info, syscall, call);
  if (result < 0)
    sonde_throw_errno(env, -result, syscall);
  return NULL;
}

static int sonde_call_bind(int fd, const struct sockaddr *address, socklen_t length) {
  return bind(fd, address, length);
}

static int sonde_call_connect(int fd, const struct sockaddr *address, socklen_t length) {
  return connect(fd, address, length);
}

static napi_value sonde_bind(napi_env env, napi_callback_info info) {
  return sonde_with_address(env, info, "bind", sonde_call_bind);
}

static napi_value sonde_connect(napi_env env, napi_callback_info info) {
  return sonde_with_address(env, info, "connect", sonde_call_connect);
}

/* connect(2) of a stream. It answers EINPROGRESS as a rule, and to throw that takes longer than a near host. */
static napi_value sonde_start_connect(napi_env env, napi_callback_info info) {
  napi_value number;
  int result = sonde_call_with_address(env, info, "connect", sonde_call_connect);
  if (result > 0)
    return NULL;
  SONDE_CHECK(env, napi_create_int32(env, result, &number));
  return number;
}

static napi_value sonde_getsockname(napi_env env, napi_callback_info info) {
  napi_value value;
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  if (!sonde_arguments(env, info, 1, &value))
    return NULL;
  sonde_handle *handle = sonde_unwrap_handle(env, value, "getsockname", false);
  if (handle == NULL)
    return NULL;
  if (getsockname(handle->fd, (struct sockaddr *) &address, &length) == -1) {
    sonde_throw_errno(env, errno, "getsockname");
    return NULL;
  }
  return sonde_copy_octets(env, &address, length < sizeof address ? length : sizeof address);
}

static napi_value sonde_setsockopt(napi_env env, napi_callback_info info) {
  napi_value arguments[4];
  napi_valuetype type;
  int32_t level, name;
  if (!sonde_arguments(env, info, 4, arguments))
    return NULL;
  sonde_handle *handle = sonde_unwrap_handle(env, arguments[0], "setsockopt", false);
  if (handle == NULL)
    return NULL;
  SONDE_CHECK(env, napi_get_value_int32(env, arguments[1], &level));
  SONDE_CHECK(env, napi_get_value_int32(env, arguments[2], &name));
  SONDE_CHECK(env, napi_typeof(env, arguments[3], &type));
  int result;
  if (type == napi_number) {
    int64_t wide; /* SO_MARK takes 32 bits unsigned; two's complement makes them the int the kernel reads */
    SONDE_CHECK(env, napi_get_value_int64(env, arguments[3], &wide));
    uint32_t number = (uint32_t) wide;
    result = setsockopt(handle->fd, level, name, &number, sizeof number);
  } else {
    uint8_t *data;
    size_t length;
    if (!sonde_octets(env, arguments[3], &data, &length))
      return NULL;
    result = setsockopt(handle->fd, level, name, data, (socklen_t) length);
  }
  if (result == -1)
    sonde_throw_errno(env, errno, "setsockopt");
  return NULL;
}

/*
 * Options whose length the kernel does not take for octets of the buffer, so that it would write past its end:
 * SO_GET_FILTER counts instructions, the multicast filters believe the count of sources that stands in the buffer.
 */
static bool sonde_overruns(int level, int name) {
  if (level == SOL_SOCKET)
    return name == SO_GET_FILTER;
  return (level == SOL_IP && name == IP_MSFILTER) || ((level == SOL_IP || level == SOL_IPV6) && name == MCAST_MSFILTER);
}

static napi_value sonde_getsockopt(napi_env env, napi_callback_info info) {
  napi_value arguments[4], written;
  int32_t level, name;
  uint8_t *data;
  size_t length;
  if (!sonde_arguments(env, info, 4, arguments))
    return NULL;
  sonde_handle *handle = sonde_unwrap_handle(env, arguments[0], "getsockopt", false);
  if (handle == NULL)
    return NULL;
  SONDE_CHECK(env, napi_get_value_int32(env, arguments[1], &level));
  SONDE_CHECK(env, napi_get_value_int32(env, arguments[2], &name));
  if (!sonde_octets(env, arguments[3], &data, &length))
    return NULL;
  if (sonde_overruns(level, name)) {
    sonde_throw_errno(env, ENOPROTOOPT, "getsockopt");
    return NULL;
  }
  socklen_t size = (socklen_t) length;
  if (getsockopt(handle->fd, level, name, data, &size) == -1) {
    sonde_throw_errno(env, errno, "getsockopt");
    return NULL;
  }
  SONDE_CHECK(env, napi_create_uint32(env, size, &written));
  return written;
}

/* struct sock_fprog holds a pointer, which JavaScript has none of; the instructions come as octets (struct
 * sock_filter). */
static napi_value sonde_attach_filter(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  uint8_t *data;
  size_t length;
  struct sock_filter program[SONDE_FILTER_INSTRUCTIONS];
  if (!sonde_arguments(env, info, 2, arguments))
    return NULL;
  sonde_handle *handle = sonde_unwrap_handle(env, arguments[0], "setsockopt", false);
  if (handle == NULL || !sonde_octets(env, arguments[1], &data, &length))
    return NULL;
  if (length == 0 || length > sizeof program || length % sizeof *program != 0) {
    sonde_throw_errno(env, EINVAL, "setsockopt");
    return NULL;
  }
  memcpy(program, data, length);
  struct sock_fprog filter = {.len = (unsigned short) (length / sizeof *program), .filter = program};
  if (setsockopt(handle->fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == -1)
    sonde_throw_errno(env, errno, "setsockopt");
  return NULL;
}

bool sonde_handle_init(napi_env env, napi_value exports) {
  static const sonde_export list[] = {
      {"open", sonde_open},
      {"close", sonde_close},
      {"fd", sonde_fd},
      {"bind", sonde_bind},
      {"connect", sonde_connect},
      {"startConnect", sonde_start_connect},
      {"getsockname", sonde_getsockname},
      {"setsockopt", sonde_setsockopt},
      {"getsockopt", sonde_getsockopt},
      {"attachFilter", sonde_attach_filter},
  };
  return sonde_export_all(env, exports, list, sizeof list / sizeof *list);
}
