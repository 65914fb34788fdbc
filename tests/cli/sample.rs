//! `minyi sample`: sizes, allocations and draws from files; a wave's sample recomputed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use minyi::service::import::{read_areas, read_frame};
use minyi::stats::sampling::selection::Method;
use minyi::stats::variance::joint::sen_yates_grundy;
use minyi::survey::plan::Plan;
use minyi::survey::sample::{draw, seed_from_text};
use minyi::survey::time::Zone;
use serde_json::Value;

use super::{Run, minyi, minyi_in, root, workbook};

const SEED: &str = "2026-11-26 3 17 22 24 31 33 08";

/// A folder with files for one test.
struct Folder(tempfile::TempDir);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            std::fs::write(folder.path(name), text).unwrap();
        }
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }
}

fn example(name: &str) -> String {
    let path = root().join("examples/yangquan").join(name);
    path.to_str().unwrap().to_owned()
}

#[track_caller]
fn good(run: &Run) -> &str {
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{}", run.out);
    &run.out
}

#[track_caller]
fn refused(run: &Run, parts: &[&str]) {
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{}", run.err);
    for part in parts {
        assert!(run.err.contains(part), "no “{part}” in: {}", run.err);
    }
}

fn rows(csv: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap()
}

/// Words of an English command line; quotes are not needed here.
fn sample(words: &str) -> Run {
    let mut arguments = vec!["sample"];
    arguments.extend(words.split_whitespace());
    minyi(&arguments)
}

#[test]
fn a_margin_needs_so_many_answers_and_invitations() {
    let run = sample("size --p 0.9 --margin 0.02,0.025 --deff 1.5 --response-rate 0.45");
    let out = good(&run);
    assert!(
        out.contains("±2.5%") && out.contains("830") && out.contains("1,844"),
        "{out}"
    );
    assert!(
        out.contains("1,297") && out.contains("45% of invitations"),
        "{out}"
    );
    let run = sample("size --p 0.9 --margin 0.025 --deff 1.5 --population 2000 --format csv");
    let row = &rows(good(&run))[0];
    // 829.8 / (1 + 828.8/2000) = 586.6
    assert_eq!(
        (row["question"].as_str(), row["answers"].as_str()),
        ("for_margin", "587")
    );
    let run = sample("size --p 0.9 --n 400,800,1500 --deff 1.5 --format json");
    let found: Value = serde_json::from_str(good(&run)).unwrap();
    for (line, want) in [(0, 0.036), (1, 0.0255), (2, 0.0186)] {
        let margin = found["margin_of"][line]["margin"].as_f64().unwrap();
        assert!((margin - want).abs() < 6e-5, "{margin}");
    }
}

#[test]
fn a_verdict_needs_so_many_answers_by_either_method() {
    let words = "size --threshold 0.9 --truth 0.92,0.93,0.95 --power 0.8 --deff 1.5 --format csv";
    for (method, want) in [
        ("normal", ["1954", "836", "275"]),
        ("exact", ["2048", "890", "305"]),
    ] {
        let run = sample(&format!("{words} --method {method}"));
        let found = rows(good(&run));
        let answers: Vec<&str> = found.iter().map(|row| row["answers"].as_str()).collect();
        assert_eq!(answers, want);
        assert!(found.iter().all(|row| row["method"] == method));
    }
    let stricter = sample(&format!("{words} --one-sided 0.025"));
    assert_eq!(rows(good(&stricter))[0]["answers"], "2573");
}

#[test]
fn the_table_of_verdict_probabilities_is_printed() {
    let run = sample("size --threshold 0.9 --truth 0.89,0.92 --n 400,800,1500 --deff 1.5");
    let lines: Vec<Vec<&str>> = good(&run)
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert!(
        lines.contains(&vec!["89%", "800", "0.24", "0.01", "0.21", "0.79"]),
        "{lines:?}"
    );
    assert!(
        lines.contains(&vec!["92%", "1,500", "0.99", "0.70", "0.00", "0.30"]),
        "{lines:?}"
    );
    let chinese = minyi_in(
        "zh_CN.UTF-8",
        &[
            "sample",
            "size",
            "--threshold",
            "0.9",
            "--truth",
            "0.92",
            "--n",
            "800",
        ],
    );
    assert!(good(&chinese).contains("已证明达标") && chinese.out.contains("无法判定"));
}

