/*
 * One call for a loop too tight for three: send a probe, receive what answers it at once, go on with the next one, and
 * read the clock in between. An exchange is bound to its socket and buffers once, so that a call looks nothing up but
 * where the buffers are now. It stops at the first probe that nothing answers at once, whatever the answer may be: what
 * it says is for JavaScript to see.
 */
#include "message.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* What an exchange writes beside its messages: src/net/native.ts EXCHANGE. */
enum { SONDE_CLOCKS = 0, SONDE_RECEIVED = SONDE_CLOCK_NUMBERS, SONDE_REFUSED, SONDE_FAILED, SONDE_MOMENTS };

typedef struct {
  sonde_handle *handle;
  sonde_batch *sending, *receiving;
  napi_ref keep[4]; /* the JavaScript objects behind the three, and the numbers */
} sonde_exchange;

enum { SONDE_KEEP_HANDLE, SONDE_KEEP_SENDING, SONDE_KEEP_RECEIVING, SONDE_KEEP_NUMBERS };

static void sonde_free_exchange(napi_env env, sonde_exchange *exchange) {
  for (size_t i = 0; i < sizeof exchange->keep / sizeof *exchange->keep; i++)
    if (exchange->keep[i] != NULL)
      napi_delete_reference(env, exchange->keep[i]);
  free(exchange);
}

static void sonde_finalize_exchange(napi_env env, void *data, void *hint) {
  sonde_free_exchange(env, data);
}

/*
 * System calls by number: glibc's wrappers are cancellation points, and in a process with threads, as node is, each
 * call pays for that twice. sendto where there is no control message: the kernel then copies no message header.
 */
static int sonde_send_one(int fd, const struct msghdr *header, int flags) {
  long sent;
  do {
    sent = header->msg_control == NULL ? syscall(SYS_sendto, fd, header->msg_iov->iov_base, header->msg_iov->iov_len,
                                                 flags, header->msg_name, header->msg_namelen)
                                       : syscall(SYS_sendmsg, fd, header, flags);
  } while (sent == -1 && errno == EINTR);
  return sent == -1 ? -errno : 0;
}

/* One message into record `index`. Answers 1, 0 when nothing waits, or -errno. */
static int sonde_receive_one(int fd, sonde_batch *batch, uint8_t *base, uint32_t index) {
  long length;
  do
    length = syscall(SYS_recvmsg, fd, &batch->headers[index].msg_hdr, MSG_DONTWAIT);
  while (length == -1 && errno == EINTR);
  if (length == -1)
    return errno == EAGAIN ? 0 : -errno;
  batch->headers[index].msg_len = (unsigned) length;
  batch->used = index + 1;
  sonde_flatten(batch, base, index);
  return 1;
}

static double sonde_monotonic(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec * 1e9 + (double) now.tv_nsec;
}

/* Answers how many records were sent; the numbers say the rest. */
static uint32_t sonde_run_exchange(sonde_exchange *exchange, uint32_t count, int flags, uint8_t *to, double *out) {
  int fd = exchange->handle->fd;
  uint32_t sent = 0;
  int received = 1;
  out[SONDE_REFUSED] = out[SONDE_FAILED] = 0;
  sonde_attach_all(exchange->receiving, to);
  exchange->receiving->used = 0;
  sonde_read_both_clocks(out + SONDE_CLOCKS);
  out[SONDE_MOMENTS] = out[SONDE_CLOCKS];
  while (sent < count && received == 1) {
    int refused = sonde_send_one(fd, &exchange->sending->headers[sent].msg_hdr, flags);
    if (refused != 0) {
      out[SONDE_REFUSED] = -refused;
      break;
    }
    received = sonde_receive_one(fd, exchange->receiving, to, sent++);
    out[SONDE_MOMENTS + sent] = sonde_monotonic();
  }
  out[SONDE_RECEIVED] = exchange->receiving->used;
  if (received < 0)
    out[SONDE_FAILED] = -received;
  return sent;
}

static napi_value sonde_call_exchange(napi_env env, napi_callback_info info) {
  napi_value arguments[2], numbers, result;
  size_t given = 2;
  uint32_t count;
  int32_t flags;
  void *data;
  SONDE_CHECK(env, napi_get_cb_info(env, info, &given, arguments, NULL, &data));
  sonde_exchange *exchange = data;
  SONDE_CHECK(env, napi_get_value_uint32(env, arguments[0], &count));
  SONDE_CHECK(env, napi_get_value_int32(env, arguments[1], &flags));
  if (exchange->handle->fd == -1) {
    sonde_throw_errno(env, EBADF, "sendto");
    return NULL;
  }
  if (count > exchange->sending->capacity || count > exchange->receiving->capacity) {
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "more records than the batches have");
    return NULL;
  }
  SONDE_CHECK(env, napi_get_reference_value(env, exchange->keep[SONDE_KEEP_NUMBERS], &numbers));
  uint8_t *from = sonde_batch_base(env, exchange->sending);
  uint8_t *to = from == NULL ? NULL : sonde_batch_base(env, exchange->receiving);
  double *out = to == NULL ? NULL : sonde_doubles(env, numbers, SONDE_MOMENTS + count + 1);
  if (out == NULL)
    return NULL;
  for (uint32_t i = 0; i < count; i++)
    if (!sonde_prepare_send(env, exchange->sending, from, i, exchange->handle->domain))
      return NULL;
  uint32_t sent = sonde_run_exchange(exchange, count, flags | MSG_DONTWAIT | MSG_NOSIGNAL, to, out);
  SONDE_CHECK(env, napi_create_uint32(env, sent, &result));
  return result;
}

static napi_value sonde_create_exchange(napi_env env, napi_callback_info info) {
  napi_value arguments[4], function;
  uint8_t *base;
  if (!sonde_arguments(env, info, 4, arguments))
    return NULL;
  sonde_handle *handle = sonde_unwrap_handle(env, arguments[0], "sendto", false);
  sonde_batch *sending = handle == NULL ? NULL : sonde_unwrap_batch(env, arguments[1], &base);
  sonde_batch *receiving = sending == NULL ? NULL : sonde_unwrap_batch(env, arguments[2], &base);
  if (receiving == NULL || sonde_doubles(env, arguments[3], SONDE_MOMENTS + 1) == NULL)
    return NULL;
  if (sending == receiving) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_VALUE", "sending and receiving need a batch each");
    return NULL;
  }
  sonde_exchange *exchange = calloc(1, sizeof *exchange);
  if (exchange == NULL) {
    sonde_throw_errno(env, ENOMEM, "calloc");
    return NULL;
  }
  *exchange = (sonde_exchange){.handle = handle, .sending = sending, .receiving = receiving};
  bool made = true;
  for (size_t i = 0; made && i < sizeof exchange->keep / sizeof *exchange->keep; i++)
    made = !sonde_failed(env, napi_create_reference(env, arguments[i], 1, &exchange->keep[i]));
  if (!made ||
      sonde_failed(env,
                   napi_create_function(env, "exchange", NAPI_AUTO_LENGTH, sonde_call_exchange, exchange, &function)) ||
      sonde_failed(env, napi_add_finalizer(env, function, exchange, sonde_finalize_exchange, NULL, NULL))) {
    sonde_free_exchange(env, exchange);
    return NULL;
  }
  return function;
}

bool sonde_exchange_init(napi_env env, napi_value exports) {
  static const sonde_export list[] = {{"createExchange", sonde_create_exchange}};
  return sonde_export_all(env, exports, list, sizeof list / sizeof *list);
}
