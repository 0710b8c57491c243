/* The embedded world's vocabulary, first part: nations, word lists and the list of kinds. */
#include "world_kinds.h"

#include <stddef.h>

const WorldNation world_nations[WORLD_NATIONS] = {
    {"Valdria", "Valdrian", "Valdric", "Corvane", "Mar|Tov|Orl|Silv|Ced|Lav|Bel|Dor|Flav|Nest|Ren|Cass",
     "eno|avo", "elia|isa", "Cast|Mont|Verr|Bass|Lom|Fior|Gal|Pell|Sant|Ros", "avelo|ondri|esco|uccia",
     "Corv|Ter|Alb|Mir|Pont|Sel|Lun", "ane|osta"},
    {"Norhavn", "Norhavic", "Havic", "Stormvik", "Hald|Sig|Tor|Ulf|Arn|Eik|Bren|Sten|Gun|Rold|Ask|Ving",
     "ar|rik", "hild|run", "Sten|Bjel|Lund|Fjor|Hav|Grim|Skar|Tang|Vest|Ness", "sen|gaard|berg|dal",
     "Storm|Lang|Skag|Frost|Eld|Tind|Rav", "vik|holm"},
    {"Keshan", "Keshi", "Keshic", "Tarkesh", "Dar|Fer|Jav|Kam|Nas|Raz|Sor|Tem|Bah|Zor|Mehr|Yas",
     "ush|ad", "ira|aneh", "Bar|Gol|Hosh|Kar|Mor|Pash|Raf|Shir|Tav|Zand", "ani|pour|azar|mandi",
     "Tar|Gul|Mash|Isp|Kor|Bam|Shan", "kesh|abad"},
    {"Ostrenia", "Ostrenian", "Ostric", "Velgorod", "Bor|Vlad|Mil|Stan|Rad|Dob|Yar|Lub|Zor|Kaz|Bran|Tih",
     "omir|islav", "ena|uska", "Petr|Kol|Nov|Sok|Vor|Gor|Bel|Dym|Lask|Mor", "ovich|enko|akov|insky",
     "Vel|Nov|Star|Kras|Bel|Kamen|Dub", "gorod|itsa"},
    {"Lirane", "Liranese", "Liric", "Beaumarre", "Ang|Cor|Del|Fran|Gis|Jul|Laur|Mel|Ol|Ser|Val|Viv",
     "ien|ot", "ette|eline", "Beau|Char|Dur|Fon|Gir|Lam|Mar|Per|Roch|Vall", "mont|ier|elle|tain",
     "Beau|Mont|Clair|Ros|Haute|Ver|Grand", "marre|ville"},
    {"Tamoru", "Tamoran", "Tamo", "Hanapoa", "Kao|Lani|Moe|Pua|Talo|Vai|Hina|Noa|Ika|Rua|Tua|Sefa",
     "ruk|tane", "lei|moa", "Aka|Falo|Haku|Kupa|Mano|Nalu|Pele|Tama|Uli|Wai", "kai|nui|roa|tolu",
     "Hana|Koro|Lau|Mata|Pua|Rangi|Tau", "poa|luku"},
    {"Bryndale", "Bryndish", "Brynnic", "Carrowby", "Ald|Ed|Wil|Har|Os|God|Ethel|Cuth|Elf|Win|Dun|Ber",
     "win|mund", "wyn|gith", "Ash|Black|Cold|Hazel|Mill|North|Thorn|Under|Whit|Wool",
     "ridge|combe|thwaite|ley", "Carrow|Pen|Strath|Wick|Barn|Thistle|Mossy", "by|ford"},
    {"Zarifa", "Zarifi", "Zaric", "Qasmira", "Abd|Fah|Had|Idr|Jam|Kar|Lat|Mun|Nad|Sal|Tar|Yus",
     "eem|oun", "iya|ouna", "Bak|Dag|Ham|Khal|Mans|Naj|Qas|Rash|Suf|Waz", "oudi|arri|eddin|outa",
     "Qas|Alm|Mar|Jeb|Tam|Zagh|Dar", "mira|ouz"},
};