#[test]
fn questions_that_make_no_sense_are_named_all_at_once() {
    let run = sample("size --p 1.2 --margin 0.02,0 --deff 0 --level 1 --response-rate 1.5");
    refused(
        &run,
        &[
            "--p is 1.2",
            "--margin is 0;",
            "--deff is 0",
            "--level is 1",
            "--response-rate is 1.5",
        ],
    );
    refused(&sample("size"), &["--margin (with --p)"]);
    refused(&sample("size --margin 0.02"), &["--margin needs --p"]);
    refused(
        &sample("size --power 0.8 --truth 0.9"),
        &["--power needs --threshold, --truth"],
    );
    refused(&sample("size --n 400"), &["--n needs"]);
    refused(
        &sample("size --threshold 0.9 --truth 0.9 --power 0.8"),
        &["is the threshold itself"],
    );
    refused(
        &sample("size --threshold 0.9 --truth 0.900001 --power 0.8"),
        &["ten million"],
    );
    refused(
        &sample("size --threshold 0.9 --truth 0.92 --n 1 --deff 3"),
        &["independent answer"],
    );
    refused(
        &sample("size --p 0.9 --n 500 --population 400"),
        &["smaller than --n"],
    );
}

const STRATA: &str = "stratum,size,sd,cost,mean
urban,6000,0.3,1,0.9
rural,4000,0.4,4,0.8
hills,90,0.5,9,0.5
";

#[test]
fn a_sample_is_shared_by_every_method() {
    let folder = Folder::with(&[("strata.csv", STRATA)]);
    let file = folder.text("strata.csv");
    for (method, want) in [
        // 500 · N/10090; the hills are raised to 20.
        ("proportional --min 20", ["288", "192", "20"]),
        ("equal", ["205", "205", "90"]),
        // N S = 1800, 1600, 45
        ("neyman", ["261", "232", "7"]),
        // N S/√cost = 1800, 800, 15
        ("optimum", ["344", "153", "3"]),
        // √N = 77.5, 63.2, 9.5
        ("square-root", ["258", "210", "32"]),
        // N^0.25 S/mean = 2.934, 3.976, 3.080, and the hills have only 90
        ("power --exponent 0.25", ["174", "236", "90"]),
    ] {
        let run = sample(&format!(
            "allocate {file} --n 500 --format csv --method {method}"
        ));
        let found = rows(good(&run));
        let n: Vec<&str> = found.iter().map(|row| row["n"].as_str()).collect();
        assert_eq!(n, want, "{method}");
    }
    let run = sample(&format!("allocate {file} --n 500 --method neyman"));
    assert!(
        good(&run).contains("In all 500.") && run.out.contains("Standard error"),
        "{}",
        run.out
    );
}

#[test]
fn strata_that_cannot_be_used_are_named_by_file_line_and_column() {
    let bad = "stratum,size,sd\na,100,0.3\na,0,\n,50,-1\n";
    let folder = Folder::with(&[
        ("strata.csv", STRATA),
        ("bad.csv", bad),
        ("none.csv", "stratum,size\n"),
    ]);
    let (file, bad) = (folder.text("strata.csv"), folder.text("bad.csv"));
    let run = sample(&format!("allocate {bad} --n 5 --method neyman"));
    refused(
        &run,
        &[
            "bad.csv, line 3, column “size”: 0 is not above 0",
            "line 3, column “sd”: the field is empty",
            "line 4, column “sd”: -1 is below 0",
            "line 4, column “stratum”: the field is empty",
            "line 3, column “stratum”: “a” stands on an earlier line",
        ],
    );
    let run = sample(&format!(
        "allocate {file} --n 5 --method neyman --sd-column ds"
    ));
    refused(
        &run,
        &["no column “ds” (--sd-column)", "Did you mean “sd”?"],
    );
    refused(
        &sample(&format!("allocate {file} --n 500 --method power")),
        &["needs --exponent"],
    );
    refused(
        &sample(&format!("allocate {file} --n 50 --min 40 --method equal")),
        &["lower --min"],
    );
    refused(
        &sample(&format!("allocate {file} --n 11000 --method equal")),
        &["10,090"],
    );
    let none = folder.text("none.csv");
    refused(
        &sample(&format!("allocate {none} --n 5 --method equal")),
        &["no line below the header"],
    );
}

