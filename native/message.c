/*
 * Batches of messages. A batch is one ArrayBuffer that JavaScript owns: `capacity` records of SONDE_RECORD_WORDS 32-bit
 * words, then `capacity` data areas. The kernel writes names and data straight into it; control messages arrive in a
 * buffer of ours and are flattened into the record, whose words are named in src/net/message-batch.ts.
 * The ArrayBuffer's place is asked anew at each call: a detached one is refused, never written to.
 */
#include "message.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/if_packet.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

static const napi_type_tag SONDE_BATCH_TAG = {0x736f6e6465626174ULL, 0x63682d7631000001ULL};

static void sonde_free_batch(sonde_batch *batch) {
  free(batch->headers);
  free(batch->vectors);
  free(batch->control);
  free(batch);
}

static void sonde_finalize_batch(napi_env env, void *data, void *hint) {
  sonde_batch *batch = data;
  if (batch->buffer != NULL)
    napi_delete_reference(env, batch->buffer);
  sonde_free_batch(batch);
}

/* 64 bits on every machine: with the 32 of an armv7 size_t the product of hostile numbers would wrap. */
static uint64_t sonde_batch_octets(uint32_t capacity, uint32_t data_octets) {
  return capacity * (sizeof(sonde_record) + (uint64_t) data_octets);
}

static napi_value sonde_create_batch(napi_env env, napi_callback_info info) {
  napi_value arguments[4], object;
  size_t given = 4;
  bool nameless = false;
  uint32_t capacity, data_octets;
  bool is_buffer = false;
  void *data;
  size_t length = 0;
  if (!sonde_arguments(env, info, 3, arguments))
    return NULL;
  SONDE_CHECK(env, napi_get_cb_info(env, info, &given, arguments, NULL, NULL));
  SONDE_CHECK(env, napi_is_arraybuffer(env, arguments[0], &is_buffer));
  if (!is_buffer) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "an ArrayBuffer is needed");
    return NULL;
  }
  SONDE_CHECK(env, napi_get_arraybuffer_info(env, arguments[0], &data, &length));
  SONDE_CHECK(env, napi_get_value_uint32(env, arguments[1], &capacity));
  SONDE_CHECK(env, napi_get_value_uint32(env, arguments[2], &data_octets));
  if (given > 3)
    SONDE_CHECK(env, napi_get_value_bool(env, arguments[3], &nameless));
  if (capacity < 1 || capacity > SONDE_MAX_CAPACITY || length < sonde_batch_octets(capacity, data_octets)) {
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE",
                           "capacity must be 1 to 1024 and the ArrayBuffer large enough for it");
    return NULL;
  }
  sonde_batch *batch = calloc(1, sizeof *batch);
  if (batch != NULL) {
    batch->capacity = capacity;
    batch->data_octets = data_octets;
    batch->nameless = nameless;
    batch->headers = calloc(capacity, sizeof *batch->headers);
    batch->vectors = calloc(capacity, sizeof *batch->vectors);
    batch->control = aligned_alloc(_Alignof(struct cmsghdr), (size_t) capacity * SONDE_CONTROL_OCTETS);
  }
  if (batch == NULL || batch->headers == NULL || batch->vectors == NULL || batch->control == NULL) {
    if (batch != NULL)
      sonde_free_batch(batch);
    sonde_throw_errno(env, ENOMEM, "calloc");
    return NULL;
  }
  if (sonde_failed(env, napi_create_object(env, &object)) ||
      sonde_failed(env, napi_type_tag_object(env, object, &SONDE_BATCH_TAG)) ||
      sonde_failed(env, napi_create_reference(env, arguments[0], 1, &batch->buffer))) {
    sonde_free_batch(batch);
    return NULL;
  }
  if (sonde_failed(env, napi_wrap(env, object, batch, sonde_finalize_batch, NULL, NULL))) {
    napi_delete_reference(env, batch->buffer);
    sonde_free_batch(batch);
    return NULL;
  }
  return object;
}

uint8_t *sonde_batch_base(napi_env env, const sonde_batch *batch) {
  napi_value buffer;
  void *base = NULL;
  size_t length = 0;
  SONDE_CHECK(env, napi_get_reference_value(env, batch->buffer, &buffer));
  SONDE_CHECK(env, napi_get_arraybuffer_info(env, buffer, &base, &length));
  if (length < sonde_batch_octets(batch->capacity, batch->data_octets)) {
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "the batch's ArrayBuffer is detached");
    return NULL;
  }
  return base;
}

