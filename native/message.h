/* What message.c and exchange.c share: the layout of a batch and of its records. */
#ifndef SONDE_MESSAGE_H
#define SONDE_MESSAGE_H

#include "sonde.h"

#include <sys/socket.h>

#define SONDE_NAME_OCTETS 28
#define SONDE_OPTIONS_OCTETS 40
#define SONDE_CONTROL_OCTETS 512
#define SONDE_MAX_CAPACITY 1024

/* The record. Two of its readers are in TypeScript: keep message-batch.ts in step. All words are native-endian. */
typedef struct {
  uint32_t length;  /* octets of data; a caller sets it before sending */
  uint32_t flags;   /* msg_flags of a received message */
  uint32_t present; /* which of the control fields below hold something: enum sonde_present */
  uint32_t name_length;
  uint8_t name[SONDE_NAME_OCTETS];
  uint32_t stamp_seconds;
  uint32_t stamp_nanoseconds;
  uint32_t hop_limit;
  uint32_t traffic_class;
  uint32_t interface;
  uint8_t local[16]; /* destination of a received message, source of a sent one */
  uint32_t drops;
  uint32_t options_length;
  uint8_t options[SONDE_OPTIONS_OCTETS];
  uint32_t error_errno;
  uint32_t error_origin;
  uint32_t error_type;
  uint32_t error_code;
  uint32_t error_info;
  uint32_t error_data;
  uint8_t offender[SONDE_NAME_OCTETS];
  uint32_t auxiliary_status;
  uint32_t auxiliary_vlan;
  uint32_t reserved;
} sonde_record;

_Static_assert(sizeof(sonde_record) == 192, "message-batch.ts counts on 48 words");

enum sonde_present {
  SONDE_STAMP = 1,
  SONDE_HOP_LIMIT = 2,
  SONDE_TRAFFIC_CLASS = 4,
  SONDE_PACKET_INFO = 8,
  SONDE_DROPS = 16,
  SONDE_OPTIONS = 32,
  SONDE_ERROR = 64,
  SONDE_OFFENDER = 128,
  SONDE_AUXILIARY = 256,
};

typedef struct {
  napi_ref buffer;
  uint32_t capacity;
  uint32_t data_octets;
  struct mmsghdr *headers;
  struct iovec *vectors;
  uint8_t *control;
  uint8_t *attached; /* where the buffer was when its headers were laid out for receiving, NULL if they are not */
  uint32_t used;     /* headers that the last receive filled in */
  bool nameless;     /* received messages are not asked where they came from */
} sonde_batch;

/* The batch behind `value` and the present place of its buffer, or NULL with an exception pending. */
sonde_batch *sonde_unwrap_batch(napi_env env, napi_value value, uint8_t **base);
/* The present place of the batch's buffer, or NULL with an exception pending. */
uint8_t *sonde_batch_base(napi_env env, const sonde_batch *batch);
/* Lays out the headers that receive: those that the last call used up. */
void sonde_attach_all(sonde_batch *batch, uint8_t *base);
/* Fills in the record of a message that the kernel has written. */
void sonde_flatten(sonde_batch *batch, uint8_t *base, uint32_t index);
/* Lays out header `index` for sending what its record says. False with an exception pending when it says too much. */
bool sonde_prepare_send(napi_env env, sonde_batch *batch, uint8_t *base, uint32_t index, int domain);

#endif