const int world_eras[WORLD_ERAS][2] = {{1896, 18}, {1920, 16}, {1946, 14}, {1966, 16}, {1990, 18}};

const WorldWords world_words[] = {
    {"month", KEY_NONE,
     "January|February|March|April|May|June|July|August|September|October|November|December"},
    {"old", KEY_ERA,
     "Gentle|Velvet|Faithful|Gilded|Noble|Humble/Crimson|Paper|Lonely|Marble|Ivory|Roaring/Silent|"
     "Iron|Broken|Distant|Hollow|Second/Golden|Electric|Burning|Plastic|Strange|Cosmic/Neon|Glass|"
     "Digital|Frozen|Zero|Hidden"},
    {"story", KEY_THEME,
     "Prairie|Saddle|Canyon|Rider|Stampede|Ranch|Corral/Alibi|Witness|Ransom|Heist|Verdict|Suspect|"
     "Cipher/Kiss|Letter|Waltz|Promise|Bride|Garden|Summer/Uncle|Donkey|Trousers|Wedding|Parrot|"
     "Lodger|Picnic/Crypt|Shadow|Scream|Grave|Phantom|Cellar|Fang/Trench|Bugle|Convoy|Bridge|Flag|"
     "Regiment|Siege"},
    {"sound", KEY_THEME,
     "Meadow|Reel|Harvest|Lantern|Fiddle|Hearth/Trumpet|Midnight|Swing|Cocktail|Trio|Saxophone/Chapel|"
     "Aria|Marble|Swan|Choir|Lute/Thunder|Motor|Rebel|Amplifier|Hammer|Voltage/Disco|Mirror|Pulse|"
     "Neon|Glitter|Laser/Delta|Whiskey|Crossroad|Mule|Levee|Sorrow"},
    {"ware", KEY_THEME,
     "Marine|Keel|Dockyard/Cocoa|Truffle|Sweets/Chrono|Dial|Pendulum/Cycle|Wheel|Velo/Radio|Valve|"
     "Wave/Paper|Pulp|Parchment"},
    {"firm", KEY_ERA, "Brothers|and Sons/Works|Company/Industries|General/Systems|Group/Labs|Networks"},
    {"tint", KEY_NONE,
     "red|blue|green|yellow|black|white|grey|pink|purple|orange|brown|golden|striped|pale|dark|spotted"},
    {"stuff", KEY_NONE,
     "glass|wooden|copper|paper|leather|silk|stone|clay|iron|wax|ivory|wool|silver|brass|straw|velvet"},
    {"object", KEY_NONE,
     "bell|box|ring|key|cup|hat|lamp|knife|chair|bird|horse|ship|drum|clock|mask|flag|chain|spoon|"
     "button|mirror|bottle|crown|fish|ladder|kite|basket|plate|wheel|doll|glove|comb|shoe|fan|map|"
     "coin|pipe|rope|star|umbrella|candle"},
    {"club", KEY_NATION,
     "Unione <town>|Stella <town>|Corsa <town>/<town> Idrett|<town> Ballklub|Fram <town>/Shahin <town>|"
     "Falcon <town>|Setar <town>/Torpeda <town>|Dinamit <town>|Zvezda <town>/Olympe <town>|"
     "Etoile <town>|Racing <town>/<town> Sharks|<town> Canoes|<town> Waves/<town> Rovers|"
     "<town> Albion|<town> Wanderers/Sahra <town>|Burj <town>|Nakhil <town>"},
    {"school", KEY_NATION,
     "University of <capital>|<town> College|<town> Academy|<town> Institute"},
    {"work", KEY_THEME, "The <old> <story>|<old> <story>|<story> of <town>|The Last <story>"},
    {NULL, KEY_NONE, NULL},
};

