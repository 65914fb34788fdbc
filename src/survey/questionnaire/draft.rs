//! A questionnaire that is being worked on: unfinished as it may be, previewed as far as it goes, compared with what
//! was asked before.
//!
//! For: the editor, imports. Promises: nothing here decides what is right, [`QuestionnaireSpec::problems`] does; what
//! is previewed went through those checks.

use crate::survey::ids::{AccountId, QuestionnaireId};
use crate::survey::time::Instant;

use super::{
    Choice, Condition, Item, ItemSpec, Kind, KindName, Questionnaire, QuestionnaireSpec, Role,
    Shuffle, Text,
};

/// One version of a questionnaire that people work on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its id.
    pub id: QuestionnaireId,
    /// The version that it was made from.
    pub parent: Option<QuestionnaireId>,
    /// Name, number and content, finished or not.
    pub document: QuestionnaireSpec,
    /// Grows with every change, so that nobody overwrites what another wrote in between.
    pub revision: i64,
    /// Who made it.
    pub made_by: AccountId,
    /// When.
    pub made_at: Instant,
    /// Who changed it last.
    pub changed_by: AccountId,
    /// When.
    pub changed_at: Instant,
    /// Since when it cannot be changed: a seal was asked for with it.
    pub fixed_at: Option<Instant>,
}

/// What stands where a sentence is missing.
const GAP: &str = "…";

/// How an item differs from what was asked before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// Another sentence, option, mark or direction: its figures cannot be compared.
    Changed,
    /// It was not asked before.
    New,
    /// It is asked no longer.
    Gone,
}

/// An item that differs from what was asked before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its id.
    pub item: String,
    /// How.
    pub kind: ChangeKind,
}

/// What differs between two questionnaires.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// Items whose wording is another, or that came or went.
    pub items: Vec<Change>,
    /// Items that both ask come in another order.
    pub is_reordered: bool,
}

impl Choice {
    /// An option without marks.
    #[must_use]
    pub fn plain(code: &str, text: Text) -> Self {
        Self {
            code: code.to_owned(),
            text,
            approves: false,
            ends: false,
            exclusive: false,
            refusal: false,
            undecided: false,
            anchored: false,
        }
    }

    /// The marks by their names in files.
    #[must_use]
    pub const fn marks(&self) -> [(&'static str, bool); 6] {
        [
            ("approves", self.approves),
            ("ends", self.ends),
            ("exclusive", self.exclusive),
            ("refusal", self.refusal),
            ("undecided", self.undecided),
            ("anchored", self.anchored),
        ]
    }

    /// Sets the mark of this name; another name changes nothing.
    pub fn mark(&mut self, name: &str, is: bool) {
        match name {
            "approves" => self.approves = is,
            "ends" => self.ends = is,
            "exclusive" => self.exclusive = is,
            "refusal" => self.refusal = is,
            "undecided" => self.undecided = is,
            "anchored" => self.anchored = is,
            _ => {}
        }
    }
}

impl ItemSpec {
    /// An empty question with two empty options.
    #[must_use]
    pub fn empty(id: &str, languages: &[String]) -> Self {
        let mut item = Self {
            id: id.to_owned(),
            role: Role::Substantive,
            kind: KindName::Single,
            max: None,
            text: empty_text(languages),
            options: Vec::new(),
            asked_if: None,
            shuffle: Shuffle::None,
            reverse: false,
            optional: true,
        };
        item.add_option(languages);
        item.add_option(languages);
        item
    }

    /// Adds an empty option with the first free number as its code, before the ways out at the end.
    pub fn add_option(&mut self, languages: &[String]) {
        let is_free = |number: &usize| {
            let code = number.to_string();
            self.options.iter().all(|option| option.code != code)
        };
        let free = (1..=self.options.len() + 1).find(is_free).unwrap_or(1);
        let is_way_out = |option: &&Choice| option.refusal || option.undecided || option.exclusive;
        let ways_out = self.options.iter().rev().take_while(is_way_out).count();
        let place = self.options.len() - ways_out;
        let option = Choice::plain(&free.to_string(), empty_text(languages));
        self.options.insert(place, option);
    }

    /// SHA-256 over what must be equal for figures to be compared, as of a checked item; none for an unfinished one.
    fn wording(&self) -> Option<[u8; 32]> {
        let kind = match self.kind {
            KindName::Single => Kind::Single,
            KindName::Multiple => Kind::Multiple {
                max: self.max.unwrap_or(self.options.len()),
            },
        };
        (!self.options.is_empty()).then(|| {
            Item {
                id: self.id.clone(),
                role: self.role,
                kind,
                text: self.text.clone(),
                options: self.options.clone(),
                asked_if: None,
                shuffle: self.shuffle,
                reverse: self.reverse,
                optional: self.optional,
            }
            .wording_digest()
        })
    }

