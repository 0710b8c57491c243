/* Each ask_… reads its fields, calls tokenizer or model, and makes the reply; what is wrong with a
 * request names the field. */
#include "probe/probe_requests.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool open_tokenizer(ProbeRequests *asks, const char *model, bool may_lack, Error *error)
{
    struct stat status;
    size_t size = strlen(model) + sizeof "/tokenizer.json";
    char *path = alloc_zeroed(size, 1);
    snprintf(path, size, "%s/tokenizer.json", model);
    bool folder = stat(model, &status) != 0 || !S_ISREG(status.st_mode);
    bool lacks = may_lack && folder && access(path, F_OK) != 0;
    asks->has_tokenizer = !lacks && tokenizer_open(&asks->tokenizer, model, error);
    free(path);
    return lacks || asks->has_tokenizer;
}

bool probe_requests_open(ProbeRequests *asks, const char *folder, int parts,
                         const ProbeMemory *memory, Error *error)
{
    bool may_lack = parts & PROBE_TOKENIZER_IF_ANY;
    asks->has_tokenizer = asks->has_model = false;
    if ((may_lack || parts & PROBE_TOKENIZER) && !open_tokenizer(asks, folder, may_lack, error))
        return false;
    asks->has_model = parts & PROBE_MODEL && probe_model_open(&asks->probe, folder, memory, error);
    bool ok = asks->has_model || !(parts & PROBE_MODEL);
    if (!ok)
        probe_requests_close(asks);
    return ok;
}

void probe_requests_close(ProbeRequests *asks)
{
    if (asks->has_tokenizer)
        tokenizer_free(&asks->tokenizer);
    if (asks->has_model)
        probe_model_close(&asks->probe);
    asks->has_tokenizer = asks->has_model = false;
}

static bool read_text(const ProbeRequests *asks, const json_t *request, bool add_bos, Tokens *ids,
                      Error *error)
{
    const json_t *text = json_object_get(request, "text");
    if (!json_is_string(text))
        return fail(error, "no string \"text\"; give {\"text\": …}");
    return tokenizer_encode(&asks->tokenizer, json_string_value(text), json_string_length(text),
                            add_bos, ids, error);
}

static json_t *make_text(const ProbeRequests *asks, const Tokens *ids)
{
    Text text = {0};
    tokenizer_decode(&asks->tokenizer, ids->ids, ids->count, true, &text);
    json_t *string = json_stringn(text.length ? text.bytes : "", text.length);
    text_free(&text);
    return string;
}

json_t *ask_tokens(void *context, const json_t *request, Error *error)
{
    const ProbeRequests *asks = context;
    Tokens ids = {0};
    bool ok = read_text(asks, request, asks->add_bos, &ids, error);
    json_t *reply = ok ? json_pack("{s:o}", "ids", json_ids(&ids)) : NULL;
    tokens_free(&ids);
    return reply;
}

json_t *ask_text(void *context, const json_t *request, Error *error)
{
    Tokens ids = {0};
    bool ok = json_read_ids(request, &ids, error);
    json_t *reply = ok ? json_pack("{s:o}", "text", make_text(context, &ids)) : NULL;
    tokens_free(&ids);
    return reply;
}

/* The document a request names, PROBE_DEFAULT where it names none. */
static bool read_document(const json_t *request, int64_t *document, Error *error)
{
    const json_t *number = json_object_get(request, "document");
    *document = number ? json_integer_value(number) : PROBE_DEFAULT;
    if (number && (!json_is_integer(number) || *document < 0))
        return fail(error, "\"document\" is not a whole number of 0 or more; give that of the "
                           "corpus");
    return true;
}

json_t *ask_logits(void *context, const json_t *request, Error *error)
{
    ProbeModel *probe = &((ProbeRequests *)context)->probe;
    size_t V = probe->model.config.vocabulary;
    Tokens ids = {0};
    json_t *reply = NULL;
    int64_t document;
    if (json_read_ids(request, &ids, error) && read_document(request, &document, error) &&
        probe_model_takes(probe, &ids, document, error)) {
        double *nll = alloc_zeroed(ids.count, sizeof *nll);
        float *last = alloc_zeroed(V, sizeof *last);
        if (probe_model_score(probe, &ids, document, nll, last, error))
            reply = json_pack("{s:o, s:o}", "nll", json_doubles(nll, ids.count - 1), "logits_last",
                              json_floats(last, V));
        free(nll), free(last);
    }
    tokens_free(&ids);
    return reply;
}

/* The ids to continue: given, or those of the text given. */
static bool read_start(const ProbeRequests *asks, const json_t *request, Tokens *ids, Error *error)
{
    bool as_text = json_object_get(request, "text") != NULL;
    if (as_text == (json_object_get(request, "ids") != NULL))
        return fail(error, "not one of \"ids\" and \"text\"; give {\"ids\": […]} or {\"text\": …}");
    if (as_text && !asks->has_tokenizer)
        return fail(error, "the model's folder has no tokenizer.json; give {\"ids\": […]}");
    return as_text ? read_text(asks, request, true, ids, error)
                   : json_read_ids(request, ids, error);
}

json_t *ask_generate(void *given, const json_t *request, Error *error)
{
    ProbeRequests *asks = given;
    Tokens ids = {0};
    json_t *reply = NULL;
    int64_t document;
    int32_t end = asks->has_tokenizer ? asks->tokenizer.eos : -1;
    if (read_start(asks, request, &ids, error) && read_document(request, &document, error) &&
        probe_model_generate(&asks->probe, &ids, document, asks->more, end, error))
        reply = json_pack("{s:o, s:o*}", "ids", json_ids(&ids), "text",
                          asks->has_tokenizer ? make_text(asks, &ids) : NULL);
    tokens_free(&ids);
    return reply;
}
