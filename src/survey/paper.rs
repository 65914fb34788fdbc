//! Paper forms: lots of sheets, and what two people read from each.
//!
//! A return envelope holds the card with the code and, in an envelope of its own, a sheet without one. The code is spent when the
//! outer envelope arrives; the inner ones of a variance unit are opened together, shuffled and numbered. Each sheet is typed by
//! two people who do not see each other's reading; where these differ, a third one reads the sheet again, and that holds.

use std::collections::BTreeSet;

use super::answer::{Answer, AnswerProblem, Answers, DecodeError, transcribe};
use super::invitation::Place;
use super::questionnaire::Questionnaire;
use super::response::Direction;

/// Envelopes of a variance unit that are opened together at least, as long as answers are taken: each sheet hides among nine
/// others, as a record does that leaves the pool.
pub const LOT: u64 = 10;

/// Characters of a lot's name: none that is taken for another one.
const NAME: &[u8; 22] = b"ACDEFHJKLMNPQRTUVWXY47";
const NAME_LENGTH: usize = 3;

/// What is written on a bundle of sheets: random, so that it tells no order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LotName(String);

impl LotName {
    /// The name of these random bytes.
    #[must_use]
    pub fn from_random(random: [u8; NAME_LENGTH]) -> Self {
        let letter = |byte: &u8| {
            char::from(
                NAME.get(usize::from(*byte) % NAME.len())
                    .map_or(b'A', |l| *l),
            )
        };
        Self(random.iter().map(letter).collect())
    }

    /// The name that an address or a table holds.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_name = text.len() == NAME_LENGTH && text.bytes().all(|byte| NAME.contains(&byte));
        is_name.then(|| Self(text.to_owned()))
    }

    /// Its characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Envelopes that were opened together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// What is written on the bundle.
    pub name: LotName,
    /// Where its sheets were sampled.
    pub place: Place,
    /// Numbers, one for each envelope.
    pub sheets: u64,
    /// Sheets that are in the record: two people may find that a number has none.
    pub entered: u64,
    /// Its answers are in the record.
    pub is_kept: bool,
}

/// A keyed mark of somebody who types; the same for all that a person types in a wave, and no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Typist([u8; 16]);

impl Typist {
    /// The mark of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// A reading as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Number of the sheet in its lot, from 1.
    pub sheet: u64,
    /// Who typed it.
    pub typist: Typist,
    /// The [`Reading`], sealed.
    pub record: Vec<u8>,
}

/// What somebody read from a sheet.
#[derive(Clone, PartialEq, Eq)]
pub struct Reading {
    /// In which language it was printed.
    pub language: String,
    /// In which direction its scales run.
    pub direction: Direction,
    /// What is ticked.
    pub answers: Answers,
    /// There is no sheet of this number: its envelope was empty, or it is lost.
    pub is_missing: bool,
}

impl Reading {
    /// That there is no sheet: the same whoever says it.
    #[must_use]
    pub fn missing(questionnaire: &Questionnaire) -> Self {
        Self {
            language: questionnaire.languages.first().cloned().unwrap_or_default(),
            direction: Direction::Forward,
            answers: Answers::blank(questionnaire),
            is_missing: true,
        }
    }

    /// The bytes to be sealed.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let turned = u8::from(self.direction == Direction::Reverse);
        let mut bytes = vec![turned | u8::from(self.is_missing) << 1];
        bytes.push(u8::try_from(self.language.len()).unwrap_or(u8::MAX));
        bytes.extend_from_slice(self.language.as_bytes());
        bytes.extend_from_slice(&self.answers.encode());
        bytes
    }

    /// Reads [`encode`](Self::encode).
    pub fn decode(questionnaire: &Questionnaire, bytes: &[u8]) -> Result<Self, DecodeError> {
        let short = || DecodeError::Length {
            expected: Answers::encoded_len(questionnaire) + 2,
            found: bytes.len(),
        };
        let (&[direction, length], rest) = bytes.split_first_chunk::<2>().ok_or_else(short)?;
        let (language, answers) = rest
            .split_at_checked(usize::from(length))
            .ok_or_else(short)?;
        let is_missing = direction & 2 != 0;
        Ok(Self {
            language: String::from_utf8_lossy(language).into_owned(),
            is_missing,
            direction: if direction & 1 == 1 {
                Direction::Reverse
            } else {
                Direction::Forward
            },
            answers: if is_missing {
                Answers::blank(questionnaire)
            } else {
                Answers::decode(questionnaire, answers)?
            },
        })
    }
}

