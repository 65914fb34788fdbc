//! The answers of one resident: what a form may say, what it means, how it is kept.
//!
//! [`validate`] turns form pairs into [`Answers`]. Its policy: whatever an honest form can send is
//! taken, whatever it cannot is refused.
//! - A page without script shows every item, so a resident may have answered one that is not asked
//!   of them (a follow-up whose condition does not hold, or anything after an answer that ends the
//!   interview). Such answers are **ignored**: they leave no trace in the record.
//! - Too many options, or "none of these" beside another option, can be sent by an honest page
//!   without script, but which of them is meant nobody knows: the resident is asked again.
//! - An unknown item or option, or two answers to a single choice, can only come from a changed
//!   form and is refused.
//!
//! The encoding of answers has the same length for everybody who answers the same questionnaire,
//! so that a sealed record tells nothing by its size.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::questionnaire::{Choice, Condition, Item, Kind, Questionnaire, Role};

/// First byte of every encoding; another layout gets another number.
const FORMAT: u8 = 1;

/// Bytes per item: 31 option bits and the "asked" bit.
const ITEM_BYTES: usize = 4;

/// Highest bit: the item was asked of this resident.
const ASKED: u32 = 1 << 31;

/// Share of the asked items that a complete interview answers.
pub const COMPLETE_SHARE: f64 = 0.8;

/// One resident's answers, item by item in the questionnaire's order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Answers {
    /// Per item: `ASKED` and one bit per chosen option, by the option's position.
    bits: Vec<u32>,
}

/// What one resident said to one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The item was not asked (condition, or the interview had ended).
    NotAsked,
    /// Asked and left out.
    Blank,
    /// The chosen options.
    Chosen(ChosenSet),
}

/// A non-empty set of option positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChosenSet(u32);

impl ChosenSet {
    /// Whether the option at this position was chosen.
    #[must_use]
    pub fn contains(self, position: usize) -> bool {
        u32::try_from(position).is_ok_and(|p| p < 31 && self.0 & (1 << p) != 0)
    }

    /// Chosen positions, ascending.
    pub fn positions(self) -> impl Iterator<Item = usize> {
        (0..31).filter(move |p| self.contains(*p))
    }

    /// The chosen position of a single choice: the lowest one.
    #[must_use]
    pub fn first(self) -> usize {
        self.0.trailing_zeros() as usize
    }
}

/// How far an interview got (AAPOR), as far as the answers alone can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// Not eligible: an answer of the screen ended the interview (4.1).
    ScreenedOut,
    /// Headline answered and at least 80 % of the asked items (1.1).
    Complete,
    /// At least one substantive item answered (1.2).
    Partial,
    /// Sent in with no substantive answer: logged in, nothing answered (2.1121).
    NothingAnswered,
}

/// One refused field of a form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum AnswerProblem {
    /// No such item in this questionnaire.
    #[error("{item} is not an item of this questionnaire")]
    UnknownItem {
        /// The name that the form used.
        item: String,
    },
    /// The item has no such option.
    #[error("{item} has no option \"{option}\"")]
    UnknownOption {
        /// The item.
        item: String,
        /// The code that the form used.
        option: String,
    },
    /// Two different answers to a single choice.
    #[error("{item} takes one answer")]
    TwoAnswers {
        /// The item.
        item: String,
    },
    /// More options than allowed.
    #[error("{item} takes at most {max} answers, {given} were given")]
    TooMany {
        /// The item.
        item: String,
        /// Largest number of options.
        max: usize,
        /// Number of options in the form.
        given: usize,
    },
    /// An option that excludes the others stands beside another.
    #[error("{item}: option \"{option}\" cannot stand beside another")]
    ExclusiveWithOthers {
        /// The item.
        item: String,
        /// Code of the option that excludes the others.
        option: String,
    },
    /// An item that may not be left out has no answer.
    #[error("{item} needs an answer")]
    Missing {
        /// The item.
        item: String,
    },
}

impl AnswerProblem {
    /// Name of the item, for the link from the error summary to the field.
    #[must_use]
    pub fn item(&self) -> &str {
        match self {
            Self::UnknownItem { item }
            | Self::UnknownOption { item, .. }
            | Self::TwoAnswers { item }
            | Self::TooMany { item, .. }
            | Self::ExclusiveWithOthers { item, .. }
            | Self::Missing { item } => item,
        }
    }

    /// Stable name of the kind of problem, the key of its sentence.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownItem { .. } => "unknown_item",
            Self::UnknownOption { .. } => "unknown_option",
            Self::TwoAnswers { .. } => "two_answers",
            Self::TooMany { .. } => "too_many",
            Self::ExclusiveWithOthers { .. } => "exclusive_with_others",
            Self::Missing { .. } => "missing",
        }
    }
}

