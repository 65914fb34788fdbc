//! Files of a wave: the figures of the pages, valid codebooks, equal bytes by page and command, nothing that identifies.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::process::{Command, Stdio};

use calamine::{Data, Reader as _, Xlsx};
use minyi::i18n::Lang;
use minyi::service::close;
use minyi::service::exports::File;
use minyi::service::fieldwork::{Note, count_days, note_one};
use minyi::service::sampling::Drawn;
use minyi::service::waves;
use minyi::storage::office::audit;
use minyi::survey::outcome::Outcome;
use minyi::survey::result::{Shown, WaveResult};
use minyi::survey::role::Role;
use minyi::survey::wave::WaveState;
use scraper::{Html, Selector};
use sha2::{Digest as _, Sha256};

use crate::bundle;
use crate::cards::drawn;
use crate::support::instance::{Instance, PASSWORD, Visitor, account};
use crate::support::published::{Published, first_with_a_silent_county, result};
use crate::wave::{answers, send};

/// Rows of a CSV file by the names of its columns.
type Rows = Vec<BTreeMap<String, String>>;

fn rows(bytes: &[u8]) -> Rows {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap();
    let mut reader = csv::Reader::from_reader(bytes);
    reader.deserialize().map(Result::unwrap).collect()
}

async fn get(who: &Visitor, path: &str) -> Vec<u8> {
    let answer = who.get(path).await;
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    // What is published is the same for everybody.
    let caching = if path.starts_with("/results/") {
        "public, max-age=60"
    } else {
        "no-store"
    };
    assert_eq!(answer.headers()["cache-control"], caching);
    let name = answer.headers()["content-disposition"].to_str().unwrap();
    let file = path.rsplit('/').next().unwrap();
    let (stem, ending) = file.rsplit_once('.').unwrap();
    assert_eq!(
        name,
        format!("attachment; filename=\"{stem}-2026q4.{ending}\"")
    );
    answer.bytes().await.unwrap().to_vec()
}

async fn status(who: &Visitor, path: &str) -> u16 {
    who.get(path).await.status().as_u16()
}

/// A number as a page prints it, and the same number with as many decimals.
fn alike(printed: &str, value: f64) -> bool {
    let printed = printed.trim_end_matches('%');
    let places = printed
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len());
    printed == format!("{:.places$}", value * 100.0)
}

fn cells(html: &Html, css: &str) -> Vec<String> {
    let selector = Selector::parse(css).unwrap();
    let found = html.select(&selector);
    found
        .map(|one| one.text().collect::<String>().trim().to_owned())
        .collect()
}

#[tokio::test]
async fn everyone_has_the_published_tables_with_the_figures_of_the_pages() {
    let published = Published::open().await;
    let anyone = Visitor::at(&published.site);
    let estimates = rows(&get(&anyone, "/results/2026q4/files/estimates.csv").await);
    let answers = rows(&get(&anyone, "/results/2026q4/files/answers.csv").await);
    let mut compared = 0;
    for county in &result().counties {
        let code = county.code.as_str();
        let text = anyone.get(&format!("/results/2026q4/{code}/answers")).await;
        let page = Html::parse_document(&text.text().await.unwrap());
        for item in &county.items {
            let css = format!("section[aria-labelledby=i-{}] tbody tr", item.item);
            let lines = page.select(&Selector::parse(&css).unwrap()).count();
            let own: Vec<_> = answers
                .iter()
                .filter(|row| row["county"] == code && row["item"] == item.item)
                .filter(|row| row["shown"] != "too_small")
                .collect();
            assert_eq!(own.len(), lines, "{code} {}", item.item);
            let shares = cells(&page, &format!("{css} b"));
            let several = own.first().is_some_and(|row| row["several"] == "yes");
            let numbers = cells(&page, &format!("{css} td.n:not(.i)"));
            for (at, row) in own.iter().enumerate() {
                assert!(alike(&shares[at], row["share"].parse().unwrap()), "{row:?}");
                if several {
                    assert_eq!(
                        row["n"], "",
                        "no numbers where several answers are possible"
                    );
                } else {
                    assert_eq!(row["n"], numbers[2 * at].replace(',', ""), "{row:?}");
                }
                compared += 1;
            }
        }
        let approval = estimates
            .iter()
            .find(|row| {
                row["county"] == code && row["figure"] == "approval" && row["by"] == "county"
            })
            .unwrap();
        let found = county.approval.estimate.as_ref().unwrap();
        // What was stored, to the last digit: nothing is computed again.
        for (column, value) in [
            ("estimate", found.figure.p),
            ("standard_error", found.standard_error),
            ("low_95", found.interval.low),
            ("high_95", found.interval.high),
            ("low_90", found.bounds.low),
            ("design_effect", found.design_effect.unwrap()),
            ("n_eff", found.n_eff),
            ("df", found.figure.df),
        ] {
            let written: f64 = approval[column].parse().unwrap();
            assert_eq!(written.to_bits(), value.to_bits(), "{column}");
        }
        let figure = found.figure.p * 100.0;
        let own = anyone.get(&format!("/results/2026q4/{code}")).await;
        let own = own.text().await.unwrap();
        assert!(own.contains(&format!("{figure:.1}")));
    }
    assert!(compared > 200, "{compared} lines");
}