/// Where a sheet stands, by its readings in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has typed it.
    Untouched,
    /// One person has.
    Once,
    /// Two people read different things.
    Differs,
    /// What holds is known: two people read the same, or a third one settled it.
    Settled,
}

/// Where a sheet stands.
#[must_use]
pub fn standing(readings: &[(Typist, Reading)]) -> Standing {
    match readings {
        [] => Standing::Untouched,
        [_] => Standing::Once,
        [(_, one), (_, other)] if one != other => Standing::Differs,
        _ => Standing::Settled,
    }
}

/// What holds: what two people read alike, item by item, and of the rest what the third one read.
#[must_use]
pub fn settled(questionnaire: &Questionnaire, readings: &[(Typist, Reading)]) -> Option<Reading> {
    match readings {
        [(_, one), (_, other)] if one == other => Some(one.clone()),
        [(_, one), (_, other), (_, third), ..] => Some(merged(questionnaire, [one, other, third])),
        _ => None,
    }
}

fn merged(questionnaire: &Questionnaire, [one, other, third]: [&Reading; 3]) -> Reading {
    if one.is_missing || other.is_missing || third.is_missing {
        return third.clone();
    }
    let mut pairs = Vec::new();
    for item in &questionnaire.items {
        let of = |reading: &Reading| reading.answers.get(questionnaire, &item.id);
        let (first, second) = (of(one), of(other));
        let is_agreed = first == second && first != Answer::NotAsked;
        if let Answer::Chosen(set) = if is_agreed { first } else { of(third) } {
            let options = set.positions().filter_map(|place| item.options.get(place));
            pairs.extend(options.map(|option| (item.id.clone(), option.code.clone())));
        }
    }
    let form = if (&one.language, one.direction) == (&other.language, other.direction) {
        one
    } else {
        third
    };
    Reading {
        language: form.language.clone(),
        direction: form.direction,
        // What was read from sheets stands together, or the third reading stands alone.
        answers: transcribe(questionnaire, &pairs).unwrap_or_else(|_| third.answers.clone()),
        is_missing: false,
    }
}

/// What somebody can do about a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Type it, without seeing what others read.
    Type,
    /// Read it again where two others differ.
    Settle,
    /// Nothing: it was this person who typed it, and others are next.
    Others,
    /// Nothing: it is settled.
    Done,
}

/// What this person can do about the sheet.
#[must_use]
pub fn turn(readings: &[(Typist, Reading)], me: Typist) -> Turn {
    let is_mine = readings.iter().any(|(typist, _)| *typist == me);
    match standing(readings) {
        Standing::Settled => Turn::Done,
        _ if is_mine => Turn::Others,
        Standing::Untouched | Standing::Once => Turn::Type,
        Standing::Differs => Turn::Settle,
    }
}

/// Why what was typed cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypingProblem {
    /// An item's field holds something that is no number of one of its boxes.
    NoBox {
        /// The item.
        item: String,
        /// What was typed.
        typed: String,
    },
    /// The boxes that were ticked cannot stand together.
    Answer(AnswerProblem),
}

