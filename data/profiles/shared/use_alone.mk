# Whether what is stored is used, and nothing else: the other questions have no cells.
ASKED         := scores
LAYER_CELLS   :=
SIMSET_CELLS  :=
DRIFT_CELLS   :=
SHOWN_CELLS   :=
SIGN_CELLS    :=
ARM_CELLS     :=
CONTROL_CELLS :=
LANDSCAPES    :=
SHARING       :=