fn drawn(method: &str, further: &[&str]) -> Run {
    let frame = example("frame.csv");
    let mut arguments = vec![
        "sample", "draw", "--frame", &frame, "--seed", SEED, "--method", method,
    ];
    arguments.extend(further);
    minyi(&arguments)
}

#[test]
fn a_draw_names_its_method_seed_and_frame_and_is_the_same_every_time() {
    let options = ["--strata", "county", "--size-column", "size", "--n", "3"];
    for (method, first) in [
        ("srs", ["140302003010", "140302003016", "140302005013"]),
        (
            "systematic",
            ["140302001006", "140302003004", "140302005005"],
        ),
        (
            "pps-systematic",
            ["140302001007", "140302003004", "140302005005"],
        ),
        ("sampford", ["140302003011", "140302004004", "140302005010"]),
    ] {
        let run = drawn(method, &[&options[..], &["--format", "csv"]].concat());
        let found = rows(good(&run));
        assert_eq!(found.len(), 15, "three in each of five counties");
        let units: Vec<&str> = found
            .iter()
            .take(3)
            .map(|row| row["unit"].as_str())
            .collect();
        assert_eq!(units, first, "{method}");
        for row in &found {
            let product = number(row, "weight") * number(row, "inclusion_probability");
            assert!((product - 1.0).abs() < 1e-12);
            assert_eq!(row["method"], method);
            assert_eq!(row["seed"], hex::encode(seed_from_text(SEED)));
            assert_eq!(row["stratum"], row["unit"][..6]);
        }
        assert_eq!(
            drawn(method, &[&options[..], &["--format", "csv"]].concat()).out,
            run.out
        );
    }
    let run = drawn("brewer", &[&options[..], &["--format", "json"]].concat());
    let document: Value = serde_json::from_str(good(&run)).unwrap();
    assert_eq!(document["frame"]["units"], 730);
    // `sha256sum examples/yangquan/frame.csv`
    let bytes = std::fs::read(example("frame.csv")).unwrap();
    let digest = <sha2::Sha256 as sha2::Digest>::digest(&bytes);
    assert_eq!(document["frame"]["sha256"], hex::encode(digest));
    assert_eq!(document["strata"].as_array().unwrap().len(), 5);
    let table = drawn("sampford", &options);
    for part in ["15 of 730 units", "Sampford's design", "SHA-256", SEED] {
        assert!(good(&table).contains(part), "{part}");
    }
}

#[test]
fn joint_probabilities_are_written_and_give_a_variance() {
    let folder = Folder::with(&[]);
    let joint = folder.text("joint.csv");
    let options = [
        "--strata",
        "county",
        "--size-column",
        "size",
        "--n",
        "4",
        "--joint",
        &joint,
        "--format",
        "csv",
    ];
    let run = drawn("sampford", &options);
    let units = rows(good(&run));
    let pairs = rows(&std::fs::read_to_string(&joint).unwrap());
    assert_eq!(
        pairs.len(),
        5 * 10,
        "ten pairs, the unit with itself included, in each county"
    );
    let first: Vec<&BTreeMap<String, String>> = units.iter().take(4).collect();
    let both = |one: &str, other: &str| {
        let is = |row: &&BTreeMap<String, String>| {
            (row["unit_1"] == one && row["unit_2"] == other)
                || (row["unit_1"] == other && row["unit_2"] == one)
        };
        number(pairs.iter().find(is).unwrap(), "joint_probability")
    };
    let matrix: Vec<Vec<f64>> = first
        .iter()
        .map(|row| {
            first
                .iter()
                .map(|other| both(&row["unit"], &other["unit"]))
                .collect()
        })
        .collect();
    for (k, row) in first.iter().enumerate() {
        assert!((matrix[k][k] - number(row, "inclusion_probability")).abs() < 1e-15);
    }
    let sizes: Vec<f64> = first.iter().map(|row| number(row, "size")).collect();
    let flat = sen_yates_grundy(&sizes, &matrix).unwrap();
    assert!(
        flat.abs() < 1e-3,
        "sizes in proportion to π have no variance: {flat}"
    );
    let run = drawn("brewer", &options);
    refused(&run, &["Stratum “140302”", "Use the method sampford"]);
}

