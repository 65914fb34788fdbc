//! Questionnaires as files: TOML and XLSForm, there and back, with pyxform as the judge of what is an XLSForm.

use std::path::Path;
use std::process::Command;

use minyi::i18n::Lang;
use minyi::service::xlsform;
use minyi::survey::questionnaire::{
    Condition, KindName, Questionnaire, QuestionnaireSpec, Role, Shuffle,
};
use proptest::prelude::*;
use rust_xlsxwriter::Workbook;

use super::{default, spec};

/// Converts a workbook and prints the form; a problem is an exception.
const CONVERT: &str = "
import sys
from pyxform.xls2xform import convert
made = convert(sys.argv[1])
sys.stderr.write('; '.join(made.warnings))
sys.stdout.buffer.write(made.xform.encode())
";

/// The form that pyxform makes of a workbook, and its warnings; or its refusal.
fn pyxform(workbook: &[u8]) -> Result<(String, String), String> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join(".tools/pyxform/bin/python");
    assert!(python.exists(), "pyxform is missing: run scripts/tools");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("form.xlsx");
    std::fs::write(&file, workbook).unwrap();
    let mut command = Command::new(python);
    let run = command.args(["-c", CONVERT]).arg(&file).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    if run.status.success() {
        Ok((text(run.stdout), text(run.stderr)))
    } else {
        Err(text(run.stderr))
    }
}