#[tokio::test]
async fn what_a_page_hides_is_in_no_table() {
    let published = Published::open().await;
    let anyone = Visitor::at(&published.site);
    let estimates = rows(&get(&anyone, "/results/2026q4/files/estimates.csv").await);
    let answers = rows(&get(&anyone, "/results/2026q4/files/answers.csv").await);
    let smallest = u64::from(result().plan.disclosure.cell);
    for row in &answers {
        let n: Option<u64> = row["n"].parse().ok();
        assert!(n.is_none_or(|n| n >= smallest), "{row:?}");
    }
    let mut hidden = 0;
    for county in &result().counties {
        for breakdown in &county.breakdowns {
            for group in &breakdown.groups {
                let is_hidden = !matches!(group.shown, Shown::Estimate(_));
                let row = estimates.iter().find(|row| {
                    row["county"] == county.code.as_str()
                        && row["group"] == group.group
                        && row["by"] != "county"
                });
                let row = row.unwrap();
                for column in [
                    "n",
                    "estimate",
                    "standard_error",
                    "low_95",
                    "n_eff",
                    "no_answer",
                ] {
                    assert!(!is_hidden || row[column].is_empty(), "{column} of {row:?}");
                }
                hidden += usize::from(is_hidden);
            }
        }
    }
    assert!(
        hidden > 0,
        "some groups are too small in the simulated wave"
    );
    // Outcomes and paradata are for staff.
    for file in File::ALL.into_iter().filter(|file| !file.is_public()) {
        let path = format!("/results/2026q4/files/{}", file.name());
        assert_eq!(status(&anyone, &path).await, 404, "{path}");
    }
    for path in [
        "/results/2026q4/files/x.csv",
        "/results/2026q1/files/codebook.xml",
    ] {
        assert_eq!(status(&anyone, path).await, 404, "{path}");
    }
}

#[tokio::test]
async fn before_publication_only_those_who_read_results_have_them() {
    let published = Published::with(WaveState::Closed, &first_with_a_silent_county()).await;
    let anyone = Visitor::at(&published.site);
    assert_eq!(
        status(&anyone, "/results/2026q4/files/estimates.csv").await,
        404
    );
    let eve = Visitor::at(&published.site);
    eve.sign_in("eve").await;
    // A county in which nobody answered has its rows, without figures.
    let estimates = rows(&get(&eve, "/organize/2026q4/exports/estimates.csv").await);
    let silent: Vec<_> = estimates
        .iter()
        .filter(|row| row["county"] == "140303")
        .collect();
    assert!(!silent.is_empty());
    assert!(
        silent
            .iter()
            .all(|row| row["estimate"].is_empty() && row["shown"] != "yes")
    );
    let workbook = get(&eve, "/organize/2026q4/exports/tables.xlsx").await;
    assert!(Xlsx::new(Cursor::new(workbook)).is_ok());
}

/// Checks a codebook with the schema of what Minyi writes, which is a part of DDI-Codebook 2.5.
fn assert_valid(codebook: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("codebook.xml");
    std::fs::write(&file, codebook).unwrap();
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/ddi/profile.xsd");
    let checked = Command::new("xmllint")
        .args(["--nonet", "--noout", "--schema", schema])
        .arg(&file)
        .output()
        .expect("xmllint is installed by scripts/tools");
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{said}");
}

fn texts(codebook: &[u8]) -> String {
    String::from_utf8(codebook.to_vec()).unwrap()
}

