/* Another boot of the same installation, for a program that is started with this library in LD_PRELOAD: what a clone of
 * a virtual machine is.
 *
 * OTHER_BOOT_ID is what the program reads as the kernel's boot id; its /etc/machine-id is the same for all.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int file_with(const char *text) {
    int file = memfd_create("other-boot", MFD_CLOEXEC);
    if (file < 0) return file;
    size_t length = strlen(text);
    if (write(file, text, length) != (ssize_t)length || lseek(file, 0, SEEK_SET) != 0) {
        close(file);
        return -1;
    }
    return file;
}

int open(const char *path, int flags, ...) {
    const char *boot = getenv("OTHER_BOOT_ID");
    if (boot && strcmp(path, "/proc/sys/kernel/random/boot_id") == 0) return file_with(boot);
    if (boot && strcmp(path, "/etc/machine-id") == 0) return file_with("0123456789abcdef0123456789abcdef\n");

    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    int (*original)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
    return original(path, flags, mode);
}
