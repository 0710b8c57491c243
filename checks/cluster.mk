# On a cluster: the default run as steps of Slurm on nodes of this machine, one of them lost midway: checks/cluster. As
# long as the run; the last one is checks/cluster.org.
.PHONY: cluster-check
cluster-check:
	@checks/cluster checks/cluster.org || { status=$$?; [ $$status = 3 ] || exit $$status; }
