include data/profiles/tiny.mk
MODEL := /tmp/p/base
LAYERS := 0 2 4
SEEDS := 1 2
MEMORIZE    := --variant plain --target document --entries 128 --epochs 4 --save 1,2,4 --batch 4 --lr 3e-3