sonde_batch *sonde_unwrap_batch(napi_env env, napi_value value, uint8_t **base) {
  sonde_batch *batch = sonde_unwrap_tagged(env, value, &SONDE_BATCH_TAG, "a batch made by createBatch is needed");
  if (batch == NULL)
    return NULL;
  *base = sonde_batch_base(env, batch);
  return *base == NULL ? NULL : batch;
}

static void sonde_attach(sonde_batch *batch, uint8_t *base, uint32_t index) {
  sonde_record *record = (sonde_record *) (void *) base + index;
  uint8_t *data = base + (size_t) batch->capacity * sizeof(sonde_record) + (size_t) index * batch->data_octets;
  struct msghdr *header = &batch->headers[index].msg_hdr;
  batch->vectors[index] = (struct iovec){data, batch->data_octets};
  *header = (struct msghdr){
      .msg_name = record->name,
      .msg_namelen = SONDE_NAME_OCTETS,
      .msg_iov = &batch->vectors[index],
      .msg_iovlen = 1,
      .msg_control = batch->control + (size_t) index * SONDE_CONTROL_OCTETS,
      .msg_controllen = SONDE_CONTROL_OCTETS,
  };
}

/* Only what the last call used up, which in a tight loop is one of many. */
void sonde_attach_all(sonde_batch *batch, uint8_t *base) {
  uint32_t count = batch->attached == base ? batch->used : batch->capacity;
  for (uint32_t i = 0; i < count; i++) {
    sonde_attach(batch, base, i);
    if (batch->nameless) {
      batch->headers[i].msg_hdr.msg_name = NULL;
      batch->headers[i].msg_hdr.msg_namelen = 0;
    }
  }
  batch->attached = base;
}

/* Copies at most `room` octets of a control message's payload. */
static size_t sonde_copy_control(void *to, size_t room, const struct cmsghdr *message) {
  size_t length = message->cmsg_len > CMSG_LEN(0) ? message->cmsg_len - CMSG_LEN(0) : 0;
  if (length > room)
    length = room;
  memcpy(to, CMSG_DATA(message), length);
  return length;
}

static void sonde_flatten_error(sonde_record *record, const struct cmsghdr *message) {
  /* The kernel lays the offender's sockaddr right behind sock_extended_err (SO_EE_OFFENDER). */
  struct {
    struct sock_extended_err error;
    uint8_t offender[SONDE_NAME_OCTETS];
  } both = {0};
  size_t length = sonde_copy_control(&both, sizeof both, message);
  if (length < sizeof both.error)
    return;
  record->present |= SONDE_ERROR;
  record->error_errno = both.error.ee_errno;
  record->error_origin = both.error.ee_origin;
  record->error_type = both.error.ee_type;
  record->error_code = both.error.ee_code;
  record->error_info = both.error.ee_info;
  record->error_data = both.error.ee_data;
  if (length > sizeof both.error) {
    record->present |= SONDE_OFFENDER;
    memcpy(record->offender, both.offender, sizeof record->offender);
  }
}

