#!/usr/bin/env bash
# The engine beside R's survey, svy, samplics and a floor in NumPy, on one simulated survey.
#
#   bench/compare/run.sh [ROWS] [RUNS]     1000000 and 5 unless said otherwise
#
# Peers run if they are installed: R with the package survey (Debian: r-cran-survey), Python with svy,
# samplics, numpy (pip, best in an environment of their own; PYTHON says which). The engine runs before
# and between them, so that all meet the same machine; only ratios within one run mean anything.
#   CPUS=0                 cores to use (taskset), default all
#   PEER_RUNS=2            runs of the slow peers, of which the median is taken
#   PEER_REPLICATES=20     replicates of the slow peers; the table scales their time to 500
#   FOLDER, R, PYTHON, ENGINE (bench binary), MINYI (command), SKIP="survey samplics": other places, and what not to run
set -euo pipefail
cd "$(dirname "$0")/../.."

rows=${1:-1000000}
runs=${2:-5}
peer_runs=${PEER_RUNS:-2}
peer_replicates=${PEER_REPLICATES:-20}
folder=${FOLDER:-target/bench-compare}
python=${PYTHON:-python3}
rscript=${R:-Rscript}
on=()
if [[ -n ${CPUS:-} ]] && command -v taskset > /dev/null; then on=(taskset -c "$CPUS"); fi
found=$folder/found-$rows
rm -rf "$found"
mkdir -p "$found"

engine() {
  if [[ -n ${ENGINE:-} ]]; then "${on[@]}" "$ENGINE" "$@"; return; fi
  "${on[@]}" cargo bench --quiet --locked --bench compare -- "$@"
}
if [[ ! -f $folder/resp_$rows.csv ]]; then engine generate "$folder" "$rows"; fi
if [[ -z ${MINYI:-} ]]; then
  cargo build --quiet --release --locked
  MINYI=target/release/minyi
fi

ours() { engine run "$rows" "$runs" >> "$found/ours.txt"; }
peer() { # NAME COMMAND...
  local name=$1
  shift
  if [[ " ${SKIP:-} " == *" $name "* ]]; then echo "skipped: $name"; return; fi
  echo "running: $name" >&2
  if ! "${on[@]}" "$@" > "$found/$name.txt" 2> "$found/$name.log"; then
    echo "$name stopped: $(tail -n 1 "$found/$name.log")"
  fi
  ours
}
has_python() { "$python" -c "import $1" 2> /dev/null; }

ours
if has_python numpy; then
  peer floor "$python" bench/compare/floor_numpy.py "$folder" "$rows" "$runs" 500
else echo "missing: numpy, so no floor"; fi
if has_python svy; then
  peer svy "$python" bench/compare/peer_svy.py "$folder" "$rows" "$peer_runs" "$peer_replicates"
else echo "missing: svy"; fi
if has_python samplics; then
  peer samplics "$python" bench/compare/peer_samplics.py "$folder" "$rows" 1
else echo "missing: samplics"; fi
if command -v "$rscript" > /dev/null && "$rscript" -e 'library(survey)' > /dev/null 2>&1; then
  peer survey "$rscript" bench/compare/peer_survey.R "$folder" "$rows" "$peer_runs" "$peer_replicates"
else echo "missing: R with survey"; fi

# The whole command: start, read, merge, estimate, print.
TIMEFORMAT=%R
for _ in $(seq "$runs"); do
  { time "${on[@]}" "$MINYI" estimate "$folder/plan.json" --data "$folder/resp_$rows.csv" > /dev/null 2>&1; } 2>> "$found/command.times"
done
sort -n "$found/command.times" | awk '{ t[NR] = $1 } END { print "command\t" t[1] "\t" t[int((NR + 1) / 2)] "\t" t[NR] }' >> "$found/ours.txt"
if command -v /usr/bin/time > /dev/null; then
  "${on[@]}" /usr/bin/time -f "peak_command\t%M" "$MINYI" estimate "$folder/plan.json" --data "$folder/resp_$rows.csv" \
    2>&1 > /dev/null | awk '/^peak_command/ { printf "peak_command\t%.0f MB\n", $2 / 1024 }' >> "$found/ours.txt"
fi

tables=()
for name in ours floor svy samplics survey; do
  if [[ -f $found/$name.txt ]]; then tables+=("$found/$name.txt"); fi
done
awk -v rows="$rows" -v replicates="$peer_replicates" -f bench/compare/table.awk "${tables[@]}"
