/* document_vectors: train one DocRep memory, whose documents select entries by trainable vectors
 *
 * Document /i/ has a vector K_i of /k/ numbers and selects the memory's entries by
 * ~s_i = phi(G(K_i))~, where ~phi~ is tanh or ReLU and ~G~ linear or a multilayer perceptron. The
 * memory after block /L/ adds ~gelu(W_lm (W_down (gelu(W_up h) * s_i)))~, biases left out here, to
 * the residual stream ~h~, the product taken entry by entry; =--lm no= leaves out ~W_lm~ and the
 * activation after it. Vectors, selection and memory are trained together to predict the documents'
 * texts, with the loss ~L = L_pos + alpha F~. The forgetting loss is
 * ~F = min((L_neg - tau)^2, L_pos)~, or ~|L_neg - tau|~ in the form =absolute=, where ~L_neg~ is
 * the loss of the same texts under negative vectors, drawn anew each epoch: zero; another
 * document's, with or, as =other-detached=, without a gradient into it; the own one plus ~delta~
 * times normal noise; or normal noise alone. AdamW with decoupled weight decay moves all
 * parameters, vectors included, at every step, under a cosine schedule with linear warm-up and one
 * bound on the norm of the joint gradient. After each epoch vectors and selections are kept, with
 * the norms of the gradient on its way to the vectors beside those of the other weights. Losses
 * under the own and under one fixed negative vector are scored at the saved epochs. *Reading:*
 * vectors start standard normal; the perceptron has one hidden GELU layer of as many units as
 * entries; linear layers start orthogonal with gain ~sqrt(2)~; random negatives are standard
 * normal; weight decay, of which the source says nothing, is PyTorch's default.
 *
 * The public code (DocGuidanceLLM at 31e623c) starts the vectors as rows of an orthogonal matrix
 * with gain ~sqrt(2)~ and never trains them, keeps the rate constant and takes one document after
 * another: =--start frozen --schedule constant --order fixed --batch 1=. =--start orthogonal=
 * starts so and trains them; under =--optimizer sgd= steps follow the gradient's size, which AdamW
 * takes away. The notes liken document vectors to context vectors: with =--start context= a vector
 * is ~U~ times the mean of ~h~ over the document's text, what enters the memory, and ~U~, which all
 * documents share, is trained in its place. *Reading:* ~U~ starts orthogonal with gain ~sqrt(2)~.
 *
 *   document_vectors --model base --encoded encoded.safetensors --prefix prefix.safetensors
 *     --layer 5 --documents 20 --dimension 2 --phi tanh --selection linear --alpha 0.1
 *     --negative other --epochs 30 --save 30 --out cell.safetensors
 */
#include "docrep/docrep_record.h"
#include "memory/target.h"
#include "run/stage.h"

#include <stdlib.h>
#include <string.h>

static FrozenPaths from = {.float_budget = 1024};
static const char *out_path, *save_text;
static const char *phi_text = "tanh", *selection_text = "linear", *lm_text = "yes";
static const char *form_text = "squared", *negative_text = "other";
static const char *start_text = "normal", *schedule_text = "cosine";
static const char *optimizer_text = "adamw", *order_text = "shuffled";
static int64_t layer, documents, tokens, dimension = 2, entries = 32, seed = 1;
static int64_t epochs = 30, batch = 16, warmup = 10;
static double alpha, tau = 2.5, delta = 0.1, lr = 1e-3, decay = 0.01, clip = 5;

static const Arg args[] = {
    FROZEN_ARGS(from, true),
    {"layer", ARG_INT, &layer, "block the memory follows, from 0", true},
    {"documents", ARG_INT, &documents, "n, the first so many documents [from 1 to 1048576]", true},
    {"out", ARG_OUTPUT, &out_path, "trained memory, a safetensors file", true},
    {"seed", ARG_INT, &seed, "run: first parameters, order of texts, negatives [0 or more]", false},
    {"tokens", ARG_INT, &tokens, "of each document at most, BOS included; 0: all [from 0 to 65536]",
     false},
    {"dimension", ARG_INT, &dimension, "k, numbers in a document's vector [from 1 to 65536]",
     false},
    {"phi", ARG_TEXT, &phi_text, "activation of selections [tanh or relu]", false},
    {"selection", ARG_TEXT, &selection_text, "G, from a vector to entries [linear or mlp]", false},
    {"lm", ARG_TEXT, &lm_text, "W_lm after the memory [yes or no]", false},
    {"start", ARG_TEXT, &start_text,
     "of vectors; frozen: orthogonal [normal, orthogonal, frozen or context]", false},
    {"schedule", ARG_TEXT, &schedule_text, "of the rate [cosine or constant]", false},
    {"optimizer", ARG_TEXT, &optimizer_text, "what takes the steps [adamw or sgd]", false},
    {"order", ARG_TEXT, &order_text, "of texts in an epoch [shuffled or fixed]", false},
    {"entries", ARG_INT, &entries, "m, memory entries [from 1 to 65536]", false},
    {"alpha", ARG_REAL, &alpha, "weight of the forgetting loss [from 0 to 1e6]", false},
    {"tau", ARG_REAL, &tau, "its target, nats a token [from 0 to 1e6]", false},
    {"form", ARG_TEXT, &form_text, "of the forgetting loss [squared or absolute]", false},
    {"negative", ARG_TEXT, &negative_text,
     "vectors not to remember by [zero, other, other-detached, perturbed or random]", false},
    {"delta", ARG_REAL, &delta, "size of the noise of perturbed negatives [from 0 to 1e6]", false},
    {"epochs", ARG_INT, &epochs, "passes over the texts [from 1 to 100000]", false},
    {"save", ARG_TEXT, &save_text, "epochs to score, like 1,5,30", true},
    {"batch", ARG_INT, &batch, "texts a step [from 1 to 4096]", false},
    {"lr", ARG_REAL, &lr, "peak learning rate [above 0 to 1e6]", false},
    {"warmup", ARG_INT, &warmup, "steps of linear warm-up [from 1 to 1000000]", false},
    {"decay", ARG_REAL, &decay, "decoupled weight decay [from 0 to 1e6]", false},
    {"clip", ARG_REAL, &clip, "largest gradient norm [above 0 to 1e300]", false},
    BUDGET_ARG(from),
    {0},
};

