/* verdict-worlds: worlds whose truth is known, judged by lib/verdict; an Org report of how often.
 *
 * A world has twenty claims, as many as the project's: ten of one part, five of two, five of one
 * part with three members. What is measured of each member is effect + seed + unit + rest, with
 * normal or, as accuracies are, three-valued rests. Without an effect every verdict that holds or
 * fails is false; with one, the share that comes out right is the power.
 *
 * : verdict-worlds 1000 build/worlds > checks/reports/verdicts.org */
#include "base/alloc.h"
#include "base/rng.h"
#include "verdict/judge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLAIMS = 20, RESAMPLES = 400 };

/* Spreads of what is measured; `effect` of the first `moved` claims, the others have none. */
typedef struct {
    const char *name;
    int seeds, units;
    double of_seed, of_unit, rest;
    bool answers; /* rest is +1 or -1 for that share of the units, 0 else */
} World;

/* What came out, over worlds. */
typedef struct {
    int worlds, spoiled, judged, wrong, right, moved, intervals, covered;
} Tally;

/* The members of claim i. */
static int members_of(int claim)
{
    return claim < 10 ? 1 : claim < 15 ? 2 : 3;
}

/* A rules file of the claims, as it would be written by hand. */
static bool write_rules(const char *path)
{
    FILE *file = fopen(path, "w");
    if (!file)
        return false;
    fprintf(file, "date 2026-01-01\nlevel 0.05\n");
    for (int i = 0; i < CLAIMS; i++) {
        fprintf(file, "claim C%d s\nsays so\n", i);
        int parts = members_of(i) == 2 ? 2 : 1;
        for (int part = 0; part < parts; part++)
            fprintf(file, "part %d\nmeasured x\nof claim=%d member=%s\n%swant above 0\n", part, i,
                    parts == 1 ? "*"
                    : part     ? "1"
                               : "0",
                    members_of(i) == 3 ? "each member\n" : "");
    }
    return fclose(file) == 0;
}

static double draw_rest(Rng *rng, const World *world)
{
    if (!world->answers)
        return world->rest * rng_normal(rng);
    double luck = rng_uniform(rng);
    return luck < world->rest / 2 ? 1 : luck < world->rest ? -1 : 0;
}

/* The rows of one member: its units' own values are shared by the seeds. */
static void write_member(FILE *file, const World *world, uint64_t number, int claim, int member,
                         double effect)
{
    uint64_t index = number * 100 + (uint64_t)(claim * 3 + member);
    Rng of_units = rng_stream("world units", index, 0), of_seeds = rng_stream("world", index, 0);
    double *own = alloc_zeroed((size_t)world->units, sizeof *own);
    for (int u = 0; u < world->units; u++)
        own[u] = world->of_unit * rng_normal(&of_units);
    for (int s = 0; s < world->seeds; s++) {
        double shift = world->of_seed * rng_normal(&of_seeds);
        for (int u = 0; u < world->units; u++)
            fprintf(file, "stage=s claim=%d member=%d,%d,0,m,document,%d,%d,%.9g\n", claim, member,
                    s + 1, u, u, effect + shift + own[u] + draw_rest(&of_seeds, world));
    }
    free(own);
}

static bool write_world(const char *path, const World *world, uint64_t number, double effect,
                        int moved)
{
    FILE *file = fopen(path, "w");
    if (!file)
        return false;
    fprintf(file, "condition,seed,epoch,measure,unit,document,item,value\n");
    for (int i = 0; i < CLAIMS; i++)
        for (int member = 0; member < members_of(i); member++)
            write_member(file, world, number, i, member, i < moved ? effect : 0);
    return fclose(file) == 0;
}

/* Adds what was judged of a world in which the first `moved` claims have an effect. */
static void count(Tally *tally, const Judgements *judgements, double effect, int moved)
{
    bool spoiled = false;
    tally->worlds++;
    for (size_t i = 0; i < CLAIMS; i++) {
        const Judgement *judgement = &judgements->items[i];
        bool has = (int)i < moved, holds = judgement->kind == KIND_HOLDS;
        bool wrong = judgement->kind == KIND_FAILS || (holds && !has);
        tally->judged += !has, tally->wrong += wrong && !has;
        tally->moved += has, tally->right += has && holds;
        spoiled |= wrong;
        for (size_t j = 0; j < judgement->count; j++) {
            const Measured *m = &judgement->members[j].measured;
            double truth = has ? effect : 0;
            tally->intervals++;
            tally->covered += m->low <= truth && truth <= m->high;
        }
    }
    tally->spoiled += spoiled;
}

/* Makes and judges one world in the folder; exits where it cannot. */
static void live(Tally *tally, const Rules *rules, const char *folder, const World *world,
                 uint64_t number, double effect, int moved)
{
    char path[512], *paths[1] = {path};
    Error error;
    Effects effects = {0};
    Judgements judgements;
    snprintf(path, sizeof path, "%s/world.csv", folder);
    if (!write_world(path, world, number, effect, moved)) {
        fprintf(stderr, "verdict-worlds: %s: cannot be written; free some disk\n", path);
        exit(1);
    }
    if (!effects_read(&effects, paths, 1, &error)) {
        fprintf(stderr, "verdict-worlds: %s\n", error.text);
        exit(1);
    }
    judge_all(&judgements, rules, &effects, (Draws){RESAMPLES, number});
    count(tally, &judgements, effect, moved);
    judgements_free(&judgements);
    effects_free(&effects);
}

