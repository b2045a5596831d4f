#!/bin/bash
# Runs docs/cluster/stylize.sbatch for real: a Slurm of one machine in a temporary folder (Debian's slurm-wlm and munge,
# as root), an array of three tasks on six small pictures, and the same pictures by one process to compare with.
set -eu
root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
program=${ILGPUSTYLE_DLL:-$root/artifacts/bin/App/release/ilgpustyle.dll}

fail() {
    echo "try-slurm: $1" >&2
    exit 1
}

for command in munged slurmctld slurmd sbatch dotnet; do
    command -v "$command" >/dev/null || fail "$command is missing: apt install slurm-wlm munge"
done
folder=$(mktemp -d)
host=$(hostname -s)
cleanup() {
    for pid in "$folder"/*.pid; do
        [ ! -f "$pid" ] || kill "$(cat "$pid")" || true
    done
    sleep 1
    rm -rf "$folder"
}
trap cleanup EXIT

chmod 755 "$folder"
mkdir "$folder"/{munge,state,spool,bin,in,work}
chmod 700 "$folder/munge"
head -c 1024 /dev/urandom >"$folder/munge/key"
chmod 400 "$folder/munge/key"
munged --force --key-file="$folder/munge/key" --socket="$folder/munge.socket" --pid-file="$folder/munged.pid" \
    --log-file="$folder/munge/log" --seed-file="$folder/munge/seed"
cat >"$folder/slurm.conf" <<END
ClusterName=one
SlurmctldHost=$host
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
MpiDefault=none
NodeName=$host CPUs=$(nproc)
PartitionName=all Nodes=$host Default=YES State=UP
END
export SLURM_CONF=$folder/slurm.conf
slurmctld
slurmd
for _ in $(seq 60); do
    sinfo -h -o %t 2>/dev/null | grep -qx idle && break
    sleep 1
done
sinfo

printf '#!/bin/sh\nexec dotnet "%s" "$@"\n' "$program" >"$folder/bin/ilgpustyle"
chmod +x "$folder/bin/ilgpustyle"
export PATH=$folder/bin:$PATH
for i in 1 2 3 4 5 6; do
    cp "$root/samples/landscape.png" "$folder/in/$i.png"
done
options=(--size 64 --iterations 5 --weights synthetic)
style=$root/samples/painting.png
sbatch --wait --output="$folder/task-%a.log" --chdir="$folder/work" "$root/docs/cluster/stylize.sbatch" \
    "$folder/in" "$style" "$folder/array" "${options[@]}"
tail -n 3 "$folder"/task-*.log
[ "$(cat "$folder"/task-*.log | grep -c '^2 of 2: ')" = 3 ] || fail "not two pictures a task"
ilgpustyle stylize --quiet --content "$folder/in" --style "$style" --output "$folder/whole" "${options[@]}"
diff -r -x .ilgpustyle "$folder/array" "$folder/whole"
echo "try-slurm: three tasks made what one process makes"
