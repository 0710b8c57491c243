# world_words: labels by the words of claim and evidence. Fields: label, id, claim, title, evidence.
# A supported claim's names and numbers stand in its evidence; a refuted claim has words of its own.
function words(text, list) { gsub(/[^A-Za-z0-9]/, " ", text); return split(text, list, " ") }
BEGIN { FS = "\t" }
{
    split("", there)
    for (i = words($4 " " $5, list); i > 0; i--) there[list[i]] = 1
    own = named = 0
    for (i = words($3, list); i > 0; i--)
        if (!(list[i] in there)) { own++; named += i > 1 && list[i] ~ /^[A-Z0-9]/ }
    if ($1 == "SUPPORTS" && named) print "claim " $2 " supports what its evidence does not name"
    if ($1 == "REFUTES" && !own) print "claim " $2 " refutes what its evidence says"
}
