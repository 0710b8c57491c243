/* Command lines kept as data: a stage's name and its named arguments, one command a line. */
#ifndef DOCMEM_COMMANDS_H
#define DOCMEM_COMMANDS_H
#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>

typedef struct {
    char *text;         /* owns the words */
    char **words;       /* (count) the stage's name first */
    size_t count, line; /* words; the line it stands in, from 1 */
} Command;

typedef struct {
    Command *items; /* (count) in the order of the lines, without empty ones */
    size_t count, capacity;
} Commands;

/* Reads the file; freed with commands_free. False with the reason where it cannot be read. */
bool commands_read(Commands *commands, const char *path, Error *error);
void commands_free(Commands *commands);

/* The last value of `--name`, as the stages take it; NULL where it is not named. */
const char *command_value(const Command *command, const char *name);
/* The same as a whole number, `missing` where it is not named; as a number, 0 where not. */
size_t command_number(const Command *command, const char *name, size_t missing);
double command_real(const Command *command, const char *name);
/* Whether its value is `wanted`. */
bool command_says(const Command *command, const char *name, const char *wanted);
/* Items in a list such as 1,5,25; 0 where it is not named. */
size_t command_items(const Command *command, const char *name);

/* The command whose --out is `path`; NULL where none is, and where path is. */
const Command *commands_maker(const Commands *commands, const char *path);

#endif
