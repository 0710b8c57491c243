/* inject: preloaded into a program, makes its Nth call of a kind fail or come up short.
 *
 * From main on, a seccomp filter hands each system call of interest to a handler in the program
 * itself, which counts it and then either goes on with it or returns an error in its place. So
 * calls made inside the C library and SQLite count as well, those of the dynamic loader do not, and
 * no tracer slows the program. Allocations are counted by functions in place of the C library's. */
#include "fault.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

static Fault *fault; /* set before main */

/* ---- System calls that the filter lets pass: by the place they come from ---------------- */
long inject_call(long number, long a, long b, long c, long d, long e, long f);
extern const char inject_called[];
__asm__(".text\n.globl inject_call, inject_called\n.hidden inject_call, inject_called\n"
        "inject_call:\n"
        "  mov %rdi, %rax\n  mov %rsi, %rdi\n  mov %rdx, %rsi\n  mov %rcx, %rdx\n"
        "  mov %r8, %r10\n  mov %r9, %r8\n  mov 8(%rsp), %r9\n"
        "  syscall\n"
        "inject_called:\n  ret\n");

/* ---- What fails --------------------------------------------------------------------------- */
static void remember_path(const char *path)
{
    size_t length = strnlen(path, sizeof fault->path - 1);
    memcpy(fault->path, path, length);
    fault->path[length] = 0;
}

static void remember_descriptor(int descriptor)
{
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    long length = inject_call(SYS_readlink, (long)link, (long)fault->path,
                              (long)sizeof fault->path - 1, 0, 0, 0);
    fault->path[length > 0 ? length : 0] = 0;
}

/* Counts a call; whether it is one that fails. */
static bool fails(FaultKind kind)
{
    uint64_t number = __atomic_add_fetch(&fault->count[kind], 1, __ATOMIC_RELAXED);
    return fault->kind == (int32_t)kind &&
           (number == fault->at || (fault->onward && number > fault->at));
}

typedef struct {
    long number;
    FaultKind kind;
    int path, descriptor; /* which argument tells the file, from 1; 0: none */
    bool halves;          /* its third argument is a count that may come up short */
    bool done;            /* the call is made though it reports a failure */
} Call;

static const Call calls[] = {
    {SYS_open, FAULT_OPEN, 1, 0, false, false},
    {SYS_openat, FAULT_OPEN, 2, 0, false, false},
    {SYS_read, FAULT_READ, 0, 1, true, false},
    {SYS_pread64, FAULT_READ, 0, 1, true, false},
    {SYS_readv, FAULT_READ, 0, 1, false, false},
    {SYS_write, FAULT_WRITE, 0, 1, true, false},
    {SYS_pwrite64, FAULT_WRITE, 0, 1, true, false},
    {SYS_writev, FAULT_WRITE, 0, 1, false, false},
    {SYS_fsync, FAULT_SYNC, 0, 1, false, false},
    {SYS_fdatasync, FAULT_SYNC, 0, 1, false, false},
    {SYS_msync, FAULT_SYNC, 0, 0, false, false},
    {SYS_rename, FAULT_RENAME, 1, 0, false, false},
    {SYS_renameat, FAULT_RENAME, 2, 0, false, false},
    {SYS_renameat2, FAULT_RENAME, 2, 0, false, false},
    {SYS_mmap, FAULT_MAP, 0, 5, false, false},
    {SYS_mremap, FAULT_MAP, 0, 0, false, false},
    {SYS_brk, FAULT_MAP, 0, 0, false, false},
    {SYS_close, FAULT_CLOSE, 0, 1, false, true},
    {SYS_stat, FAULT_STAT, 1, 0, false, false},
    {SYS_lstat, FAULT_STAT, 1, 0, false, false},
    {SYS_fstat, FAULT_STAT, 0, 1, false, false},
    {SYS_newfstatat, FAULT_STAT, 2, 0, false, false},
    {SYS_statx, FAULT_STAT, 2, 0, false, false},
    {SYS_mkdir, FAULT_FOLDER, 1, 0, false, false},
    {SYS_mkdirat, FAULT_FOLDER, 2, 0, false, false},
    {SYS_rmdir, FAULT_FOLDER, 1, 0, false, false},
    {SYS_unlink, FAULT_FOLDER, 1, 0, false, false},
    {SYS_unlinkat, FAULT_FOLDER, 2, 0, false, false},
    {SYS_getdents64, FAULT_FOLDER, 0, 1, false, false},
    {SYS_lseek, FAULT_OTHER, 0, 1, false, false},
    {SYS_fcntl, FAULT_OTHER, 0, 1, false, false},
    {SYS_flock, FAULT_OTHER, 0, 1, false, false},
    {SYS_ftruncate, FAULT_OTHER, 0, 1, false, false},
    {SYS_fallocate, FAULT_OTHER, 0, 1, false, false},
    {SYS_statfs, FAULT_OTHER, 1, 0, false, false},
    {SYS_fchmod, FAULT_OTHER, 0, 1, false, false},
    {SYS_pipe2, FAULT_OTHER, 0, 0, false, false},
};
enum { CALLS = sizeof calls / sizeof *calls };

static const Call *find_call(long number)
{
    for (int i = 0; i < CALLS; i++)
        if (calls[i].number == number)
            return &calls[i];
    return NULL;
}

static long make(long number, const long long arguments[6])
{
    return inject_call(number, (long)arguments[0], (long)arguments[1], (long)arguments[2],
                       (long)arguments[3], (long)arguments[4], (long)arguments[5]);
}

/* Puts pages that cannot be read in place of a file's, as when the disk fails under a mapping:
 * those of an empty file. */
