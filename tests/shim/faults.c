/* Faults of disk and clock for one process, by LD_PRELOAD: no privileges, no other process touched.
 *
 * MINYI_FAULTS names a file of five 64-bit integers, which the test writes while the process runs:
 *   0  milliseconds that every fsync and fdatasync takes longer
 *   1  the error that every write to a file of the databases meets, such as ENOSPC
 *   2  seconds by which the clock of the day is ahead
 *   3  counts the calls that were slowed down or refused
 *   4  the error that every write to a file of the keys meets
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { SYNC_DELAY, WRITE_ERROR, CLOCK_AHEAD, COUNT, KEY_ERROR, FIELDS };

static volatile int64_t none[FIELDS];
static volatile int64_t *state = none;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("MINYI_FAULTS");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *map = mmap(NULL, sizeof none, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map != MAP_FAILED)
        state = map;
    close(fd);
}

static void count(void) { __atomic_add_fetch(&state[COUNT], 1, __ATOMIC_RELAXED); }

/* The databases with their journals, and the keys; the log and sockets are left alone. */
static int is_refused(int fd) {
    char link[64], path[4096];
    if (!state[WRITE_ERROR] && !state[KEY_ERROR])
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    int64_t error = strstr(path, ".sqlite") ? state[WRITE_ERROR] : strstr(path, "/keys/") ? state[KEY_ERROR] : 0;
    if (!error)
        return 0;
    count();
    errno = (int)error;
    return 1;
}

static void slow_down(void) {
    int64_t delay = state[SYNC_DELAY];
    if (delay <= 0)
        return;
    struct timespec time = {delay / 1000, delay % 1000 * 1000000};
    count();
    nanosleep(&time, NULL);
}

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) \
        real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

int fsync(int fd) {
    REAL(fsync);
    slow_down();
    return real(fd);
}

int fdatasync(int fd) {
    REAL(fdatasync);
    slow_down();
    return real(fd);
}

ssize_t write(int fd, const void *bytes, size_t length) {
    REAL(write);
    return is_refused(fd) ? -1 : real(fd, bytes, length);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
    REAL(pwrite);
    return is_refused(fd) ? -1 : real(fd, bytes, length, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
    REAL(pwrite64);
    return is_refused(fd) ? -1 : real(fd, bytes, length, at);
}

int fallocate(int fd, int mode, off_t at, off_t length) {
    REAL(fallocate);
    return is_refused(fd) ? -1 : real(fd, mode, at, length);
}

int posix_fallocate(int fd, off_t at, off_t length) {
    REAL(posix_fallocate);
    return is_refused(fd) ? (int)state[WRITE_ERROR] : real(fd, at, length);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    REAL(clock_gettime);
    int failed = real(clock, time);
    if (!failed && clock == CLOCK_REALTIME)
        time->tv_sec += state[CLOCK_AHEAD];
    return failed;
}
