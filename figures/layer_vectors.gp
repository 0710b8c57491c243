# layer_vectors: the seeds' own picture of the layer question, with memories whose documents choose entries.
load style
load data

eval headline('Loss on the documents while a DocRep memory is trained, by layer', \
    sprintf('%d documents, each under its own vector; epoch 0 is the memory before training', documents))
load 'figures/layer_lines.plot'
