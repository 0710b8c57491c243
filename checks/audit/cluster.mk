# On a cluster: the default run as steps of Slurm on nodes of this machine, one of them lost midway: checks/audit/cluster. As
# long as the run; the last one is checks/reports/cluster.org.
.PHONY: cluster-check
cluster-check:
	@checks/audit/cluster checks/reports/cluster.org || { status=$$?; [ $$status = 3 ] || exit $$status; }
