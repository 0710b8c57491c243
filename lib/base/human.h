/* Numbers as people read them. */
#ifndef DOCMEM_HUMAN_H
#define DOCMEM_HUMAN_H

enum { HUMAN_TEXT = 24 };

/* "1.2 GB" of a number of bytes, with unit "B": at most three digits and a prefix of 1000s; "-" of
 * 0. Returns text. */
const char *human_number(char text[HUMAN_TEXT], double value, const char *unit);

/* "12 s", "34 min", "5.6 h"; "-" of 0. Returns text. */
const char *human_time(char text[HUMAN_TEXT], double seconds);

#endif
