// For LD_PRELOAD: lets the n-th call that changes a file fail, or be the last thing the process does.
//
//   SYNOP_FAULT_AT=n      the call, counted from 1; 0 or unset: none
//   SYNOP_FAULT=kill      SIGKILL before the call
//               tear      half of the bytes are written, then SIGKILL; another call is not made
//               full      from this call on there is no room: a write writes half of its bytes once, then ENOSPC
//               error     this one call fails with EIO
//   SYNOP_FAULT_COUNT=f   at its end the process writes the number of its calls into the file f
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static long calls, fault_at;
static const char *fault = "", *count_file;

__attribute__((constructor)) static void start(void) {
  const char *at = getenv("SYNOP_FAULT_AT"), *kind = getenv("SYNOP_FAULT");
  fault_at = at ? atol(at) : 0;
  if (kind) fault = kind;
  count_file = getenv("SYNOP_FAULT_COUNT");
}

__attribute__((destructor)) static void stop(void) {
  FILE *file = count_file ? fopen(count_file, "w") : NULL;
  if (file) fprintf(file, "%ld\n", calls), fclose(file);
}

static int is(const char *kind) { return strcmp(fault, kind) == 0; }
static void die(void) { kill(getpid(), SIGKILL); }

// Counts a call. 0: go on. 1: fail, errno is set. 2: write `*size` bytes, then die or, the disk being full, return.
static int trouble(size_t *size) {
  ++calls;
  if (fault_at <= 0 || calls < fault_at) return 0;
  if (calls == fault_at && is("kill")) die();
  if (calls == fault_at && is("error")) return errno = EIO, 1;
  if (!is("full") && !(calls == fault_at && is("tear"))) return 0;
  if (size == NULL) {
    if (is("tear")) die();
    return errno = ENOSPC, 1;
  }
  if (calls == fault_at && *size > 1) return *size /= 2, 2;
  return errno = ENOSPC, 1;
}

#define REAL(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t size) {
  int what = fd <= 2 ? 0 : trouble(&size);
  if (what == 1) return -1;
  ssize_t written = REAL(write)(fd, bytes, size);
  if (what == 2 && is("tear")) die();
  return written;
}

ssize_t writev(int fd, const struct iovec *parts, int n) {
  size_t size = 1;
  if (fd > 2 && trouble(&size) == 1) return -1;
  return REAL(writev)(fd, parts, n);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) {
  int what = trouble(&size);
  if (what == 1) return -1;
  ssize_t written = REAL(pwrite)(fd, bytes, size, at);
  if (what == 2 && is("tear")) die();
  return written;
}
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) { return pwrite(fd, bytes, size, at); }

int ftruncate(int fd, off_t size) { return trouble(NULL) ? -1 : REAL(ftruncate)(fd, size); }
int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }
int fsync(int fd) { return trouble(NULL) ? -1 : REAL(fsync)(fd); }
int rename(const char *from, const char *to) { return trouble(NULL) ? -1 : REAL(rename)(from, to); }
int unlink(const char *path) { return trouble(NULL) ? -1 : REAL(unlink)(path); }
int remove(const char *path) { return trouble(NULL) ? -1 : REAL(remove)(path); }

int open(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  if ((flags & (O_CREAT | O_TRUNC)) != 0 && trouble(NULL)) return -1;
  return REAL(open)(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return open(path, flags, mode);
}