static void read_settings(DocRepSettings *s)
{
    stage_want(tokens != 1, "tokens", "0, or from 2 to 65536");
    *s = (DocRepSettings){.layer = (size_t)layer,
                          .documents = (size_t)documents,
                          .tokens = (size_t)tokens,
                          .dimension = (size_t)dimension,
                          .entries = (size_t)entries,
                          .phi = phi_parse(phi_text),
                          .selection = selection_kind_parse(selection_text),
                          .lm = strcmp(lm_text, "yes") == 0,
                          .guidance = {alpha, tau, delta, forget_form_parse(form_text),
                                       negative_kind_parse(negative_text)},
                          .start = vector_start_parse(start_text),
                          .constant = strcmp(schedule_text, "constant") == 0,
                          .sgd = strcmp(optimizer_text, "sgd") == 0,
                          .in_order = strcmp(order_text, "fixed") == 0,
                          .epochs = (size_t)epochs,
                          .batch = (size_t)batch,
                          .seed = (uint64_t)seed};
    uint64_t steps = (s->documents + s->batch - 1) / s->batch * s->epochs;
    s->train = (TrainSettings){lr, decay, clip, (uint64_t)warmup, steps, NULL, 0};
    bool other =
        s->guidance.negative == NEGATIVE_OTHER || s->guidance.negative == NEGATIVE_OTHER_DETACHED;
    stage_want(!other || documents > 1, "documents",
               "2 or more where negatives are other documents'");
}

/* The texts of all documents; what they point to stays open. */
static MemoryText *open_inputs(Frozen *frozen)
{
    Error error;
    size_t count;
    if (!frozen_open(frozen, &from, &error))
        stage_die(&error);
    stage_want(layer >= 0 && (size_t)layer < frozen->model.config.blocks, "layer",
               "a block of the model");
    MemoryText *texts =
        target_texts(frozen, (size_t)layer + 1, TARGET_DOCUMENT, (size_t)tokens, &count, &error);
    if (!texts)
        stage_die(&error);
    if (count < (size_t)documents)
        stage_fail("%s: holds %zu documents, not %lld; choose fewer --documents", from.encoded,
                   count, (long long)documents);
    return texts;
}

static void train(DocRepRecord *record, DocRep *docrep, const MemoryText *texts,
                  const int64_t *saves, size_t count)
{
    Error error;
    size_t next = 0;
    if (!docrep_record_begin(record, docrep, texts, count + 1, &error))
        stage_fail("%s: before training %s", from.prefix, error.text);
    if (!docrep_check_path(docrep, texts, &error))
        stage_die(&error);
    for (int64_t epoch = 1; epoch <= epochs; epoch++) {
        bool scores = next < count && saves[next] == epoch;
        next += scores;
        if (!docrep_record_epoch(record, (size_t)epoch, scores, &error))
            stage_fail("%s: %s", out_path, error.text);
        stage_progress("epochs", (double)epoch, (double)epochs);
    }
}

int main(int argc, char **argv)
{
    Error error;
    Frozen frozen;
    DocRepSettings settings;
    DocRep docrep;
    DocRepRecord record;
    Out out;
    int64_t *saves;
    size_t count;
    stage_begin("document_vectors", "train one DocRep memory and its document vectors", args, argc,
                argv);
    read_settings(&settings);
    if (!stage_list("save", save_text, 1, epochs, &saves, &count, &error))
        stage_die(&error);
    for (size_t i = 1; i < count; i++)
        stage_want(saves[i] > saves[i - 1], "save", "a rising list");
    MemoryText *texts = open_inputs(&frozen);
    settings.rounded = frozen.rounded;
    docrep_begin(&docrep, &frozen.model, &settings);
    docrep_read_contexts(&docrep, texts);
    train(&record, &docrep, texts, saves, count);
    if (!out_open(&out, out_path, &error) || !docrep_record_write(&record, &out, &error))
        stage_die(&error);
    stage_commit(&out);
    docrep_record_free(&record);
    docrep_free(&docrep);
    frozen_close(&frozen);
    free(texts), free(saves);
    return 0;
}
