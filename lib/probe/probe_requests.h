/* Requests to a tokenizer or a model and their replies, as JSON objects. */
#ifndef DOCMEM_PROBE_REQUESTS_H
#define DOCMEM_PROBE_REQUESTS_H
#include "probe/json_lines.h"
#include "probe/probe_model.h"
#include "tokenizer/tokenizer.h"

/* What the replies draw on: the tokenizer for the first two and where there is
 * text, the probe for the last two. */
typedef struct {
    ProbeModel probe;
    Tokenizer tokenizer;
    bool has_tokenizer, has_model;
    bool add_bos; /* ask_tokens: BOS before each text */
    size_t more;  /* ask_generate: ids to add at most */
} ProbeRequests;

/* What probe_requests_open opens of a model's folder. */
enum {
    PROBE_MODEL = 1,           /* the model, with the memory */
    PROBE_TOKENIZER = 2,       /* its tokenizer.json */
    PROBE_TOKENIZER_IF_ANY = 4 /* the same, where there is one */
};

/* Opens these parts; the other fields stay as they are. False with the file and the reason, and
 * nothing left open. */
bool probe_requests_open(ProbeRequests *asks, const char *folder, int parts,
                         const ProbeMemory *memory, Error *error);
void probe_requests_close(ProbeRequests *asks);

/* Each is a JsonAnswer whose context is a ProbeRequests.
 *   ask_tokens    {"text"} to {"ids"}
 *   ask_text      {"ids"} to {"text"}, without special tokens
 *   ask_logits    {"ids"} of length n to {"nll": [n − 1 losses, nats], "logits_last": [V]}
 *   ask_generate  {"ids"}, or {"text"} with BOS before it, to {"ids", "text"} of the whole
 *                 sequence; without a tokenizer it takes ids alone and gives no text
 * The last two also take {"document"}, which a memory needs whose entries belong to documents. */
JsonAnswer ask_tokens, ask_text, ask_logits, ask_generate;

#endif
