/*
 * Lets system calls on some files fail, for a process that loads this by LD_PRELOAD.
 *
 * FAULTY_PATH is a part of the files' paths, FAULTY_ERRNO the number of the error. While there is a file
 * FAULTY_SWITCH, the call that it names fails.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

/* By system calls alone: the functions of these names are those below. */
static int is_switched_on(const char *call)
{
  const char *path = getenv("FAULTY_SWITCH");
  char wanted[32];
  if (path == NULL) return 0;
  int fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t length = syscall(SYS_read, fd, wanted, sizeof wanted - 1);
  syscall(SYS_close, fd);
  if (length < 0) return 0;
  wanted[length] = 0;
  return strcmp(wanted, call) == 0;
}

static int strikes_path(const char *call, const char *path)
{
  const char *mark = getenv("FAULTY_PATH");
  const char *number = getenv("FAULTY_ERRNO");
  if (mark == NULL || number == NULL || strstr(path, mark) == NULL || !is_switched_on(call)) return 0;
  errno = atoi(number);
  return 1;
}

static int strikes(const char *call, int fd)
{
  char link[64];
  char path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strikes_path(call, path);
}

#define ORIGINAL(name) \
  static __typeof__(name) *original; \
  if (original == NULL) original = dlsym(RTLD_NEXT, #name)
#define WRAP(kind, result, name, parameters, arguments) \
  result name parameters { \
    ORIGINAL(name); \
    if (strikes(kind, fd)) return -1; \
    return original arguments; \
  }

WRAP("read", ssize_t, read, (int fd, void *to, size_t size), (fd, to, size))
WRAP("read", ssize_t, pread, (int fd, void *to, size_t size, off_t at), (fd, to, size, at))
WRAP("read", ssize_t, pread64, (int fd, void *to, size_t size, off64_t at), (fd, to, size, at))
WRAP("read", ssize_t, readv, (int fd, const struct iovec *to, int count), (fd, to, count))
WRAP("read", ssize_t, preadv, (int fd, const struct iovec *to, int count, off_t at), (fd, to, count, at))
WRAP("read", ssize_t, preadv64, (int fd, const struct iovec *to, int count, off64_t at), (fd, to, count, at))
WRAP("write", ssize_t, write, (int fd, const void *from, size_t size), (fd, from, size))
WRAP("write", ssize_t, pwrite, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))
WRAP("write", ssize_t, pwrite64, (int fd, const void *from, size_t size, off64_t at), (fd, from, size, at))
WRAP("write", ssize_t, writev, (int fd, const struct iovec *from, int count), (fd, from, count))
WRAP("fsync", int, fsync, (int fd), (fd))
WRAP("fsync", int, fdatasync, (int fd), (fd))

ssize_t sendfile(int out, int in, off_t *at, size_t size)
{
  ORIGINAL(sendfile);
  return strikes("read", in) ? -1 : original(out, in, at, size);
}

ssize_t sendfile64(int out, int in, off64_t *at, size_t size)
{
  ORIGINAL(sendfile64);
  return strikes("read", in) ? -1 : original(out, in, at, size);
}

#define WRAP_OPEN(name) \
  int name(const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = va_arg(rest, mode_t); \
    va_end(rest); \
    ORIGINAL(name); \
    return strikes_path("open", path) ? -1 : original(path, flags, mode); \
  }

WRAP_OPEN(open)
WRAP_OPEN(open64)
