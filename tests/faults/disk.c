/* A disk that fails on command: cc -shared -fPIC -o disk.so disk.c -ldl; LD_PRELOAD=disk.so
   DISK_FAULTS names a file of four 32-bit numbers: how many writes still succeed, how many then
   fail with ENOSPC; how many syncs still succeed, how many then fail with EIO. Only files whose
   path holds DISK_NAME are meant. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

static volatile int *faults;

__attribute__((constructor)) static void begin(void) {
  int fd = open(getenv("DISK_FAULTS"), O_RDWR);
  faults = mmap(NULL, 4 * sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
}

/* One less, unless there is none left: the test may set the number to 0 at any moment. */
static int less(volatile int *left) {
  int now = *left;
  while (now > 0 && !__atomic_compare_exchange_n(left, &now, now - 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {}
  return now > 0;
}

static int fails(int kind, int fd, int error) {
  volatile int *left = faults + 2 * kind;
  char link[64], path[4096];
  if (!left[1]) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  path[length < 0 ? 0 : length] = 0;
  if (!strstr(path, getenv("DISK_NAME"))) return 0;
  if (less(&left[0])) return 0;
  if (!less(&left[1])) return 0;
  errno = error;
  return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAULTY(kind, error, type, name, given, passed) \
  type name given { return fails(kind, fd, error) ? -1 : REAL(name) passed; }

FAULTY(0, ENOSPC, ssize_t, write, (int fd, const void *b, size_t n), (fd, b, n))
FAULTY(0, ENOSPC, ssize_t, pwrite, (int fd, const void *b, size_t n, off_t at), (fd, b, n, at))
FAULTY(0, ENOSPC, ssize_t, pwrite64, (int fd, const void *b, size_t n, off64_t at), (fd, b, n, at))
FAULTY(1, EIO, int, fsync, (int fd), (fd))
FAULTY(1, EIO, int, fdatasync, (int fd), (fd))
