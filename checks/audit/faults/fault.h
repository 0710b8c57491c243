/* Faults: what the injector and its driver agree on. */
#ifndef FAULTS_FAULT_H
#define FAULTS_FAULT_H
#include <stdint.h>

/* Kinds of calls: each is counted by itself. */
typedef enum {
    FAULT_OPEN,
    FAULT_READ,
    FAULT_WRITE,
    FAULT_SYNC, /* fsync, fdatasync, msync */
    FAULT_RENAME,
    FAULT_MAP,
    FAULT_CLOSE,
    FAULT_STAT,
    FAULT_FOLDER, /* mkdir, rmdir, unlink, what a folder holds */
    FAULT_OTHER,  /* seek, fcntl, flock, ftruncate, fallocate, statfs, chmod, pipe */
    FAULT_MEMORY, /* malloc, calloc, realloc and the aligned ones */
    FAULT_PAGE,   /* a mapped file that cannot be read: SIGBUS */
    FAULT_KINDS
} FaultKind;

/* Instead of an errno: the call moves half of its bytes. */
enum { FAULT_SHORT = -1 };

/* Shared with the program under way, by the descriptor named in the environment. */
typedef struct {
    int32_t kind;   /* of the call to fail, or -1 */
    int32_t cause;  /* errno, or FAULT_SHORT */
    uint64_t at;    /* the call, from 1 */
    int32_t onward; /* it and all after it */
    int32_t fired;  /* whether a call failed */
    uint64_t count[FAULT_KINDS];
    char path[1024]; /* of the file that the first failing call was about, or "" */
} Fault;

#define FAULT_VARIABLE "DOCMEM_FAULT"

#endif
