# drift_selection_relu: selections with ReLU in training, as frames (gif) or as a strip.
phi = 'ReLU'
load style
load data
load 'figures/drift_selection.frames'
