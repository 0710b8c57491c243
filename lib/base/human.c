#include "base/human.h"

#include <stdio.h>

const char *human_number(char text[HUMAN_TEXT], double value, const char *unit)
{
    static const char *const prefixes[] = {"", "k", "M", "G", "T", "P", "E"};
    size_t i = 0;
    for (; value >= 999.5 && i + 1 < sizeof prefixes / sizeof *prefixes; i++)
        value /= 1000;
    if (value == 0)
        snprintf(text, HUMAN_TEXT, "-");
    else
        snprintf(text, HUMAN_TEXT, value < 9.95 && i > 0 ? "%.1f %s%s" : "%.0f %s%s", value,
                 prefixes[i], unit);
    return text;
}

const char *human_time(char text[HUMAN_TEXT], double seconds)
{
    double hours = seconds / 3600;
    if (seconds == 0)
        snprintf(text, HUMAN_TEXT, "-");
    else if (seconds < 90)
        snprintf(text, HUMAN_TEXT, "%.0f s", seconds < 1 ? 1 : seconds);
    else if (hours < 1.5)
        snprintf(text, HUMAN_TEXT, "%.0f min", seconds / 60);
    else
        snprintf(text, HUMAN_TEXT, hours < 100 ? "%.1f h" : "%.0f h", hours);
    return text;
}
