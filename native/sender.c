/*
 * What Node cannot do by itself: move bytes of a file into a socket inside the kernel, and wait until the socket takes
 * more. Everything else, as well as every decision, is in src/adapters/node/native/.
 *
 * Nothing here is global: each environment (the main thread, each worker) has its own list of watchers.
 */
#undef _FILE_OFFSET_BITS /* With it, glibc would want fcntl64@GLIBC_2.28; sendfile64 takes large offsets anyhow. */
#define _GNU_SOURCE
#define NAPI_VERSION 8

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <node_api.h>
#include <uv.h>

/* Raised with every change of what JavaScript calls, so that an older binary is not used. */
#define INTERFACE_VERSION 1

#ifndef RWF_NOWAIT
#define RWF_NOWAIT 8
#endif

typedef struct watcher watcher_t;

/* What an environment has. Freed when its last watcher is closed after it began to end. */
typedef struct {
  napi_env env;
  uv_loop_t *loop;
  napi_async_cleanup_hook_handle cleanup;
  watcher_t *watchers;
  bool is_ending;
} instance_t;

/* Waits for one socket. Freed when libuv has let go of it and JavaScript has, too. */
struct watcher {
  uv_poll_t poll; /* First, so that a pointer to it is one to the watcher. */
  instance_t *instance;
  watcher_t *next;
  watcher_t *previous;
  napi_ref callback;
  int socket;
  int owners;
  bool is_closed;
};

static void on_event(uv_poll_t *poll, int status, int events);

/* ---- Arguments and results ---- */

static bool throw_type(napi_env env, const char *message) {
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message);
  return false;
}

static bool read_arguments(napi_env env, napi_callback_info info, size_t wanted, napi_value *arguments) {
  size_t count = wanted;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) == napi_ok && count >= wanted) return true;
  return throw_type(env, "Too few arguments.");
}

static bool read_descriptor(napi_env env, napi_value value, int *descriptor) {
  int32_t number;
  if (napi_get_value_int32(env, value, &number) != napi_ok || number < 0) {
    return throw_type(env, "A descriptor is a number that is not negative.");
  }
  *descriptor = number;
  return true;
}

/* A descriptor of a file, a position in it, and how many bytes from there: arguments in this order. */
static bool read_piece(napi_env env, const napi_value *arguments, int *file, int64_t *position, int64_t *length) {
  if (!read_descriptor(env, arguments[0], file)) return false;
  if (napi_get_value_int64(env, arguments[1], position) == napi_ok && *position >= 0 &&
      napi_get_value_int64(env, arguments[2], length) == napi_ok && *length > 0) {
    return true;
  }
  return throw_type(env, "A position and a length are numbers, the first at least 0, the other at least 1.");
}

static napi_value to_number(napi_env env, int64_t number) {
  napi_value value = NULL;
  napi_create_int64(env, number, &value);
  return value;
}

static napi_value to_boolean(napi_env env, bool is_true) {
  napi_value value = NULL;
  napi_get_boolean(env, is_true, &value);
  return value;
}

/* ---- Sending ---- */

/* sendFile(socket, file, position, length): how many bytes the socket took, or an error as a negative number. */
static napi_value send_file(napi_env env, napi_callback_info info) {
  napi_value arguments[4];
  int socket, file;
  int64_t position, length;
  if (!read_arguments(env, info, 4, arguments) || !read_descriptor(env, arguments[0], &socket) ||
      !read_piece(env, arguments + 1, &file, &position, &length)) {
    return NULL;
  }
  off64_t offset = position;
  ssize_t sent;
  do {
    sent = sendfile64(socket, file, &offset, (size_t)length);
  } while (sent == -1 && errno == EINTR);
  return to_number(env, sent == -1 ? -errno : sent);
}

/* Whether one byte can be read without waiting for a disk. Where the file system cannot say, it is taken for yes. */
static bool is_byte_cached(int file, int64_t position) {
#if defined(SYS_preadv2) && defined(__LP64__)
  char byte;
  struct iovec place = {&byte, 1};
  return syscall(SYS_preadv2, file, &place, 1L, (long)position, 0L, RWF_NOWAIT) != -1 || errno != EAGAIN;
#else
  (void)file, (void)position;
  return true;
#endif
}

/*
 * isCached(file, position, length): whether the bytes seem to be in memory. The first and the last are looked at: pages
 * come in and go in long runs, and a hole between them would only cost the time that it takes to read it.
 */