#[tokio::test]
async fn a_codebook_holds_every_item_in_both_languages_and_is_valid() {
    let published = Published::open().await;
    let codebook = get(
        &Visitor::at(&published.site),
        "/results/2026q4/files/codebook.xml",
    )
    .await;
    assert_valid(&codebook);
    let text = texts(&codebook);
    let escaped = |text: &str| {
        let text = text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        text.replace('\'', "&apos;").replace('"', "&quot;")
    };
    for item in &result().questionnaire.items {
        let begin = text.find(&format!("<var ID=\"V_{}\"", item.id)).unwrap();
        let var = &text[begin..];
        let var = &var[..var.find("</var>").unwrap()];
        for (tag, here) in [("zh-CN", "本县区"), ("en", "this county")] {
            let question = escaped(&item.text.render(tag, here));
            assert!(
                var.contains(&format!("<qstnLit>{question}</qstnLit>")),
                "{question}"
            );
            for choice in &item.options {
                let label = escaped(&choice.text.render(tag, here));
                assert!(
                    var.contains(&format!("<labl xml:lang=\"{tag}\">{label}</labl>")),
                    "{label}"
                );
            }
        }
        for choice in &item.options {
            let begin = var
                .find(&format!("<catgry ID=\"C_{}_{}\"", item.id, choice.code))
                .unwrap();
            let head = &var[begin..begin + var[begin..].find('>').unwrap()];
            assert_eq!(
                head.contains("missType=\"refusal\""),
                choice.refusal,
                "{head}"
            );
        }
        assert_eq!(var.contains("<backward"), item.asked_if.is_some());
    }
    // The response rates as the page tells them, and the columns of the tables.
    assert!(text.contains("respRate") && text.contains("ID=\"T_estimates_n_eff\""));
    assert!(text.contains("Chengqu: RR1 "), "rates by county");
}

/// A wave of two counties with real answers: sealed, in fieldwork, closed; at each the same by page and by command.
struct Wave {
    instance: Instance,
    drawn: Drawn,
}

impl Wave {
    async fn in_fieldwork() -> Self {
        let instance = Instance::with_draft().await;
        for (name, role) in [
            ("zoe", Role::Administrator),
            ("fay", Role::Fieldworker),
            ("kim", Role::Auditor),
        ] {
            account(&instance.app, name, role).await;
        }
        let drawn = drawn(&instance).await;
        let (app, ada, slug) = (&instance.app, &instance.ada, instance.slug());
        waves::open(app, ada, &slug).await.unwrap();
        instance.set_time("2026-12-02T10:00");
        let mut sent = answers(&drawn);
        // Both modes: of one there are few.
        for (at, submission) in sent.iter_mut().enumerate() {
            if at.is_multiple_of(5) {
                "en".clone_into(&mut submission.language);
            }
        }
        send(app, sent).await;
        instance.set_time("2026-12-03T10:00");
        count_days(app).await.unwrap();
        for (ticket, outcome) in drawn
            .tickets
            .iter()
            .step_by(3)
            .skip(1)
            .take(60)
            .zip(Outcome::ALL.into_iter().cycle())
        {
            let note = Note(Some(outcome));
            note_one(app, ada, &slug, ticket.code.clone(), note)
                .await
                .unwrap();
        }
        Self { instance, drawn }
    }

    async fn close(&self) -> WaveResult {
        let (app, slug) = (&self.instance.app, self.instance.slug());
        self.instance.set_time("2026-12-08T10:00");
        waves::ask_close(app, &self.instance.ada, &slug, None)
            .await
            .unwrap();
        let closed = close::confirm_close(app, &self.instance.ben, &slug).await;
        closed.unwrap().sampled().unwrap()
    }

    /// By the page, in a language.
    async fn file(&self, who: &Visitor, name: &str, lang: Lang) -> Vec<u8> {
        let url = format!(
            "{}/organize/2026q4/exports/{name}?lang={lang}",
            self.instance.site
        );
        let answer = who.client.get(url).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{name}");
        answer.bytes().await.unwrap().to_vec()
    }

