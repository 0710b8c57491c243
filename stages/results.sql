-- results: the tables and views of results.db. A CSV file is loaded into the table that its name, or the
-- folder inside its profile's, stands for (predictions/… into prediction); its header must be the columns
-- after the first: `profile` is the folder the file lies in. The comments describe tables, views and
-- columns for `.schema` and, by results_metadata.awk, for Datasette; a column without one means what it
-- means in the table before that has it.

CREATE TABLE document(
    -- the documents of the corpus, the most cited first
    profile TEXT NOT NULL,     -- the run: its profile, with -bf16 in that tier
    document INTEGER NOT NULL, -- its number, from 0
    title TEXT NOT NULL, -- as in the FEVER dump
    claims INTEGER NOT NULL,   -- validation claims whose evidence cites it
    PRIMARY KEY (profile, document)
) STRICT, WITHOUT ROWID;

CREATE TABLE fever_claim(
    -- the claims that the models are asked, as FEVER has them
    profile TEXT NOT NULL,
    claim INTEGER NOT NULL,    -- its number in the corpus
    fever_id INTEGER NOT NULL, -- its id in FEVER's file
    label TEXT NOT NULL CHECK (label IN ('SUPPORTS', 'REFUTES', 'NOT ENOUGH INFO')), -- what FEVER says
    text TEXT NOT NULL,        -- its words
    PRIMARY KEY (profile, claim)
) STRICT, WITHOUT ROWID;

CREATE TABLE question_claim(
    -- the twenty claims about memories that the questions decide
    profile TEXT NOT NULL,
    claim TEXT NOT NULL,    -- C1 … C20
    question TEXT NOT NULL, -- the stage that asks
    words TEXT NOT NULL, -- the claim
    PRIMARY KEY (profile, claim)
) STRICT, WITHOUT ROWID;

