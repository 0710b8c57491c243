# drift_selection_tanh: selections with tanh in training, as frames (gif) or as a strip.
phi = 'tanh'
load style
load data
load 'figures/drift_selection.frames'
