/* Included first in the programs of `make coverage`, so that only docmem's own conditions count.
 *
 * jansson's macros ask about NULL once more, wherever they stand; as functions they do so here.
 * A refusal is false: the compiler is told, and `done || fail(…)` has no way on from it as if true.
 */
#ifndef DOCMEM_COVERAGE_MACROS_H
#define DOCMEM_COVERAGE_MACROS_H
#include "base/error.h"

#include <jansson.h>

#define fail(...) (fail(__VA_ARGS__), false)

#define AS_FUNCTION(name)                                                                          \
    static inline bool macros_##name(const json_t *json)                                           \
    {                                                                                              \
        return json_##name(json);                                                                  \
    }
AS_FUNCTION(is_object)
AS_FUNCTION(is_array)
AS_FUNCTION(is_string)
AS_FUNCTION(is_integer)
AS_FUNCTION(is_number)
AS_FUNCTION(is_true)
AS_FUNCTION(is_boolean)
AS_FUNCTION(is_null)
#undef json_is_object
#undef json_is_array
#undef json_is_string
#undef json_is_integer
#undef json_is_number
#undef json_is_true
#undef json_is_boolean
#undef json_is_null
#define json_is_object macros_is_object
#define json_is_array macros_is_array
#define json_is_string macros_is_string
#define json_is_integer macros_is_integer
#define json_is_number macros_is_number
#define json_is_true macros_is_true
#define json_is_boolean macros_is_boolean
#define json_is_null macros_is_null

/* The value under a key; whether there is a key. */
static inline bool macros_value(const char *key, json_t **value)
{
    *value = key ? json_object_iter_value(json_object_key_to_iter(key)) : NULL;
    return *value;
}
#undef json_object_foreach
#define json_object_foreach(object, key, value)                                                    \
    for (key = json_object_iter_key(json_object_iter(object)); macros_value(key, &value);          \
         key = json_object_iter_key(json_object_iter_next(object, json_object_key_to_iter(key))))

#endif