/// A workbook with these sheets, cells between bars.
fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(*name).unwrap();
        let rows = rows.lines().map(str::trim).filter(|row| !row.is_empty());
        for (row, line) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(line.split('|')) {
                let cell = cell.trim();
                match cell.parse::<f64>() {
                    Ok(number) => sheet.write(row, column, number).unwrap(),
                    Err(_) => sheet.write_string(row, column, cell).unwrap(),
                };
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

/// What a file says that is taken.
fn taken(bytes: &[u8]) -> QuestionnaireSpec {
    let read = xlsform::document(bytes);
    read.unwrap_or_else(|problem| panic!("{:#?}", problem.sentences(Lang::En)))
}

fn refused(lang: Lang, bytes: &[u8]) -> Vec<String> {
    match xlsform::document(bytes) {
        Err(problem) => problem.sentences(lang),
        Ok(document) => panic!("{document:?}"),
    }
}

fn asked(item: &str, any_of: &[&str]) -> Condition {
    Condition::Answered {
        item: item.to_owned(),
        any_of: any_of.iter().map(|code| (*code).to_owned()).collect(),
    }
}

#[test]
fn toml_is_read_back_as_it_was_written() {
    let written = default().to_toml();
    assert_eq!(Questionnaire::from_toml(&written).unwrap(), default());
    let line =
        r#"  { code = "8", undecided = true, text = { zh-CN = "说不清", en = "Can't say" } },"#;
    assert!(written.contains(line), "{written}");
    let mut odd = spec();
    let tag = "x\"y";
    odd.languages.push(tag.to_owned());
    odd.title.set(tag, "a\\b \"c\" \u{1}\t\nd\u{7f}");
    odd.opening.set(tag, "''' \"\"\"");
    odd.items.truncate(1);
    odd.items[0].text.set(tag, "=1+1");
    for option in &mut odd.items[0].options {
        option.text.set(tag, "#");
    }
    let odd = Questionnaire::try_from(odd).unwrap();
    assert_eq!(Questionnaire::from_toml(&odd.to_toml()).unwrap(), odd);
}

#[test]
fn the_default_questionnaire_is_an_xlsform_that_pyxform_takes_and_reads_back_as_it_was() {
    let bytes = xlsform::workbook(&default()).unwrap();
    assert_eq!(Questionnaire::try_from(taken(&bytes)).unwrap(), default());

    let (form, warnings) = pyxform(&bytes).unwrap();
    assert_eq!(warnings, "", "pyxform warns of nothing");
    for item in &default().items {
        for tag in ["zh-CN", "en"] {
            let text = item.text.get(tag);
            assert!(form.contains(&format!("<value>{text}</value>")), "{text}");
        }
        for (place, option) in item.options.iter().enumerate() {
            let (id, code) = (&item.id, &option.code);
            let choice = format!("<itextId>{id}-{place}</itextId><name>{code}</name>");
            assert!(form.contains(&choice), "{choice}");
        }
    }
    for needed in [
        "<translation lang=\"中文 (zh)\" default=\"true()\">",
        "<translation lang=\"English (en)\">",
        "id=\"default-2026\" version=\"1\"",
        "constraint=\"count-selected(.) &lt;= 3 and not(selected(., '0') and count-selected(.) &gt; 1)",
        "<select ref=\"/data/q9\">",
        "<select1 ref=\"/data/q1\">",
    ] {
        assert!(form.contains(needed), "{needed} in {form}");
    }
    // Who does not live here is asked nothing more.
    let bind = form.split("<bind nodeset=\"/data/q1\"").nth(1).unwrap();
    let bind = bind.split("/>").next().unwrap();
    for ending in ["/data/s1  != '0'", "/data/s1  != '1'", "/data/s2  != '0'"] {
        assert!(bind.contains(ending), "{bind}");
    }
}

#[test]
fn what_pyxform_takes_of_our_kinds_comes_in() {
    let bytes = workbook(&[
        (
            "survey",
            "type | name | label::English (en) | label::中文 (zh) | required | relevance | constraint | parameters | constraint_message::English (en)
             note | hello | Welcome | 您好
             select_one yn | lives.here | Do you live here? | 您住在这里吗？ | yes
             select_multiple worries | Worry | What worries you? | 您担心什么？ | false | ${lives.here} = 'y' | count-selected(.) < 3 and not(selected(., '0') and count-selected(.) > 1) | randomize=true | At most two
             select one yn | again | May we ask again? | 还能再问吗？ | | selected(${Worry}, '1') or selected(${Worry}, \"2\")",
        ),
        (
            "choices",
            "list_name | name | label::English (en) | label::中文 (zh)
             yn | Y | Yes | 是
             yn | n | No | 否
             worries | 1 | Theft | 盗窃
             worries | 2 | Fire | 火灾
             worries | 0 | Nothing | 没有",
        ),
        (
            "settings",
            "form_title | form_id | default_language
             Town survey | Town.2026 | English (en)",
        ),
        ("notes of ours", "whatever | this is"),
    ]);
    pyxform(&bytes).unwrap();
    let mut document = taken(&bytes);
    assert_eq!((document.id.as_str(), document.version), ("town_2026", 1));
    assert_eq!(document.languages, ["en", "zh-CN"]);
    assert_eq!(document.opening.get("zh-CN"), "您好");
    let gaps = document.problems();
    let gaps: Vec<String> = gaps.iter().map(|found| found.error.to_string()).collect();
    assert_eq!(
        gaps,
        ["title: has no text in zh-CN"],
        "what is missing is left to the desk"
    );
    document.title.set("zh-CN", "镇上调查");
    let [lives, worry, again] = &document.items[..] else {
        panic!("{document:?}")
    };
    assert_eq!((lives.id.as_str(), lives.optional), ("lives_here", false));
    assert_eq!(lives.role, Role::Substantive);
    assert_eq!((worry.kind, worry.max), (KindName::Multiple, Some(2)));
    assert_eq!((worry.shuffle, worry.optional), (Shuffle::All, true));
    assert!(worry.options[2].exclusive);
    assert_eq!(worry.asked_if, Some(asked("lives_here", &["y"])));
    assert_eq!(again.asked_if, Some(asked("worry", &["1", "2"])));
    let whole = Questionnaire::try_from(document).unwrap();
    let bytes = xlsform::workbook(&whole).unwrap();
    pyxform(&bytes).unwrap();
    assert_eq!(Questionnaire::try_from(taken(&bytes)).unwrap(), whole);
}

#[test]
fn what_has_no_place_is_named_by_sheet_row_and_column_all_at_once() {
    let bytes = workbook(&[
        (
            "survey",
            "type | name | label::English (en) | hint::English (en) | required | relevant | constraint | calculation
             start | start
             begin_group | g | A group
             select_one yn | a | First?  | Think well | sometimes
             text | why | Why?
             end_group
             select_one yn or_other | b | Second?
             select_one yn | c | Third? | | | ${a} = 'y' and ${d} = 'y'
             select_one yn | d | Fourth? | | | count(${a}) > 2 | . = 'y'
             calculate | sum | | | | | | 1 + 1
             note | end | Thanks
             select_one lost | e | Fifth?
             select_one yn | f | Sixth? | | | ${a} != 'y'",
        ),
        (
            "choices",
            "list_name | name | label::English (en) | image
             yn | y | Yes | yes.png
             yn | n | No",
        ),
        ("settings", "form_title | form_id | style \n A | a | pages"),
    ]);
    let said = refused(Lang::En, &bytes);
    let wanted = [
        "Sheet “survey”, row 4, column “hint::English (en)”: “Think well” has no place",
        "Sheet “survey”, row 10, column “calculation”: “1 + 1” has no place",
        "Sheet “choices”, row 2, column “image”: “yes.png” has no place",
        "Sheet “settings”, row 2, column “style”: “pages” has no place",
        "Sheet “survey”, row 2, column “type”: “start” is no kind of question",
        "Sheet “survey”, row 3, column “type”: “begin_group” is no kind",
        "Sheet “survey”, row 4, column “required”: “sometimes” is none of: yes, no",
        "Sheet “survey”, row 5, column “type”: “text” is no kind",
        "Sheet “survey”, row 6, column “type”: “end_group” is no kind",
        "Sheet “survey”, row 7, column “type”: “select_one yn or_other” is no kind",
        "Sheet “survey”, row 8, column “relevant”: “d” is no earlier question",
        "Sheet “survey”, row 9, column “constraint”: “. = 'y'” goes beyond",
        "Sheet “survey”, row 9, column “relevant”: “count(${a}) > 2” goes beyond",
        "Sheet “survey”, row 10, column “type”: “calculate” is no kind",
        "Sheet “survey”, row 11, column “type”: a note has a place only before",
        "Sheet “survey”, row 12, column “type”: there is no list “lost”",
        "Sheet “survey”, row 13, column “relevant”: “${a} != 'y'” goes beyond",
    ];
    for (said, wanted) in said.iter().zip(wanted) {
        assert!(said.starts_with(wanted), "{said}\n{wanted}");
    }
    assert_eq!(said.len(), wanted.len(), "{said:#?}");
    let chinese = refused(Lang::ZhCn, &bytes);
    let first =
        "工作表“survey”第4行“hint::English (en)”列：“Think well”在这里的问卷中没有位置，请删去。";
    assert_eq!(chinese[0], first);
}

#[test]
fn files_that_are_no_questionnaire_say_so() {
    let refused = |bytes: &[u8]| refused(Lang::En, bytes);
    assert!(refused(b"\xff\xfe\x00")[0].contains("neither a workbook"));
    assert!(refused(b"PK\x03\x04 and no more")[0].contains("cannot be read"));
    assert!(refused(&[0xd0, 0xcf, 0x11, 0xe0, 1])[0].contains("XLSX"));
    assert!(refused(b"id = 1")[0].contains("cannot be read"));
    let empty = refused(&workbook(&[("Sheet1", "a | b")]));
    let wanted =
        ["survey", "choices"].map(|name| format!("Sheet “{name}”: this sheet is missing."));
    assert_eq!(empty, wanted);
    let unnamed = workbook(&[
        ("survey", "type | name | label \n select_one a | q | Why?"),
        ("choices", "list_name | name | label \n a | 1 | So"),
    ]);
    let said = refused(&unnamed);
    let wanted = "Sheet “survey”, column “label”: which language is it?";
    assert!(said[0].starts_with(wanted), "{said:?}");
}

/// A questionnaire made of chance: every mark, kind, order, condition.
fn any_questionnaire() -> impl Strategy<Value = QuestionnaireSpec> {
    let option = (any::<[bool; 4]>(), "[ -~一-龥]{0,12}");
    let item = (
        prop::collection::vec(option, 2..6),
        any::<[bool; 4]>(),
        0..3_usize,
        0..4_usize,
        any::<prop::sample::Index>(),
    );
    prop::collection::vec(item, 1..7).prop_map(|items| {
        let mut made = spec();
        let languages = made.languages.clone();
        let source = std::mem::take(&mut made.items);
        for (place, (options, [reverse, optional, several, digit], shuffle, role, earlier)) in
            items.into_iter().enumerate()
        {
            let mut item = source[2].clone();
            item.id = if digit {
                format!("{place}-x")
            } else {
                format!("q_{place}")
            };
            item.role = [
                Role::Screen,
                Role::Substantive,
                Role::Conduct,
                Role::Demographic,
            ][role];
            item.kind = if several {
                KindName::Multiple
            } else {
                KindName::Single
            };
            item.shuffle = [Shuffle::None, Shuffle::Ends, Shuffle::All][shuffle];
            (item.reverse, item.optional) = (reverse, optional);
            item.options.clear();
            for (number, ([approves, ends, out, anchored], words)) in options.iter().enumerate() {
                item.add_option(&languages);
                let last = item.options.len() - 1;
                // A new option stands before those that exclude others: take the one without words.
                let empty = |o: &minyi::survey::questionnaire::Choice| o.text.get("en").is_empty();
                let at = item.options.iter().position(empty).unwrap_or(last);
                let option = &mut item.options[at];
                option.code = format!("c{number}");
                let words = format!("x{words}").replace("${", "$");
                for tag in &languages {
                    option.text.set(tag, words.trim());
                }
                option.ends = *ends && item.role == Role::Screen && !several;
                option.approves = *approves && !option.ends;
                option.exclusive = several && *out;
                option.anchored = *anchored;
            }
            item.max = several.then(|| 2 + shuffle.min(item.options.len() - 2));
            if place > 0 && reverse {
                let other = &made.items[earlier.index(place)];
                let codes: Vec<&str> = other.options.iter().map(|o| o.code.as_str()).collect();
                item.asked_if = Some(asked(&other.id, &codes[..codes.len().div_ceil(2)]));
            }
            made.items.push(item);
        }
        made
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_questionnaire_comes_back_from_both_kinds_of_file(made in any_questionnaire()) {
        let whole = Questionnaire::try_from(made).unwrap();
        prop_assert_eq!(&Questionnaire::from_toml(&whole.to_toml()).unwrap(), &whole);
        let bytes = xlsform::workbook(&whole).unwrap();
        prop_assert_eq!(Questionnaire::try_from(taken(&bytes)).unwrap(), whole);
    }
}

#[test]
fn pyxform_takes_names_and_texts_that_need_care() {
    let mut odd = spec();
    odd.items.truncate(4);
    for (place, id) in ["1st", "meta", "-x", "data"].into_iter().enumerate() {
        id.clone_into(&mut odd.items[place].id);
    }
    odd.items[3].asked_if = Some(asked("1st", &["2", "3"]));
    odd.items[2].text.set("en", "A < B & \"C\" = 1?");
    let odd = Questionnaire::try_from(odd).unwrap();
    let bytes = xlsform::workbook(&odd).unwrap();
    let (form, _) = pyxform(&bytes).unwrap();
    assert!(form.contains("A &lt; B &amp; "), "{form}");
    assert_eq!(Questionnaire::try_from(taken(&bytes)).unwrap(), odd);
}

#[test]
fn the_command_checks_and_converts() {
    let folder = tempfile::tempdir().unwrap();
    let minyi = |arguments: &[&str]| {
        let run = Command::new(env!("CARGO_BIN_EXE_minyi"))
            .arg("questionnaire")
            .args(arguments)
            .current_dir(folder.path())
            .env("LC_ALL", "C")
            .output()
            .unwrap();
        let said = [run.stdout, run.stderr].concat();
        (run.status.code(), String::from_utf8(said).unwrap())
    };
    let (code, said) = minyi(&["convert", "default", "a.xlsx"]);
    assert_eq!((code, said.as_str()), (Some(0), "a.xlsx was written.\n"));
    minyi(&["convert", "a.xlsx", "b.toml"]);
    let text = std::fs::read_to_string(folder.path().join("b.toml")).unwrap();
    assert_eq!(Questionnaire::from_toml(&text).unwrap(), default());
    let (code, said) = minyi(&["check", "b.toml"]);
    let good = "b.toml: default-2026, version 1, 16 questions, no problems.\n";
    assert_eq!((code, said.as_str()), (Some(0), good));
    let broken = text.replacen("en = \"Theft\"", "en = \"\"", 1).replacen(
        "code = \"male\"",
        "code = \"Male\"",
        1,
    );
    std::fs::write(folder.path().join("c.toml"), broken).unwrap();
    let (code, said) = minyi(&["convert", "c.toml", "d.xlsx"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("c.toml: Questionnaire, item q6"), "{said}");
    assert!(said.contains("item d1") && said.contains("Male"), "{said}");
    assert!(!folder.path().join("d.xlsx").exists());
    assert_eq!(minyi(&["convert", "b.toml", "b.ods"]).0, Some(2));
}