/// Reads the numbers of boxes that somebody typed, item by item.
///
/// Numbers are places of options in the questionnaire, whichever way a sheet's scales run; several are parted by anything that is
/// no digit. A blank field is an item without a tick, which a sheet may have where a phone would have asked again.
pub fn read_typed(
    questionnaire: &Questionnaire,
    typed: &[(String, String)],
) -> Result<Answers, Vec<TypingProblem>> {
    let mut pairs = Vec::new();
    let mut problems = Vec::new();
    for item in &questionnaire.items {
        let fields = typed.iter().filter(|(id, _)| *id == item.id);
        for (_, text) in fields {
            let text = narrow(text);
            let mut codes = BTreeSet::new();
            let mut numbers = text
                .split(|c: char| !c.is_ascii_digit())
                .filter(|part| !part.is_empty());
            let clear = numbers.all(|number| {
                let place = number
                    .parse::<usize>()
                    .ok()
                    .and_then(|number| number.checked_sub(1));
                let option = place.and_then(|place| item.options.get(place));
                option.is_some_and(|option| {
                    codes.insert(option.code.clone());
                    true
                })
            });
            let has_words = text.chars().any(char::is_alphabetic);
            if clear && !has_words {
                pairs.extend(codes.into_iter().map(|code| (item.id.clone(), code)));
            } else {
                problems.push(TypingProblem::NoBox {
                    item: item.id.clone(),
                    typed: text.trim().chars().take(20).collect(),
                });
            }
        }
    }
    match transcribe(questionnaire, &pairs) {
        Ok(answers) if problems.is_empty() => Ok(answers),
        Ok(_) => Err(problems),
        Err(more) => {
            problems.extend(more.into_iter().map(TypingProblem::Answer));
            Err(problems)
        }
    }
}