CREATE TABLE setting(
    -- what the model is, and what texts and memories were made with, as the records of their making have it
    profile TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('model', 'texts', 'memory', 'allocation', 'vectors', 'sign')),
        -- model: of the checkpoint's tensors; texts: of corpus and tokens; memory: cells trained on the documents;
        -- allocation: masks; vectors: DocRep memories of representation_drift; sign: those of memory_sign
    name TEXT NOT NULL,  -- the program's argument; of a model family, blocks, width, vocabulary, path
    value TEXT NOT NULL, -- it was told; where files differ, a row each
    n INTEGER NOT NULL,  -- files of this value
    PRIMARY KEY (profile, kind, name, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE prediction(
    -- the answers of every cell of the grid, a row a prompt
    profile TEXT NOT NULL,
    allocation TEXT NOT NULL, -- which entries a document owns: none, disjoint, simset-1-dim, …
    strength REAL NOT NULL,  -- of its masks, 0 to 1; 1 where the allocation is none
    variant TEXT NOT NULL,   -- of the memory: plain, norm-gate, lm, zero; or lora-mlp, lora-attention, mlp
    target TEXT NOT NULL,    -- trained on: document, template, both, document-then-template
    layer INTEGER NOT NULL,  -- block the memory follows, from 0
    seed INTEGER NOT NULL,   -- run seed of the cell
    epoch INTEGER NOT NULL,  -- epochs the memory was trained; 0: the pretrained model
    prompt INTEGER NOT NULL, -- prompt of the corpus
    claim INTEGER NOT NULL,  -- claim of the corpus
    page INTEGER NOT NULL,   -- document of the corpus the claim is asked about
    label TEXT NOT NULL CHECK (label IN ('a', 'b', 'c')),  -- a supports, b refutes, c unknown
    rows INTEGER NOT NULL CHECK (rows >= 0),               -- evidence rows citing the page
    main INTEGER NOT NULL CHECK (main IN (0, 1)),          -- 1: the claim's highest-ranked page
    choice TEXT NOT NULL CHECK (choice IN ('a', 'b', 'c')),    -- the likeliest letter
    free TEXT NOT NULL CHECK (free IN ('a', 'b', 'c', '-')),   -- the greedy answer; -: invalid
    p_a REAL NOT NULL,       -- probability of (a), among the whole vocabulary
    p_b REAL NOT NULL, -- of (b)
    p_c REAL NOT NULL, -- of (c)
    PRIMARY KEY (profile, allocation, strength, variant, target, layer, seed, epoch, prompt),
    FOREIGN KEY (profile, claim) REFERENCES fever_claim(profile, claim),
    FOREIGN KEY (profile, page) REFERENCES document(profile, document)
) STRICT, WITHOUT ROWID;

CREATE TABLE likelihood(
    -- how surprising each claim's own words are, with a memory and without
    profile TEXT NOT NULL,
    allocation TEXT NOT NULL,
    strength REAL NOT NULL,
    variant TEXT NOT NULL,
    target TEXT NOT NULL,
    layer INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    claim INTEGER NOT NULL,
    same INTEGER NOT NULL,   -- the first claim of the same text
    page INTEGER NOT NULL,   -- the claim's highest-ranked page
    half INTEGER NOT NULL CHECK (half IN (0, 1)), -- of all pages, by a hash of the page's title
    label TEXT NOT NULL CHECK (label IN ('a', 'b', 'c')),
    tokens INTEGER NOT NULL, -- behind BOS, whose losses are summed
    nll REAL NOT NULL,       -- nats, with the memory
    without REAL NOT NULL,   -- nats, without it
    PRIMARY KEY (profile, allocation, strength, variant, target, layer, seed, epoch, claim),
    FOREIGN KEY (profile, claim) REFERENCES fever_claim(profile, claim),
    FOREIGN KEY (profile, same) REFERENCES fever_claim(profile, claim),
    FOREIGN KEY (profile, page) REFERENCES document(profile, document)
) STRICT, WITHOUT ROWID;

CREATE TABLE scores(
    -- scores beside accuracy, which a shift of the letters' bias can move alone
    profile TEXT NOT NULL,
    allocation TEXT NOT NULL, -- 'pretrained': the model without a memory
    strength REAL NOT NULL,
    variant TEXT NOT NULL,
    target TEXT NOT NULL,    -- halves: two memories, each of one half of the pages; in-context: a page told
    layer INTEGER NOT NULL,
    seed INTEGER NOT NULL,   -- -1: the mean over seeds
    epoch INTEGER NOT NULL,
    measure TEXT NOT NULL,   -- letters_auc, letters_centred, nll, nll_auc, change, change_auc, use, use_auc, pages, …
    value REAL NOT NULL,     -- …_auc and letters_centred a share, pages… nats a token, all others nats a claim
    low REAL,                -- 95 % bootstrap interval over texts and seeds, of the means
    high REAL, -- its upper end
    n INTEGER NOT NULL,      -- claims counted
    PRIMARY KEY (profile, allocation, strength, variant, target, layer, seed, epoch, measure)
) STRICT, WITHOUT ROWID;

CREATE TABLE stream_norm(
    -- how long the residual stream of the frozen model is, by block and row of a document
    profile TEXT NOT NULL,
    layer INTEGER NOT NULL, -- after this block; -1: the embedding
    row INTEGER NOT NULL,   -- 0, BOS, to 3; -1: all later rows together
    norm REAL NOT NULL,     -- mean Euclidean norm
    least REAL NOT NULL,    -- the smallest
    most REAL NOT NULL,     -- the largest
    n INTEGER NOT NULL,     -- rows averaged
    PRIMARY KEY (profile, layer, row)
) STRICT, WITHOUT ROWID;

CREATE TABLE layer_choice(
    -- loss and scores by layer, seed and epoch
    profile TEXT NOT NULL,
    layer INTEGER NOT NULL,  -- -1: the pretrained model
    seed INTEGER NOT NULL,   -- -1: the mean over seeds
    epoch INTEGER NOT NULL,  -- saved epoch
    measure TEXT NOT NULL,   -- nll, choice_accuracy, free_micro_f1, …
    unit TEXT NOT NULL,      -- what is counted once: claim, row, document, token
    value REAL NOT NULL,     -- nats a token for nll, else a share
    low REAL,                -- 95 % bootstrap interval, where there is one
    high REAL, -- its upper end
    n INTEGER NOT NULL,      -- units counted
    PRIMARY KEY (profile, layer, seed, epoch, measure, unit)
) STRICT, WITHOUT ROWID;

CREATE TABLE verdict(
    -- what the measurements say about each claim, computed by paper/claims.rules
    profile TEXT NOT NULL,
    claim TEXT NOT NULL,       -- C1 … C20
    half TEXT NOT NULL CHECK (half IN ('confirmatory', 'exploratory')),
        -- of the documents; the confirmatory one decides, rules may have been made with the other in view
    part TEXT NOT NULL,        -- '' for the claim itself, else which part of it, or which variant
    role TEXT NOT NULL CHECK (role IN ('claim', 'decides', 'beside', 'control', 'variant')),
        -- decides: a part the verdict rests on; beside: one it does not; control: must hold first; variant: the
        -- claim with one setting changed
    question TEXT NOT NULL,    -- the stage that asks
    effect_name TEXT NOT NULL, -- what was measured, with its unit; of a claim, the part it rests on
    effect REAL,               -- its size; missing where nothing was measured
    low REAL,                  -- 95 % interval of the effect
    high REAL, -- its upper end
    test TEXT NOT NULL,        -- over seeds and units, or units alone
    p REAL,                    -- its p-value, at the bound
    p_holm REAL,               -- of claims: the same, Holm's correction over the profile's claims
    seeds INTEGER,             -- runs; 0 where what is measured has none
    n INTEGER,                 -- paired units
    verdict TEXT NOT NULL      -- computed; of parts, by p alone
        CHECK (verdict IN ('holds here', 'fails here', 'undecided', 'not measurable here',
        'holds', 'fails', 'not measured') OR verdict GLOB 'depends on *'),
    bound REAL,                -- what the effect is held against, in its unit
    needed_seeds INTEGER,      -- where undecided: seeds that would decide, if any number would
    needed_units INTEGER,      -- the same of units
    reason TEXT NOT NULL,      -- what is missing, which control fails, or what it depends on
    rule TEXT NOT NULL,        -- how the verdict follows, as the file has it
    rules_of TEXT NOT NULL,    -- the day the rules were frozen
    PRIMARY KEY (profile, claim, half, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE recorded(
    -- what the records of other runs (checks/expected) say of the claims
    profile TEXT NOT NULL,
    run TEXT NOT NULL,         -- the other run's profile
    claim TEXT NOT NULL,       -- C1 … C20
    effect_name TEXT NOT NULL, -- what was measured, with its unit
    part TEXT NOT NULL,        -- the part of the claim that it is the effect of; or empty
    verdict TEXT NOT NULL,     -- as in verdict; 'not judged': measured without a rule
    effect REAL,
    low REAL,                  -- 95 % interval of the effect
    high REAL, -- its upper end
    seeds INTEGER,             -- runs
    n INTEGER,                 -- units
    reason TEXT NOT NULL,      -- as in verdict
    PRIMARY KEY (profile, run, claim, effect_name)
) STRICT, WITHOUT ROWID;

CREATE TABLE simset(
    -- loss and scores by condition and seed, after the last epoch
    profile TEXT NOT NULL,
    allocation TEXT NOT NULL, -- as in prediction; 'pretrained': the model without a memory
    strength REAL NOT NULL,
    variant TEXT NOT NULL,
    target TEXT NOT NULL,
    layer INTEGER NOT NULL,
    seed INTEGER NOT NULL,    -- -1: the mean over seeds
    measure TEXT NOT NULL,    -- as in layer_choice; shared, parameters, epochs
    unit TEXT NOT NULL,       -- what is counted once: claim, row, document, token, memory
    value REAL NOT NULL,      -- shared: share of the parameters that documents have in common
    low REAL,                 -- 95 % bootstrap interval, where there is one
    high REAL, -- its upper end
    n INTEGER NOT NULL,       -- units counted
    PRIMARY KEY (profile, allocation, strength, variant, target, layer, seed, measure, unit)
) STRICT, WITHOUT ROWID;

CREATE TABLE simset_sharing(
    -- how often two documents share entries under simset-N-dim, a row a pair
    profile TEXT NOT NULL,
    shingle INTEGER NOT NULL CHECK (shingle IN (1, 2)), -- N, tokens in a shingle
    seed INTEGER NOT NULL,   -- of the hash functions
    a INTEGER NOT NULL,      -- a document of the corpus, before b
    b INTEGER NOT NULL CHECK (a < b), -- the other document
    size_a INTEGER NOT NULL, -- distinct shingles of a
    size_b INTEGER NOT NULL, -- of the other
    common INTEGER NOT NULL, -- of both
    jaccard REAL NOT NULL,   -- common / (size_a + size_b - common)
    bands INTEGER NOT NULL,  -- each with one entry a document
    shared INTEGER NOT NULL, -- bands in which both own the same entry
    slots INTEGER NOT NULL,  -- entries of a band; jaccard + (1 - jaccard) / slots is expected
    PRIMARY KEY (profile, shingle, seed, a, b),
    FOREIGN KEY (profile, a) REFERENCES document(profile, document),
    FOREIGN KEY (profile, b) REFERENCES document(profile, document)
) STRICT, WITHOUT ROWID;

CREATE TABLE document_token(
    -- the documents as the model reads them
    profile TEXT NOT NULL,
    document INTEGER NOT NULL, -- document of the corpus
    position INTEGER NOT NULL, -- from 0, which is BOS
    id INTEGER NOT NULL,       -- of the tokenizer
    PRIMARY KEY (profile, document, position),
    FOREIGN KEY (profile, document) REFERENCES document(profile, document)
) STRICT, WITHOUT ROWID;

CREATE TABLE drift(
    -- how far documents' vectors and selections moved while a DocRep memory was trained
    profile TEXT NOT NULL,
    layer INTEGER NOT NULL,     -- block the memory follows
    phi TEXT NOT NULL CHECK (phi IN ('tanh', 'relu')), -- activation of the selection
    selection TEXT NOT NULL CHECK (selection IN ('linear', 'mlp')), -- from vector to entries
    lm TEXT NOT NULL CHECK (lm IN ('yes', 'no')), -- whether W_lm follows the memory
    dimension INTEGER NOT NULL, -- k, numbers in a document's vector
    documents INTEGER NOT NULL, -- the first so many of the corpus
    entries INTEGER NOT NULL,   -- of the memory
    batch INTEGER NOT NULL,     -- documents a step
    alpha REAL NOT NULL,        -- weight of the forgetting loss; where 0, the next are none and 0
    tau REAL NOT NULL,          -- its target, nats a token
    form TEXT NOT NULL,         -- squared, absolute
    negative TEXT NOT NULL,     -- zero, other, other-detached, perturbed, random
    delta REAL NOT NULL,        -- size of the perturbation
    seed INTEGER NOT NULL,      -- -1: the mean over seeds
    epoch INTEGER NOT NULL,     -- the last
    measure TEXT NOT NULL,      -- vector_drift, vector_cosine, …, nll, loss_pos, up_drift, …
    value REAL NOT NULL,        -- mean over documents
    low REAL,                   -- 95 % bootstrap interval over documents and seeds, of the means
    high REAL, -- its upper end
    n INTEGER NOT NULL,         -- documents, or runs for what a run has one of
    PRIMARY KEY (profile, layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau, form,
                 negative, delta, seed, epoch, measure)
) STRICT, WITHOUT ROWID;

CREATE TABLE drift_arm(
    -- the same as drift, where vectors start or are trained in other ways than in it
    profile TEXT NOT NULL,
    layer INTEGER NOT NULL,     -- block the memory follows
    phi TEXT NOT NULL CHECK (phi IN ('tanh', 'relu')), -- activation of the selection
    selection TEXT NOT NULL,   -- from vector to entries, and after + how vectors start (orthogonal, frozen; or
        -- context: they are made by a map) and are trained (constant, sgd, in-order)
    lm TEXT NOT NULL CHECK (lm IN ('yes', 'no')), -- whether W_lm follows the memory
    dimension INTEGER NOT NULL, -- k, numbers in a document's vector
    documents INTEGER NOT NULL, -- the first so many of the corpus
    entries INTEGER NOT NULL,   -- of the memory
    batch INTEGER NOT NULL,     -- documents a step
    alpha REAL NOT NULL,        -- weight of the forgetting loss; where 0, the next are none and 0
    tau REAL NOT NULL,          -- its target, nats a token
    form TEXT NOT NULL,         -- squared, absolute
    negative TEXT NOT NULL,     -- zero, other, other-detached, perturbed, random
    delta REAL NOT NULL,        -- size of the perturbation
    seed INTEGER NOT NULL,      -- -1: the mean over seeds
    epoch INTEGER NOT NULL,     -- the last
    measure TEXT NOT NULL,      -- vector_drift, vector_cosine, …, nll, loss_pos, up_drift, …
    value REAL NOT NULL,        -- mean over documents
    low REAL,                   -- 95 % bootstrap interval over documents and seeds, of the means
    high REAL, -- its upper end
    n INTEGER NOT NULL,         -- documents, or runs for what a run has one of
    PRIMARY KEY (profile, layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau, form,
                 negative, delta, seed, epoch, measure)
) STRICT, WITHOUT ROWID;

CREATE TABLE drift_gradient(
    -- the norms of the loss's gradient on its way to the vectors, and of the other parts
    -- (the condition, layer to delta, as in drift)
    profile TEXT NOT NULL,
    layer INTEGER NOT NULL,
    phi TEXT NOT NULL CHECK (phi IN ('tanh', 'relu')),
    selection TEXT NOT NULL CHECK (selection IN ('linear', 'mlp')),
    lm TEXT NOT NULL CHECK (lm IN ('yes', 'no')),
    dimension INTEGER NOT NULL,
    documents INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    alpha REAL NOT NULL,
    tau REAL NOT NULL,
    form TEXT NOT NULL,
    negative TEXT NOT NULL,
    delta REAL NOT NULL,
    epoch INTEGER NOT NULL,     -- 1, 2, 4 … and the last
    part TEXT NOT NULL,         -- own.s, own.slope, own.G, own.K, negative.…, K, up, down, lm, G
    size INTEGER NOT NULL,      -- numbers in the part
    value REAL NOT NULL,        -- mean norm a step (and document) of the epoch, over seeds
    low REAL,                   -- 95 % bootstrap interval over seeds
    high REAL, -- its upper end
    n INTEGER NOT NULL,         -- seeds
    PRIMARY KEY (profile, layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau, form,
                 negative, delta, epoch, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE layer_vectors(
    -- losses of DocRep memories after several layers while they are trained, by epoch
    -- (the condition, layer to delta, as in drift)
    profile TEXT NOT NULL,
    layer INTEGER NOT NULL,
    phi TEXT NOT NULL CHECK (phi IN ('tanh', 'relu')),
    selection TEXT NOT NULL CHECK (selection IN ('linear', 'mlp')),
    lm TEXT NOT NULL CHECK (lm IN ('yes', 'no')),
    dimension INTEGER NOT NULL,
    documents INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    alpha REAL NOT NULL,
    tau REAL NOT NULL,
    form TEXT NOT NULL,
    negative TEXT NOT NULL,
    delta REAL NOT NULL,
    epoch INTEGER NOT NULL,     -- scored epoch; 0: before training
    measure TEXT NOT NULL CHECK (measure IN ('nll', 'nll_base')), -- base: without a memory
    value REAL NOT NULL,        -- nats a token, mean over documents and seeds
    low REAL,                   -- 95 % bootstrap interval over both
    high REAL, -- its upper end
    n INTEGER NOT NULL,         -- documents
    PRIMARY KEY (profile, layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau, form,
                 negative, delta, epoch, measure)
) STRICT, WITHOUT ROWID;

CREATE TABLE drift_curve(
    -- what DocRep memories in the public code's setting are trained on, by epoch
    -- (the condition, layer to delta, as in drift)
    profile TEXT NOT NULL,
    layer INTEGER NOT NULL,
    phi TEXT NOT NULL CHECK (phi IN ('tanh', 'relu')),
    selection TEXT NOT NULL,
    lm TEXT NOT NULL CHECK (lm IN ('yes', 'no')),
    dimension INTEGER NOT NULL,
    documents INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    alpha REAL NOT NULL,
    tau REAL NOT NULL,
    form TEXT NOT NULL,
    negative TEXT NOT NULL,
    delta REAL NOT NULL,
    epoch INTEGER NOT NULL,     -- 1, 2, 3 …
    -- memorising: the text's loss; forgetting: what the forgetting loss adds to it, with its weight
    measure TEXT NOT NULL CHECK (measure IN ('memorising', 'forgetting')),
    value REAL NOT NULL,        -- nats a token, mean over the epoch's texts and seeds
    low REAL,                   -- 95 % bootstrap interval over seeds
    high REAL, -- its upper end
    n INTEGER NOT NULL,         -- seeds
    PRIMARY KEY (profile, layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau, form,
                 negative, delta, epoch, measure)
) STRICT, WITHOUT ROWID;

CREATE TABLE drift_selection(
    -- the selections of single cells, as they change
    profile TEXT NOT NULL,
    phi TEXT NOT NULL,
    selection TEXT NOT NULL,
    dimension INTEGER NOT NULL,
    documents INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    epoch INTEGER NOT NULL,     -- 0: before training
    document INTEGER NOT NULL,
    entry INTEGER NOT NULL, -- of the memory
    s REAL NOT NULL, -- the selection: what the entry is multiplied by
    PRIMARY KEY (profile, phi, selection, dimension, documents, seed, epoch, document, entry),
    FOREIGN KEY (profile, document) REFERENCES document(profile, document)
) STRICT, WITHOUT ROWID;

CREATE TABLE drift_vector(
    -- the vectors of the same cells
    profile TEXT NOT NULL,
    phi TEXT NOT NULL,
    selection TEXT NOT NULL,
    dimension INTEGER NOT NULL,
    documents INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    document INTEGER NOT NULL,
    coordinate INTEGER NOT NULL, -- of the vector, from 0
    value REAL NOT NULL,
    PRIMARY KEY (profile, phi, selection, dimension, documents, seed, epoch, document, coordinate),
    FOREIGN KEY (profile, document) REFERENCES document(profile, document)
) STRICT, WITHOUT ROWID;

CREATE TABLE drift_landscape(
    -- a document's loss under every vector of a plane, with a trained memory and selection
    profile TEXT NOT NULL,
    phi TEXT NOT NULL,
    selection TEXT NOT NULL,
    dimension INTEGER NOT NULL,
    documents INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    document INTEGER NOT NULL,
    x REAL NOT NULL,            -- the vector
    y REAL NOT NULL, -- its other coordinate
    nll REAL NOT NULL,          -- nats a token
    PRIMARY KEY (profile, phi, selection, dimension, documents, seed, document, x, y),
    FOREIGN KEY (profile, document) REFERENCES document(profile, document)
) STRICT, WITHOUT ROWID;

CREATE TABLE reported(
    -- accuracies that the researcher who asked these questions printed, on other models
    profile TEXT NOT NULL,
    source TEXT NOT NULL,    -- date of the post, yymmdd
    model TEXT NOT NULL, -- that it was measured on
    documents INTEGER NOT NULL,
    layer INTEGER,           -- block the memory follows, where it was told
    allocation TEXT NOT NULL, -- as in simset
    variant TEXT NOT NULL,   -- '' where it was not told
    target TEXT NOT NULL,
    accuracy REAL NOT NULL,  -- 1-shot, of the free answer
    note TEXT NOT NULL, -- what else was told
    PRIMARY KEY (profile, source, model, allocation, variant, target)
) STRICT, WITHOUT ROWID;

CREATE TABLE sign_measure(
    -- what signs of memories mean: averages over entries, contexts or documents of DocRep memories
    profile TEXT NOT NULL,
    phi TEXT NOT NULL CHECK (phi IN ('tanh', 'relu')),  -- of the selection
    lm TEXT NOT NULL CHECK (lm IN ('yes', 'no')),       -- W_lm and its gelu after the memory
    seed INTEGER NOT NULL,   -- -1: the mean over seeds
    measure TEXT NOT NULL,
        -- agreement: share of words that move as the lens says; effect: mean effect; stance: effect
        -- times the sign the lens gives; flip: share of words that -1 and +1 move opposite ways;
        -- disagreement: share on which short lens and linear path differ; normaliser: mean share of
        -- |change of log sum exp| in |change of logit| + |change of log sum exp|; acts: share of the steps of
        -- training in which the forgetting loss acts; removed: share of entries
        -- whose selection 0 leaves the bits of the memory without them; inactive: share of entries
        -- with a mean activation below 0; selected_above, _zero, _below: share of (document, entry);
        -- word: effect on one word of the entry that raises or lowers it most; pool_next: effect of
        -- a document's whole selection against 0 on its next tokens; pool_sum: on log sum exp;
        -- pool_own, pool_other, pool_all: on its words, another document's, all, at every position;
        -- precision, precision_other: share of those words among the 20 raised most
    lens TEXT NOT NULL,      -- short; linear (both from documents held apart); true, true log p (a finite
                             -- step on the documents of the effects); or ''
    outcome TEXT NOT NULL,   -- effect on what: logit, log p (nats), or ''
    pairs TEXT NOT NULL,     -- words of an entry: every, strong (ten by the linear path), drawn (ten),
                             -- raising, lowering (by the lens), strong raising, strong lowering
    s TEXT NOT NULL,         -- the entry set to -1, 1 or (own) what documents select, their signs
                             -- taken out; against 0
    word TEXT NOT NULL,      -- of measure word
    value REAL NOT NULL,
    low REAL,                -- 95 % bootstrap interval over seeds and units, where there is one
    high REAL, -- its upper end
    n INTEGER NOT NULL,      -- units
    PRIMARY KEY (profile, phi, lm, seed, measure, lens, outcome, pairs, s)
) STRICT, WITHOUT ROWID;

CREATE TABLE sign_layer(
    -- how often two lenses tell which way an entry at +1 moves a word's logit, memory by memory and layer by layer
    profile TEXT NOT NULL,
    layer INTEGER NOT NULL,  -- block the memory follows
    phi TEXT NOT NULL,
    lm TEXT NOT NULL,
    seed INTEGER NOT NULL,
    lens TEXT NOT NULL CHECK (lens IN ('short', 'linear')),
    value REAL NOT NULL,     -- share of (entry, word) pairs
    low REAL NOT NULL,       -- 95 % bootstrap interval over entries
    high REAL NOT NULL, -- its upper end
    n INTEGER NOT NULL,      -- entries
    PRIMARY KEY (profile, layer, phi, lm, seed, lens)
) STRICT, WITHOUT ROWID;

CREATE TABLE sign_pair(
    -- declared (entry, word) pairs: lenses and measured effects, means over the contexts
    profile TEXT NOT NULL,
    phi TEXT NOT NULL,
    lm TEXT NOT NULL,
    seed INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    word TEXT NOT NULL,
    chosen TEXT NOT NULL CHECK (chosen IN ('strong', 'drawn', 'asked')),
        -- how: ten strongest of an entry, ten drawn, or the word asked for
    activation REAL NOT NULL, -- mean gelu(...) of the entry
    short REAL NOT NULL,      -- short lens, times the activation's sign
    linear REAL NOT NULL,     -- d logit / d s at 0, exact, on documents held apart
    true_logit REAL NOT NULL, -- the same by a finite step, on the documents of the effects
    true_log_p REAL NOT NULL, -- the same of log p
    logit_minus REAL NOT NULL, -- effect of -1 against 0
    logit_plus REAL NOT NULL,  -- of +1
    logit_own REAL NOT NULL,   -- of what documents select
    log_p_minus REAL NOT NULL, -- nats
    log_p_plus REAL NOT NULL, -- of +1
    log_p_own REAL NOT NULL, -- of what documents select
    PRIMARY KEY (profile, phi, lm, seed, entry, word, chosen)
) STRICT, WITHOUT ROWID;

CREATE TABLE sign_pool(
    -- what a document's whole selection does on its own text, against selection 0
    profile TEXT NOT NULL,
    phi TEXT NOT NULL,
    lm TEXT NOT NULL,
    seed INTEGER NOT NULL,
    document INTEGER NOT NULL,
    title TEXT NOT NULL, -- of the document
    next_logit REAL NOT NULL, -- mean over positions: the next token's logit,
    logsumexp REAL NOT NULL,  -- log sum exp of all logits,
    next_log_p REAL NOT NULL, -- log p of the next token by the training loss: their difference
    words INTEGER NOT NULL,   -- distinct words the document holds
    own_logit REAL NOT NULL,  -- the same means, over its words at every position
    own_log_p REAL NOT NULL, -- of log p, nats
    other INTEGER NOT NULL,   -- another document, drawn
    other_log_p REAL NOT NULL, -- over that one's words
    all_log_p REAL NOT NULL,   -- over all words
    precision REAL NOT NULL,   -- share of its words among the 20 raised most
    precision_other REAL NOT NULL, -- of the other's
    PRIMARY KEY (profile, phi, lm, seed, document),
    FOREIGN KEY (profile, document) REFERENCES document(profile, document),
    FOREIGN KEY (profile, other) REFERENCES document(profile, document)
) STRICT, WITHOUT ROWID;

CREATE TABLE sign_pool_word(
    -- the words that a document's selection raises and lowers most
    profile TEXT NOT NULL,
    phi TEXT NOT NULL,
    lm TEXT NOT NULL,
    seed INTEGER NOT NULL,
    document INTEGER NOT NULL,
    place INTEGER NOT NULL CHECK (place <> 0), -- 1: the most raised; -1: the most lowered
    word TEXT NOT NULL,
    logit REAL NOT NULL,     -- mean effect over the document's positions
    log_p REAL NOT NULL, -- the same of log p, nats
    own INTEGER NOT NULL CHECK (own IN (0, 1)), -- 1: the document holds the word
    PRIMARY KEY (profile, phi, lm, seed, document, place),
    FOREIGN KEY (profile, phi, lm, seed, document) REFERENCES sign_pool(profile, phi, lm, seed, document)
) STRICT, WITHOUT ROWID;

-- Ready to look at ----------------------------------------------------------------------------------

CREATE VIEW verdicts AS
    -- every claim in words, with its verdict and what it rests on; exploratory: what the other half says, if
    -- it has documents; the effect is the confirmatory half's, or else the exploratory one's
    SELECT profile, claim, words, sure.verdict, iif(seen.effect IS NULL, '', seen.verdict) AS exploratory,
           ifnull(sure.effect, seen.effect) AS effect, iif(sure.effect IS NULL, seen.low, sure.low) AS low,
           iif(sure.effect IS NULL, seen.high, sure.high) AS high,
           iif(sure.effect IS NULL, seen.effect_name, sure.effect_name) AS effect_name,
           iif(sure.effect IS NULL, seen.p_holm, sure.p_holm) AS p_holm,
           iif(sure.effect IS NULL, seen.seeds, sure.seeds) AS seeds, iif(sure.effect IS NULL, seen.n, sure.n) AS n,
           iif(sure.effect IS NULL, seen.needed_seeds, sure.needed_seeds) AS needed_seeds,
           iif(sure.effect IS NULL, seen.needed_units, sure.needed_units) AS needed_units,
           iif(sure.effect IS NULL AND sure.reason = '', seen.reason, sure.reason) AS reason
    FROM (SELECT profile, question, claim FROM question_claim
          UNION SELECT profile, question, claim FROM verdict WHERE role = 'claim' AND claim GLOB 'C[0-9]*')
    LEFT JOIN question_claim USING (profile, question, claim)
    LEFT JOIN (SELECT * FROM verdict WHERE role = 'claim' AND half = 'confirmatory') AS sure
        USING (profile, question, claim)
    LEFT JOIN (SELECT * FROM verdict WHERE role = 'claim' AND half = 'exploratory') AS seen
        USING (profile, question, claim)
    ORDER BY profile, cast(substr(claim, 2) AS INTEGER);

CREATE VIEW storing_and_answering AS
    -- every memory's loss (nats a token, mean over documents) beside its accuracy (share of claims), both
    -- with their 95 % intervals; means over seeds, after the last epoch
    SELECT profile, allocation, strength, variant, target, layer,
           max(value) FILTER (WHERE measure = 'nll' AND unit = 'document') AS loss,
           max(low) FILTER (WHERE measure = 'nll' AND unit = 'document') AS loss_low,
           max(high) FILTER (WHERE measure = 'nll' AND unit = 'document') AS loss_high,
           max(value) FILTER (WHERE measure = 'choice_accuracy' AND unit = 'claim') AS accuracy,
           max(low) FILTER (WHERE measure = 'choice_accuracy' AND unit = 'claim') AS accuracy_low,
           max(high) FILTER (WHERE measure = 'choice_accuracy' AND unit = 'claim') AS accuracy_high,
           max(value) FILTER (WHERE measure = 'shared') AS shared
    FROM simset WHERE seed = -1
    GROUP BY profile, allocation, strength, variant, target, layer;

CREATE VIEW best_layer AS
    -- layers by accuracy after the last epoch, the best first; gain: over the pretrained model
    SELECT made.profile, made.layer, made.value AS accuracy, made.low, made.high,
           made.value - before.value AS gain, stored.value AS loss, made.n AS claims
    FROM layer_choice AS made
    JOIN layer_choice AS stored ON (stored.profile, stored.layer, stored.seed, stored.epoch, stored.measure,
        stored.unit) = (made.profile, made.layer, -1, made.epoch, 'nll', 'document')
    JOIN layer_choice AS before ON (before.profile, before.layer, before.measure, before.unit) =
        (made.profile, -1, 'choice_accuracy', 'claim')
    WHERE made.measure = 'choice_accuracy' AND made.unit = 'claim' AND made.seed = -1 AND made.layer >= 0
        AND made.epoch = (SELECT max(epoch) FROM layer_choice AS any WHERE any.profile = made.profile)
    ORDER BY made.profile, accuracy DESC, made.layer;

CREATE VIEW simset_against_plain AS
    -- structured memories less the unstructured one of the same variant, target and layer: accuracy and
    -- loss; tests and intervals of such differences are in verdict
    SELECT profile, one.allocation, one.strength, variant, target, layer,
           one.accuracy - plain.accuracy AS accuracy, one.loss - plain.loss AS loss, one.shared
    FROM storing_and_answering AS one JOIN storing_and_answering AS plain
        USING (profile, variant, target, layer)
    WHERE plain.allocation = 'none' AND one.allocation NOT IN ('none', 'pretrained')
    ORDER BY profile, variant, target, layer, one.allocation, one.strength;

CREATE VIEW vector_drift AS
    -- how far documents' vectors moved, relative to where they started: means over seeds and documents
    SELECT profile, phi, selection, dimension, documents, alpha, negative, form, lm, batch, layer,
           value AS drift, low, high, n
    FROM drift WHERE measure = 'vector_drift' AND seed = -1
    ORDER BY profile, phi, selection, dimension, documents, alpha;

CREATE VIEW stance_agreement AS
    -- share of words that an entry moves as its stance says, with an entry set to -1 or 1, over seeds
    SELECT profile, phi, lm, lens, outcome, pairs, s, value AS agreement, low, high, n
    FROM sign_measure WHERE measure = 'agreement' AND seed = -1
    ORDER BY profile, lm DESC, pairs, outcome, lens, phi, s;

CREATE VIEW answers AS
    -- the answers in words: claim, document, what was right and what the memory's model chose
    SELECT prediction.profile, allocation, strength, variant, target, layer, seed, epoch, document.title,
           fever_claim.text AS words, fever_claim.label,
           CASE choice WHEN 'a' THEN 'SUPPORTS' WHEN 'b' THEN 'REFUTES' ELSE 'NOT ENOUGH INFO' END AS chosen,
           prediction.label = choice AS correct, free, p_a, p_b, p_c
    FROM prediction JOIN fever_claim USING (profile, claim)
    JOIN document ON (document.profile, document.document) = (prediction.profile, page)
    WHERE main = 1;

CREATE TABLE controls(
    -- from chance to ceiling: what the instrument shows of controls, and of memories beside them
    profile TEXT NOT NULL,
    control TEXT NOT NULL, -- pretrained, page-in-context, …; of a memory its allocation, variant and target;
        -- cheat: trained on the answers to the very claims that are asked, which proves the path and no more
    measure TEXT NOT NULL, -- accuracy, true_false, auc, likelihood, likelihood_change; nll, nll_other
    value REAL NOT NULL,   -- a share, or nats a token for nll; the mean over seeds
    low REAL NOT NULL,     -- 95 % interval
    high REAL NOT NULL, -- its upper end
    n INTEGER NOT NULL,    -- claims, or pages for nll
    seeds INTEGER NOT NULL, -- of the memory
    PRIMARY KEY (profile, control, measure)
) STRICT, WITHOUT ROWID;

CREATE TABLE turned(
    -- claim by claim: what a memory turned right and wrong, and whether what it stores best are the right ones
    profile TEXT NOT NULL,
    allocation TEXT NOT NULL, -- as in prediction
    strength REAL NOT NULL,
    variant TEXT NOT NULL,
    target TEXT NOT NULL,  -- as in prediction; other: as many pages that no claim cites; letter: the training
        -- claims, their letters alone
    layer INTEGER NOT NULL,
    measure TEXT NOT NULL CHECK (measure IN ('right', 'wrong', 'gain', 'fall', 'right_auc', 'kept_auc')),
        -- right, wrong: share of all claims that a memory turned so; gain: their difference; fall: of the loss of
        -- the claims' evidence, nats a token; right_auc: AUC of the fall, turned right against still wrong;
        -- kept_auc: still right against turned wrong
    value REAL NOT NULL,   -- the mean over seeds
    low REAL NOT NULL,     -- 95 % bootstrap interval over pages and seeds
    high REAL NOT NULL, -- its upper end
    n INTEGER NOT NULL,    -- claims that count
    seeds INTEGER NOT NULL, -- of the memory
    PRIMARY KEY (profile, allocation, strength, variant, target, layer, measure)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence(
    -- the loss of the sentences that settle a claim, where they stand in its page, after the last epoch
    profile TEXT NOT NULL,
    allocation TEXT NOT NULL,
    strength REAL NOT NULL,
    variant TEXT NOT NULL,
    target TEXT NOT NULL,
    layer INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    claim INTEGER NOT NULL,
    page INTEGER NOT NULL,   -- the claim's highest-ranked page
    tokens INTEGER NOT NULL, -- of the sentences
    nll REAL NOT NULL,       -- nats a token, with the memory
    without REAL NOT NULL,   -- nats a token, without it
    PRIMARY KEY (profile, allocation, strength, variant, target, layer, seed, epoch, claim),
    FOREIGN KEY (profile, claim) REFERENCES fever_claim(profile, claim),
    FOREIGN KEY (profile, page) REFERENCES document(profile, document)
) STRICT, WITHOUT ROWID;

CREATE VIEW turned_claims AS
    -- which claims each memory turned right and wrong, beside how far the loss of their evidence has fallen
    SELECT after.profile, allocation, variant, target, layer, seed, claim, fever_claim.label, text AS words,
           CASE WHEN before.choice = after.choice OR (before.choice <> after.label AND after.choice <> after.label)
               THEN 'unchanged' WHEN after.choice = after.label THEN 'right' ELSE 'wrong' END AS turned,
           before.choice AS before, after.choice AS after, without - nll AS fall
    FROM prediction AS after
    JOIN evidence USING (profile, allocation, strength, variant, target, layer, seed, epoch, claim)
    JOIN (SELECT profile, prompt, choice FROM prediction AS p WHERE epoch = 0 GROUP BY profile, prompt) AS before
        USING (profile, prompt)
    JOIN fever_claim USING (profile, claim)
    WHERE main = 1;

CREATE TABLE learning(
    -- as layer_choice, of memories of one layer by allocation: loss and scores epoch by epoch
    profile TEXT NOT NULL,
    allocation TEXT NOT NULL,
    layer INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    measure TEXT NOT NULL,
    unit TEXT NOT NULL,
    value REAL NOT NULL,
    low REAL,
    high REAL,
    n INTEGER NOT NULL,
    PRIMARY KEY (profile, allocation, layer, seed, epoch, measure, unit)
) STRICT, WITHOUT ROWID;

CREATE TABLE held(
    -- the loss of each page epoch by epoch, of pages that a memory stores and of others
    profile TEXT NOT NULL,
    allocation TEXT NOT NULL,
    strength REAL NOT NULL,
    variant TEXT NOT NULL,
    target TEXT NOT NULL,
    layer INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    pages TEXT NOT NULL CHECK (pages IN ('study', 'other')), -- other: pages that no claim cites
    page INTEGER NOT NULL,   -- its number among these
    tokens INTEGER NOT NULL, -- predicted
    nll REAL NOT NULL,       -- nats a token, with the memory
    without REAL NOT NULL,   -- nats a token, without it
    PRIMARY KEY (profile, allocation, strength, variant, target, layer, seed, epoch, pages, page)
) STRICT, WITHOUT ROWID;

CREATE TABLE activation(
    -- how strongly each entry of a memory answers to each page, epoch by epoch; where no row is, never
    profile TEXT NOT NULL,
    allocation TEXT NOT NULL,
    layer INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    epoch INTEGER NOT NULL,    -- 0: as the memory was drawn
    document INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    activation REAL NOT NULL,  -- mean over the page's tokens of the masked activation's size
    PRIMARY KEY (profile, allocation, layer, seed, epoch, document, entry),
    FOREIGN KEY (profile, document) REFERENCES document(profile, document)
) STRICT, WITHOUT ROWID;