static napi_value is_cached(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  int file;
  int64_t position, length;
  if (!read_arguments(env, info, 3, arguments) || !read_piece(env, arguments, &file, &position, &length)) return NULL;
  return to_boolean(env, is_byte_cached(file, position) && is_byte_cached(file, position + length - 1));
}

/* cork(socket, isCorked): while corked, a socket of TCP sends full packets only. Others know nothing of it. */
static napi_value cork(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  int socket;
  bool is_corked;
  if (!read_arguments(env, info, 2, arguments) || !read_descriptor(env, arguments[0], &socket)) return NULL;
  if (napi_get_value_bool(env, arguments[1], &is_corked) != napi_ok) {
    throw_type(env, "Corked or not is true or false.");
    return NULL;
  }
  int value = is_corked;
  (void)setsockopt(socket, IPPROTO_TCP, TCP_CORK, &value, sizeof value);
  return NULL;
}

/* ---- Watching ---- */

static void link_watcher(watcher_t *watcher) {
  instance_t *instance = watcher->instance;
  watcher->next = instance->watchers;
  if (watcher->next != NULL) watcher->next->previous = watcher;
  instance->watchers = watcher;
}

static void unlink_watcher(watcher_t *watcher) {
  if (watcher->next != NULL) watcher->next->previous = watcher->previous;
  if (watcher->previous != NULL) watcher->previous->next = watcher->next;
  else watcher->instance->watchers = watcher->next;
}

static void release(watcher_t *watcher) {
  if (--watcher->owners == 0) free(watcher);
}

static void end_if_idle(instance_t *instance) {
  if (!instance->is_ending || instance->watchers != NULL) return;
  napi_remove_async_cleanup_hook(instance->cleanup);
  free(instance);
}

static void on_closed(uv_handle_t *handle) {
  watcher_t *watcher = (watcher_t *)handle;
  instance_t *instance = watcher->instance;
  unlink_watcher(watcher);
  release(watcher);
  end_if_idle(instance);
}

/* From here on its callback is not called any more. The copy of the socket goes at once: it would keep it open. */
static void close_watcher(watcher_t *watcher) {
  if (watcher->is_closed) return;
  watcher->is_closed = true;
  uv_poll_stop(&watcher->poll);
  uv_close((uv_handle_t *)&watcher->poll, on_closed);
  close(watcher->socket);
  napi_delete_reference(watcher->instance->env, watcher->callback);
}

static void forget_watcher(napi_env env, void *data, void *hint) {
  (void)env, (void)hint;
  release(data);
}

/* The environment ends, by process.exit() or with its worker: libuv has to be done with all before its loop goes. */
static void end_instance(napi_async_cleanup_hook_handle handle, void *data) {
  (void)handle;
  instance_t *instance = data;
  instance->is_ending = true;
  napi_set_instance_data(instance->env, NULL, NULL, NULL);
  for (watcher_t *watcher = instance->watchers; watcher != NULL; watcher = watcher->next) close_watcher(watcher);
  end_if_idle(instance);
}

static int start_watcher(watcher_t *watcher, int socket) {
  /* A copy, since libuv watches the original already and takes no descriptor twice. */
  watcher->socket = fcntl(socket, F_DUPFD_CLOEXEC, 0);
  if (watcher->socket == -1) return -errno;
  int error = uv_poll_init(watcher->instance->loop, &watcher->poll, watcher->socket);
  if (error != 0) close(watcher->socket);
  return error;
}

/* Hands a started watcher to JavaScript. `NULL` leaves it to the caller. */
static napi_value expose_watcher(napi_env env, watcher_t *watcher, napi_value callback) {
  napi_value value;
  if (napi_create_reference(env, callback, 1, &watcher->callback) != napi_ok) return NULL;
  if (napi_create_external(env, watcher, forget_watcher, NULL, &value) != napi_ok) {
    napi_delete_reference(env, watcher->callback);
    watcher->callback = NULL;
    return NULL;
  }
  return value;
}

/*
 * watch(socket, callback): calls back whenever the socket takes bytes, or has failed, once per turn of the event loop,
 * until the watcher is paused or closed. Gives the watcher, or an error as a negative number.
 */
