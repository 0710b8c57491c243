/* The lines are the pipeline's own commands (stages/stages.mk), so words are told apart by blanks
 * alone. */
#include "plan/commands.h"

#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *command_value(const Command *command, const char *name)
{
    const char *value = NULL;
    for (size_t i = 1; i + 1 < command->count; i++)
        if (strncmp(command->words[i], "--", 2) == 0 && strcmp(command->words[i] + 2, name) == 0)
            value = command->words[i + 1];
    return value;
}

size_t command_number(const Command *command, const char *name, size_t missing)
{
    const char *value = command_value(command, name);
    return value ? (size_t)strtoull(value, NULL, 10) : missing;
}

double command_real(const Command *command, const char *name)
{
    const char *value = command_value(command, name);
    return value ? strtod(value, NULL) : 0;
}

bool command_says(const Command *command, const char *name, const char *wanted)
{
    const char *value = command_value(command, name);
    return value && strcmp(value, wanted) == 0;
}

size_t command_items(const Command *command, const char *name)
{
    const char *value = command_value(command, name);
    size_t count = value ? 1 : 0;
    for (; value && *value; value++)
        count += *value == ',';
    return count;
}

const Command *commands_maker(const Commands *commands, const char *path)
{
    for (size_t i = 0; path && i < commands->count; i++) {
        const char *out = command_value(&commands->items[i], "out");
        if (out && strcmp(out, path) == 0)
            return &commands->items[i];
    }
    return NULL;
}

static void free_command(Command *command)
{
    free(command->text);
    free(command->words);
}

static void add_line(Commands *commands, const char *text, size_t line)
{
    Command command = {.text = alloc_text(text), .line = line};
    size_t capacity = 0;
    char *rest = NULL, *word = strtok_r(command.text, " \t\r\n", &rest);
    for (; word; word = strtok_r(NULL, " \t\r\n", &rest)) {
        command.words =
            alloc_grow(command.words, &capacity, command.count + 1, sizeof *command.words);
        command.words[command.count++] = word;
    }
    if (command.count == 0) {
        free_command(&command);
        return;
    }
    commands->items = alloc_grow(commands->items, &commands->capacity, commands->count + 1,
                                 sizeof *commands->items);
    commands->items[commands->count++] = command;
}

bool commands_read(Commands *commands, const char *path, Error *error)
{
    *commands = (Commands){0};
    FILE *file = fopen(path, "rb");
    if (!file)
        return fail(error, "%s: cannot be read (%s); name a file of commands", path, errno_text());
    char *text = NULL;
    size_t size = 0, line = 0;
    while (getline(&text, &size, file) >= 0)
        add_line(commands, text, ++line);
    bool ok = feof(file) || fail(error, "%s: cannot be read whole (%s); name a file of commands",
                                 path, errno_text());
    free(text);
    fclose(file);
    if (!ok)
        commands_free(commands);
    return ok;
}

void commands_free(Commands *commands)
{
    for (size_t i = 0; i < commands->count; i++)
        free_command(&commands->items[i]);
    free(commands->items);
    *commands = (Commands){0};
}