static void sonde_flatten_one(sonde_record *record, const struct cmsghdr *message) {
  int number = 0;
  uint8_t octet = 0;
  switch (message->cmsg_level) {
  case SOL_SOCKET:
    if (message->cmsg_type == SCM_TIMESTAMPING) {
      struct timespec stamps[3] = {0}; /* software, deprecated, hardware */
      sonde_copy_control(stamps, sizeof stamps, message);
      if (stamps[0].tv_sec == 0 && stamps[0].tv_nsec == 0)
        return;
      record->present |= SONDE_STAMP;
      record->stamp_seconds = (uint32_t) stamps[0].tv_sec;
      record->stamp_nanoseconds = (uint32_t) stamps[0].tv_nsec;
    } else if (message->cmsg_type == SO_RXQ_OVFL) {
      record->present |= SONDE_DROPS;
      sonde_copy_control(&record->drops, sizeof record->drops, message);
    }
    return;
  case SOL_IP:
    if (message->cmsg_type == IP_TTL) {
      sonde_copy_control(&number, sizeof number, message);
      record->present |= SONDE_HOP_LIMIT;
      record->hop_limit = (uint32_t) number;
    } else if (message->cmsg_type == IP_TOS) {
      sonde_copy_control(&octet, sizeof octet, message);
      record->present |= SONDE_TRAFFIC_CLASS;
      record->traffic_class = octet;
    } else if (message->cmsg_type == IP_PKTINFO) {
      struct in_pktinfo packet = {0};
      sonde_copy_control(&packet, sizeof packet, message);
      record->present |= SONDE_PACKET_INFO;
      record->interface = (uint32_t) packet.ipi_ifindex;
      memset(record->local, 0, sizeof record->local);
      memcpy(record->local, &packet.ipi_addr, sizeof packet.ipi_addr);
    } else if (message->cmsg_type == IP_RETOPTS || message->cmsg_type == IP_RECVOPTS) {
      record->present |= SONDE_OPTIONS;
      record->options_length = (uint32_t) sonde_copy_control(record->options, SONDE_OPTIONS_OCTETS, message);
    } else if (message->cmsg_type == IP_RECVERR) {
      sonde_flatten_error(record, message);
    }
    return;
  case SOL_IPV6:
    if (message->cmsg_type == IPV6_HOPLIMIT) {
      sonde_copy_control(&number, sizeof number, message);
      record->present |= SONDE_HOP_LIMIT;
      record->hop_limit = (uint32_t) number;
    } else if (message->cmsg_type == IPV6_TCLASS) {
      sonde_copy_control(&number, sizeof number, message);
      record->present |= SONDE_TRAFFIC_CLASS;
      record->traffic_class = (uint32_t) number;
    } else if (message->cmsg_type == IPV6_PKTINFO) {
      struct in6_pktinfo packet = {0};
      sonde_copy_control(&packet, sizeof packet, message);
      record->present |= SONDE_PACKET_INFO;
      record->interface = packet.ipi6_ifindex;
      memcpy(record->local, &packet.ipi6_addr, sizeof record->local);
    } else if (message->cmsg_type == IPV6_RECVERR) {
      sonde_flatten_error(record, message);
    }
    return;
  case SOL_PACKET:
    if (message->cmsg_type == PACKET_TX_TIMESTAMP) {
      sonde_flatten_error(record, message);
    } else if (message->cmsg_type == PACKET_AUXDATA) {
      struct tpacket_auxdata packet = {0};
      sonde_copy_control(&packet, sizeof packet, message);
      record->present |= SONDE_AUXILIARY;
      record->auxiliary_status = packet.tp_status;
      record->auxiliary_vlan = (uint32_t) packet.tp_vlan_tpid << 16 | packet.tp_vlan_tci;
    }
    return;
  default:
    return;
  }
}

void sonde_flatten(sonde_batch *batch, uint8_t *base, uint32_t index) {
  sonde_record *record = (sonde_record *) (void *) base + index;
  struct msghdr *header = &batch->headers[index].msg_hdr;
  record->length = batch->headers[index].msg_len;
  record->flags = (uint32_t) header->msg_flags;
  record->name_length = header->msg_namelen < SONDE_NAME_OCTETS ? header->msg_namelen : SONDE_NAME_OCTETS;
  record->present = 0;
  for (struct cmsghdr *message = CMSG_FIRSTHDR(header); message != NULL; message = CMSG_NXTHDR(header, message))
    sonde_flatten_one(record, message);
}

static napi_value sonde_receive_with(napi_env env, napi_callback_info info, int flags) {
  napi_value arguments[2], result;
  uint8_t *base;
  int count;
  if (!sonde_arguments(env, info, 2, arguments))
    return NULL;
  sonde_handle *handle = sonde_unwrap_handle(env, arguments[0], "recvmmsg", false);
  if (handle == NULL)
    return NULL;
  sonde_batch *batch = sonde_unwrap_batch(env, arguments[1], &base);
  if (batch == NULL)
    return NULL;
  sonde_attach_all(batch, base);
  do
    count = recvmmsg(handle->fd, batch->headers, batch->capacity, flags | MSG_DONTWAIT, NULL);
  while (count == -1 && errno == EINTR);
  if (count == -1)
    count = errno == EAGAIN ? 0 : -errno;
  batch->used = count > 0 ? (uint32_t) count : 0;
  for (uint32_t i = 0; i < batch->used; i++)
    sonde_flatten(batch, base, i);
  SONDE_CHECK(env, napi_create_int32(env, count, &result));
  return result;
}

static napi_value sonde_receive(napi_env env, napi_callback_info info) {
  return sonde_receive_with(env, info, 0);
}

static napi_value sonde_receive_errors(napi_env env, napi_callback_info info) {
  return sonde_receive_with(env, info, MSG_ERRQUEUE);
}

