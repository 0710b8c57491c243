-- results: the tables of results.db. A CSV file is loaded into the table that its name, or the folder
-- inside its profile's, stands for (predictions/… into prediction); its header must be the columns
-- after the first: `profile` is the folder the file lies in.

CREATE TABLE prediction(
    -- the answers of every cell of the grid, a row a prompt
    profile TEXT NOT NULL,
    allocation TEXT NOT NULL, -- which entries a document owns: none, disjoint, simset-1-dim, …
    strength REAL NOT NULL,  -- of its masks, 0 to 1; 1 where the allocation is none
    variant TEXT NOT NULL,   -- of the memory: plain, norm-gate, lm
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
    p_a REAL NOT NULL,       -- probability of the letter, among the whole vocabulary
    p_b REAL NOT NULL,
    p_c REAL NOT NULL,
    PRIMARY KEY (profile, allocation, strength, variant, target, layer, seed, epoch, prompt)
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
    high REAL,
    n INTEGER NOT NULL,      -- units counted
    PRIMARY KEY (profile, layer, seed, epoch, measure, unit)
) STRICT, WITHOUT ROWID;

CREATE TABLE verdict(
    -- what the measurements say about each claim, computed
    profile TEXT NOT NULL,
    claim TEXT NOT NULL,       -- C1 … C20
    part TEXT NOT NULL,        -- '' for the claim itself, else which part of it
    question TEXT NOT NULL,    -- the stage that asks
    effect_name TEXT NOT NULL, -- what was measured, with its unit
    effect REAL NOT NULL,
    low REAL,                  -- 95 % interval of the effect
    high REAL,
    test TEXT NOT NULL,        -- paired test against the baseline
    p REAL,                    -- its p-value
    p_holm REAL,               -- the same, Holm's correction over the family
    n INTEGER NOT NULL,        -- paired units
    verdict TEXT NOT NULL CHECK (verdict IN ('supported', 'contradicted', 'undecided')),
    rule TEXT NOT NULL,        -- how the verdict follows
    margin REAL,               -- where the rule has one: differences below it do not count
    needed INTEGER,            -- where undecided: paired units that would decide, if any number would
    PRIMARY KEY (profile, question, claim, part)
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
    high REAL,
    n INTEGER NOT NULL,       -- units counted
    PRIMARY KEY (profile, allocation, strength, variant, target, layer, seed, measure, unit)
) STRICT, WITHOUT ROWID;

CREATE TABLE simset_sharing(
    -- how often two documents share entries under simset-N-dim, a row a pair
    profile TEXT NOT NULL,
    shingle INTEGER NOT NULL CHECK (shingle IN (1, 2)), -- N, tokens in a shingle
    a INTEGER NOT NULL,      -- documents of the corpus, a < b
    b INTEGER NOT NULL CHECK (a < b),
    size_a INTEGER NOT NULL, -- distinct shingles
    size_b INTEGER NOT NULL,
    common INTEGER NOT NULL, -- of both
    jaccard REAL NOT NULL,   -- common / (size_a + size_b - common)
    bands INTEGER NOT NULL,  -- each with one entry a document
    shared INTEGER NOT NULL, -- bands in which both own the same entry
    slots INTEGER NOT NULL,  -- entries of a band; jaccard + (1 - jaccard) / slots is expected
    PRIMARY KEY (profile, shingle, a, b)
) STRICT, WITHOUT ROWID;

CREATE TABLE document_token(
    -- the documents as the model reads them
    profile TEXT NOT NULL,
    document INTEGER NOT NULL, -- document of the corpus
    position INTEGER NOT NULL, -- from 0, which is BOS
    id INTEGER NOT NULL,       -- of the tokenizer
    PRIMARY KEY (profile, document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE drift(
    -- how far documents' vectors and selections moved while a DocRep memory was trained
    profile TEXT NOT NULL,
    layer INTEGER NOT NULL,     -- block the memory follows
    phi TEXT NOT NULL CHECK (phi IN ('tanh', 'relu')),
    selection TEXT NOT NULL CHECK (selection IN ('linear', 'mlp')),
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
    high REAL,
    n INTEGER NOT NULL,         -- documents, or runs for what a run has one of
    PRIMARY KEY (profile, layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau, form,
                 negative, delta, seed, epoch, measure)
) STRICT, WITHOUT ROWID;

CREATE TABLE drift_gradient(
    -- the norms of the loss's gradient on its way to the vectors, and of the other parts
    profile TEXT NOT NULL,
    layer INTEGER NOT NULL,     -- block the memory follows
    phi TEXT NOT NULL CHECK (phi IN ('tanh', 'relu')),
    selection TEXT NOT NULL CHECK (selection IN ('linear', 'mlp')),
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
    epoch INTEGER NOT NULL,     -- 1, 2, 4 … and the last
    part TEXT NOT NULL,         -- own.s, own.slope, own.G, own.K, negative.…, K, up, down, lm, G
    size INTEGER NOT NULL,      -- numbers in the part
    value REAL NOT NULL,        -- mean norm a step (and document) of the epoch, over seeds
    low REAL,                   -- 95 % bootstrap interval over seeds
    high REAL,
    n INTEGER NOT NULL,         -- seeds
    PRIMARY KEY (profile, layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau, form,
                 negative, delta, epoch, part)
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
    entry INTEGER NOT NULL,
    s REAL NOT NULL,
    PRIMARY KEY (profile, phi, selection, dimension, documents, seed, epoch, document, entry)
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
    coordinate INTEGER NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (profile, phi, selection, dimension, documents, seed, epoch, document, coordinate)
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
    y REAL NOT NULL,
    nll REAL NOT NULL,          -- nats a token
    PRIMARY KEY (profile, phi, selection, dimension, documents, seed, document, x, y)
) STRICT, WITHOUT ROWID;

CREATE TABLE reported(
    -- accuracies that the researcher who asked these questions printed, on other models
    profile TEXT NOT NULL,
    source TEXT NOT NULL,    -- date of the post, yymmdd
    model TEXT NOT NULL,
    documents INTEGER NOT NULL,
    layer INTEGER,           -- block the memory follows, where it was told
    allocation TEXT NOT NULL, -- as in simset
    variant TEXT NOT NULL,   -- '' where it was not told
    target TEXT NOT NULL,
    accuracy REAL NOT NULL,  -- 1-shot, of the free answer
    note TEXT NOT NULL,
    PRIMARY KEY (profile, source, model, allocation, variant, target)
) STRICT, WITHOUT ROWID;
