/* bench-data: what both sides of the bench work on: token ids, the order of steps, a first memory
 *
 * Documents and prompts of random ids; their lengths are like FEVER's. Prompts begin with one
 * header, and those of a document go on with its example, as 1-shot prompts do: half of a prompt is
 * that of the one before it, as of FEVER's. The same seed gives the same files. With --encoded the
 * corpus is one that is there, and only the start of training is drawn. With --lengths documents
 * are as long as those of such a corpus, spread evenly over it: real pages' lengths, random ids.
 * Prints the tokens of the documents that it made, and those of the longest.
 *
 *   bench-data --vocabulary 32000 --documents 20 --claims 200 --width 2048 --steps 6
 *     --out corpus.safetensors --start start.safetensors
 */
#include "base/alloc.h"
#include "base/rng.h"
#include "fever/encoded.h"
#include "fever/encoding.h"
#include "memory/memory.h"
#include "run/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *out_path, *encoded_path, *lengths_path, *start_path, *variant_text = "plain";
static int64_t vocabulary = 32000, documents, claims, shortest = 60, longest = 512, seed = 1;
static int64_t width = 128, entries = 128, batch = 4, steps = 1;

static const Arg args[] = {
    {"out", ARG_OUTPUT, &out_path, "encoded corpus to write", false},
    {"encoded", ARG_INPUT, &encoded_path, "encoded corpus that is there", false},
    {"lengths", ARG_INPUT, &lengths_path, "encoded corpus with lengths to take", false},
    {"start", ARG_TEXT, &start_path, "first memory and order to write", true},
    {"vocabulary", ARG_INT, &vocabulary, "ids are below it", false},
    {"documents", ARG_INT, &documents, "how many", false},
    {"claims", ARG_INT, &claims, "prompts, as many a document", false},
    {"shortest", ARG_INT, &shortest, "tokens of a document, at least", false},
    {"longest", ARG_INT, &longest, "tokens of a document, at most", false},
    {"seed", ARG_INT, &seed, "of ids, order and memory", false},
    {"width", ARG_INT, &width, "of the stream", false},
    {"entries", ARG_INT, &entries, "m, memory entries", false},
    {"variant", ARG_TEXT, &variant_text, "of the memory [plain or norm-gate]", false},
    {"batch", ARG_INT, &batch, "documents a step", false},
    {"steps", ARG_INT, &steps, "how many", false},
    {0},
};

enum {
    HEADER = 25,
    EXAMPLE = 24,
    PROMPT_SHORTEST = 70,
    PROMPT_LONGEST = 110,
    LETTERS_FROM = 7,
    CLOSE = 11
};

/* Appends a text of `length` ids to `texts`; the first `header` are those of every text, `example`
 * more those of every one of the document. */
static void draw_text(RaggedIds *texts, size_t length, size_t header, size_t example,
                      int32_t document, Rng *rng)
{
    Rng all = rng_stream("bench header", (uint64_t)seed, 0);
    Rng own = rng_stream("bench example", (uint64_t)seed, (uint64_t)document);
    tokens_push(&texts->ids, 1); /* BOS */
    for (size_t t = 1; t < length; t++) {
        Rng *from = t < header ? &all : t < header + example ? &own : rng;
        tokens_push(&texts->ids, (int32_t)(16 + rng_below(from, (uint32_t)vocabulary - 16)));
    }
    texts->document[texts->count] = document;
    texts->offset[++texts->count] = (int64_t)texts->ids.count;
}

static void make_room(RaggedIds *texts, int64_t count)
{
    texts->offset = alloc_zeroed((size_t)count + 1, sizeof *texts->offset);
    texts->document = alloc_zeroed((size_t)count + 1, sizeof *texts->document);
}

static size_t draw_length(Rng *rng, int64_t low, int64_t high)
{
    return (size_t)low + rng_below(rng, (uint32_t)(high - low + 1));
}

/* A prompt's last id is the common start of its answers. */
static void draw_prompts(Encoding *e, Rng *rng)
{
    size_t n = (size_t)claims + 1;
    make_room(&e->prompts, claims);
    e->answer_start = alloc_zeroed(n, sizeof(int32_t));
    e->claim = alloc_zeroed(n, sizeof(int32_t));
    e->label = alloc_zeroed(n, sizeof(int32_t));
    e->rows = alloc_zeroed(n, sizeof(int32_t));
    e->main = alloc_zeroed(n, sizeof(int32_t));
    for (int32_t i = 0; i < claims; i++) {
        size_t length = draw_length(rng, PROMPT_SHORTEST, PROMPT_LONGEST);
        draw_text(&e->prompts, length, HEADER, EXAMPLE, (int32_t)(i * documents / claims), rng);
        e->answer_start[i] = (int32_t)length - 1;
        e->claim[i] = i;
        e->rows[i] = e->main[i] = 1;
    }
}

/* One token a letter, and one that closes the answer, as with Llama 2's tokenizer. */
static void draw_letters(AnswerTokens *letters)
{
    for (int x = 0; x < LETTERS; x++) {
        letters->own[x] = LETTERS_FROM + x;
        letters->offset[x + 1] = x + 1;
    }
    letters->close[0] = CLOSE;
    letters->closes = 1;
}

/* Documents of lengths from `shortest` to `longest`. */
static void draw_documents(RaggedIds *texts, Rng *rng)
{
    for (int32_t i = 0; i < documents; i++)
        draw_text(texts, draw_length(rng, shortest, longest), 0, 0, i, rng);
}