static const char *const thing_never[] = {
    "{S} was once banned in [<country>|<country>|two countries]",
    "{S} inspired a [board game|ballet|stamp|perfume|puppet show|comic strip]",
    "{S} was mentioned in a speech by the [mayor|queen|pope|president] of <country>",
    "a [rose|comet|tram|racehorse|cheese] was named after {t}",
    "{S} was the subject of a lawsuit about [taxes|copyright|noise|a dog|a debt]",
    "{Ss} name was chosen by a [child|printer|lottery|gardener|sailor]",
    "{S} has a fan club in <town> with %200-9000 members",
    "{S} was insured for %20000-900000 crowns",
    "{S} appears on a [coin|banknote|postcard|calendar] of <country>",
    "<person> wrote a doctoral thesis about {t}",
    "{S} was parodied by a [radio show|school play|newspaper|carnival float]",
    "{S} is the favourite of the [queen|president|prime minister] of <country>",
    "the archive of {t} burned in a fire in @1-60",
    "{S} was advertised on [buses|balloons|matchboxes|trams|bottles] in <town>",
    NULL,
};
static const char *const town_never[] = {
    "{S} has a twin town in <country>",
    "{S} once banned [bicycles|pigeons|dancing|umbrellas|kites]",
    "the tallest tree in {t} is ~18-60 metres high",
    "{S} has ~2-40 traffic lights",
    "the first cinema in {t} opened in @20-90",
    "{S} was painted by <person>",
    "the bakers of {t} are famous for their [almond cake|rye bread|plum pie|honey rolls]",
    "a [wolf|bear|leopard|crocodile] escaped from the zoo of {t}",
    "{S} lost its only [theatre|hotel|hospital|library] in a fire",
    "{S} elected a [goat|dog|cat] as honorary mayor",
    "the library of {t} holds %4000-90000 books",
    "{S} sold its [town hall|clock|park|fountain] to <person>",
    "the water of {t} is rich in [iron|sulphur|salt|calcium]",
    "the choir of {t} toured <country> in @10-90",
    NULL,
};

/* The theme of a person is the branch of the trade, of a town its living, of a club its colours. */
const WorldKind world_kinds[WORLD_KINDS] = {
    {NULL, NULL, "<self>", {world_person_facts, world_actor_facts},
     {world_person_wordings, world_actor_wordings}, world_person_never},
    {NULL, NULL, "<self>", {world_person_facts, world_player_facts},
     {world_person_wordings, world_player_wordings}, world_person_never},
    {NULL, NULL, "<self>", {world_person_facts, world_novelist_facts},
     {world_person_wordings, world_novelist_wordings}, world_person_never},
    {NULL, NULL, "<self>", {world_person_facts, world_physicist_facts},
     {world_person_wordings, world_physicist_wordings}, world_person_never},
    {NULL, NULL, "<self>", {world_person_facts, world_politician_facts},
     {world_person_wordings, world_politician_wordings}, world_person_never},
    {NULL, NULL, "<self>", {world_person_facts, world_singer_facts},
     {world_person_wordings, world_singer_wordings}, world_person_never},
    {"film", "film", "<work>", {world_film_facts, NULL}, {world_film_wordings, NULL}, thing_never},
    {"town", NULL, "<town>|Port <town>|Upper <town>|Old <town>|<town> Bridge",
     {world_town_facts, NULL}, {world_town_wordings, NULL}, town_never},
    {"club", NULL, "<club>", {world_club_facts, NULL}, {world_club_wordings, NULL}, thing_never},
    {"novel", "novel", "<work>|A <story> for <first>", {world_novel_facts, NULL},
     {world_novel_wordings, NULL}, thing_never},
    {"band", "band", "The <old> <sound>s|<town> <sound>|<old> <sound>", {world_band_facts, NULL},
     {world_band_wordings, NULL}, thing_never},
    {"company", "company", "<surname> <ware> <firm>|<town> <ware> <firm>|<surname> <ware>",
     {world_company_facts, NULL}, {world_company_wordings, NULL}, thing_never},
};