    /// By the command, in a language: these files, or all that are there.
    fn command(
        &self,
        names: &[&str],
        lang: Lang,
    ) -> (Option<i32>, BTreeMap<String, Vec<u8>>, String) {
        let folder = tempfile::tempdir().unwrap();
        let locale = if lang == Lang::En {
            "en_US.UTF-8"
        } else {
            "zh_CN.UTF-8"
        };
        let run = Command::new(env!("CARGO_BIN_EXE_minyi"))
            .args(["export", "2026q4", "--as", "ada", "--into"])
            .arg(folder.path())
            .arg("--data")
            .arg(self.instance.folder())
            .args(names)
            .env("MINYI_PASSWORD", PASSWORD)
            .env("LC_ALL", locale)
            .env_remove("MINYI_DATABASE_URL")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let made = std::fs::read_dir(folder.path()).unwrap().map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            (name.replace("-2026q4.", "."), std::fs::read(&path).unwrap())
        });
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        (run.status.code(), made.collect(), said)
    }

    /// What nobody may find in a file: codes, places below the county, people.
    fn secrets(&self) -> Vec<String> {
        let mut secrets: Vec<String> = ["ada", "ben", "zoe", "fay"]
            .map(|name| format!("\"{name}\""))
            .into();
        for ticket in &self.drawn.tickets {
            let printed = ticket.code.printed();
            secrets.push(printed.replace('-', ""));
            secrets.push(printed);
            secrets.push(ticket.community.to_string());
            secrets.push(ticket.place.variance_unit.to_string());
        }
        secrets.sort();
        secrets.dedup();
        secrets
    }
}

/// Every cell of every sheet.
fn sheets(workbook: Vec<u8>) -> Vec<Vec<Vec<Data>>> {
    let mut book = Xlsx::new(Cursor::new(workbook)).unwrap();
    let names = book.sheet_names();
    names
        .iter()
        .map(|name| {
            let range = book.worksheet_range(name).unwrap();
            range.rows().map(<[Data]>::to_vec).collect()
        })
        .collect()
}