static void spoil_pages(const long long arguments[6], long address)
{
    long empty = inject_call(SYS_memfd_create, (long)"empty", 0, 0, 0, 0, 0);
    if (empty >= 0)
        inject_call(SYS_mmap, address, (long)arguments[1], (long)arguments[2],
                    MAP_PRIVATE | MAP_FIXED, empty, 0);
}

/* What a program says must reach us whatever fails: standard error is spared. */
static bool is_spared(const Call *call, const long long arguments[6])
{
    return call->kind == FAULT_WRITE && arguments[0] == STDERR_FILENO;
}

/* A call that fails: what it returns. */
static long refuse(const Call *call, long long arguments[6])
{
    if (!fault->fired && call->path)
        remember_path((const char *)arguments[call->path - 1]);
    else if (!fault->fired && call->descriptor && arguments[call->descriptor - 1] >= 0)
        remember_descriptor((int)arguments[call->descriptor - 1]);
    if (fault->cause == FAULT_SHORT) {
        if (!call->halves || arguments[2] < 2)
            return make(call->number, arguments);
        fault->fired = 1;
        arguments[2] /= 2;
        return make(call->number, arguments);
    }
    fault->fired = 1;
    if (call->done)
        make(call->number, arguments);
    return call->number == SYS_brk ? inject_call(SYS_brk, 0, 0, 0, 0, 0, 0) : -fault->cause;
}

static void on_call(int signal, siginfo_t *info, void *context)
{
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    long long arguments[6] = {registers[REG_RDI], registers[REG_RSI], registers[REG_RDX],
                              registers[REG_R10], registers[REG_R8],  registers[REG_R9]};
    const Call *call = find_call(info->si_syscall);
    (void)signal;
    long result = call && !is_spared(call, arguments) && fails(call->kind)
                      ? refuse(call, arguments)
                      : make(info->si_syscall, arguments);
    bool mapped = info->si_syscall == SYS_mmap && (int)arguments[4] >= 0 && result > 0;
    if (mapped && (arguments[2] & PROT_WRITE) == 0 && fails(FAULT_PAGE)) {
        if (!fault->fired)
            remember_descriptor((int)arguments[4]);
        fault->fired = 1;
        spoil_pages(arguments, result);
    }
    registers[REG_RAX] = result;
}

/* ---- The filter ------------------------------------------------------------------------------ */
static struct sock_filter statement(uint16_t code, uint32_t k)
{
    return (struct sock_filter){code, 0, 0, k};
}

static bool install(void)
{
    struct sigaction action = {.sa_sigaction = on_call, .sa_flags = SA_SIGINFO | SA_NODEFER};
    struct sock_filter code[CALLS + 16];
    uint64_t place = (uint64_t)(uintptr_t)inject_called;
    unsigned n = 0;
    const uint16_t load = BPF_LD | BPF_W | BPF_ABS, equal = BPF_JMP | BPF_JEQ | BPF_K;
    code[n++] = statement(load, offsetof(struct seccomp_data, instruction_pointer));
    code[n++] = (struct sock_filter){equal, 0, 3, (uint32_t)place};
    code[n++] = statement(load, offsetof(struct seccomp_data, instruction_pointer) + 4);
    code[n++] = (struct sock_filter){equal, 0, 1, (uint32_t)(place >> 32)};
    code[n++] = statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    code[n++] = statement(load, offsetof(struct seccomp_data, nr));
    for (int i = 0; i < CALLS; i++)
        code[n++] = (struct sock_filter){equal, (uint8_t)(CALLS - i), 0, (uint32_t)calls[i].number};
    code[n++] = statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    code[n++] = statement(BPF_RET | BPF_K, SECCOMP_RET_TRAP);
    struct sock_fprog program = {(unsigned short)n, code};
    return sigaction(SIGSYS, &action, NULL) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

typedef int Main(int, char **, char **);
static Main *real_main;

static int main_with_faults(int argc, char **argv, char **environment)
{
    enum { CANNOT = 99 };
    const char *descriptor = getenv(FAULT_VARIABLE);
    if (!descriptor)
        return real_main(argc, argv, environment);
    int file = atoi(descriptor);
    void *map = mmap(NULL, sizeof *fault, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (map == MAP_FAILED || !install())
        _exit(CANNOT);
    unsetenv(FAULT_VARIABLE);
    unsetenv("LD_PRELOAD");
    fault = map; /* allocations count from here */
    memset(fault->count, 0, sizeof fault->count);
    return real_main(argc, argv, environment);
}

int __libc_start_main(Main *main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*end)(void), void *stack);
int __libc_start_main(Main *main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*end)(void), void *stack)
{
    int (*next)(Main *, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);
    *(void **)&next = dlsym(RTLD_NEXT, "__libc_start_main");
    real_main = main;
    return next(main_with_faults, argc, argv, init, fini, end, stack);
}

/* ---- Allocations -------------------------------------------------------------------------------
 */
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

static bool no_memory(void)
{
    if (!fault || !fails(FAULT_MEMORY))
        return false;
    fault->fired = 1;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return no_memory() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return no_memory() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    return no_memory() ? NULL : __libc_realloc(block, size);
}

void *memalign(size_t unit, size_t size)
{
    return no_memory() ? NULL : __libc_memalign(unit, size);
}

void *aligned_alloc(size_t unit, size_t size)
{
    return memalign(unit, size);
}

int posix_memalign(void **block, size_t unit, size_t size)
{
    void *found = memalign(unit, size);
    if (!found)
        return ENOMEM;
    *block = found;
    return 0;
}
