# learning_entries_plain: which entries of a plain memory serve which pages while it is trained, as frames (gif) or a strip.
title = 'Which entries serve which pages while a plain memory is trained'
load style
load data
if (!asked) { load 'figures/unasked.plot'; exit }
load 'figures/learning_entries.frames'
