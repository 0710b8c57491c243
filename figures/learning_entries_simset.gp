# learning_entries_simset: which entries of a SimSet-1 memory serve which pages while it is trained, as frames (gif) or a strip.
title = 'Which entries serve which pages while a SimSet-1 memory is trained'
load style
load data
if (!asked) { load 'figures/unasked.plot'; exit }
load 'figures/learning_entries.frames'
