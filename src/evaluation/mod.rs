//! The evaluation of counties: standards, rules, criterion results, verdicts, the yearly cycle. Pure.