#[test]
fn numbers_per_stratum_come_from_an_allocation_or_a_column() {
    let frame = "unit,area,size,take\n001,a,5,1\n002,a,3,1\n003,b,4,2\n004,b,9,2\n005,b,1,2\n";
    let folder = Folder::with(&[
        ("strata.csv", "stratum,size\na,2\nb,3\n"),
        ("frame.csv", frame),
    ]);
    let strata = folder.text("strata.csv");
    let run = sample(&format!(
        "allocate {strata} --n 3 --method proportional --format csv"
    ));
    std::fs::write(folder.path("n.csv"), good(&run)).unwrap();
    let (frame, allocation) = (folder.text("frame.csv"), folder.text("n.csv"));
    let base = format!("draw --frame {frame} --strata area --seed dice --format csv");
    let by_file = sample(&format!("{base} --allocation {allocation}"));
    let by_column = sample(&format!("{base} --n-column take"));
    assert_eq!(good(&by_file), good(&by_column));
    let found = rows(&by_file.out);
    let strata: Vec<&str> = found.iter().map(|row| row["stratum"].as_str()).collect();
    assert_eq!(strata, ["a", "b", "b"]);
    assert!(
        found.iter().all(|row| row["unit"].len() == 3),
        "leading zeros stay"
    );
    std::fs::write(folder.path("short.csv"), "stratum,n\na,1\nc,2\n").unwrap();
    let short = folder.text("short.csv");
    let run = sample(&format!("{base} --allocation {short}"));
    refused(&run, &["no stratum “c”", "no line for stratum “b”"]);
    let run = sample(&format!("draw --frame {frame} --n-column take --seed dice"));
    refused(&run, &["line 4, column “take”: 2 differs"]);
}

#[test]
fn frames_and_options_that_cannot_be_used_are_refused_before_anything_is_written() {
    let frame = "unit,size\na,5\na,-3\n,x\n";
    let folder = Folder::with(&[("frame.csv", frame), ("good.csv", "unit,size\na,5\nb,0\n")]);
    let (bad, fine) = (folder.text("frame.csv"), folder.text("good.csv"));
    let joint = folder.text("joint.csv");
    let run = sample(&format!(
        "draw --frame {bad} --n 1 --seed s --method brewer --size-column size --joint {joint}"
    ));
    refused(&run, &["line 4, column “size”: “x” is not a number"]);
    std::fs::write(folder.path("frame.csv"), "unit,size\na,5\na,-3\n,1\n").unwrap();
    let run = sample(&format!(
        "draw --frame {bad} --n 1 --seed s --method brewer --size-column size"
    ));
    refused(
        &run,
        &[
            "“a” stands on an earlier line",
            "-3 is below 0",
            "line 4, column “unit”: the field is empty",
        ],
    );
    let run = sample(&format!(
        "draw --frame {fine} --n 2 --seed s --method sampford --size-column size --joint {joint}"
    ));
    refused(&run, &["2 units are wanted, but only 1"]);
    refused(
        &sample(&format!(
            "draw --frame {fine} --n 1 --seed s --method sampford"
        )),
        &["--size-column"],
    );
    refused(
        &sample(&format!("draw --frame {fine} --seed s")),
        &["how many units"],
    );
    refused(
        &sample(&format!(
            "draw --frame {fine} --n 1 --seed s --id-column units"
        )),
        &["Did you mean “unit”?"],
    );
    refused(
        &minyi(&[
            "sample", "draw", "--frame", &fine, "--n", "1", "--seed", " ",
        ]),
        &["--seed is empty"],
    );
    refused(
        &sample("draw --frame nowhere.csv --n 1 --seed s"),
        &["nowhere.csv"],
    );
    assert!(!folder.path("joint.csv").exists());
}

