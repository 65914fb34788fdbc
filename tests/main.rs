//! The one binary of the integration tests.

#![expect(
    unreachable_pub,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]
#![expect(
    clippy::neg_cmp_op_on_partial_ord,
    clippy::unused_self,
    clippy::too_many_lines,
    clippy::collapsible_if,
    clippy::duration_suboptimal_units,
    clippy::inconsistent_struct_constructor,
    clippy::significant_drop_tightening,
    reason = "tests are read from top to bottom, and a NaN must fail a comparison"
)]

mod accounts;
mod anonymity;
mod api;
mod architecture;
mod assisted;
mod audit;
mod audited;
mod authorization;
mod backup;
mod blind;
mod browser;
mod bundle;
mod card_anew;
mod cards;
mod charts;
mod cli;
mod corrections;
mod crash;
mod data;
mod decisions;
mod deploy;
mod design;
mod evaluate;
mod export;
mod fieldwork;
mod first;
mod front;
mod fuzz;
mod hostile;
mod identities;
mod imprint;
mod observe;
mod open;
mod own;
mod paper;
mod passkeys;
mod plan;
mod provider;
mod quality;
mod quantiles;
mod questionnaires;
mod reading;
mod record;
mod reference;
mod release;
mod replicates;
mod reports;
mod respond;
mod results;
mod retention;
mod roles;
mod rules;
mod seeds;
mod simulation;
mod spss;
mod staff;
mod standards;
mod storage;
mod support;
mod titles;
mod titles_of_years;
mod trial;
mod user;
mod walk;
mod wave;
mod wire;
mod witness;
mod workbook;
