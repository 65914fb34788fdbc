# The same commands for people and for CI.
.PHONY: run test lint soak bench bench-compare bench-intake bench-pages bench-resident bench-verify simulate tools

run: ## five counties with simulated residents: answer, close, read (Ctrl-C ends it)
	cargo run --release --locked -- demo

test: tools lint ## everything: format, lints, all tests on both databases and in the browser, docs
	cargo test --locked
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --document-private-items --quiet

lint: ## format and lints
	cargo fmt --all --check
	cargo clippy --locked --all-targets -- -D warnings
	cargo clippy --locked --bench intake --bench pages --bench resident --bench simulate --bench verify -- -D warnings

soak: ## an hour: 200 rounds of kill -9 of the program and of PostgreSQL under load (MINYI_CRASH_ROUNDS, MINYI_CRASH_SEED), 10 million hostile inputs
	MINYI_CRASH_ROUNDS=$${MINYI_CRASH_ROUNDS:-200} cargo test --locked --test main -- crash::kill crash::server --nocapture
	MINYI_HOSTILE_INPUTS=$${MINYI_HOSTILE_INPUTS:-5000000} cargo test --release --locked --test main hostile:: -- --nocapture

bench: ## time and memory of estimates; figures are only comparable within one run
	cargo bench --locked

simulate: ## nightly: coverage, bias and wrong verdicts in 2,000 samples; prints the tables of docs/methodology.md
	cargo bench --locked --bench simulate

bench-compare: ## the same beside R's survey, svy and samplics, as far as they are installed (docs/performance.md)
	bench/compare/run.sh

bench-resident: ## a first visit on a weak network and a slow phone, in Chromium (docs/resident.md)
	cargo bench --locked --bench resident

bench-intake: ## whole submissions under load on SQLite and PostgreSQL, beside the floor (docs/performance.md)
	cargo bench --locked --bench intake

bench-pages: ## the staff's pages with 50,000 invitations on SQLite and PostgreSQL (docs/performance.md)
	cargo bench --locked --bench pages

bench-verify: ## a bundle of a million leaves: drawn, answered, closed, published, and verified (docs/performance.md)
	cargo bench --locked --bench verify

tools: ## what the tests need beyond Rust: installed when root, named otherwise
	@scripts/tools
