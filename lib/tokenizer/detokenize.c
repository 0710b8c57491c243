/* Each step reads the pieces of the one before it and writes a new list. The last list is the text.
 */
#include "tokenizer/detokenize.h"

#include "base/alloc.h"
#include "tokenizer/unicode.h"

#include <stdlib.h>
#include <string.h>

DecodeStep *decoder_add(Decoder *decoder, DecodeKind kind, const char *from, const char *to)
{
    decoder->steps =
        alloc_grow(decoder->steps, &decoder->capacity, decoder->count + 1, sizeof *decoder->steps);
    DecodeStep *step = &decoder->steps[decoder->count++];
    *step = (DecodeStep){
        .kind = kind, .from = from ? alloc_text(from) : NULL, .to = to ? alloc_text(to) : NULL};
    return step;
}

/* ---- Pieces ---- */

/* Ends the current piece: what was appended to pieces->text since the last one. */
static void end_piece(Pieces *pieces)
{
    pieces->end =
        alloc_grow(pieces->end, &pieces->capacity, pieces->count + 1, sizeof *pieces->end);
    pieces->end[pieces->count++] = pieces->text.length;
}

void pieces_add(Pieces *pieces, const char *bytes, size_t length)
{
    text_append(&pieces->text, bytes, length);
    end_piece(pieces);
}

static const char *piece_at(const Pieces *pieces, size_t i, size_t *length)
{
    size_t begin = i ? pieces->end[i - 1] : 0;
    *length = pieces->end[i] - begin;
    return *length ? pieces->text.bytes + begin : "";
}

void pieces_free(Pieces *pieces)
{
    text_free(&pieces->text);
    free(pieces->end);
    *pieces = (Pieces){0};
}

/* ---- Steps: each reads `in` and fills the empty `out` ---- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* The byte that a piece of the form <0xNN> spells, or -1. */
static int spelled_byte(const char *piece, size_t length)
{
    if (length != 6 || memcmp(piece, "<0x", 3) != 0 || piece[5] != '>')
        return -1;
    int high = hex_digit(piece[3]), low = hex_digit(piece[4]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* Ends a run of byte tokens: it becomes its text if all of it is UTF-8, else one U+FFFD per byte.
 */
static void end_bytes(Text *run, Pieces *out)
{
    if (run->length == 0)
        return;
    if (utf8_valid(run->bytes, run->length) == run->length) {
        pieces_add(out, run->bytes, run->length);
    } else {
        for (size_t i = 0; i < run->length; i++) {
            text_append_code(&out->text, 0xfffd);
            end_piece(out);
        }
    }
    run->length = 0;
}

static void decode_byte_fallback(const Pieces *in, Pieces *out)
{
    Text run = {0};
    for (size_t i = 0; i < in->count; i++) {
        size_t length;
        const char *piece = piece_at(in, i, &length);
        int byte = spelled_byte(piece, length);
        if (byte >= 0) {
            text_append(&run, &(char){(char)byte}, 1);
        } else {
            end_bytes(&run, out);
            pieces_add(out, piece, length);
        }
    }
    end_bytes(&run, out);
    text_free(&run);
}

static void decode_strip(const DecodeStep *step, const char *piece, size_t length, Pieces *out)
{
    size_t width = strlen(step->from);
    for (size_t i = 0; i < step->start && length >= width && !memcmp(piece, step->from, width); i++)
        piece += width, length -= width;
    for (size_t i = 0;
         i < step->stop && length >= width && !memcmp(piece + length - width, step->from, width);
         i++)
        length -= width;
    pieces_add(out, piece, length);
}

static void decode_metaspace(const DecodeStep *step, const Pieces *in, Pieces *out)
{
    for (size_t i = 0; i < in->count; i++) {
        size_t length;
        const char *piece = piece_at(in, i, &length);
        text_append_replaced(&out->text, piece, length, step->from, strlen(step->from), " ",
                             i > 0 || !step->drop_first);
        end_piece(out);
    }
}

/* Appends the bytes that the piece stands for in GPT-2's alphabet; or the piece itself if it has
 * any other character. */
static void append_shown_bytes(const char *piece, size_t length, Text *bytes)
{
    size_t before = bytes->length;
    for (size_t at = 0; at < length; at += utf8_width(piece[at])) {
        int byte = code_to_byte(utf8_code(piece + at));
        if (byte < 0) {
            bytes->length = before;
            text_append(bytes, piece, length);
            return;
        }
        text_append(bytes, &(char){(char)byte}, 1);
    }
}

static void decode_byte_level(const Pieces *in, Pieces *out)
{
    Text bytes = {0};
    for (size_t i = 0; i < in->count; i++) {
        size_t length;
        const char *piece = piece_at(in, i, &length);
        append_shown_bytes(piece, length, &bytes);
    }
    text_append_lossy(&out->text, bytes.bytes, bytes.length);
    end_piece(out);
    text_free(&bytes);
}

static void apply_each(const DecodeStep *step, const Pieces *in, Pieces *out)
{
    for (size_t i = 0; i < in->count; i++) {
        size_t length;
        const char *piece = piece_at(in, i, &length);
        if (step->kind == DECODE_STRIP) {
            decode_strip(step, piece, length, out);
        } else {
            text_append_replaced(&out->text, piece, length, step->from, strlen(step->from),
                                 step->to, strlen(step->to));
            end_piece(out);
        }
    }
}

static void apply_step(const DecodeStep *step, const Pieces *in, Pieces *out)
{
    switch (step->kind) {
    case DECODE_BYTE_FALLBACK:
        decode_byte_fallback(in, out);
        break;
    case DECODE_FUSE:
        pieces_add(out, in->text.bytes, in->text.length);
        break;
    case DECODE_METASPACE:
        decode_metaspace(step, in, out);
        break;
    case DECODE_BYTE_LEVEL:
        decode_byte_level(in, out);
        break;
    default:
        apply_each(step, in, out);
    }
}

void decoder_apply(const Decoder *decoder, Pieces *pieces, Text *out)
{
    Pieces next = {0};
    for (size_t i = 0; i < decoder->count; i++) {
        next.text.length = next.count = 0;
        apply_step(&decoder->steps[i], pieces, &next);
        Pieces swapped = *pieces;
        *pieces = next;
        next = swapped;
    }
    for (size_t i = 0; i < pieces->count; i++) {
        size_t length;
        const char *piece = piece_at(pieces, i, &length);
        if (i && !decoder->silent)
            text_append(out, " ", 1);
        text_append(out, piece, length);
    }
    pieces_free(&next);
    pieces->text.length = pieces->count = 0;
}

void decoder_free(Decoder *decoder)
{
    for (size_t i = 0; i < decoder->count; i++) {
        free(decoder->steps[i].from);
        free(decoder->steps[i].to);
    }
    free(decoder->steps);
    *decoder = (Decoder){0};
}
