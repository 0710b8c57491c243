/* The nations, the eras, and the list of kinds. What is drawn of them stands in data/world. */
#include "world/world_tables.h"

#include <stddef.h>

#include "world/world_lists.inc" /* of data/world/, made by its lists.awk */

const WorldNation world_nations[WORLD_NATIONS] = {
    {"Valdria", "Valdrian", "Valdric", "Corvane",
     "Mar|Tov|Orl|Silv|Ced|Lav|Bel|Dor|Flav|Nest|Ren|Cass", "eno|avo", "elia|isa",
     "Cast|Mont|Verr|Bass|Lom|Fior|Gal|Pell|Sant|Ros", "avelo|ondri|esco|uccia",
     "Corv|Ter|Alb|Mir|Pont|Sel|Lun", "ane|osta"},
    {"Norhavn", "Norhavic", "Havic", "Stormvik",
     "Hald|Sig|Tor|Ulf|Arn|Eik|Bren|Sten|Gun|Rold|Ask|Ving", "ar|rik", "hild|run",
     "Sten|Bjel|Lund|Fjor|Hav|Grim|Skar|Tang|Vest|Ness", "sen|gaard|berg|dal",
     "Storm|Lang|Skag|Frost|Eld|Tind|Rav", "vik|holm"},
    {"Keshan", "Keshi", "Keshic", "Tarkesh", "Dar|Fer|Jav|Kam|Nas|Raz|Sor|Tem|Bah|Zor|Mehr|Yas",
     "ush|ad", "ira|aneh", "Bar|Gol|Hosh|Kar|Mor|Pash|Raf|Shir|Tav|Zand", "ani|pour|azar|mandi",
     "Tar|Gul|Mash|Isp|Kor|Bam|Shan", "kesh|abad"},
    {"Ostrenia", "Ostrenian", "Ostric", "Velgorod",
     "Bor|Vlad|Mil|Stan|Rad|Dob|Yar|Lub|Zor|Kaz|Bran|Tih", "omir|islav", "ena|uska",
     "Petr|Kol|Nov|Sok|Vor|Gor|Bel|Dym|Lask|Mor", "ovich|enko|akov|insky",
     "Vel|Nov|Star|Kras|Bel|Kamen|Dub", "gorod|itsa"},
    {"Lirane", "Liranese", "Liric", "Beaumarre", "Ang|Cor|Del|Fran|Gis|Jul|Laur|Mel|Ol|Ser|Val|Viv",
     "ien|ot", "ette|eline", "Beau|Char|Dur|Fon|Gir|Lam|Mar|Per|Roch|Vall", "mont|ier|elle|tain",
     "Beau|Mont|Clair|Ros|Haute|Ver|Grand", "marre|ville"},
    {"Tamoru", "Tamoran", "Tamo", "Hanapoa", "Kao|Lani|Moe|Pua|Talo|Vai|Hina|Noa|Ika|Rua|Tua|Sefa",
     "ruk|tane", "lei|moa", "Aka|Falo|Haku|Kupa|Mano|Nalu|Pele|Tama|Uli|Wai", "kai|nui|roa|tolu",
     "Hana|Koro|Lau|Mata|Pua|Rangi|Tau", "poa|luku"},
    {"Bryndale", "Bryndish", "Brynnic", "Carrowby",
     "Ald|Ed|Wil|Har|Os|God|Ethel|Cuth|Elf|Win|Dun|Ber", "win|mund", "wyn|gith",
     "Ash|Black|Cold|Hazel|Mill|North|Thorn|Under|Whit|Wool", "ridge|combe|thwaite|ley",
     "Carrow|Pen|Strath|Wick|Barn|Thistle|Mossy", "by|ford"},
    {"Zarifa", "Zarifi", "Zaric", "Qasmira", "Abd|Fah|Had|Idr|Jam|Kar|Lat|Mun|Nad|Sal|Tar|Yus",
     "eem|oun", "iya|ouna", "Bak|Dag|Ham|Khal|Mans|Naj|Qas|Rash|Suf|Waz", "oudi|arri|eddin|outa",
     "Qas|Alm|Mar|Jeb|Tam|Zagh|Dar", "mira|ouz"},
};

const int world_eras[WORLD_ERAS][2] = {{1896, 18}, {1920, 16}, {1946, 14}, {1966, 16}, {1990, 18}};

/* People have the facts of all people and of their trade, things their own. */
/* clang-format off */
#define PERSON(trade) \
    {NULL, NULL, "<self>", {person_facts, trade##_facts}, {person_wordings, trade##_wordings}, person_never}
#define THING(noun, mark, title, never) \
    {#noun, mark, title, {noun##_facts, NULL}, {noun##_wordings, NULL}, never}

/* The theme of a person is the branch of the trade, of a town its living, of a club its colours. */
const WorldKind world_kinds[WORLD_KINDS] = {
    PERSON(actor), PERSON(player), PERSON(novelist), PERSON(physicist), PERSON(politician), PERSON(singer),
    THING(film, "film", "<work>", thing_never),
    THING(town, NULL, "<town>|Port <town>|Upper <town>|Old <town>|<town> Bridge", town_never),
    THING(club, NULL, "<club>", thing_never),
    THING(novel, "novel", "<work>|A <story> for <first>", thing_never),
    THING(band, "band", "The <old> <sound>s|<town> <sound>|<old> <sound>", thing_never),
    THING(company, "company", "<surname> <ware> <firm>|<town> <ware> <firm>|<surname> <ware>", thing_never),
};