/// Digits as an input method for Chinese may write them.
fn narrow(text: &str) -> String {
    let narrowed = text.chars().map(|c| match c {
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10).unwrap_or(c),
        other => other,
    });
    narrowed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::answer::Answer;
    use crate::survey::questionnaire::{DEFAULT_2026, SampledUnit};

    fn form() -> Questionnaire {
        let form = Questionnaire::from_toml(DEFAULT_2026).unwrap();
        form.for_unit(SampledUnit::Household)
    }

    fn typed(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let pairs = pairs.iter();
        pairs
            .map(|(item, text)| ((*item).to_owned(), (*text).to_owned()))
            .collect()
    }

    fn reading(pairs: &[(&str, &str)], direction: Direction) -> Reading {
        Reading {
            language: "zh-CN".to_owned(),
            direction,
            answers: read_typed(&form(), &typed(pairs)).unwrap(),
            is_missing: false,
        }
    }

    const ANN: Typist = Typist::from_bytes([1; 16]);
    const BEN: Typist = Typist::from_bytes([2; 16]);
    const CAT: Typist = Typist::from_bytes([3; 16]);

    #[test]
    fn numbers_are_places_of_boxes_whatever_parts_them() {
        let form = form();
        let q6 = form.item("q6").unwrap();
        let boxes = |text: &str| {
            let answers =
                read_typed(&form, &typed(&[("s1", "4"), ("s2", "3"), ("q6", text)])).unwrap();
            match answers.get(&form, "q6") {
                Answer::Chosen(set) => set.positions().map(|place| place + 1).collect(),
                Answer::NotAsked | Answer::Blank => Vec::new(),
            }
        };
        assert!(q6.options.len() > 3);
        for text in ["1 3", "3,1", "1、3", "１　３", " 1 . 3 "] {
            assert_eq!(boxes(text), [1, 3], "{text}");
        }
        assert_eq!(boxes(""), Vec::<usize>::new());
    }

    #[test]
    fn a_number_without_a_box_is_named_and_two_ticks_where_one_belongs() {
        let form = form();
        let problems = read_typed(&form, &typed(&[("s1", "9"), ("q1", "x")])).unwrap_err();
        let no_box = |item: &str, typed: &str| TypingProblem::NoBox {
            item: item.to_owned(),
            typed: typed.to_owned(),
        };
        assert_eq!(problems, [no_box("s1", "9"), no_box("q1", "x")]);
        assert_eq!(
            read_typed(&form, &typed(&[("s1", "4"), ("q1", "0")])).unwrap_err(),
            [no_box("q1", "0")]
        );
        let two = read_typed(&form, &typed(&[("s1", "4"), ("s2", "3"), ("q1", "1 2")]));
        let one_answer = AnswerProblem::TwoAnswers {
            item: "q1".to_owned(),
        };
        assert_eq!(two.unwrap_err(), [TypingProblem::Answer(one_answer)]);
    }

    #[test]
    fn a_sheet_with_nothing_on_it_is_a_sheet() {
        let mut form = form();
        form.items[0].optional = false;
        assert!(read_typed(&form, &[]).is_ok());
        // From a phone it would be asked for again.
        assert!(crate::survey::answer::validate(&form, &[]).is_err());
    }

    #[test]
    fn readings_come_back_from_their_bytes() {
        let form = form();
        for direction in [Direction::Forward, Direction::Reverse] {
            let one = reading(&[("s1", "4"), ("q1", "2")], direction);
            assert!(Reading::decode(&form, &one.encode()).unwrap() == one);
        }
        assert!(Reading::decode(&form, &[0]).is_err());
        assert!(Reading::decode(&form, &[0, 5, b'z', b'h', b'-', b'C', b'N']).is_err());
    }

    #[test]
    fn two_who_read_the_same_settle_a_sheet_and_a_third_one_settles_the_others() {
        let (two, three) = (
            reading(&[("s1", "4"), ("q1", "2")], Direction::Forward),
            reading(&[("s1", "4"), ("q1", "3")], Direction::Forward),
        );
        let mut sheet = Vec::new();
        assert_eq!(
            (standing(&sheet), turn(&sheet, ANN)),
            (Standing::Untouched, Turn::Type)
        );
        sheet.push((ANN, two.clone()));
        assert_eq!(
            (turn(&sheet, ANN), turn(&sheet, BEN)),
            (Turn::Others, Turn::Type)
        );
        let same = [sheet.clone(), vec![(BEN, two.clone())]].concat();
        assert_eq!(
            (standing(&same), turn(&same, CAT)),
            (Standing::Settled, Turn::Done)
        );
        assert!(settled(&form(), &same).as_ref() == Some(&two));
        sheet.push((BEN, three.clone()));
        assert_eq!(standing(&sheet), Standing::Differs);
        assert_eq!(
            (turn(&sheet, ANN), turn(&sheet, BEN), turn(&sheet, CAT)),
            (Turn::Others, Turn::Others, Turn::Settle)
        );
        assert!(settled(&form(), &sheet).is_none());
        // The third one may read something else again.
        let other = reading(&[("s1", "4"), ("q1", "4")], Direction::Forward);
        sheet.push((CAT, other.clone()));
        assert!(settled(&form(), &sheet) == Some(other));
        // Which way the scales run is part of what is read.
        let turned = [
            (ANN, three),
            (
                BEN,
                reading(&[("s1", "4"), ("q1", "3")], Direction::Reverse),
            ),
        ];
        assert_eq!(standing(&turned), Standing::Differs);
    }

    #[test]
    fn the_third_one_decides_where_two_differ_and_nowhere_else() {
        let form = form();
        let read = |q1: &str, q2: &str, direction| {
            reading(
                &[("s1", "4"), ("s2", "3"), ("q1", q1), ("q2", q2)],
                direction,
            )
        };
        let (one, other) = (
            read("2", "1", Direction::Reverse),
            read("2", "3", Direction::Reverse),
        );
        let third = read("4", "2", Direction::Forward);
        let sheet = [(ANN, one.clone()), (BEN, other), (CAT, third)];
        assert!(settled(&form, &sheet) == Some(read("2", "2", Direction::Reverse)));
        // That there is no sheet is a reading, too; what was not asked of two is what the third one read.
        let none = Reading::missing(&form);
        assert!(Reading::decode(&form, &none.encode()).unwrap() == none);
        let missing = [(ANN, none.clone()), (BEN, none.clone())];
        assert!(settled(&form, &missing) == Some(none.clone()));
        let found = [(ANN, none), (BEN, one.clone()), (CAT, one.clone())];
        assert!(settled(&form, &found).as_ref() == Some(&one));
        let ended = reading(&[("s1", "1")], Direction::Forward);
        let partly = [
            (ANN, ended),
            (BEN, read("2", "1", Direction::Forward)),
            (CAT, read("3", "1", Direction::Forward)),
        ];
        assert!(settled(&form, &partly) == Some(read("3", "1", Direction::Forward)));
    }

    #[test]
    fn a_lots_name_reads_back_and_says_nothing_else() {
        for random in [[0, 0, 0], [7, 21, 22], [255, 128, 3]] {
            let name = LotName::from_random(random);
            assert_eq!(LotName::parse(name.as_str()), Some(name));
        }
        for text in ["", "AC", "ACDE", "ac4", "A0C", "A/C"] {
            assert_eq!(LotName::parse(text), None, "{text}");
        }
    }
}
