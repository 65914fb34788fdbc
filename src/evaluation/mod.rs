//! The evaluation of counties: standards, rules, criterion results, verdicts, the yearly cycle. Pure.
//!
//! A [`standard::Standard`] is data: areas → criteria → rule. Applied to reported
//! [`indicator::Indicators`] and to the survey's figures it gives an [`dossier::Evaluation`]: per
//! county one result for each criterion with its reason as code and data, and a verdict by Kleene's
//! logic. Promises: counts are compared as whole numbers; a missing year or a zero base is never a
//! silent pass; nothing here knows a clock, a database or a sentence.

pub mod acceptance;
pub mod amount;
pub mod contrast;
pub mod correction;
pub mod cross_check;
pub mod cycle;
pub mod decision;
pub mod dossier;
pub mod exact;
pub mod finding;
pub mod indicator;
pub mod indicator_file;
pub mod measure;
pub mod plausible;
pub mod reason;
pub mod register;
pub mod rule;
pub mod standard;
pub mod sum;
pub mod survey_input;
pub mod uncertainty;
pub mod verdict;
pub mod words;