/// The digests, units and invitations are those that the program itself draws for the wave and logs.
#[test]
fn the_sample_of_a_wave_is_recomputed_from_its_files_and_seed() {
    let read = |name: &str| std::fs::read(example(name)).unwrap();
    let areas = read_areas(&read("areas.csv")).unwrap();
    let frame = read_frame(&read("frame.csv"), &areas).unwrap();
    let text = std::fs::read_to_string(example("wave.toml")).unwrap();
    let draft = minyi::service::waves::file::read(&text, &Zone::shanghai(), |_| Err(String::new()));
    let Plan::Probability(plan) = draft.unwrap().plan else {
        panic!("a sample")
    };
    let want = draw(&plan.sample, &frame, &seed_from_text(SEED)).unwrap();

    let (wave, areas_file, frame_file) = (
        example("wave.toml"),
        example("areas.csv"),
        example("frame.csv"),
    );
    let base = [
        "sample",
        "draw",
        "--wave",
        &wave,
        "--frame",
        &frame_file,
        "--areas",
        &areas_file,
        "--seed",
        SEED,
    ];
    let run = |format: &str| minyi(&[&base[..], &["--format", format]].concat());
    let found = rows(good(&run("csv")));
    assert_eq!(found.len(), want.psus.len());
    for (row, psu) in found.iter().zip(&want.psus) {
        assert_eq!(row["unit"], psu.unit.to_string());
        assert_eq!(row["variance_unit"], psu.variance_unit.to_string());
        assert_eq!(row["invitations"], psu.invitations.to_string());
        assert_eq!(row["sample_digest"], hex::encode(want.digest()));
        assert_eq!(row["frame_digest"], hex::encode(frame.digest()));
    }
    let document: Value = serde_json::from_str(good(&run("json"))).unwrap();
    assert_eq!(document["sample"], hex::encode(want.digest()));
    // Frozen: the sample of the example may never change.
    assert_eq!(
        document["sample"],
        "761b0877232def01a67c12a72a82976d9b44135985ce2259dfc3e1a6e278b550"
    );
    assert!(good(&run("table")).contains("Wave 2026q4: 200 communities"));
    let other = minyi(&[&base[..9], &["another seed", "--format", "json"]].concat());
    let other: Value = serde_json::from_str(good(&other)).unwrap();
    assert_ne!(other["sample"], document["sample"]);
}

#[test]
fn a_wave_whose_files_do_not_fit_is_refused_in_words() {
    let frame = std::fs::read_to_string(example("frame.csv")).unwrap();
    let plan = std::fs::read_to_string(example("wave.toml")).unwrap();
    let folder = Folder::with(&[
        (
            "frame.csv",
            &frame.replacen("140302,urban", "140399,urban", 1),
        ),
        ("greedy.toml", &plan.replacen("psus = 40", "psus = 400", 1)),
        ("syntax.toml", &plan.replacen("slug", "slugg", 1)),
    ]);
    let run = |wave: &str, frame: &str| {
        let areas = example("areas.csv");
        minyi(&[
            "sample", "draw", "--wave", wave, "--frame", frame, "--areas", &areas, "--seed", "s",
        ])
    };
    refused(
        &run(&example("wave.toml"), &folder.text("frame.csv")),
        &["frame.csv: row 2", "140399"],
    );
    refused(
        &run(&folder.text("greedy.toml"), &example("frame.csv")),
        &["140302", "400"],
    );
    refused(
        &run(&folder.text("syntax.toml"), &example("frame.csv")),
        &["syntax.toml", "slugg"],
    );
}

