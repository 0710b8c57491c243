/* A family is a table of its parameters: names, shapes and places. Code that loads, makes or writes
 * a model walks that table. */
#include "model/family.h"

#include "file/gguf.h"
#include "model/model_gguf.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

const FamilyRules *family_rules(Family family)
{
    static const FamilyRules *const rules[FAMILIES] = {
        [FAMILY_LLAMA] = &llama_rules, [FAMILY_NEOX] = &neox_rules};
    return rules[family];
}

/* The parameters outside the blocks, in the order in which model_make lays them out. */
static size_t of_model(const ModelConfig *c, Parameter parameters[PARAMETERS])
{
    const FamilyRules *rules = family_rules(c->family);
    size_t n = 0;
    parameters[n++] =
        (Parameter){rules->embedding, offsetof(Model, embedding), c->vocabulary, c->width};
    if (!c->tied)
        parameters[n++] =
            (Parameter){rules->unembedding, offsetof(Model, unembedding), c->vocabulary, c->width};
    parameters[n++] =
        (Parameter){rules->final_norm_weight, offsetof(Model, final_norm.weight), c->width, 0};
    if (rules->final_norm_bias)
        parameters[n++] =
            (Parameter){rules->final_norm_bias, offsetof(Model, final_norm.bias), c->width, 0};
    return n;
}

bool family_walk(Model *model, ParameterVisit *visit, void *context)
{
    const ModelConfig *c = &model->config;
    Parameter parameters[PARAMETERS];
    size_t count = of_model(c, parameters);
    for (size_t i = 0; i < count; i++)
        if (!visit(context, &parameters[i], model, SIZE_MAX))
            return false;
    count = family_rules(c->family)->of_block(c, parameters);
    for (size_t b = 0; b < c->blocks; b++)
        for (size_t i = 0; i < count; i++)
            if (!visit(context, &parameters[i], &model->block[b], b))
                return false;
    return true;
}

const char *family_name(const Model *model, const Parameter *parameter, size_t index,
                        char text[PARAMETER_NAME])
{
    const FamilyRules *rules = family_rules(model->config.family);
    if (gguf_of(&model->file))
        return model_gguf_name(model->config.family, parameter->name, index, text);
    if (index == SIZE_MAX)
        snprintf(text, PARAMETER_NAME, "%s", parameter->name);
    else
        snprintf(text, PARAMETER_NAME, "%s.%zu.%s", rules->blocks, index, parameter->name);
    return text;
}

Matrix *family_matrix(const Parameter *parameter, void *base)
{
    return (Matrix *)(void *)((char *)base + parameter->place);
}

float **family_vector(const Parameter *parameter, void *base)
{
    return (float **)(void *)((char *)base + parameter->place);
}