/// Why stored bytes are no answers to this questionnaire.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Another length than this questionnaire's.
    #[error("an answer record has {expected} bytes, this one has {found}")]
    Length {
        /// Length for this questionnaire.
        expected: usize,
        /// Length found.
        found: usize,
    },
    /// Another layout.
    #[error("answer layout {0} is unknown")]
    Format(u8),
    /// Bits that no validated form can set.
    #[error("item {item} holds an impossible answer")]
    Impossible {
        /// The item.
        item: String,
    },
}

/// Checks the answer fields of a form: (item id, option code) pairs, and nothing else.
///
/// An empty value is no answer. The same pair twice counts once. Every problem is reported, in the
/// questionnaire's order, unknown items last.
pub fn validate(
    questionnaire: &Questionnaire,
    pairs: &[(String, String)],
) -> Result<Answers, Vec<AnswerProblem>> {
    check(questionnaire, pairs, |item| {
        Err(AnswerProblem::Missing {
            item: item.id.clone(),
        })
    })
}

/// The same of a sheet of paper, which nobody can ask again: what was left out is left out.
pub fn transcribe(
    questionnaire: &Questionnaire,
    pairs: &[(String, String)],
) -> Result<Answers, Vec<AnswerProblem>> {
    check(questionnaire, pairs, |_| Ok(0))
}

/// What is said of an item that may not be left out and was.
type LeftOut = fn(&Item) -> Result<u32, AnswerProblem>;

fn check(
    questionnaire: &Questionnaire,
    pairs: &[(String, String)],
    left_out: LeftOut,
) -> Result<Answers, Vec<AnswerProblem>> {
    let mut answers = Answers::blank(questionnaire);
    let mut problems = Vec::new();
    let mut ended = false;
    for (index, item) in questionnaire.items.iter().enumerate() {
        if ended || !answers.is_asked(questionnaire, item) {
            continue;
        }
        let given: BTreeSet<&str> = pairs
            .iter()
            .filter(|(id, value)| *id == item.id && !value.is_empty())
            .map(|(_, value)| value.as_str())
            .collect();
        match check_item(item, &given, left_out) {
            Ok(set) => {
                answers.set(index, ASKED | set);
                ended = ends(item, set);
            }
            Err(problem) => {
                answers.set(index, ASKED);
                problems.push(problem);
            }
        }
    }
    let unknown: BTreeSet<&str> = pairs
        .iter()
        .map(|(id, _)| id.as_str())
        .filter(|id| questionnaire.item(id).is_none())
        .collect();
    problems.extend(unknown.into_iter().map(|item| AnswerProblem::UnknownItem {
        item: item.to_owned(),
    }));
    if problems.is_empty() {
        Ok(answers)
    } else {
        Err(problems)
    }
}

/// The option bits of one item, or what is wrong with them.
fn check_item(
    item: &Item,
    given: &BTreeSet<&str>,
    left_out: LeftOut,
) -> Result<u32, AnswerProblem> {
    let id = || item.id.clone();
    let mut set = 0_u32;
    for code in given {
        match item.position(code) {
            Some(position) => set |= 1 << position,
            None => {
                return Err(AnswerProblem::UnknownOption {
                    item: id(),
                    option: (*code).to_owned(),
                });
            }
        }
    }
    if given.is_empty() {
        return if item.optional { Ok(0) } else { left_out(item) };
    }
    if item.kind == Kind::Single && given.len() > 1 {
        return Err(AnswerProblem::TwoAnswers { item: id() });
    }
    if given.len() > 1
        && let Some(alone) = excluding(item, set)
    {
        return Err(AnswerProblem::ExclusiveWithOthers {
            item: id(),
            option: alone.code.clone(),
        });
    }
    if given.len() > item.max() {
        return Err(AnswerProblem::TooMany {
            item: id(),
            max: item.max(),
            given: given.len(),
        });
    }
    Ok(set)
}

/// The chosen option that cannot stand beside another ("none of these", "prefer not to answer").
fn excluding(item: &Item, set: u32) -> Option<&Choice> {
    item.options
        .iter()
        .enumerate()
        .find(|(p, choice)| (choice.exclusive || choice.refusal) && set & (1 << p) != 0)
        .map(|(_, choice)| choice)
}

fn ends(item: &Item, set: u32) -> bool {
    item.options
        .iter()
        .enumerate()
        .any(|(p, choice)| choice.ends && set & (1 << p) != 0)
}

impl Answers {
    /// No item asked, none answered.
    pub(super) fn blank(questionnaire: &Questionnaire) -> Self {
        Self {
            bits: vec![0; questionnaire.items.len()],
        }
    }

    fn set(&mut self, index: usize, bits: u32) {
        if let Some(slot) = self.bits.get_mut(index) {
            *slot = bits;
        }
    }

    /// Whether the condition of `item` holds, given the answers to the items before it.
    fn is_asked(&self, questionnaire: &Questionnaire, item: &Item) -> bool {
        match &item.asked_if {
            None | Some(Condition::Sampled { .. }) => true,
            Some(Condition::Answered {
                item: other,
                any_of,
            }) => {
                let Some(earlier) = questionnaire.item(other) else {
                    return false;
                };
                match self.get(questionnaire, other) {
                    Answer::Chosen(set) => any_of
                        .iter()
                        .filter_map(|code| earlier.position(code))
                        .any(|p| set.contains(p)),
                    Answer::NotAsked | Answer::Blank => false,
                }
            }
        }
    }