    fn with_gaps_filled(mut self, languages: &[String]) -> Self {
        fill(&mut self.text, languages);
        for option in &mut self.options {
            fill(&mut option.text, languages);
        }
        self
    }
}

/// A text with nothing in any language.
#[must_use]
pub fn empty_text(languages: &[String]) -> Text {
    let mut text = Text::new([]);
    for tag in languages {
        text.set(tag, "");
    }
    text
}

fn fill(text: &mut Text, languages: &[String]) {
    for tag in languages {
        let is_gap = text.find(tag).is_none_or(|words| words.trim().is_empty());
        if is_gap {
            text.set(tag, GAP);
        }
    }
}

impl From<Questionnaire> for QuestionnaireSpec {
    fn from(of: Questionnaire) -> Self {
        let item = |item: Item| ItemSpec {
            max: match item.kind {
                Kind::Multiple { max } if max < item.options.len() => Some(max),
                // All of them, also when there is one more.
                Kind::Multiple { .. } | Kind::Single => None,
            },
            kind: match item.kind {
                Kind::Single => KindName::Single,
                Kind::Multiple { .. } => KindName::Multiple,
            },
            id: item.id,
            role: item.role,
            text: item.text,
            options: item.options,
            asked_if: item.asked_if,
            shuffle: item.shuffle,
            reverse: item.reverse,
            optional: item.optional,
        };
        Self {
            id: of.id,
            version: of.version,
            languages: of.languages,
            title: of.title,
            opening: of.opening,
            items: of.items.into_iter().map(item).collect(),
        }
    }
}

impl QuestionnaireSpec {
    /// Adds an empty question at the end of those before the residents' own data, and says its place.
    pub fn add_item(&mut self) -> usize {
        let is_free = |number: &usize| {
            let id = format!("q{number}");
            self.items.iter().all(|item| item.id != id)
        };
        let free = (1..=self.items.len() + 1).find(is_free).unwrap_or(1);
        let is_own = |item: &&ItemSpec| item.role == Role::Demographic;
        let own = self.items.iter().rev().take_while(is_own).count();
        let place = self.items.len() - own;
        let item = ItemSpec::empty(&format!("q{free}"), &self.languages);
        self.items.insert(place, item);
        place
    }

    /// The questionnaire as far as it goes: gaps are filled with an ellipsis, a condition that does not hold
    /// together is left out, and so is an item that nothing can be made of. None where no item is left.
    #[must_use]
    pub fn preview(&self) -> Option<Questionnaire> {
        let mut made = self.clone();
        if made.languages.is_empty() {
            return None;
        }
        "preview".clone_into(&mut made.id);
        made.version = 1;
        fill(&mut made.title, &self.languages);
        fill(&mut made.opening, &self.languages);
        made.items = Vec::new();
        for item in &self.items {
            let filled = item.clone().with_gaps_filled(&self.languages);
            let bare = ItemSpec {
                asked_if: None,
                ..filled.clone()
            };
            let plain = ItemSpec {
                max: None,
                ..bare.clone()
            };
            for form in [filled, bare, plain] {
                made.items.push(form);
                if made.problems().is_empty() {
                    break;
                }
                made.items.pop();
            }
        }
        Questionnaire::try_from(made).ok()
    }

    /// What differs from what was asked before, by the digest that decides whether waves may be compared.
    #[must_use]
    pub fn changes(&self, before: &Self) -> Changes {
        let find = |of: &Self, id: &str| of.items.iter().find(|item| item.id == id).cloned();
        let mut items: Vec<Change> = Vec::new();
        for item in &self.items {
            let kind = match find(before, &item.id) {
                None => ChangeKind::New,
                Some(old) if old.wording() != item.wording() => ChangeKind::Changed,
                Some(_) => continue,
            };
            let item = item.id.clone();
            items.push(Change { item, kind });
        }
        for old in &before.items {
            if find(self, &old.id).is_none() {
                let (item, kind) = (old.id.clone(), ChangeKind::Gone);
                items.push(Change { item, kind });
            }
        }
        let shared = |of: &Self, other: &Self| -> Vec<String> {
            let ids = of.items.iter().map(|item| item.id.clone());
            ids.filter(|id| other.items.iter().any(|item| item.id == *id))
                .collect()
        };
        Changes {
            items,
            is_reordered: shared(self, before) != shared(before, self),
        }
    }

    /// Moves an item; a skip rule that then looks forward is a problem that is named, not mended in secret.
    pub fn move_item(&mut self, place: usize, down: bool) {
        shift(&mut self.items, place, down);
    }

    /// Gives an item another id, also where later items refer to it.
    pub fn rename_item(&mut self, place: usize, id: &str) {
        let Some(item) = self.items.get_mut(place) else {
            return;
        };
        let old = std::mem::replace(&mut item.id, id.to_owned());
        if self.items.iter().any(|item| item.id == old) {
            return;
        }
        for item in &mut self.items {
            if let Some(Condition::Answered { item, .. }) = &mut item.asked_if
                && *item == old
            {
                id.clone_into(item);
            }
        }
    }
}

/// Changes places with the neighbor, if there is one.
pub fn shift<T>(list: &mut [T], place: usize, down: bool) {
    let other = if down {
        place.checked_add(1)
    } else {
        place.checked_sub(1)
    };
    if let Some(other) = other
        && place.max(other) < list.len()
    {
        list.swap(place, other);
    }
}
