/* Kinds that take more than fixed bytes to tell are tried first, then the table of magic
 * numbers. */
#include "file/kind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* A kind: its magic number, which stands at byte `at`, and how the message ends. */
typedef struct {
    size_t at, length;
    const char *start, *tells;
} Kind;

static const Kind kinds[] = {
    {0, 2, "\x1f\x8b", "compressed by gzip; unpack it (gunzip)"},
    {0, 3, "BZh", "compressed by bzip2; unpack it (bunzip2)"},
    {0, 6, "\xfd\x37zXZ\0", "compressed by xz; unpack it (unxz)"},
    {0, 4, "\x28\xb5\x2f\xfd", "compressed by Zstandard; unpack it (unzstd)"},
    {0, 4, "\x04\x22\x4d\x18", "compressed by LZ4; unpack it (unlz4)"},
    {0, 6, "7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it into a folder"},
    {0, 4, "Rar!", "a RAR archive; unpack it into a folder"},
    {257, 5, "ustar", "a tar archive; unpack it into a folder (tar xf)"},
    {0, 4, "PAR1", "a Parquet table; write its rows as JSON lines"},
    {0, 4, "GGUF", "a GGUF model; name it by its own name, NAME.gguf, not by this one"},
    {0, 4, "ggml", "a model in llama.cpp's old form; take it as safetensors"},
    {0, 8, "\x89HDF\r\n\x1a\n", "an HDF5 file of TensorFlow; save the model as safetensors"},
    {0, 16, "SQLite format 3\0", "an SQLite database; name the file of its own kind"},
    {0, 5, "%PDF-", "a PDF; name the data file itself"},
    {0, 2, "\x80\x02", "a pickle of PyTorch; save the model as safetensors"},
    {0, 2, "\xff\xfe", "text in UTF-16; save it as UTF-8"},
    {0, 2, "\xfe\xff", "text in UTF-16; save it as UTF-8"},
};

static bool tell(Error *error, const char *path, const char *tells)
{
    fail(error, "%s: is %s", path, tells);
    return true;
}

/* Git stores a pointer in place of a large file, until git lfs pull fetches the file itself. */
static bool tell_pointer(const char *path, const char *bytes, size_t count, Error *error)
{
    static const char start[] = "version https://git-lfs.github.com/spec/", field[] = "\nsize ";
    char text[KIND_BYTES + 1] = "";
    if (count < strlen(start) || memcmp(bytes, start, strlen(start)) != 0)
        return false;
    memcpy(text, bytes, count);
    const char *size = strstr(text, field);
    char number[48] = "";
    if (size)
        snprintf(number, sizeof number, " to %llu bytes", strtoull(size + strlen(field), NULL, 10));
    fail(error, "%s: is a Git LFS pointer%s, not the file itself; fetch it (git lfs pull)", path,
         number);
    return true;
}

/* What a site sends in place of a file: it wants a licence or a login, or the address is wrong. */
static bool is_web_page(const char *bytes, size_t count)
{
    static const char *const starts[] = {"<!doctype html", "<html", "<?xml"};
    while (count > 0 && strchr(" \t\r\n", *bytes) && *bytes)
        bytes++, count--;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (count >= strlen(starts[i]) && strncasecmp(bytes, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

/* A zip whose first member is a pickle of tensors (torch.save). */
static bool is_torch_zip(const char *bytes, size_t count)
{
    enum { NAME = 30, PICKLE = 9 };
    if (count < NAME || memcmp(bytes, "PK\3\4", 4) != 0)
        return false;
    size_t length = (unsigned char)bytes[26] | (size_t)(unsigned char)bytes[27] << 8;
    return length >= PICKLE && length <= count - NAME &&
           memcmp(bytes + NAME + length - PICKLE, "/data.pkl", PICKLE) == 0;
}

/* The header's length, below 4 GiB, and the start of a JSON object. */
static bool is_safetensors(const char *bytes, size_t count)
{
    return count > 9 && memcmp(bytes + 4, "\0\0\0\0{\"", 6) == 0;
}

static bool is_zip(const char *bytes, size_t count)
{
    return count >= 4 && (memcmp(bytes, "PK\3\4", 4) == 0 || memcmp(bytes, "PK\5\6", 4) == 0);
}

bool kind_tell(const char *path, KindWanted wanted, const void *start, size_t count, Error *error)
{
    const char *bytes = start;
    count = count < KIND_BYTES ? count : KIND_BYTES;
    if (tell_pointer(path, bytes, count, error))
        return true;
    if (is_web_page(bytes, count))
        return tell(error, path, "a web page; fetch the file itself, with a login if it wants one");
    if (is_torch_zip(bytes, count))
        return tell(error, path, "a pickle of PyTorch; save the model as safetensors");
    if (is_safetensors(bytes, count))
        return wanted != KIND_TENSORS &&
               tell(error, path, "a safetensors file; name a file of the kind wanted here");
    if (is_zip(bytes, count))
        return wanted != KIND_ZIP && tell(error, path, "a zip; unpack it");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (count >= kinds[i].at + kinds[i].length &&
            memcmp(bytes + kinds[i].at, kinds[i].start, kinds[i].length) == 0)
            return tell(error, path, kinds[i].tells);
    return false;
}

bool kind_tell_file(const char *path, KindWanted wanted, Error *error)
{
    char bytes[KIND_BYTES];
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return false;
    FILE *file = fopen(path, "rb");
    size_t count = file ? fread(bytes, 1, KIND_BYTES, file) : 0;
    if (file)
        fclose(file);
    return kind_tell(path, wanted, bytes, count, error);
}
