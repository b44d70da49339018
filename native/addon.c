/* Entry point, per-environment state, errors and the small conversions that every room uses. */
#include "sonde.h"

#include <dlfcn.h>
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SONDE_CLOCK_ATTEMPTS 4
#define SONDE_CLOCK_SPAN_NANOSECONDS 5000

bool sonde_failed(napi_env env, napi_status status) {
  bool pending = false;
  if (status == napi_ok)
    return false;
  napi_is_exception_pending(env, &pending);
  if (!pending) {
    const napi_extended_error_info *info = NULL;
    napi_get_last_error_info(env, &info);
    const char *text = info != NULL && info->error_message != NULL ? info->error_message : "Node-API call failed";
    if (status <= napi_array_expected) /* napi_invalid_arg, napi_number_expected and the like: the caller's mistake */
      napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", text);
    else
      napi_throw_error(env, "ERR_SONDE_NATIVE", text);
  }
  return true;
}

void sonde_report_exception(napi_env env) {
  napi_value error;
  if (napi_get_and_clear_last_exception(env, &error) == napi_ok)
    napi_fatal_exception(env, error);
}

const char *sonde_errno_name(int number) {
  const char *name = strerrorname_np(number);
  return name != NULL ? name : "EUNKNOWN";
}

napi_value sonde_error(napi_env env, const char *code, int number, const char *syscall, const char *text) {
  char line[256];
  napi_value message, code_value, syscall_value, error;
  snprintf(line, sizeof line, "%s: %s", syscall, text);
  if (napi_create_string_utf8(env, line, NAPI_AUTO_LENGTH, &message) != napi_ok ||
      napi_create_string_utf8(env, code, NAPI_AUTO_LENGTH, &code_value) != napi_ok ||
      napi_create_string_utf8(env, syscall, NAPI_AUTO_LENGTH, &syscall_value) != napi_ok ||
      napi_create_error(env, code_value, message, &error) != napi_ok ||
      napi_set_named_property(env, error, "syscall", syscall_value) != napi_ok ||
      !sonde_set_number(env, error, "errno", number))
    return NULL;
  return error;
}

void sonde_throw_errno(napi_env env, int number, const char *syscall) {
  napi_value error = sonde_error(env, sonde_errno_name(number), -number, syscall, strerror(number));
  if (error != NULL)
    napi_throw(env, error);
}

bool sonde_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values) {
  size_t given = count;
  if (sonde_failed(env, napi_get_cb_info(env, info, &given, values, NULL, NULL)))
    return false;
  if (given >= count)
    return true;
  napi_throw_type_error(env, "ERR_MISSING_ARGS", "too few arguments");
  return false;
}

bool sonde_octets(napi_env env, napi_value value, uint8_t **data, size_t *length) {
  bool is_typed_array = false;
  napi_typedarray_type type;
  void *start = NULL;
  if (sonde_failed(env, napi_is_typedarray(env, value, &is_typed_array)))
    return false;
  if (is_typed_array) {
    if (sonde_failed(env, napi_get_typedarray_info(env, value, &type, length, &start, NULL, NULL)))
      return false;
    if (type == napi_uint8_array) {
      *data = start;
      return true;
    }
  }
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "a Uint8Array is needed");
  return false;
}

void *sonde_unwrap_tagged(napi_env env, napi_value value, const napi_type_tag *tag, const char *needed) {
  napi_valuetype type;
  bool tagged = false;
  void *data = NULL;
  SONDE_CHECK(env, napi_typeof(env, value, &type));
  if (type == napi_object) /* of null and undefined even the question throws */
    SONDE_CHECK(env, napi_check_object_type_tag(env, value, tag, &tagged));
  if (!tagged) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", needed);
    return NULL;
  }
  SONDE_CHECK(env, napi_unwrap(env, value, &data));
  return data;
}

napi_value sonde_copy_octets(napi_env env, const void *data, size_t length) {
  void *copy;
  napi_value buffer, octets;
  SONDE_CHECK(env, napi_create_arraybuffer(env, length, &copy, &buffer));
  if (length > 0)
    memcpy(copy, data, length);
  SONDE_CHECK(env, napi_create_typedarray(env, napi_uint8_array, length, buffer, 0, &octets));
  return octets;
}

bool sonde_set_number(napi_env env, napi_value object, const char *name, double number) {
  napi_value value;
  return napi_create_double(env, number, &value) == napi_ok &&
         napi_set_named_property(env, object, name, value) == napi_ok;
}

bool sonde_export_all(napi_env env, napi_value exports, const sonde_export *list, size_t count) {
  for (size_t i = 0; i < count; i++) {
    napi_value function;
    if (sonde_failed(env,
                     napi_create_function(env, list[i].name, NAPI_AUTO_LENGTH, list[i].function, NULL, &function)) ||
        sonde_failed(env, napi_set_named_property(env, exports, list[i].name, function)))
      return false;
  }
  return true;
}

/*
 * The two clocks are read back to back, monotonic on both sides, so that their offset is known to a few hundred ns.
 * When the thread was preempted in between, the pair is read again.
 */
