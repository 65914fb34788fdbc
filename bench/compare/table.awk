# The lines of all that ran into one table. Files are named after what wrote them; a line is
# name, fastest, median, slowest; the engine has several lines of one name, of whose medians the middle one
# counts. Times "after raking" of the engine are differences of two such medians.
FNR == 1 {
  who = FILENAME
  sub(/.*\//, "", who)
  sub(/\.txt$/, "", who)
}
/^#/ { next }
/^peak/ { memory[who, $1] = $2; next }
NF >= 4 {
  if (who == "ours") list[$1, ++count[$1]] = $3
  else took[who, $1] = $3
}
function middle(name,   n, i, j, swap, sorted) {
  n = count[name]
  if (!n) return ""
  for (i = 1; i <= n; i++) sorted[i] = list[name, i] + 0
  for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (sorted[j] < sorted[i]) {
    swap = sorted[i]; sorted[i] = sorted[j]; sorted[j] = swap
  }
  return sorted[int((n + 1) / 2)]
}
function seconds(x) {
  if (x == "") return "–"
  if (x < 0.0001) return "< 0.1 ms"
  if (x < 1) return sprintf("%.1f ms", 1000 * x)
  return sprintf("%.1f s", x)
}
function beside(x, ours) {
  if (x == "") return "–"
  if (ours <= 0) return seconds(x)
  return sprintf("%s (%.*f ×)", seconds(x), x / ours < 10 ? 1 : 0, x / ours)
}
function line(task, ours, floor, svy, samplics, survey) {
  printf "| %s | %s | %s | %s | %s | %s |\n", task, seconds(ours), beside(floor, ours), beside(svy, ours), beside(samplics, ours), beside(survey, ours)
}
function both(who, a, b) {
  return took[who, a] != "" && took[who, b] != "" ? took[who, a] + took[who, b] : ""
}
function scaled(who,   sum) {
  if (took[who, "bootstrap_rates"] == "") return ""
  sum = took[who, "bootstrap_make"] + took[who, "bootstrap_rake"] + took[who, "bootstrap_rates"]
  return sum * 500 / replicates
}
function after(name, less,   x) {
  x = middle(name) - middle(less)
  return x > 0.00001 ? x : 0.00001
}
function floor_rates() {
  return took["floor", "rake"] != "" ? took["floor", "rake_rates"] - took["floor", "rake"] : ""
}
END {
  printf "%d responses; in brackets: times the engine's time\n\n", rows
  print "| work | engine | NumPy on cells (floor) | svy | samplics | R survey |"
  print "|---|---|---|---|---|---|"
  line("rake to 1e-6", middle("rake"), took["floor", "rake"], took["svy", "rake"], took["samplics", "rake"], took["survey", "rake"])
  line("county rates, Taylor variance, after raking", after("rake_rates", "rake"), floor_rates(), took["svy", "rates"], took["samplics", "rates"], took["survey", "rates"])
  line("the same after R's calibrate", after("rake_rates", "rake"), "", "", "", took["survey", "rates_calibrated"])
  line("both", middle("rake_rates"), took["floor", "rake_rates"], both("svy", "rake", "rates"), both("samplics", "rake", "rates"), both("survey", "rake", "rates"))
  line("county rates with logit intervals, after raking", after("rake_rates_logit", "rake"), "", took["svy", "logit"], "", took["survey", "logit"])
  line("500 bootstrap replicates, raked again, rates", middle("bootstrap_500"), took["floor", "bootstrap_500"], scaled("svy"), "", scaled("survey"))
  line("by rows: rake", middle("rows_rake"), "", took["svy", "rake"], took["samplics", "rake"], took["survey", "rake"])
  line("by rows: rake and county rates", middle("rows_rake_rates"), "", both("svy", "rake", "rates"), both("samplics", "rake", "rates"), both("survey", "rake", "rates"))
  line("whole command from the CSV file", middle("command"), "", "", "", "")
  printf "\npeak memory (MB): rates %s, bootstrap %s, whole command %s; svy %s, samplics %s, R survey %s\n", memory["ours", "peak_rates"], memory["ours", "peak_bootstrap"], memory["ours", "peak_command"], memory["svy", "peak"], memory["samplics", "peak"], memory["survey", "peak"]
  printf "bootstrap of svy and R: %d replicates, scaled to 500\n", replicates
}