    /// What was said to the item with this id; an unknown item was not asked.
    #[must_use]
    pub fn get(&self, questionnaire: &Questionnaire, item: &str) -> Answer {
        questionnaire
            .position(item)
            .map_or(Answer::NotAsked, |index| self.at(index))
    }

    /// What was said to the item at this position of the questionnaire.
    #[must_use]
    pub fn at(&self, index: usize) -> Answer {
        match self.bits.get(index).copied().unwrap_or(0) {
            bits if bits & ASKED == 0 => Answer::NotAsked,
            ASKED => Answer::Blank,
            bits => Answer::Chosen(ChosenSet(bits & !ASKED)),
        }
    }

    /// The chosen option of a single choice (the first of several).
    #[must_use]
    pub fn choice<'q>(&self, questionnaire: &'q Questionnaire, item: &str) -> Option<&'q Choice> {
        match self.get(questionnaire, item) {
            Answer::Chosen(set) => questionnaire.item(item)?.options.get(set.first()),
            Answer::NotAsked | Answer::Blank => None,
        }
    }

    /// An item counts as answered by any option but "prefer not to answer"; "can't say" answers.
    fn is_answered(&self, index: usize, item: &Item) -> bool {
        match self.at(index) {
            Answer::Chosen(set) => item
                .options
                .iter()
                .enumerate()
                .any(|(p, choice)| set.contains(p) && !choice.refusal),
            Answer::NotAsked | Answer::Blank => false,
        }
    }

    /// How far the interview got, with `headline` the item that a complete one must answer.
    #[must_use]
    pub fn disposition(&self, questionnaire: &Questionnaire, headline: &str) -> Disposition {
        let (mut asked, mut answered) = (0_usize, 0_usize);
        let (mut substance, mut has_headline) = (false, false);
        for (index, item) in questionnaire.items.iter().enumerate() {
            let bits = self.bits.get(index).copied().unwrap_or(0);
            if ends(item, bits & !ASKED) {
                return Disposition::ScreenedOut;
            }
            if bits & ASKED == 0 {
                continue;
            }
            asked += 1;
            if self.is_answered(index, item) {
                answered += 1;
                substance |= item.role == Role::Substantive;
                has_headline |= item.id == headline;
            }
        }
        // answered / asked ≥ 4/5 in integers
        if has_headline && answered * 5 >= asked * 4 {
            Disposition::Complete
        } else if substance {
            Disposition::Partial
        } else {
            Disposition::NothingAnswered
        }
    }

    /// Length in bytes of every encoding for this questionnaire.
    #[must_use]
    pub fn encoded_len(questionnaire: &Questionnaire) -> usize {
        1 + ITEM_BYTES * questionnaire.items.len()
    }

    /// The canonical bytes: layout number, then four bytes per item, most significant first.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(1 + ITEM_BYTES * self.bits.len());
        bytes.push(FORMAT);
        for bits in &self.bits {
            bytes.extend_from_slice(&bits.to_be_bytes());
        }
        bytes
    }

    /// Reads [`Answers::encode`] back and refuses what [`validate`] could not have made.
    pub fn decode(questionnaire: &Questionnaire, bytes: &[u8]) -> Result<Self, DecodeError> {
        let expected = Self::encoded_len(questionnaire);
        let (Some((&format, rest)), true) = (bytes.split_first(), bytes.len() == expected) else {
            return Err(DecodeError::Length {
                expected,
                found: bytes.len(),
            });
        };
        if format != FORMAT {
            return Err(DecodeError::Format(format));
        }
        let mut answers = Self::blank(questionnaire);
        let mut ended = false;
        for (index, (item, chunk)) in questionnaire
            .items
            .iter()
            .zip(rest.chunks_exact(ITEM_BYTES))
            .enumerate()
        {
            let bits = chunk
                .iter()
                .fold(0_u32, |acc, byte| acc << 8 | u32::from(*byte));
            let asked = !ended && answers.is_asked(questionnaire, item);
            if !is_possible(item, bits, asked) {
                return Err(DecodeError::Impossible {
                    item: item.id.clone(),
                });
            }
            answers.set(index, bits);
            ended |= ends(item, bits & !ASKED);
        }
        Ok(answers)
    }
}

/// Whether a validated form can have left these bits.
fn is_possible(item: &Item, bits: u32, asked: bool) -> bool {
    let set = bits & !ASKED;
    let count = set.count_ones() as usize;
    let known = (set >> item.options.len()) == 0;
    if !asked {
        return bits == 0;
    }
    bits & ASKED != 0
        && known
        && count <= item.max()
        && (count <= 1 || excluding(item, set).is_none())
        && (count > 0 || item.optional)
}

#[cfg(test)]
mod tests;
