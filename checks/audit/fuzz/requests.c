/* Fuzz target: requests to probe, JSON lines that ask for tokens or for text. */
#include "fuzz.h"
#include "probe/probe_requests.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static ProbeRequests *shared_asks(void)
{
    static ProbeRequests asks;
    Error error;
    if (!asks.has_tokenizer)
        fuzz_check(probe_requests_open(&asks, "checks/reference/tokenizer-replace", PROBE_TOKENIZER,
                                       NULL, &error));
    return &asks;
}

static json_t *answer(void *context, const json_t *request, Error *error)
{
    return json_object_get(request, "ids") ? ask_text(context, request, error)
                                           : ask_tokens(context, request, error);
}

static void run(const uint8_t *data, size_t size)
{
    Error error;
    char *replies = NULL;
    size_t length = 0, count = 0;
    FILE *out = open_memstream(&replies, &length);
    int file = open(fuzz_file(0, data, size), O_RDONLY | O_CLOEXEC);
    fuzz_check(out && file >= 0);
    if (json_lines_answer(file, "requests", out, answer, shared_asks(), &error)) {
        close(file);
        fuzz_check(fclose(out) == 0);
        for (size_t i = 0; i < length; i++)
            count += replies[i] == '\n';
        fuzz_check((length == 0 || replies[length - 1] == '\n') &&
                   utf8_valid(replies, length) == length);
        fuzz_accepted("replies", count);
    } else {
        close(file);
        fclose(out);
        fuzz_refused(&error, "requests:");
    }
    free(replies);
}

const FuzzTarget fuzz_target = {"requests", run, 400000, 1600, 50000, 100};