/// A file as text, workbooks by their cells.
fn readable(file: File, bytes: &[u8]) -> String {
    if file == File::Bundle {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        for at in 0..archive.len() {
            let mut file = archive.by_index(at).unwrap();
            file.read_to_string(&mut text).unwrap();
        }
        return text;
    }
    if !matches!(
        file,
        File::OutcomesXlsx | File::ParadataXlsx | File::TablesXlsx | File::ReportXlsx
    ) {
        return texts(bytes);
    }
    let cells = sheets(bytes.to_vec()).into_iter().flatten().flatten();
    cells.map(|cell| cell.to_string() + "\n").collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_fieldwork_runs_a_file_is_no_finer_than_the_page() {
    let wave = Wave::in_fieldwork().await;
    let ada = wave.instance.person("ada").await;
    let outcomes = rows(&wave.file(&ada, "outcomes.csv", Lang::En).await);
    let counties: Vec<_> = outcomes
        .iter()
        .filter(|row| row["stratum"].is_empty())
        .collect();
    assert_eq!(counties.len(), 2);
    assert!(outcomes.len() > 2, "strata at the beginning of the day");
    for row in &outcomes {
        assert_eq!(row["state"], "steps_of_20");
        let used: u64 = row["used"].parse().unwrap();
        assert!(used > 0 && used.is_multiple_of(20), "{row:?}");
        for column in [
            "records",
            "complete",
            "partial",
            "screened_out",
            "nothing_answered",
            "no_outcome",
            "rr1",
        ] {
            assert_eq!(row[column], "", "{column}");
        }
    }
    let page = wave
        .instance
        .person("kim")
        .await
        .page("/organize/2026q4/fieldwork")
        .await;
    for row in counties {
        let rate = format!("{:.1}%", row["rr2"].parse::<f64>().unwrap());
        assert!(page.main().contains(&rate), "{rate} is on the page");
    }
    let paradata = rows(&wave.file(&ada, "paradata.csv", Lang::En).await);
    assert!(!paradata.is_empty());
    assert!(
        paradata
            .iter()
            .all(|row| row["property"] == "day" && row["county"].is_empty())
    );
    let codebook = wave.file(&ada, "codebook.xml", Lang::En).await;
    assert_valid(&codebook);
    assert!(!texts(&codebook).contains("respRate"));
    for name in [
        "estimates.csv",
        "answers.csv",
        "tables.xlsx",
        "estimates.sps",
    ] {
        assert_eq!(
            status(&ada, &format!("/organize/2026q4/exports/{name}")).await,
            404
        );
    }
    let (code, made, said) = wave.command(&["tables.xlsx"], Lang::En);
    assert_eq!((code, made.len()), (Some(2), 0), "{said}");
    assert!(said.contains("When the wave is closed"), "{said}");
    let page = ada.page("/organize/2026q4/exports").await;
    assert_eq!(page.texts("a.file").len(), 5, "{}", page.main());
    assert!(page.main().contains("When the wave is closed"));
    let (code, _, said) = wave.command(&["answers.xls"], Lang::En);
    assert_eq!(code, Some(2));
    assert!(
        said.contains("codebook.xml") && said.contains("tables.xlsx"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_close_page_and_command_give_the_same_bytes_and_nothing_identifies() {
    let wave = Wave::in_fieldwork().await;
    let closed = wave.close().await;
    let ada = wave.instance.person("ada").await;
    let secrets = wave.secrets();
    for lang in Lang::ALL {
        let (code, made, said) = wave.command(&[], lang);
        assert_eq!((code, made.len()), (Some(0), File::ALL.len()), "{said}");
        for file in File::ALL {
            let bytes = wave.file(&ada, file.name(), lang).await;
            let again = wave.file(&ada, file.name(), lang).await;
            assert!(bytes == again, "{} in {lang} is another now", file.name());
            let same = made[file.name()] == bytes;
            assert!(same, "{} in {lang} is another by command", file.name());
            let text = readable(file, &bytes);
            let found = secrets.iter().find(|secret| text.contains(secret.as_str()));
            assert_eq!(found, None, "{}", file.name());
        }
        // The scripts agree with a result that answers gave, and its log names the plan and the input.
        let folder = bundle::unpack(&made["bundle.zip"]);
        bundle::agree(folder.path());
        let log = folder.path().join("process.jsonl");
        let told = std::fs::read_to_string(&log).unwrap();
        std::fs::write(
            &log,
            told.replace(&closed.input_digest, &closed.plan_digest),
        )
        .unwrap();
        bundle::sum_anew(folder.path());
        bundle::refuse(folder.path(), "process log");
    }
    let codebook = wave.file(&ada, "codebook.xml", Lang::En).await;
    assert_valid(&codebook);
    let outcomes = rows(&wave.file(&ada, "outcomes.csv", Lang::En).await);
    for county in &closed.counties {
        let own = |row: &&BTreeMap<String, String>| row["county"] == county.code.as_str();
        let all = outcomes.iter().filter(own);
        let (whole, strata): (Vec<_>, Vec<_>) = all.partition(|row| row["stratum"].is_empty());
        let sum = |column: &str| -> u64 {
            let cells = strata.iter().map(|row| row[column].parse::<u64>().unwrap());
            cells.sum()
        };
        assert_eq!(sum("issued"), county.counts.issued);
        assert_eq!(sum("used"), county.counts.used);
        assert_eq!(whole[0]["records"], county.counts.cast.to_string());
        // Seven moved away: fewer than ten, so the complete interviews are not told exactly either.
        assert!(
            (1..10).contains(&county.counts.screened_out),
            "{:?}",
            county.counts
        );
        assert_eq!(whole[0]["screened_out"], "<10");
        assert!(
            whole[0]["complete"].starts_with('~'),
            "{}",
            whole[0]["complete"]
        );
        let rr1 = county.rates["RR1"].unwrap();
        let printed: f64 = whole[0]["rr1"].parse().unwrap();
        // Nor can they be computed from a rate.
        assert!(!whole[0]["rr1"].contains('.'), "{printed}");
        assert!((printed - rr1 * 100.0).abs() <= 0.5, "{printed}");
    }
    let paradata = rows(&wave.file(&ada, "paradata.csv", Lang::En).await);
    for county in &closed.counties {
        for property in ["mode", "language", "direction"] {
            let own: Vec<u64> = paradata
                .iter()
                .filter(|row| row["county"] == county.code.as_str() && row["property"] == property)
                .map(|row| row["count"].parse().unwrap())
                .collect();
            assert_eq!(own.iter().sum::<u64>(), county.counts.leaves, "{property}");
            assert!(
                own.len() == 1 || own.iter().all(|n| *n >= 10),
                "{property}: {own:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workbook_has_the_cells_of_the_csv_and_says_what_they_mean() {
    let wave = Wave::in_fieldwork().await;
    wave.close().await;
    let ada = wave.instance.person("ada").await;
    for (book, tables) in [
        ("outcomes.xlsx", vec!["outcomes.csv"]),
        ("paradata.xlsx", vec!["paradata.csv"]),
        ("tables.xlsx", vec!["estimates.csv", "answers.csv"]),
    ] {
        let sheets = sheets(wave.file(&ada, book, Lang::En).await);
        assert_eq!(sheets.len(), tables.len() + 1, "{book}");
        let notes: Vec<String> = sheets
            .last()
            .unwrap()
            .iter()
            .flatten()
            .map(ToString::to_string)
            .collect();
        for (sheet, table) in sheets.iter().zip(tables) {
            let bytes = wave.file(&ada, table, Lang::En).await;
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .from_reader(&bytes["\u{feff}".len()..]);
            let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            assert_eq!(records.len(), sheet.len(), "{table}");
            for name in &records[0] {
                assert!(
                    notes.iter().any(|cell| cell == name),
                    "{name} is explained in {book}"
                );
            }
            for (record, row) in records.iter().zip(sheet).skip(1) {
                for (field, cell) in record.iter().zip(row) {
                    let same = match cell {
                        Data::Empty => field.is_empty(),
                        Data::Float(x) => field
                            .parse::<f64>()
                            .is_ok_and(|y| x.to_bits() == y.to_bits()),
                        Data::String(text) => {
                            let told = text
                                .replace("under ", "<")
                                .replace("about ", "~")
                                .replace(',', "");
                            text == field || told == field
                        }
                        other => panic!("{other:?}"),
                    };
                    assert!(same, "{table}: {field:?} is {cell:?}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_download_by_staff_is_in_the_log_and_roles_have_what_is_theirs() {
    let wave = Wave::in_fieldwork().await;
    wave.close().await;
    let kim = wave.instance.person("kim").await;
    let bytes = wave.file(&kim, "answers.csv", Lang::En).await;
    let mut tx = wave
        .instance
        .app
        .office
        .0
        .begin_read("audit")
        .await
        .unwrap();
    let log = audit::list_subject(&mut tx.conn(), "wave 2026q4")
        .await
        .unwrap();
    drop(tx);
    let entry = log
        .iter()
        .find(|entry| entry.action == "export_file")
        .unwrap();
    assert_eq!(entry.actor, "kim");
    assert_eq!(entry.detail["file"], "answers.csv");
    assert_eq!(entry.detail["sha256"], hex::encode(Sha256::digest(&bytes)));
    // Who looks after accounts has results when everyone has; who enters outcomes has no files.
    let (zoe, fay) = (
        wave.instance.person("zoe").await,
        wave.instance.person("fay").await,
    );
    let page = zoe.page("/organize/2026q4/exports").await;
    assert_eq!(page.texts("a.file").len(), 0, "{}", page.main());
    assert!(page.main().contains("When the result is published"));
    assert_eq!(
        status(&zoe, "/organize/2026q4/exports/estimates.csv").await,
        404
    );
    assert_eq!(status(&fay, "/organize/2026q4/exports").await, 403);
    assert!(!fay.page("/organize/2026q4").await.main().contains("Files:"));
    let (app, ada, slug) = (&wave.instance.app, &wave.instance.ada, wave.instance.slug());
    crate::support::published::state(app, ada, &slug).await;
    minyi::service::release::publish(app, ada, &slug)
        .await
        .unwrap();
    let all = zoe.page("/organize/2026q4/exports").await;
    assert_eq!(all.texts("a.file").len(), File::ALL.len());
    // What everyone has are the same bytes, and nobody is written down for taking them.
    let before = entries(&wave).await;
    let anyone = wave.instance.visitor();
    assert_eq!(
        get(&anyone, "/results/2026q4/files/answers.csv").await,
        bytes
    );
    assert_eq!(entries(&wave).await, before);
    let page = anyone.page("/results/2026q4").await;
    assert_eq!(page.texts("a.file").len(), 9);
}

async fn entries(wave: &Wave) -> usize {
    let mut tx = wave
        .instance
        .app
        .office
        .0
        .begin_read("audit")
        .await
        .unwrap();
    let log = audit::list_subject(&mut tx.conn(), "wave 2026q4")
        .await
        .unwrap();
    log.len()
}

#[tokio::test]
async fn a_draft_says_what_comes_when() {
    let instance = Instance::with_draft().await;
    let ada = instance.person("ada").await;
    let page = ada.page("/organize/2026q4/exports").await;
    assert_eq!(page.texts("a.file").len(), 0);
    assert!(page.texts(".note")[0].contains("the codebook comes with the seal"));
    assert_eq!(
        status(&ada, "/organize/2026q4/exports/codebook.xml").await,
        404
    );
    assert_eq!(status(&ada, "/organize/2020q1/exports").await, 404);
    let (app, ben, slug) = (&instance.app, &instance.ben, instance.slug());
    waves::ask_seal(app, &instance.ada, &slug).await.unwrap();
    waves::confirm_seal(app, ben, &slug).await.unwrap();
    let sealed = get(&ada, "/organize/2026q4/exports/codebook.xml").await;
    assert_valid(&sealed);
}