#[test]
fn every_method_of_the_engine_has_its_word() {
    for method in Method::ALL {
        let run = drawn(method.as_str(), &["--size-column", "size", "--n", "2"]);
        assert!(good(&run).contains("2 of 730 units"), "{}", method.as_str());
    }
}

#[test]
fn a_workbook_gives_the_same_sample_and_the_same_allocation() {
    // Names that a spreadsheet leaves alone: codes of twelve digits would be numbers there, too.
    let frame: String = std::iter::once("unit,county,size\n".to_owned())
        .chain((0..40).map(|i| format!("village {i},{},{}\n", ["A", "B"][i % 2], 50 + 7 * i)))
        .collect();
    let strata = "stratum,size,sd\nA,3580,0.3\nB,3720,0.4\n";
    let folder = Folder::with(&[("frame.csv", &frame), ("strata.csv", strata)]);
    workbook(&folder.path("frame.xlsx"), &frame);
    workbook(&folder.path("strata.xlsx"), strata);
    let draw = |file: &str| {
        let options = "--strata county --size-column size --n 4 --method sampford --format csv";
        let run = sample(&format!(
            "draw --frame {} --seed 3 {options}",
            folder.text(file)
        ));
        rows(good(&run))
            .into_iter()
            .map(|mut row| {
                // The only difference is that of the files.
                row.retain(|column, _| !column.starts_with("frame"));
                row
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(draw("frame.csv").len(), 8);
    assert_eq!(draw("frame.xlsx"), draw("frame.csv"));
    let allocate = |file: &str| {
        let options = "--method neyman --n 100 --format csv";
        good(&sample(&format!(
            "allocate {} {options}",
            folder.text(file)
        )))
        .to_owned()
    };
    assert_eq!(allocate("strata.xlsx"), allocate("strata.csv"));
}

#[test]
fn what_was_done_is_explained_below_the_table_or_beside_the_document() {
    let words = "size --p 0.9 --margin 0.025 --deff 1.5 --explain";
    let run = sample(words);
    let text = good(&run);
    assert!(text.starts_with("share") && text.contains("830"), "{text}");
    assert!(text.contains("1.50: 829.8. [Kish 1965, §8.2]"), "{text}");
    assert!(text.trim_end().ends_with("Wiley 1965"), "{text}");
    let run = sample(&format!("{words} --format json"));
    assert!(run.err.contains("[Cochran 1977, §4.4]"), "{}", run.err);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(document["for_margin"][0]["answers"], 830);

    let folder = Folder::with(&[("strata.csv", "stratum,size,sd\nA,100,0.3\nB,300,0.1\n")]);
    let strata = folder.text("strata.csv");
    let run = sample(&format!(
        "allocate {strata} --method neyman --n 40 --explain"
    ));
    for part in [
        "40 units shared among 2 strata",
        "N × S",
        "[Cochran 1977, §5.5–5.9]",
    ] {
        assert!(good(&run).contains(part), "{part}: {}", run.out);
    }
    let options = [
        "--strata",
        "county",
        "--size-column",
        "size",
        "--n",
        "3",
        "--explain",
    ];
    let run = drawn("brewer", &options);
    for part in ["15 of 730 units in 5 strata", SEED, "[Brewer 1975]", "(0)"] {
        assert!(good(&run).contains(part), "{part}: {}", run.out);
    }
    let (wave, frame, areas) = (
        example("wave.toml"),
        example("frame.csv"),
        example("areas.csv"),
    );
    let mut arguments = vec!["sample", "draw", "--wave", &wave, "--frame", &frame];
    arguments.extend(["--areas", &areas, "--seed", SEED, "--explain"]);
    let run = minyi_in("zh_CN.UTF-8", &arguments);
    for part in ["计算步骤说明", "9,999", "[Wolter 2007, §2.2]"] {
        assert!(good(&run).contains(part), "{part}: {}", run.out);
    }
}
