//! A wave's whole life by commands, run as the real program.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use minyi::storage::office::audit;
use minyi::storage::{Db, Durability, Source};
use minyi::survey::invitation::Code;
use minyi::survey::time::{Clock, Zone};
use tempfile::TempDir;

use crate::support::postgres;

const PASSWORD: &str = "tree lamp fish 9";
const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/yangquan");

/// What a run gave back.
pub(super) struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Run {
    /// What was printed by a run that must succeed.
    pub(super) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self.out
    }

    /// What was said by a run that a person can mend.
    pub(super) fn refused(self) -> String {
        assert_eq!(self.code, Some(2), "{}{}", self.out, self.err);
        assert_eq!(self.out, "", "a refusal prints no result");
        self.err
    }
}

/// An instance in a temporary folder.
pub(super) struct Instance {
    folder: TempDir,
    /// Where its stores are, if not in the folder.
    database: Option<String>,
}

impl Instance {
    /// Keys, tables, and accounts with the same password; the stores are files.
    pub(super) fn new(accounts: &[(&str, &str)]) -> Self {
        Self::on(None, accounts)
    }

    /// The same on the databases of this address.
    pub(super) fn on(database: Option<String>, accounts: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let instance = Self { folder, database };
        let data = instance.data();
        instance.typed(&["init", "--data", &data], "").ok();
        for (name, role) in accounts {
            let add = ["user", "add", name, "--role", role, "--data", &data];
            instance.typed(&add, &format!("{PASSWORD}\n")).ok();
        }
        instance
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn data(&self) -> String {
        self.path("data").to_str().unwrap().to_owned()
    }

    pub(super) fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name).to_str().unwrap().to_owned()
    }

    /// Where the office is.
    pub(super) fn office(&self) -> Source {
        match &self.database {
            Some(url) => Source::Postgres {
                urls: vec![format!("{url}_office")],
            },
            None => Source::Sqlite {
                path: self.path("data/office.sqlite"),
                durability: Durability::Process,
            },
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_minyi"));
        command.env_remove("MINYI_DATABASE_URL");
        if let Some(url) = &self.database {
            command.env("MINYI_DATABASE_URL", url);
        }
        command
    }

    /// Runs a command with this standard input.
    fn typed(&self, arguments: &[&str], typed: &str) -> Run {
        run(self.command().args(arguments), typed)
    }

    /// Runs a command as a person, with the password in the environment.
    pub(super) fn by(&self, name: &str, arguments: &[&str]) -> Run {
        let mut command = self.command();
        command.args(arguments).args(["--as", name, "--data"]);
        run(command.arg(self.data()).env("MINYI_PASSWORD", PASSWORD), "")
    }

    /// Imports a file of the example.
    pub(super) fn import(&self, kind: &str) -> String {
        let file = format!("{EXAMPLE}/{kind}.csv");
        let mut arguments = vec!["import", kind, &file];
        if kind != "areas" {
            arguments.extend(["--name", "demo", "--source", "the example", "--synthetic"]);
        }
        self.by("ada", &arguments).ok()
    }

    /// Two counties, from yesterday to tomorrow.
    fn wave_file(&self) -> String {
        let (now, zone) = (Clock::Real.now(), Zone::shanghai());
        let day = Duration::from_hours(24);
        let (from, to) = (zone.minute(now.minus(day)), zone.minute(now.plus(day)));
        self.write(
            "wave.toml",
            &format!(
                r#"
                slug = "short"
                title = {{ zh-CN = "短轮次", en = "A short wave" }}
                opens_at = "{from}"
                closes_at = "{to}"
                synthetic = true
                frame = "demo"
                margins = "demo"
                [sample]
                unit = "person"
                counties = [
                  {{ county = "140302", psus = 8, invitations = 400 }},
                  {{ county = "140321", psus = 12, invitations = 500 }},
                ]
                "#
            ),
        )
    }
}