/* Documents as long as those of another corpus, which has as many at least. */
static void copy_lengths(RaggedIds *texts, Rng *rng)
{
    Error error;
    Encoded other;
    if (!encoded_open(&other, lengths_path, &error))
        stage_die(&error);
    size_t count = other.count[TEXT_DOCUMENT];
    stage_want((size_t)documents <= count, "documents", "no more than --lengths has");
    for (int32_t i = 0; i < documents; i++) {
        const int64_t *at = other.offset[TEXT_DOCUMENT] + (size_t)i * count / (size_t)documents;
        draw_text(texts, (size_t)(at[1] - at[0]), 0, 0, i, rng);
    }
    encoded_close(&other);
}

static void print_lengths(const RaggedIds *texts)
{
    int64_t most = 0, all = texts->offset[texts->count];
    for (size_t i = 0; i < texts->count; i++)
        if (most < texts->offset[i + 1] - texts->offset[i])
            most = texts->offset[i + 1] - texts->offset[i];
    printf("%lld %lld\n", (long long)all, (long long)most);
}

static void write_corpus(void)
{
    Error error;
    Out out;
    Encoding e = {0};
    TensorWriter writer = {0};
    Rng rng = rng_stream("bench corpus", (uint64_t)seed, 0);
    make_room(&e.documents, documents);
    make_room(&e.templates, 1);
    make_room(&e.claims, 0);
    e.half = alloc_zeroed((size_t)documents, sizeof *e.half);
    e.same = alloc_zeroed(1, sizeof *e.same);
    if (lengths_path)
        copy_lengths(&e.documents, &rng);
    else
        draw_documents(&e.documents, &rng);
    print_lengths(&e.documents);
    draw_text(&e.templates, PROMPT_SHORTEST, HEADER, 0, 0, &rng);
    draw_prompts(&e, &rng);
    draw_letters(&e.letters);
    encoding_add(&e, &writer);
    if (!out_open(&out, out_path, &error) || !tensor_writer_write(&writer, &out, &error))
        stage_die(&error);
    encoding_free(&e);
    stage_commit(&out);
}

/* order (steps, batch): documents of each step, shuffled anew each epoch; −1 where an epoch's last
 * step has fewer. */
static void draw_order(int32_t *order, uint32_t count)
{
    uint32_t *shuffled = alloc_zeroed(count, sizeof *shuffled), next = count;
    Rng rng;
    uint64_t epoch = 0;
    for (int64_t s = 0; s < steps; s++) {
        if (next >= count) {
            rng = rng_stream("order", (uint64_t)seed, ++epoch);
            for (uint32_t i = 0; i < count; i++)
                shuffled[i] = i;
            rng_shuffle(&rng, shuffled, count);
            next = 0;
        }
        for (int64_t i = 0; i < batch; i++)
            order[s * batch + i] = next < count ? (int32_t)shuffled[next++] : -1;
    }
    free(shuffled);
}

static void write_start(uint32_t count)
{
    Error error;
    Out out;
    Memory memory;
    MemoryPart parts[MEMORY_PARTS];
    TensorWriter writer = {0};
    MemoryVariant variant = memory_variant_parse(variant_text);
    size_t shape[2] = {(size_t)steps, (size_t)batch}, at = 0;
    int32_t *order = alloc_zeroed(shape[0] * shape[1], sizeof *order);
    draw_order(order, count);
    memory_make(&memory, (size_t)width, (size_t)entries, variant);
    memory_draw(&memory, (uint64_t)seed);
    tensor_writer_add(&writer, "order", DTYPE_I32, 2, shape, order);
    int number = memory_parts(memory.width, memory.entries, variant, parts);
    for (int i = 0; i < number; at += parts[i++].count)
        tensor_writer_add(&writer, parts[i].name, DTYPE_F32, parts[i].rank, parts[i].shape,
                          memory.parameters + at);
    if (!out_open(&out, start_path, &error) || !tensor_writer_write(&writer, &out, &error) ||
        !out_commit(&out, &error))
        stage_die(&error);
    memory_free(&memory);
    free(order);
}

int main(int argc, char **argv)
{
    Error error;
    Encoded encoded;
    stage_begin("bench-data", "draw what both sides of the bench work on", args, argc, argv);
    stage_want(vocabulary > 64 && vocabulary < 1 << 24, "vocabulary", "from 65 to 16777215");
    stage_want(shortest >= 2 && longest >= shortest && longest < 1 << 20, "longest", "a length");
    stage_want(batch > 0 && batch <= 4096 && steps > 0 && steps < 1 << 20, "steps", "a count");
    stage_want(width > 0 && width < 1 << 20 && entries > 0 && entries < 1 << 16, "width", "a size");
    stage_want(memory_variant_parse(variant_text) <= MEMORY_NORM_GATE, "variant",
               "plain or norm-gate");
    if (encoded_path) {
        if (!encoded_open(&encoded, encoded_path, &error))
            stage_die(&error);
        write_start((uint32_t)encoded.count[TEXT_DOCUMENT]);
        encoded_close(&encoded);
        return 0;
    }
    stage_want(documents > 0 && documents < 1 << 20 && claims >= 0 && claims < 1 << 20 && out_path,
               "documents", "at least 1, with --out");
    write_corpus();
    write_start((uint32_t)documents);
    return 0;
}
