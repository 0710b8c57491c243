/* The end record is searched backwards from the end of the file, as all readers do. Each member
 * must then lie where the central directory says. */
#include "file/zip_check.h"

#include "base/alloc.h"
#include "file/kind.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Bytes of each record's fixed part; TAIL: bytes at the end of the file in which the end record is
 * searched, its longest comment included; NEAR: those in which libarchive searches it. The records
 * are those of PKWARE's APPNOTE, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.14
 * and 4.3.15 (zip64 end record and its locator) and 4.3.16 (end record). */
enum { END = 22, END_64 = 56, LOCATOR = 20, CENTRAL = 46, LOCAL = 30 };
enum { TAIL = END + UINT16_MAX, NEAR = (1 << 14) - 1 };
enum { DIRECTORY_LIMIT = 1 << 26 };          /* bytes */
enum { IN_64_BITS = 1, WITH_MODE = 0x6c78 }; /* extra fields: zip64; libarchive's, with a mode */

typedef struct {
    const char *path;
    FILE *file;
    uint64_t size, directory; /* bytes of the file; where its directory begins */
    uint64_t length, members; /* bytes and members of the directory */
    uint64_t shift;           /* bytes before the zip, which its offsets leave out */
    uint64_t behind;          /* bytes from the end record's first to the end of the file */
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

static uint64_t number8(const unsigned char *bytes)
{
    return number4(bytes) | (uint64_t)number4(bytes + 4) << 32;
}

static bool not_whole(const Zip *zip, const char *what)
{
    return fail(zip->error,
                "%s: not a whole zip file (%s); fetch it again, or unpack it into a folder",
                zip->path, what);
}

static bool read_at(const Zip *zip, uint64_t place, void *bytes, size_t count)
{
    if (fseeko(zip->file, (off_t)place, SEEK_SET) == 0 &&
        fread(bytes, 1, count, zip->file) == count)
        return true;
    return not_whole(zip, ferror(zip->file) ? errno_text() : "it ends too soon");
}

/* Reads the zip64 end record that the locator points at; *place = where it lies. */
static bool read_end_64(Zip *zip, const unsigned char *locator, uint64_t *place)
{
    unsigned char end[END_64];
    *place = number8(locator + 8);
    if (*place > zip->size || !read_at(zip, *place, end, END_64))
        return not_whole(zip, "its 64-bit end is not where it says");
    if (memcmp(end, "PK\6\6", 4) != 0)
        return not_whole(zip, "its 64-bit end is not where it says");
    if (number4(end + 16) != 0 || number8(end + 24) != number8(end + 32))
        return not_whole(zip, "it is one of several parts");
    zip->members = number8(end + 32);
    zip->length = number8(end + 40);
    zip->directory = number8(end + 48);
    return true;
}

/* Finds the directory, which ends at `place`, where the end record begins. The zip's own offset of
 * it is smaller if other bytes lie before the zip. */
static bool place_directory(Zip *zip, uint64_t place)
{
    if (zip->length > place || zip->directory > place - zip->length)
        return not_whole(zip, "its directory is not where its end says");
    zip->shift = place - zip->length - zip->directory;
    zip->directory += zip->shift;
    return zip->length <= DIRECTORY_LIMIT ||
           fail(zip->error, "%s: a directory of %llu bytes is too large; unpack it into a folder",
                zip->path, (unsigned long long)zip->length);
}

/* Finds the last end record in the file's tail (`count` bytes) and, by it, the directory. */
static bool read_end(Zip *zip, const unsigned char *tail, size_t count)
{
    size_t at = count < END ? 0 : count - END + 1;
    while (at > 0 && memcmp(tail + at - 1, "PK\5\6", 4) != 0)
        at--;
    if (at == 0)
        return not_whole(zip, "it has no directory at its end");
    const unsigned char *end = tail + --at;
    uint64_t place = zip->size - count + at;
    zip->behind = zip->size - place;
    if (place + END + number2(end + 20) > zip->size)
        return not_whole(zip, "its end is cut short");
    if (number2(end + 4) != 0 || number2(end + 8) != number2(end + 10))
        return not_whole(zip, "it is one of several parts");
    zip->members = number2(end + 10);
    zip->length = number4(end + 12);
    zip->directory = number4(end + 16);
    if (at >= LOCATOR && memcmp(end - LOCATOR, "PK\6\7", 4) == 0 &&
        !read_end_64(zip, end - LOCATOR, &place))
        return false;
    return place_directory(zip, place);
}

static bool read_tail(Zip *zip)
{
    size_t count = zip->size < TAIL ? (size_t)zip->size : TAIL;
    unsigned char *tail = alloc_zeroed(count, 1);
    bool ok = read_at(zip, zip->size - count, tail, count) && read_end(zip, tail, count);
    free(tail);
    return ok;
}

/* The data of the extra field `id` among `left` bytes of fields, *length bytes of it; NULL if
 * absent. */
static const unsigned char *find_field(const unsigned char *extra, size_t left, unsigned id,
                                       size_t *length)
{
    enum { HEAD = 4 };
    while (left >= HEAD && (*length = number2(extra + 2)) <= left - HEAD) {
        if (number2(extra) == id)
            return extra + HEAD;
        extra += HEAD + *length;
        left -= HEAD + *length;
    }
    return NULL;
}

/* The offset of the member's local header. If it takes more than 32 bits, it is in the zip64 field,
 * after those sizes that are in it too; UINT64_MAX if it is missing there. */
static uint64_t head_of(const unsigned char *central)
{
    size_t length, skip = 0;
    const unsigned char *field = find_field(central + CENTRAL + number2(central + 28),
                                            number2(central + 30), IN_64_BITS, &length);
    if (number4(central + 42) != UINT32_MAX)
        return number4(central + 42);
    for (size_t size = 20; size <= 24; size += 4)
        skip += number4(central + size) == UINT32_MAX ? 8 : 0;
    return field && length >= skip + 8 ? number8(field + skip) : UINT64_MAX;
}

/* Whether the member is surely a regular file. Of a link, even a reader that only lists the zip
 * unpacks where it leads. */
static bool is_plain_file(const Zip *zip, const unsigned char *central, const unsigned char *local,
                          uint64_t place)
{
    unsigned mode = number2(central + 40) & S_IFMT;
    size_t length, count = number2(local + 28);
    unsigned char *extra = alloc_zeroed(count, 1);
    bool plain = (mode == 0 || mode == S_IFREG) &&
                 !find_field(central + CENTRAL + number2(central + 28), number2(central + 30),
                             WITH_MODE, &length) &&
                 read_at(zip, place + LOCAL + number2(local + 26), extra, count) &&
                 !find_field(extra, count, WITH_MODE, &length);
    free(extra);
    return plain;
}

/* Checks that the member lies where the directory says, and that a reader that lists it never
 * unpacks anything but stored or deflated data. */
static bool check_member(const Zip *zip, const unsigned char *central)
{
    unsigned char local[LOCAL];
    uint64_t place = head_of(central);
    if (place > zip->directory || place + zip->shift > zip->directory)
        return not_whole(zip, "a member is not where the directory says");
    place += zip->shift;
    if (!read_at(zip, place, local, LOCAL))
        return false;
    if (memcmp(local, "PK\3\4", 4) != 0)
        return not_whole(zip, "a member is not where the directory says");
    for (int i = 0; i < 2; i++) {
        unsigned method = i ? number2(central + 10) : number2(local + 8);
        if (method != 0 && method != 8 && !is_plain_file(zip, central, local, place))
            return fail(zip->error,
                        "%s: a member that is no file is not deflated (method %u); unpack the zip "
                        "into a folder",
                        zip->path, method);
    }
    return true;
}

static bool check_directory(const Zip *zip, const unsigned char *bytes)
{
    size_t at = 0;
    for (uint64_t i = 0; i < zip->members; i++) {
        const unsigned char *central = bytes + at;
        size_t left = (size_t)zip->length - at;
        if (left < CENTRAL || memcmp(central, "PK\1\2", 4) != 0)
            return not_whole(zip, "its directory lacks members");
        size_t size =
            (size_t)CENTRAL + number2(central + 28) + number2(central + 30) + number2(central + 32);
        if (size > left)
            return not_whole(zip, "its directory is cut short");
        if (!check_member(zip, central))
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
    bool ok = read_tail(&zip);
    if (ok) {
        size_t length = (size_t)zip.length;
        unsigned char *directory = alloc_zeroed(length, 1);
        ok = read_at(&zip, zip.directory, directory, length) && check_directory(&zip, directory);
        free(directory);
    }
    if (ok && zip.behind > NEAR)
        ok = fail(error,
                  "%s: %llu bytes stand behind its directory, a comment for instance, more than "
                  "are read past; unpack it into a folder",
                  path, (unsigned long long)zip.behind - END);
    if (!ok)
        kind_tell_file(path, KIND_ZIP, error);
    fclose(zip.file);
    return ok;
}
