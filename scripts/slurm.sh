#!/bin/bash
# One-node Slurm for trying 'glean study submit' on this machine, as root on Debian or Ubuntu:
#   scripts/slurm.sh start FOLDER     installs Slurm by apt, starts it with its files in FOLDER
#   scripts/slurm.sh stop FOLDER      ends what it started
# After start: export SLURM_CONF=FOLDER/slurm.conf
set -euo pipefail

folder=$(realpath -m "${2:?give a folder for its files}")
export SLURM_CONF=$folder/slurm.conf

case ${1:?start or stop} in
start)
  if ! command -v slurmctld slurmd munged > /dev/null; then
    apt-get install -y --no-install-recommends slurmctld slurmd munge slurm-client
  fi
  mkdir -p "$folder/state" "$folder/spool" "$folder/munge"
  # munged insists on a socket's folder that others may enter but not write, and a key of its own.
  chmod 755 "$folder" "$folder/munge"
  head -c 128 /dev/urandom > "$folder/key"
  chmod 600 "$folder/key"
  munged --force --key-file="$folder/key" --socket="$folder/munge/socket" \
    --pid-file="$folder/munged.pid" --log-file="$folder/munged.log" --seed-file="$folder/seed"
  cat > "$SLURM_CONF" << END
ClusterName=one
SlurmctldHost=$(hostname -s)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
CryptoType=crypto/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MpiDefault=none
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
  slurmctld
  slurmd
  for _ in $(seq 20); do
    if sinfo --noheader --format=%t 2> /dev/null | grep -q idle; then break; fi
    sleep 1
  done
  sinfo
  ;;
stop)
  for name in slurmd slurmctld munged; do
    if [ -s "$folder/$name.pid" ]; then kill "$(cat "$folder/$name.pid")" || true; fi
  done
  ;;
*)
  echo "give start or stop" >&2
  exit 64
  ;;
esac
