//! What residents read is easy to read: short sentences, common words, in both languages.

#![expect(clippy::cast_precision_loss, reason = "numbers of words in a test")]

use minyi::i18n::Lang;
use minyi::survey::questionnaire::{DEFAULT_2026, Questionnaire};

/// Words of an English sentence at most.
const WORDS: usize = 24;
/// Characters of a Chinese sentence at most, punctuation included.
const CHARACTERS: usize = 40;
/// The grade of school by Flesch and Kincaid (Kincaid et al. 1975) at most: a child of twelve is in the sixth or seventh.
const GRADE: f64 = 6.0;

/// Every sentence on a resident's way, with placeholders as one word.
fn texts(lang: Lang) -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/i18n");
    let file = std::fs::read_to_string(format!("{folder}/{lang}/respond.ftl")).unwrap();
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    let values = lines.filter_map(|line| line.split_once(" = "));
    let mut texts: Vec<String> = values.map(|(_, text)| plain(text)).collect();
    let form = Questionnaire::from_toml(DEFAULT_2026).unwrap();
    let tag = lang.tag();
    texts.push(form.title.render(tag, "x"));
    texts.push(form.opening.render(tag, "x"));
    for item in &form.items {
        texts.push(item.text.render(tag, "x"));
        let options = item.options.iter();
        texts.extend(options.map(|option| option.text.render(tag, "x")));
    }
    texts
}

/// A pattern with each placeholder as one short word.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut depth = 0_usize;
    for character in text.chars() {
        match character {
            '{' => {
                depth += 1;
                plain.push('x');
            }
            '}' => depth = depth.saturating_sub(1),
            other if depth == 0 => plain.push(other),
            _ => {}
        }
    }
    plain
}

fn sentences<'a>(texts: &'a [String], ends: &'a [char]) -> impl Iterator<Item = &'a str> {
    let parts = texts.iter().flat_map(move |text| text.split(ends));
    parts.map(str::trim).filter(|part| !part.is_empty())
}

/// Vowels in a row are one syllable; a last silent e is none.
fn syllables(word: &str) -> usize {
    let lower = word.to_ascii_lowercase();
    let is_vowel = |c: char| "aeiouy".contains(c);
    let groups = lower
        .split(|c: char| !is_vowel(c))
        .filter(|group| !group.is_empty())
        .count();
    let silent = lower.ends_with('e') && !lower.ends_with("le") && groups > 1;
    groups.saturating_sub(usize::from(silent)).max(1)
}

fn words(sentence: &str) -> Vec<&str> {
    let is_letter = |c: char| c.is_ascii_alphabetic() || c == '\'';
    sentence
        .split(|c: char| !is_letter(c))
        .filter(|word| !word.is_empty())
        .collect()
}

/// The grade of these texts (0.39 words a sentence + 11.8 syllables a word − 15.59).
fn grade(texts: &[String]) -> f64 {
    let (mut of_sentences, mut of_words, mut of_syllables) = (0, 0, 0);
    for sentence in sentences(texts, &['.', '?', '!']) {
        let words = words(sentence);
        of_sentences += usize::from(!words.is_empty());
        of_words += words.len();
        of_syllables += words.iter().map(|word| syllables(word)).sum::<usize>();
    }
    let words = of_words as f64;
    0.39 * words / of_sentences as f64 + 11.8 * of_syllables as f64 / words - 15.59
}

#[test]
fn english_sentences_are_short_and_a_child_of_twelve_reads_them() {
    let texts = texts(Lang::En);
    assert!(texts.len() > 150, "{} texts", texts.len());
    for sentence in sentences(&texts, &['.', '?', '!']) {
        let length = words(sentence).len();
        assert!(length <= WORDS, "{length} words: {sentence}");
    }
    // Longer paragraphs alone: short labels would make the average too kind.
    let long: Vec<String> = texts
        .into_iter()
        .filter(|text| words(text).len() >= 10)
        .collect();
    let grade = grade(&long);
    assert!(grade <= GRADE, "grade {grade:.1}");
}

#[test]
fn chinese_sentences_are_short() {
    let texts = texts(Lang::ZhCn);
    for sentence in sentences(&texts, &['。', '？', '！']) {
        let length = sentence.chars().count();
        assert!(length <= CHARACTERS, "{length} characters: {sentence}");
    }
}

#[test]
fn the_grade_is_the_one_of_the_formula() {
    // 13 words, 24 syllables: the example that stands with the formula in most places, 11.3.
    let hard = "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.";
    assert!((grade(&[hard.to_owned()]) - 11.3).abs() < 0.05);
    assert_eq!(
        ["there", "apple", "the", "anonymous"].map(syllables),
        [1, 2, 1, 4]
    );
}