/* Appends one control message; SONDE_CONTROL_OCTETS holds all of those that sonde_write_control may write. */
static void sonde_append_control(struct msghdr *header, int level, int type, const void *data, size_t length) {
  struct cmsghdr *message = (struct cmsghdr *) (void *) ((uint8_t *) header->msg_control + header->msg_controllen);
  memset(message, 0, CMSG_SPACE(length));
  message->cmsg_level = level;
  message->cmsg_type = type;
  message->cmsg_len = CMSG_LEN(length);
  memcpy(CMSG_DATA(message), data, length);
  header->msg_controllen += CMSG_SPACE(length);
}

static void sonde_write_control(struct msghdr *header, const sonde_record *record, int domain) {
  bool v6 = domain == AF_INET6;
  header->msg_controllen = 0;
  if (record->present & SONDE_HOP_LIMIT) {
    int number = (int) record->hop_limit;
    sonde_append_control(header, v6 ? SOL_IPV6 : SOL_IP, v6 ? IPV6_HOPLIMIT : IP_TTL, &number, sizeof number);
  }
  if (record->present & SONDE_TRAFFIC_CLASS) {
    int number = (int) record->traffic_class;
    sonde_append_control(header, v6 ? SOL_IPV6 : SOL_IP, v6 ? IPV6_TCLASS : IP_TOS, &number, sizeof number);
  }
  if (record->present & SONDE_PACKET_INFO) {
    if (v6) {
      struct in6_pktinfo packet = {.ipi6_ifindex = record->interface};
      memcpy(&packet.ipi6_addr, record->local, sizeof packet.ipi6_addr);
      sonde_append_control(header, SOL_IPV6, IPV6_PKTINFO, &packet, sizeof packet);
    } else {
      struct in_pktinfo packet = {.ipi_ifindex = (int) record->interface};
      memcpy(&packet.ipi_spec_dst, record->local, sizeof packet.ipi_spec_dst);
      sonde_append_control(header, SOL_IP, IP_PKTINFO, &packet, sizeof packet);
    }
  }
  if (header->msg_controllen == 0)
    header->msg_control = NULL;
}

bool sonde_prepare_send(napi_env env, sonde_batch *batch, uint8_t *base, uint32_t index, int domain) {
  const sonde_record *record = (const sonde_record *) (void *) base + index;
  struct msghdr *header = &batch->headers[index].msg_hdr;
  if (record->length > batch->data_octets || record->name_length > SONDE_NAME_OCTETS) {
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "a record's length or name length is too large");
    return false;
  }
  batch->attached = NULL; /* sending lays headers out differently */
  sonde_attach(batch, base, index);
  batch->vectors[index].iov_len = record->length;
  header->msg_namelen = record->name_length;
  if (record->name_length == 0)
    header->msg_name = NULL;
  sonde_write_control(header, record, domain);
  return true;
}

static napi_value sonde_send(napi_env env, napi_callback_info info) {
  napi_value arguments[5], result;
  uint8_t *base;
  uint32_t first, count;
  int32_t flags;
  int sent;
  if (!sonde_arguments(env, info, 5, arguments))
    return NULL;
  sonde_handle *handle = sonde_unwrap_handle(env, arguments[0], "sendmmsg", false);
  if (handle == NULL)
    return NULL;
  sonde_batch *batch = sonde_unwrap_batch(env, arguments[1], &base);
  if (batch == NULL)
    return NULL;
  SONDE_CHECK(env, napi_get_value_uint32(env, arguments[2], &first));
  SONDE_CHECK(env, napi_get_value_uint32(env, arguments[3], &count));
  SONDE_CHECK(env, napi_get_value_int32(env, arguments[4], &flags));
  if (first > batch->capacity || count > batch->capacity - first) {
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "records outside the batch");
    return NULL;
  }
  for (uint32_t i = first; i < first + count; i++)
    if (!sonde_prepare_send(env, batch, base, i, handle->domain))
      return NULL;
  do
    sent = sendmmsg(handle->fd, batch->headers + first, count, flags | MSG_DONTWAIT | MSG_NOSIGNAL);
  while (sent == -1 && errno == EINTR);
  if (sent == -1)
    sent = -errno;
  SONDE_CHECK(env, napi_create_int32(env, sent, &result));
  return result;
}

bool sonde_message_init(napi_env env, napi_value exports) {
  static const sonde_export list[] = {
      {"createBatch", sonde_create_batch},
      {"receive", sonde_receive},
      {"receiveErrors", sonde_receive_errors},
      {"send", sonde_send},
  };
  return sonde_set_number(env, exports, "RECORD_OCTETS", sizeof(sonde_record)) &&
         sonde_export_all(env, exports, list, sizeof list / sizeof *list);
}
