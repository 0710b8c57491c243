/* Whether a zip is of the plain form that a library of archives reads within bounds. */
#include "zip_check.h"

#include "mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of a record without its names; TAIL is where the end is looked for. The records are those
 * of PKWARE's APPNOTE, sections 4.3.7 (local), 4.3.12 (central) and 4.3.16 (end). */
enum { END = 22, LOCATOR = 20, CENTRAL = 46, LOCAL = 30, TAIL = 1 << 14 };

typedef struct {
    const char *path;
    FILE *file;
    uint64_t size, directory; /* of the file; where its directory begins */
    size_t length, members;   /* bytes and members of the directory */
    Error *error;
} Zip;

static unsigned number2(const unsigned char *bytes)
{
    return bytes[0] | (unsigned)bytes[1] << 8;
}

static uint32_t number4(const unsigned char *bytes)
{
    return number2(bytes) | (uint32_t)number2(bytes + 2) << 16;
}

static bool not_whole(const Zip *zip, const char *what)
{
    return fail(zip->error, "%s: not a whole zip file (%s); fetch it again", zip->path, what);
}

static bool read_at(const Zip *zip, uint64_t place, void *bytes, size_t count)
{
    if (fseeko(zip->file, (off_t)place, SEEK_SET) == 0 &&
        fread(bytes, 1, count, zip->file) == count)
        return true;
    return not_whole(zip, ferror(zip->file) ? errno_text() : "it ends too soon");
}

/* The end of the zip, the last of its kind in the file's tail: where the directory lies. */
static bool read_end(Zip *zip)
{
    unsigned char tail[TAIL];
    size_t count = zip->size < TAIL ? (size_t)zip->size : TAIL;
    if (!read_at(zip, zip->size - count, tail, count))
        return false;
    size_t at = count < END ? 0 : count - END + 1;
    while (at > 0 && memcmp(tail + at - 1, "PK\5\6", 4) != 0)
        at--;
    if (at == 0)
        return not_whole(zip, "it has no directory at its end");
    const unsigned char *end = tail + --at;
    uint64_t place = zip->size - count + at;
    zip->members = number2(end + 10);
    zip->length = number4(end + 12);
    zip->directory = number4(end + 16);
    if (number4(end + 4) != 0 || number2(end + 8) != zip->members)
        return not_whole(zip, "it is one of several parts");
    if (at >= LOCATOR && memcmp(end - LOCATOR, "PK\6\7", 4) == 0)
        return not_whole(zip, "its directory is of the 64-bit form");
    return (zip->directory + zip->length == place &&
            place + END + number2(end + 20) == zip->size) ||
           not_whole(zip, "its directory is not where its end says");
}

/* Whether the member, as the directory and as its own head tell, is stored or deflated. */
static bool check_member(const Zip *zip, const unsigned char *central, size_t index)
{
    unsigned char local[LOCAL];
    uint64_t place = number4(central + 42);
    if (place == UINT32_MAX || number4(central + 20) == UINT32_MAX ||
        number4(central + 24) == UINT32_MAX)
        return not_whole(zip, "a member is of the 64-bit form");
    if (!read_at(zip, place, local, LOCAL))
        return false;
    if (memcmp(local, "PK\3\4", 4) != 0)
        return not_whole(zip, "a member is not where the directory says");
    const unsigned methods[] = {number2(central + 10), number2(local + 8)};
    for (int i = 0; i < 2; i++)
        if (methods[i] != 0 && methods[i] != 8)
            return fail(zip->error, "%s: member %zu is not deflated (method %u); zip it again",
                        zip->path, index + 1, methods[i]);
    return true;
}

static bool check_directory(const Zip *zip, const unsigned char *bytes)
{
    size_t at = 0;
    for (size_t i = 0; i < zip->members; i++) {
        const unsigned char *central = bytes + at;
        size_t left = zip->length - at;
        if (left < CENTRAL || memcmp(central, "PK\1\2", 4) != 0)
            return not_whole(zip, "its directory lacks members");
        size_t size =
            (size_t)CENTRAL + number2(central + 28) + number2(central + 30) + number2(central + 32);
        if (size > left)
            return not_whole(zip, "its directory is cut short");
        if (!check_member(zip, central, i))
            return false;
        at += size;
    }
    return at == zip->length || not_whole(zip, "its directory has more members than it says");
}

bool zip_check(const char *path, Error *error)
{
    Zip zip = {.path = path, .file = fopen(path, "rb"), .error = error};
    if (!zip.file)
        return fail(error, "%s: cannot be opened (%s); check its permissions", path, errno_text());
    off_t size = fseeko(zip.file, 0, SEEK_END) == 0 ? ftello(zip.file) : -1;
    zip.size = size < 0 ? 0 : (uint64_t)size;
    bool ok = read_end(&zip);
    if (ok) {
        unsigned char *directory = mem_alloc(zip.length, 1);
        ok =
            read_at(&zip, zip.directory, directory, zip.length) && check_directory(&zip, directory);
        free(directory);
    }
    fclose(zip.file);
    return ok;
}