static napi_value watch(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  napi_valuetype type;
  int socket;
  if (!read_arguments(env, info, 2, arguments) || !read_descriptor(env, arguments[0], &socket)) return NULL;
  if (napi_typeof(env, arguments[1], &type) != napi_ok || type != napi_function) {
    throw_type(env, "A callback is a function.");
    return NULL;
  }
  void *instance = NULL;
  if (napi_get_instance_data(env, &instance) != napi_ok || instance == NULL) return to_number(env, -ECANCELED);
  watcher_t *watcher = calloc(1, sizeof *watcher);
  if (watcher == NULL) return to_number(env, -ENOMEM);
  watcher->instance = instance;
  int error = start_watcher(watcher, socket);
  if (error != 0) {
    free(watcher);
    return to_number(env, error);
  }
  link_watcher(watcher);
  watcher->owners = 1;
  napi_value value = expose_watcher(env, watcher, arguments[1]);
  if (value == NULL) {
    close_watcher(watcher);
    return to_number(env, -ENOMEM);
  }
  watcher->owners = 2;
  /* Not UV_DISCONNECT: it also reports a client that has merely ended its own side. A reset comes without asking. */
  uv_poll_start(&watcher->poll, UV_WRITABLE, on_event);
  return value;
}

/* An exception of the callback is an uncaught one, as in any other event. */
static void on_event(uv_poll_t *poll, int status, int events) {
  (void)events;
  watcher_t *watcher = (watcher_t *)poll;
  napi_env env = watcher->instance->env;
  /* libuv stops at an error. What it is comes out when bytes are sent. */
  if (status != 0) uv_poll_start(poll, UV_WRITABLE, on_event);
  napi_handle_scope scope;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  napi_value callback, receiver, error;
  if (napi_get_reference_value(env, watcher->callback, &callback) == napi_ok &&
      napi_get_global(env, &receiver) == napi_ok &&
      napi_make_callback(env, NULL, receiver, callback, 0, NULL, NULL) == napi_pending_exception &&
      napi_get_and_clear_last_exception(env, &error) == napi_ok) {
    napi_fatal_exception(env, error);
  }
  napi_close_handle_scope(env, scope);
}

static watcher_t *read_watcher(napi_env env, napi_callback_info info) {
  napi_value argument;
  napi_valuetype type;
  void *watcher = NULL;
  if (!read_arguments(env, info, 1, &argument)) return NULL;
  if (napi_typeof(env, argument, &type) != napi_ok || type != napi_external ||
      napi_get_value_external(env, argument, &watcher) != napi_ok) {
    throw_type(env, "This is no watcher.");
  }
  return watcher;
}

/* pause(watcher): no calls until it is resumed. */
static napi_value pause_watcher(napi_env env, napi_callback_info info) {
  watcher_t *watcher = read_watcher(env, info);
  if (watcher != NULL && !watcher->is_closed) uv_poll_stop(&watcher->poll);
  return NULL;
}

/* resume(watcher) */
static napi_value resume_watcher(napi_env env, napi_callback_info info) {
  watcher_t *watcher = read_watcher(env, info);
  if (watcher != NULL && !watcher->is_closed) uv_poll_start(&watcher->poll, UV_WRITABLE, on_event);
  return NULL;
}

/* close(watcher): no more calls. Closing it again does nothing. */
static napi_value close_by_user(napi_env env, napi_callback_info info) {
  watcher_t *watcher = read_watcher(env, info);
  if (watcher != NULL) close_watcher(watcher);
  return NULL;
}

/* ---- The module ---- */

static bool start_instance(napi_env env) {
  instance_t *instance = calloc(1, sizeof *instance);
  if (instance == NULL) return false;
  instance->env = env;
  if (napi_get_uv_event_loop(env, &instance->loop) == napi_ok &&
      napi_set_instance_data(env, instance, NULL, NULL) == napi_ok &&
      napi_add_async_cleanup_hook(env, end_instance, instance, &instance->cleanup) == napi_ok) {
    return true;
  }
  free(instance);
  return false;
}

NAPI_MODULE_INIT() {
  const napi_property_descriptor properties[] = {
      {"version", NULL, NULL, NULL, NULL, to_number(env, INTERFACE_VERSION), napi_enumerable, NULL},
      {"sendFile", NULL, send_file, NULL, NULL, NULL, napi_enumerable, NULL},
      {"isCached", NULL, is_cached, NULL, NULL, NULL, napi_enumerable, NULL},
      {"cork", NULL, cork, NULL, NULL, NULL, napi_enumerable, NULL},
      {"watch", NULL, watch, NULL, NULL, NULL, napi_enumerable, NULL},
      {"pause", NULL, pause_watcher, NULL, NULL, NULL, napi_enumerable, NULL},
      {"resume", NULL, resume_watcher, NULL, NULL, NULL, napi_enumerable, NULL},
      {"close", NULL, close_by_user, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  if (!start_instance(env) ||
      napi_define_properties(env, exports, sizeof properties / sizeof *properties, properties) != napi_ok) {
    napi_throw_error(env, NULL, "The native sender could not start.");
  }
  return exports;
}