static double share(int part, int whole)
{
    return whole ? (double)part / whole : 0;
}

static const World worlds[] = {
    {"losses, 3 seeds, both spread alike", 3, 80, 0.01, 0.0516, 0.1, false},
    {"losses, 3 seeds, documents spread", 3, 80, 0.002, 0.2, 0.1, false},
    {"losses, 3 seeds, seeds spread", 3, 80, 0.05, 0.02, 0.1, false},
    {"losses, 10 seeds, both spread alike", 10, 80, 0.01, 0.0283, 0.1, false},
    {"losses, 10 seeds, documents spread", 10, 80, 0.002, 0.2, 0.1, false},
    {"losses, 10 seeds, seeds spread", 10, 80, 0.05, 0.02, 0.1, false},
    {"answers, 3 seeds, one in ten turned", 3, 400, 0.005, 0, 0.1, true},
    {"answers, 10 seeds, one in ten turned", 10, 400, 0.005, 0, 0.1, true},
};
enum { WORLDS = sizeof worlds / sizeof *worlds };

static void report_none(const Rules *rules, const char *folder, int times)
{
    printf(
        "\n* Without an effect\nEvery verdict that holds or fails is false. Wanted: intervals that "
        "cover in "
        "0.93 of the cases or more, and a\nfalse verdict in 0.05 of the worlds or fewer.\n\n"
        "| world | worlds | seeds | units | intervals that cover | claims judged falsely | worlds "
        "with a false verdict |\n|-|\n");
    for (int i = 0; i < WORLDS; i++) {
        Tally tally = {0};
        for (int n = 0; n < times; n++)
            live(&tally, rules, folder, &worlds[i], (uint64_t)(i * 100000 + n), 0, 0);
        printf("| %s | %d | %d | %d | %.3f | %.4f | %.3f |\n", worlds[i].name, times,
               worlds[i].seeds, worlds[i].units, share(tally.covered, tally.intervals),
               share(tally.wrong, tally.judged), share(tally.spoiled, tally.worlds));
        fflush(stdout);
    }
}

static void report_power(const Rules *rules, const char *folder, int times)
{
    static const double losses[] = {0.02, 0.05, 0.1, 0.2}, answers[] = {0.01, 0.02, 0.05, 0.1};
    printf("\n* With an effect\nHalf of the claims have it (in nats a token, or in accuracy), the "
           "other half none. "
           "Power: claims with an effect\nthat hold.\n\n| world | worlds | effect | power | "
           "intervals that "
           "cover | worlds with a false verdict |\n|-|\n");
    for (int i = 0; i < WORLDS; i++)
        for (int e = 0; e < 4; e++) {
            Tally tally = {0};
            double effect = worlds[i].answers ? answers[e] : losses[e];
            for (int n = 0; n < times; n++)
                live(&tally, rules, folder, &worlds[i], (uint64_t)(i * 100000 + n), effect, 10);
            printf("| %s | %d | %g | %.2f | %.3f | %.3f |\n", worlds[i].name, times, effect,
                   share(tally.right, tally.moved), share(tally.covered, tally.intervals),
                   share(tally.spoiled, tally.worlds));
            fflush(stdout);
        }
}

int main(int argc, char **argv)
{
    int times = argc == 3 || argc == 4 ? atoi(argv[1]) : 0;
    char path[512];
    Rules rules;
    Error error;
    if (times < 1 || times > 100000) {
        fprintf(stderr, "usage: verdict-worlds WORLDS FOLDER [none | power]   (1 to 100000; a "
                        "folder for scratch)\n");
        return 2;
    }
    snprintf(path, sizeof path, "%s/worlds.rules", argv[2]);
    if (!write_rules(path) || !rules_read(&rules, path, &error)) {
        fprintf(stderr, "verdict-worlds: %s: cannot be used; name a folder to write to\n", path);
        return 1;
    }
    printf("#+title: Verdicts of worlds whose truth is known\n"
           "What =lib/verdict= says of worlds of %d claims, with their parts and members, as the "
           "project has them: how "
           "often an\ninterval covers the truth, a verdict is false, and an effect is found. Made "
           "by =make "
           "verdict-worlds=; %d\nresamples. What is measured of a claim is effect + seed + unit + "
           "rest; seeds and "
           "units are drawn anew in each world.\n",
           CLAIMS, RESAMPLES);
    if (argc == 3 || strcmp(argv[3], "power") != 0)
        report_none(&rules, argv[2], times);
    if (argc == 3 || strcmp(argv[3], "none") != 0)
        report_power(&rules, argv[2], times / 25 + 1);
    rules_free(&rules);
    return 0;
}