fn run(command: &mut Command, typed: &str) -> Run {
    let mut child = command
        .env("LC_ALL", "en_US.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    // A program that needs no input may have ended before it is written.
    let _ = input.write_all(typed.as_bytes());
    drop(input);
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Every line of the hand-out list is a code, a place and a link with the code behind `#`.
fn check_codes(path: &Path) {
    let mode = std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some("code,county,stratum,community,part,link")
    );
    let mut codes = std::collections::BTreeSet::new();
    for line in lines {
        let (printed, rest) = line.split_once(',').unwrap();
        Code::parse(printed).unwrap();
        assert!(codes.insert(printed.to_owned()), "{printed} occurs twice");
        let county = rest.split(',').next().unwrap();
        let link = format!(",https://minyi.example/s/short/{county}#{printed}");
        assert!(rest.ends_with(&link), "{rest}");
    }
    assert_eq!(codes.len(), 900);
}

/// The file of codes becomes pages; after other codes were made it is refused, and theirs are taken.
fn check_cards(instance: &Instance, codes: &Path) {
    let at = "https://minyi.example";
    let cards = |codes: &Path, output: &str| {
        let output = instance.path(output);
        let mut line = vec!["wave", "cards", "short", "--public-url", at, "--codes"];
        line.extend([
            codes.to_str().unwrap(),
            "--output",
            output.to_str().unwrap(),
        ]);
        (
            instance.by("ada", &line),
            std::fs::read(&output).unwrap_or_default(),
        )
    };
    let (made, pages) = cards(codes, "cards.html");
    made.ok();
    let pages = String::from_utf8(pages).unwrap();
    assert_eq!(pages.matches("class=\"code\"").count(), 900);
    let mode = std::fs::metadata(instance.path("cards.html"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let other = instance.path("again.csv");
    let mut reissue = vec!["wave", "reissue", "short", "--public-url", at, "--codes"];
    reissue.push(other.to_str().unwrap());
    let said = instance.by("ada", &reissue).ok();
    assert!(
        said.contains("900 other codes for the same 20 places"),
        "{said}"
    );
    let refused = cards(codes, "old.html").0.refused();
    assert!(
        refused.contains("codes.csv: row 2, column code: this code is not one of"),
        "{refused}"
    );
    assert!(!instance.path("old.html").exists());
    cards(&other, "new.html").0.ok();
}

/// Anyone who has the files and the seed draws the sample that the audit log names and the codes follow.
fn check_recomputed(instance: &Instance, file: &str, seed: &str, codes: &Path) {
    let (frame, areas) = (
        format!("{EXAMPLE}/frame.csv"),
        format!("{EXAMPLE}/areas.csv"),
    );
    let mut draw = vec!["sample", "draw", "--wave", file, "--frame", &frame];
    draw.extend(["--areas", &areas, "--seed", seed, "--format", "json"]);
    let document = instance.typed(&draw, "").ok();
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    let (drawn, sealed) = logged(&instance.office());
    for name in ["sample", "seed", "invitations"] {
        assert_eq!(document[name], drawn[name], "{name}");
    }
    assert_eq!(document["frame"], sealed["frame"]);
    let handed = std::fs::read_to_string(codes).unwrap();
    for psu in document["psus"].as_array().unwrap() {
        let unit = psu["unit"].as_str().unwrap();
        let part =
            u64::from(psu["certainty"].as_bool().unwrap()) * (psu["part"].as_u64().unwrap() + 1);
        let place = format!(",{unit},{part},");
        let sent = handed.lines().filter(|line| line.contains(&place)).count();
        assert_eq!(
            psu["invitations"].as_u64(),
            u64::try_from(sent).ok(),
            "{place}"
        );
    }
}

/// What the audit log says of the draw and of the seal.
fn logged(office: &Source) -> (serde_json::Value, serde_json::Value) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let entries = runtime.block_on(async {
        let db = Db::open(office).await.unwrap();
        let mut tx = db.begin_read("audit").await.unwrap();
        audit::list(&mut tx.conn(), None, 100).await.unwrap()
    });
    let detail = |action: &str| {
        let entry = entries.iter().find(|entry| entry.action == action);
        entry
            .unwrap_or_else(|| panic!("no {action}"))
            .detail
            .clone()
    };
    (detail("draw_sample"), detail("confirm_seal"))
}

/// Who takes a wave through its life.
const STAFF: [(&str, &str); 3] = [
    ("ada", "organizer"),
    ("bo", "organizer"),
    ("eva", "evaluator"),
];

#[test]
fn a_wave_lives_from_its_file_to_its_published_result_by_commands() {
    live(&Instance::new(&STAFF));
}

#[test]
fn a_wave_lives_the_same_life_on_postgresql() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let url = runtime.block_on(async { postgres::server().await.empty_pair().await });
    let instance = Instance::on(Some(url), &STAFF);
    live(&instance);
    let files: Vec<_> = std::fs::read_dir(instance.data()).unwrap().collect();
    assert_eq!(files.len(), 1, "only the keys are there: {files:?}");
}

fn live(instance: &Instance) {
    let said = instance.import("areas");
    assert!(said.contains("areas imported"), "{said}");
    let said = instance.import("frame");
    assert!(said.contains("frame “demo”. SHA-256 "), "{said}");
    instance.import("margins");
    let file = instance.wave_file();
    let denied = instance.by("eva", &["wave", "create", &file]).refused();
    assert!(denied.contains("by organizers"), "{denied}");
    let made = instance.by("ada", &["wave", "create", &file]).ok();
    assert!(made.starts_with("Wave short: draft."), "{made}");
    let twice = instance.by("ada", &["wave", "create", &file]).refused();
    assert!(twice.contains("“short” already"), "{twice}");

    let asked = instance.by("ada", &["wave", "ask-seal", "short"]).ok();
    assert!(asked.contains("another person confirms"), "{asked}");
    let same = instance.by("ada", &["wave", "seal", "short"]).refused();
    assert!(same.contains("another organizer must confirm"), "{same}");
    let sealed = instance.by("bo", &["wave", "seal", "short"]).ok();
    assert!(sealed.starts_with("Wave short: sealed."), "{sealed}");

    let codes = instance.path("codes.csv");
    let mut draw = vec!["wave", "draw", "short", "--seed", "07 11 19 23 31 + 5"];
    draw.extend(["--public-url", "https://minyi.example", "--codes"]);
    draw.push(codes.to_str().unwrap());
    let drawn = instance.by("ada", &draw);
    assert!(drawn.err.contains("nowhere else"), "{}", drawn.err);
    let drawn = drawn.ok();
    assert!(drawn.contains("900 codes for 20 places"), "{drawn}");
    check_codes(&codes);
    check_recomputed(instance, &file, "07 11 19 23 31 + 5", &codes);
    let before = std::fs::read(&codes).unwrap();
    let taken = instance.by("ada", &draw).refused();
    assert!(taken.contains("not overwritten"), "{taken}");
    let other = instance.path("other.csv");
    *draw.last_mut().unwrap() = other.to_str().unwrap();
    let again = instance.by("ada", &draw).refused();
    assert!(again.contains("The wave is drawn"), "{again}");
    assert_eq!(std::fs::read(&codes).unwrap(), before);
    assert!(!other.exists() && !instance.path("other.csv.part").exists());
    check_cards(instance, &codes);

    instance.by("ada", &["wave", "open", "short"]).ok();
    check_card(instance, &instance.path("again.csv"));
    let status = instance.by("eva", &["wave", "status", "short"]).ok();
    assert!(status.starts_with("Wave short: open."), "{status}");
    assert!(status.contains("Sealed by bo"), "{status}");
    assert!(
        status.contains("140321") && status.contains("500"),
        "{status}"
    );
    let none = instance.by("ada", &["wave", "result", "short"]).refused();
    assert!(none.contains("no result yet"), "{none}");

    let early = instance
        .by("ada", &["wave", "ask-close", "short"])
        .refused();
    assert!(early.contains("give a reason"), "{early}");
    let reason = ["wave", "ask-close", "short", "--reason", "a rehearsal"];
    instance.by("ada", &reason).ok();
    let same = instance.by("ada", &["wave", "close", "short"]).refused();
    assert!(same.contains("another organizer must confirm"), "{same}");
    let closed = instance.by("bo", &["wave", "close", "short"]).ok();
    assert!(closed.contains("Closed before the announced end: a rehearsal"));
    assert!(
        closed.contains("Pingding") && closed.contains("not assessable"),
        "{closed}"
    );
    let refused = instance.by("bo", &["wave", "publish", "short"]).refused();
    assert!(
        refused.contains("Empty: 2. Sponsor and conductor"),
        "{refused}"
    );
    let file = instance.path("imprint.toml");
    let text = ["sponsor", "conductor", "recruitment"]
        .map(|name| format!("[{name}]\nzh-CN = \"示例\"\nen = \"An example\"\n"));
    std::fs::write(&file, text.concat()).unwrap();
    let said = ["wave", "imprint", "short", file.to_str().unwrap()];
    assert!(instance.by("bo", &said).ok().contains("Saved"));
    let published = instance.by("bo", &["wave", "publish", "short"]).ok();
    assert!(published.contains("published"), "{published}");
    let json = ["wave", "result", "short", "--format", "json"];
    let document = instance.by("eva", &json).ok();
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    assert_eq!(document["counties"][1]["counts"]["issued"], 500);
    assert_eq!(
        instance.by("eva", &["wave", "result", "short"]).ok(),
        closed
    );
    let listed = instance.by("eva", &["wave", "list"]).ok();
    assert!(listed.contains("short  published"), "{listed}");
}

/// A card is made anew by the code of the old one, which stands on standard input alone; the new one goes to its owner.
fn check_card(instance: &Instance, codes: &Path) {
    let text = std::fs::read_to_string(codes).unwrap();
    let old: Vec<&str> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().unwrap())
        .collect();
    let data = instance.data();
    let card_by = |name: &str, more: &[&str], typed: &str| {
        let mut line = vec!["wave", "card", "short", "--as", name, "--data", &data];
        line.extend(["--public-url", "https://minyi.example"]);
        line.extend(more);
        instance.typed(&line, &format!("{PASSWORD}\n{typed}\n"))
    };
    let card = |more: &[&str], typed: &str| card_by("ada", more, typed);
    let check = |made: &str, old: &str| {
        let (head, row) = made.trim_end().split_once('\n').unwrap();
        assert_eq!(head, "code,link");
        let (code, link) = row.split_once(',').unwrap();
        assert_eq!(Code::parse(code).unwrap().printed(), code);
        assert_ne!(code, old);
        assert!(
            link.starts_with("https://minyi.example/s/short/14"),
            "{link}"
        );
        assert!(link.ends_with(&format!("#{code}")), "{link}");
    };
    let made = card(&[], old[0]);
    assert!(
        made.err.contains("worth nothing from now on"),
        "{}",
        made.err
    );
    check(&made.ok(), old[0]);
    let file = instance.path("card.csv");
    let into = ["--output", file.to_str().unwrap()];
    assert_eq!(
        card(&into, old[1]).ok(),
        "",
        "the code is in the file alone"
    );
    let made = std::fs::read_to_string(&file).unwrap();
    check(&made, old[1]);
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let taken = card(&into, old[2]).refused();
    assert!(taken.contains("No card was made anew"), "{taken}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), made);
    for (typed, said) in [
        (old[0], "not one of this wave"),
        ("ABCD", "this is no code"),
        ("", "this is no code"),
    ] {
        let never = instance.path("never.csv");
        let refused = card(&["--output", never.to_str().unwrap()], typed).refused();
        assert!(refused.contains(said), "{typed}: {refused}");
        assert!(!never.exists() && !instance.path("never.csv.part").exists());
    }
    let denied = card_by("eva", &[], old[2]).refused();
    assert!(denied.contains("by organizers"), "{denied}");
}

#[test]
fn every_wrong_row_is_named_and_nothing_is_imported() {
    let instance = Instance::new(&[("ada", "organizer")]);
    instance.import("areas");
    let wrong = instance.write(
        "wrong.csv",
        "code,name,county,residence,size,addresses\n\
         14030200100,一,140302,urban,100,80\n\
         140302001002,二,140302,town,100,80\n\
         140302001003,三,140302,urban,100,80\n\
         140302001004,四,140302,urban,many,80\n",
    );
    let mut frame = vec!["import", "frame", &wrong, "--name", "demo"];
    frame.extend(["--source", "a test"]);
    let said = instance.by("ada", &frame).refused();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(
        lines,
        [
            format!(
                "{wrong}: row 2, column code: “14030200100” is no division code of 6, 9 or 12 digits."
            ),
            format!("{wrong}: row 3, column residence: “town” is none of: urban, rural."),
            format!("{wrong}: row 5, column size: “many” is no whole number of 0 or more."),
        ]
    );
    // The name is still free: nothing was written.
    instance.import("frame");
    let file = format!("{EXAMPLE}/frame.csv");
    let mut again = vec!["import", "frame", &file, "--name", "demo"];
    again.extend(["--source", "the example"]);
    let said = instance.by("ada", &again).refused();
    assert!(said.contains("“demo” already"), "{said}");
}

#[test]
fn an_evaluator_imports_the_standard_and_the_indicators_and_an_organizer_does_not() {
    let instance = Instance::new(&[("ada", "organizer"), ("eva", "evaluator")]);
    instance.import("areas");
    let root = env!("CARGO_MANIFEST_DIR");
    let standard = format!("{root}/standards/yangquan-2004.toml");
    let indicators = format!("{EXAMPLE}/indicators.csv");
    let early = instance.by("eva", &["import", "indicators", &indicators]);
    assert!(early.refused().contains("standard"));
    let denied = instance.by("ada", &["import", "standard", &standard]);
    denied.refused();
    let said = instance.by("eva", &["import", "standard", &standard]).ok();
    assert!(said.contains("is in force"), "{said}");
    let text = std::fs::read_to_string(&standard).unwrap();
    let second = instance.write("second.toml", &text.replace("version = 1", "version = 2"));
    for expected in ["is proposed", "is here already"] {
        let said = instance.by("eva", &["import", "standard", &second]).ok();
        assert!(said.contains(expected), "{said}");
    }
    let said = instance
        .by("eva", &["import", "indicators", &indicators])
        .ok();
    assert!(said.contains(", 0 changed, 0 unchanged"), "{said}");
    let broken = std::fs::read_to_string(&indicators).unwrap();
    let broken = broken
        .replace(",140302,", ",140399,")
        .replace("\n140302,", "\n140399,");
    let broken = instance.write("broken.csv", &broken);
    let said = instance
        .by("eva", &["import", "indicators", &broken])
        .refused();
    assert!(said.contains("140399"), "{said}");
    assert!(said.lines().count() <= 51, "{said}");
}

#[test]
fn who_is_not_known_and_what_does_not_exist_is_said_in_a_sentence() {
    let instance = Instance::new(&[("ada", "organizer")]);
    let data = instance.data();
    let list = ["wave", "list", "--as", "ada", "--data", &data];
    let wrong = instance.typed(&list, "tree lamp fish 8\n").refused();
    assert!(wrong.contains("password is wrong"), "{wrong}");
    let right = instance.typed(&list, &format!("{PASSWORD}\n"));
    assert!(right.err.contains("no waves yet"), "{}", right.err);
    right.ok();
    let unknown = instance.by("ada", &["wave", "status", "2099"]).refused();
    assert!(unknown.contains("There is no wave “2099”"), "{unknown}");
    let codes = instance.path("codes.csv");
    let mut draw = vec!["wave", "draw", "2099", "--seed", "1"];
    draw.extend(["--codes", codes.to_str().unwrap(), "--public-url"]);
    let plain = [draw.as_slice(), &["http://minyi.example"]].concat();
    let said = instance.by("ada", &plain).refused();
    assert!(said.contains("https://"), "{said}");
    let nothing = [draw.as_slice(), &["https://minyi.example"]].concat();
    let said = instance.by("ada", &nothing).refused();
    assert!(said.contains("There is no wave “2099”"), "{said}");
    let left: Vec<_> = std::fs::read_dir(instance.folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "only the data are there: {left:?}");
    let missing = instance.write("wave.toml", "slug = \"x\"\n");
    let said = instance.by("ada", &["wave", "create", &missing]).refused();
    assert!(said.contains("missing field"), "{said}");
}
