//! Every reference case runs through the program as it is and gives the library's numbers, which
//! `tests/reference.rs` holds against R: the same JSON value by value, the same weights to the last bit.

use serde_json::Value;

use super::{minyi, root};
use crate::reference::read_files;
use minyi::stats::plan::{Inputs, Plan};

#[test]
fn every_reference_case_runs_as_it_is() {
    let mut cases = 0;
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(root().join("tests/reference")).unwrap() {
        let case = entry.unwrap().path();
        if !case.join("case.json").is_file() {
            continue;
        }
        cases += 1;
        let file = case.join("case.json");
        let plan: Plan = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        let (table, replicate_files) = read_files(&case, &plan);
        let inputs = Inputs {
            table: table.as_ref(),
            replicate_files,
        };
        let results = plan.run(&inputs, &mut |_| {});
        let weights = folder.path().join("weights.csv");
        let mut arguments = vec!["estimate", file.to_str().unwrap(), "--format", "json"];
        let weighted = results
            .weightings
            .iter()
            .any(|(_, outcome)| outcome.is_ok());
        if weighted {
            arguments.extend(["--weights", weights.to_str().unwrap()]);
        }
        let run = minyi(&arguments);
        assert_eq!(run.code, Some(0), "{}: {}", case.display(), run.err);
        let got: Value = serde_json::from_str(&run.out).unwrap();
        let want = serde_json::to_value(&results).unwrap();
        assert_eq!(got, want, "{}", case.display());
        let names = |section: &str| got[section].as_object().map_or(0, serde_json::Map::len);
        assert_eq!(names("analyses"), plan.analyses.len());
        assert_eq!(names("weightings"), plan.weightings.len());
        for (id, outcome) in results.weightings.iter() {
            let Ok(result) = outcome else { continue };
            let mut reader = csv::Reader::from_path(&weights).unwrap();
            let place = reader
                .headers()
                .unwrap()
                .iter()
                .position(|name| name == id)
                .unwrap();
            let written: Vec<u64> = reader
                .records()
                .map(|record| record.unwrap()[place].parse::<f64>().unwrap().to_bits())
                .collect();
            let computed: Vec<u64> = result
                .weights
                .iter()
                .map(|weight| weight.to_bits())
                .collect();
            assert_eq!(written, computed, "{} {id}", case.display());
        }
    }
    assert!(cases >= 26, "{cases} cases");
}
