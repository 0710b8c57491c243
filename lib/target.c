/* What a memory is trained on: documents, their claims in the prompt's form, or both. */
#include "target.h"

#include "mem.h"

#include <string.h>

Target target_parse(const char *name)
{
    static const char *const names[] = {"document", "template", "both"};
    int target = 0;
    while (target < TARGETS && strcmp(name, names[target]) != 0)
        target++;
    return (Target)target;
}

MemoryText *target_texts(const Frozen *frozen, size_t layer, Target target, size_t tokens,
                         size_t *count, Error *error)
{
    const Encoded *encoded = &frozen->encoded;
    const float *rows;
    size_t width = frozen->model.config.width;
    if (!frozen_rows(frozen, layer, &rows, error))
        return NULL;
    TextKind first = target == TARGET_TEMPLATE ? TEXT_TEMPLATE : TEXT_DOCUMENT;
    TextKind last = target == TARGET_DOCUMENT ? TEXT_DOCUMENT : TEXT_TEMPLATE;
    MemoryText *texts =
        mem_alloc(encoded->count[TEXT_DOCUMENT] + encoded->count[TEXT_TEMPLATE], sizeof *texts);
    *count = 0;
    for (TextKind kind = first; kind <= last; kind++)
        for (size_t i = 0; i < encoded->count[kind]; i++) {
            EncodedText text = encoded_text(encoded, kind, i);
            size_t document = kind == TEXT_DOCUMENT ? i : (size_t)encoded->template_document[i];
            size_t length = tokens > 0 && text.length > tokens ? tokens : text.length;
            texts[(*count)++] =
                (MemoryText){text.ids, rows + text.first_row * width, length, document};
        }
    return texts;
}
