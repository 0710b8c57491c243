/* The table is tried from the top. The first pattern that matches a name in the folder decides the
 * message, so special cases stand above general ones. */
#include "file/absent.h"

#include "base/alloc.h"

#include <dirent.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A kind of file that people have in place of the wanted one: a glob pattern of its name, and how
 * the message ends. */
typedef struct {
    AbsentFile wanted;
    const char *pattern, *tells;
} Stand;

#define MERGE "; merge it into its base model (merge_and_unload of PEFT) and name that folder"
#define SAVE "; save the model as safetensors (save_pretrained of transformers)"
#define FAST "; make a tokenizer.json of it (AutoTokenizer and save_pretrained of transformers)"

static const Stand stands[] = {
    {ABSENT_CONFIG, "adapter_config.json", "an adapter's" MERGE},
    {ABSENT_CONFIG, "*.gguf", "which holds all in one; name that file"},
    {ABSENT_CONFIG, "params.json", "Meta's own form; convert it (convert_llama_weights_to_hf.py)"},
    {ABSENT_CONFIG, "config.yml", "GPT-NeoX's training form; convert it to Hugging Face's"},
    {ABSENT_WEIGHTS, "model-*-of-*.safetensors",
     "a shard; fetch model.safetensors.index.json too, which says what lies in which"},
    {ABSENT_WEIGHTS, "adapter_model.*", "an adapter" MERGE},
    {ABSENT_WEIGHTS, "adapter_config.json", "an adapter's" MERGE},
    {ABSENT_WEIGHTS, "pytorch_model*.bin*", "in PyTorch's own form" SAVE},
    {ABSENT_WEIGHTS, "consolidated*.safetensors",
     "in Mistral's own form; take the files of Hugging Face's (model*.safetensors)"},
    {ABSENT_WEIGHTS, "consolidated*.pth", "in PyTorch's own form" SAVE},
    {ABSENT_WEIGHTS, "*.pt", "in PyTorch's own form" SAVE},
    {ABSENT_WEIGHTS, "*.pth", "in PyTorch's own form" SAVE},
    {ABSENT_WEIGHTS, "*.ckpt*", "a checkpoint in its framework's own form" SAVE},
    {ABSENT_WEIGHTS, "tf_model.h5", "in TensorFlow's form" SAVE},
    {ABSENT_WEIGHTS, "flax_model*.msgpack*", "in Flax's form" SAVE},
    {ABSENT_WEIGHTS, "*.gguf", "which holds all in one; name that file"},
    {ABSENT_WEIGHTS, "*.safetensors.*",
     "not whole, or an index without model.safetensors; fetch "
     "what is missing"},
    {ABSENT_WEIGHTS, "*.safetensors", "of another name; if it is the model, link it by this one"},
    {ABSENT_TOKENIZER, "tokenizer.model", "a SentencePiece model" FAST},
    {ABSENT_TOKENIZER, "*.tiktoken", "a vocabulary in tiktoken's form" FAST},
    {ABSENT_TOKENIZER, "vocab.json", "a vocabulary in the older form" FAST},
    {ABSENT_TOKENIZER, "spiece.model", "a SentencePiece model" FAST},
};

/* The first entry, in order of names, that matches the pattern; NULL if none does. Borrowed. */
static const char *find_entry(struct dirent *const *entries, int count, const char *pattern)
{
    for (int i = 0; i < count; i++)
        if (fnmatch(pattern, entries[i]->d_name, FNM_PERIOD) == 0)
            return entries[i]->d_name;
    return NULL;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* A dangling symbolic link, as in a copy of a download cache without what its links point at. */
static bool tell_link(const char *path, Error *error)
{
    struct stat status;
    if (lstat(path, &status) != 0 || !S_ISLNK(status.st_mode))
        return false;
    fail(error, "%s: is a link to what is not there; copy the file itself (cp -L), or fetch it",
         path);
    return true;
}

bool absent_tell(const char *path, AbsentFile wanted, Error *error)
{
    if (tell_link(path, error))
        return true;
    const char *slash = strrchr(path, '/');
    char *folder = slash ? alloc_text_n(path, (size_t)(slash - path) + 1) : alloc_text(".");
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, NULL, by_name);
    bool told = false;
    for (size_t i = 0; !told && count > 0 && i < sizeof stands / sizeof *stands; i++) {
        const char *name =
            stands[i].wanted == wanted ? find_entry(entries, count, stands[i].pattern) : NULL;
        if (name) {
            fail(error, "%s: is not there, only %s, %s", path, name, stands[i].tells);
            told = true;
        }
    }
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
    free(folder);
    return told;
}