void sonde_read_both_clocks(double *out) {
  struct timespec before, real, after;
  double span;
  for (int attempt = 0; attempt < SONDE_CLOCK_ATTEMPTS; attempt++) {
    clock_gettime(CLOCK_MONOTONIC, &before);
    clock_gettime(CLOCK_REALTIME, &real);
    clock_gettime(CLOCK_MONOTONIC, &after);
    span = (double) (after.tv_sec - before.tv_sec) * 1e9 + (double) (after.tv_nsec - before.tv_nsec);
    if (span < SONDE_CLOCK_SPAN_NANOSECONDS)
      break;
  }
  out[0] = (double) before.tv_sec * 1e9 + (double) before.tv_nsec + span / 2;
  out[1] = (double) real.tv_sec;
  out[2] = (double) real.tv_nsec;
}

double *sonde_doubles(napi_env env, napi_value value, size_t count) {
  napi_typedarray_type type;
  size_t length;
  void *data;
  SONDE_CHECK(env, napi_get_typedarray_info(env, value, &type, &length, &data, NULL, NULL));
  if (type == napi_float64_array && length >= count)
    return data;
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "a Float64Array is needed, and a long enough one");
  return NULL;
}

static napi_value sonde_read_clocks(napi_env env, napi_callback_info info) {
  napi_value value;
  if (!sonde_arguments(env, info, 1, &value))
    return NULL;
  double *out = sonde_doubles(env, value, SONDE_CLOCK_NUMBERS);
  if (out != NULL)
    sonde_read_both_clocks(out);
  return NULL;
}

/*
 * setlocale(3) for characters only: getaddrinfo needs to know the encoding of names beyond ASCII (AI_IDN). It is the
 * whole process's locale, so a command asks for it, and the library does not.
 */
static napi_value sonde_use_locale(napi_env env, napi_callback_info info) {
  setlocale(LC_CTYPE, "");
  return NULL;
}

/*
 * Gives a signal its default meaning back. node answers SIGUSR1 by opening its debugger's port, on a process that must
 * do nothing but ping; a JavaScript listener does not prevent that.
 */
static napi_value sonde_default_signal(napi_env env, napi_callback_info info) {
  napi_value value;
  int32_t number;
  if (!sonde_arguments(env, info, 1, &value))
    return NULL;
  SONDE_CHECK(env, napi_get_value_int32(env, value, &number));
  if (signal(number, SIG_DFL) == SIG_ERR)
    sonde_throw_errno(env, errno, "signal");
  return NULL;
}

static napi_value sonde_strerror(napi_env env, napi_callback_info info) {
  napi_value value, text;
  int32_t number;
  if (!sonde_arguments(env, info, 1, &value))
    return NULL;
  SONDE_CHECK(env, napi_get_value_int32(env, value, &number));
  SONDE_CHECK(env, napi_create_string_utf8(env, strerror(number), NAPI_AUTO_LENGTH, &text));
  return text;
}

static napi_value sonde_errno_name_js(napi_env env, napi_callback_info info) {
  napi_value value, text;
  int32_t number;
  if (!sonde_arguments(env, info, 1, &value))
    return NULL;
  SONDE_CHECK(env, napi_get_value_int32(env, value, &number));
  SONDE_CHECK(env, napi_create_string_utf8(env, sonde_errno_name(number), NAPI_AUTO_LENGTH, &text));
  return text;
}

/* Closes what is still open when a thread or the process ends; waits for libuv to let go of the watchers. */
static void sonde_clean_up(napi_async_cleanup_hook_handle hook, void *data) {
  sonde_state *state = data;
  state->ending = true;
  sonde_close_gate(state);
  while (state->handles != NULL)
    sonde_close_handle(state->handles);
  if (state->closing == 0)
    napi_remove_async_cleanup_hook(hook);
}

/*
 * node unmaps an addon together with the last worker that loaded it, but a lookup's thread may come back into this code
 * later, and a borrowed signal's handler too (privileges.c): it stays mapped.
 */
static void sonde_stay_mapped(void) {
  static const char anything_of_ours = 0;
  Dl_info self;
  if (dladdr(&anything_of_ours, &self) != 0)
    dlopen(self.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
}

static void sonde_free_state(napi_env env, void *data, void *hint) {
  free(data);
}

NAPI_MODULE_INIT() {
  static const sonde_export list[] = {
      {"readClocks", sonde_read_clocks}, {"useLocale", sonde_use_locale},    {"defaultSignal", sonde_default_signal},
      {"strerror", sonde_strerror},      {"errnoName", sonde_errno_name_js},
  };
  sonde_stay_mapped();
  sonde_state *state = calloc(1, sizeof *state);
  if (state == NULL) {
    sonde_throw_errno(env, ENOMEM, "calloc");
    return NULL;
  }
  if (sonde_failed(env, napi_set_instance_data(env, state, sonde_free_state, NULL))) {
    free(state);
    return NULL;
  }
  SONDE_CHECK(env, napi_add_async_cleanup_hook(env, sonde_clean_up, state, &state->hook));
  if (!sonde_export_all(env, exports, list, sizeof list / sizeof *list) || !sonde_handle_init(env, exports) ||
      !sonde_message_init(env, exports) || !sonde_exchange_init(env, exports) || !sonde_watch_init(env, exports) ||
      !sonde_resolver_init(env, exports) || !sonde_interfaces_init(env, exports) ||
      !sonde_privileges_init(env, exports))
    return NULL;
  return exports;
}
