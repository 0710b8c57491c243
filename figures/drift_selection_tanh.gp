# drift_selection_tanh: selections with tanh while vectors are trained, as frames (gif) or as a strip.
phi = 'tanh'
load style
load data
load 'figures/drift_selection.frames'
