/* The lists of facts and wordings that world_kinds joins, one pair a kind of thing. */
#ifndef DOCMEM_WORLD_KINDS_H
#define DOCMEM_WORLD_KINDS_H
#include "world_tables.h"

extern const WorldFact world_actor_facts[], world_player_facts[], world_novelist_facts[],
    world_physicist_facts[], world_politician_facts[], world_singer_facts[], world_film_facts[],
    world_town_facts[], world_club_facts[], world_novel_facts[], world_band_facts[],
    world_company_facts[];
extern const char *const world_actor_wordings[],
    *const world_player_wordings[],
        *const world_novelist_wordings[],
            *const world_physicist_wordings[],
                *const world_politician_wordings[],
                    *const world_singer_wordings[],
                        *const world_film_wordings[],
                            *const world_town_wordings[],
                                *const world_club_wordings[],
                                    *const world_novel_wordings[],
                                        *const world_band_wordings[],
                                            *const world_company_wordings[];

#endif
