//! The languages say the same things, and every sentence that the program asks for exists.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fluent_bundle::FluentResource;

use super::Lang;

/// Key → names of the arguments that its text uses, read from the Fluent files themselves.
fn catalogue(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for &(file, text) in lang.sources() {
        let mut current = None;
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let starts = line.starts_with(|c: char| c.is_ascii_alphabetic());
            if let Some((key, _)) = line.split_once('=').filter(|_| starts) {
                let key = key.trim().to_owned();
                let again = keys.insert(key.clone(), BTreeSet::new()).is_some();
                assert!(!again, "{lang}/{file}: {key} is there twice");
                current = Some(key);
            }
            let Some(arguments) = current.as_ref().and_then(|key| keys.get_mut(key)) else {
                continue;
            };
            for piece in line.split('$').skip(1) {
                let name = |c: &char| c.is_ascii_alphanumeric() || *c == '-' || *c == '_';
                arguments.insert(piece.chars().take_while(name).collect());
            }
        }
    }
    keys
}

/// All files below `folder` that end in `ending`.
fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
}

/// The literal keys in calls `.t("key"`, `.t_with("key"` and `tr!(page, "key"` of a text.
fn keys_named_in(text: &str) -> Vec<String> {
    let mut keys = Vec::new();
    for call in [".t(", ".t_with(", "tr!("] {
        for (at, _) in text.match_indices(call) {
            // `include_str!(` ends like the call.
            if text[..at].ends_with("include_s") {
                continue;
            }
            let rest = text[at + call.len()..].trim_start();
            let rest = if call == "tr!(" {
                rest.split_once(',')
                    .map_or("", |(_, rest)| rest.trim_start())
            } else {
                rest
            };
            if let Some((key, _)) = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
                keys.push(key.to_owned());
            }
        }
    }
    keys
}

#[test]
fn every_file_parses() {
    for lang in Lang::ALL {
        for &(file, text) in lang.sources() {
            let parsed = FluentResource::try_new(text.to_owned());
            assert!(
                parsed.is_ok(),
                "{lang}/{file}: {:?}",
                parsed.err().map(|(_, problems)| problems)
            );
        }
    }
}

#[test]
fn all_languages_have_equal_keys_with_equal_arguments() {
    let first = catalogue(Lang::default());
    assert!(first.len() > 1, "the catalogue is read");
    for lang in Lang::ALL {
        let other = catalogue(lang);
        for (key, arguments) in &first {
            assert_eq!(
                other.get(key),
                Some(arguments),
                "{key} in {} and {lang}",
                Lang::default()
            );
        }
        for key in other.keys() {
            assert!(first.contains_key(key), "{key} is in {lang} only");
        }
    }
}

#[test]
fn every_key_named_in_the_program_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    files(&root.join("src"), ".rs", &mut found);
    files(&root.join("templates"), ".html", &mut found);
    let known = catalogue(Lang::default());
    let missing: Vec<String> = found
        .iter()
        .filter(|path| !path.ends_with("i18n/tests.rs"))
        .flat_map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            let keys = keys_named_in(&text)
                .into_iter()
                .filter(|key| !known.contains_key(key));
            keys.map(|key| format!("{}: {key}", path.display()))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(
        missing.is_empty(),
        "no such sentence:\n{}",
        missing.join("\n")
    );
}

#[test]
fn keys_are_found_in_calls_of_every_form() {
    let text = r#"page.t("a-b"); lang.t_with( "c", &[]); {{ tr!(self.page, "d") }} x.t(&key)"#;
    assert_eq!(keys_named_in(text), ["a-b", "c", "d"]);
}

#[test]
fn arguments_are_filled_in_without_isolation_marks() {
    let date = jiff::civil::date(2026, 7, 1);
    for (lang, wanted) in [(Lang::ZhCn, "2026年7月1日"), (Lang::En, "1 July 2026")] {
        assert_eq!(lang.date(date), wanted);
    }
    let at = date.at(18, 5, 0, 0);
    assert_eq!(Lang::ZhCn.moment(at), "2026年7月1日 18:05");
    assert_eq!(Lang::En.moment(at), "1 July 2026, 18:05");
}

#[test]
fn every_month_has_its_name() {
    let names: BTreeSet<String> = (1..=12)
        .map(|month| Lang::En.date(jiff::civil::date(2026, month, 1)))
        .collect();
    assert_eq!(names.len(), 12);
    assert!(names.contains("1 September 2026"), "{names:?}");
}

#[test]
fn the_address_decides_the_language_then_the_browser_then_chinese() {
    let cases = [
        (Some("en"), Some("zh-CN"), Lang::En),
        (Some("xx"), Some("en-GB,en;q=0.9"), Lang::En),
        (None, Some("en;q=0.5, zh-TW;q=0.8"), Lang::ZhCn),
        (None, Some("fr, de;q=0.9"), Lang::ZhCn),
        (None, Some("fr, en;q=0.1"), Lang::En),
        (None, Some("en;q=0"), Lang::ZhCn),
        (None, Some("en;q=x, *"), Lang::ZhCn),
        (None, None, Lang::ZhCn),
    ];
    for (query, header, wanted) in cases {
        assert_eq!(
            Lang::negotiate(query, header),
            wanted,
            "{query:?} {header:?}"
        );
    }
}

#[test]
fn numbers_look_the_same_everywhere() {
    let lang = Lang::En;
    assert_eq!(lang.percent(0.912_345), "91.2%");
    assert_eq!(lang.percent(1.0), "100.0%");
    assert_eq!(lang.percent_range(0.901, 0.922), "90.1–92.2%");
    assert_eq!(lang.points(0.014), "+1.4");
    assert_eq!(lang.points(-0.003), "−0.3");
    assert_eq!(lang.points(0.0001), "0.0");
    assert_eq!(lang.points(-0.0001), "0.0");
    assert_eq!(lang.count(4136), "4,136");
    assert_eq!(lang.count(136), "136");
    assert_eq!(lang.count(1_234_567), "1,234,567");
    assert_eq!(lang.number(-1204.04, 1), "−1,204.0");
    assert_eq!(lang.number(1.466, 2), "1.47");
    assert_eq!(lang.number(f64::NAN, 2), "–");
}

/// A narrow comma between wide characters is the mark of a text that nobody proofread.
#[test]
fn chinese_sentences_use_chinese_punctuation() {
    let questionnaire = include_str!("../../questionnaires/default-2026.toml");
    let sources = Lang::ZhCn.sources();
    let texts = sources
        .iter()
        .copied()
        .chain([("questionnaire", questionnaire)]);
    for (file, text) in texts {
        let wide = |c: char| ('\u{3400}'..='\u{9fff}').contains(&c);
        let characters: Vec<char> = text.chars().collect();
        for pair in characters.windows(2) {
            let narrow = wide(pair[0]) && ",?!;:".contains(pair[1]);
            assert!(!narrow, "{file}: {}{}", pair[0], pair[1]);
        }
    }
}

#[test]
fn a_tag_names_its_language_and_no_other() {
    for lang in Lang::ALL {
        assert_eq!(lang.tag().parse(), Ok(lang));
    }
    assert!("xx".parse::<Lang>().is_err());
}
