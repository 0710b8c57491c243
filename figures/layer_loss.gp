# layer_loss: how well the documents are memorised, epoch by epoch, a line a layer.
load style
load data

eval headline('Loss on the documents while their memory is trained, by layer', \
    sprintf('%d documents, mean of %d seeds; epoch 0 is the pretrained model', documents, seeds))
load 'figures/layer_lines.plot'
