//! The questionnaire as a resident sees it: texts in one language, options in the order of one rendering,
//! answers that were already given, and what is to be mended.
//!
//! For: the form's template. Uses: the questionnaire and the sentences. Promises: no rule is decided here;
//! what may be answered is `survey::answer`'s business. Every label, hint and problem has the id that the
//! template and the script link to.

use super::blind::Apart;
use crate::i18n::Lang;
use crate::survey::answer::AnswerProblem;
use crate::survey::questionnaire::{Choice, Condition, Direction, Item, Kind, Questionnaire};
use crate::web::page::Page;

/// One rendering of the form.
#[derive(Debug)]
pub(super) struct FormView {
    pub(super) title: String,
    pub(super) opening: String,
    pub(super) county: String,
    pub(super) action: String,
    pub(super) instance: String,
    pub(super) direction: &'static str,
    /// What the resident typed, given back after a refusal.
    pub(super) code: String,
    pub(super) code_problem: Option<String>,
    /// Until when answers are taken, in words.
    pub(super) end: Option<String>,
    /// That the survey is made up, in words.
    pub(super) synthetic: Option<String>,
    /// Bytes of everything that the script sends, whatever the answers are.
    pub(super) room: usize,
    /// An interview shorter than this is marked by the script, seconds.
    pub(super) fast_seconds: u32,
    /// Sentences above the form: another county, a busy server.
    pub(super) notices: Vec<String>,
    pub(super) problems: Vec<ProblemView>,
    pub(super) items: Vec<ItemView>,
    /// In an open wave: that it is no probability sample, in words. There is no code then.
    pub(super) open: Option<String>,
    /// What the first page of an open wave asked.
    pub(super) hidden: Vec<Hidden>,
    /// The device is the survey team's.
    pub(super) is_teams: bool,
    /// What the script needs to send code and answers apart.
    pub(super) apart: Option<Apart>,
    /// There is no other way here: the urn is with another program.
    pub(super) only_apart: bool,
}

/// A field that is sent along unseen.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hidden {
    pub(super) name: String,
    pub(super) value: String,
}

/// A line of the error summary.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ProblemView {
    /// Id of the input that the line links to.
    pub(super) field: String,
    pub(super) sentence: String,
}

/// One question.
#[derive(Debug)]
pub(super) struct ItemView {
    pub(super) id: String,
    pub(super) number: usize,
    pub(super) text: String,
    pub(super) multiple: bool,
    pub(super) max: usize,
    /// `item=code code`: asked only if one of these was chosen.
    pub(super) rule: Option<String>,
    /// The same rule in words, for the form without script.
    pub(super) skip: Option<String>,
    pub(super) hint: Option<String>,
    pub(super) problem: Option<String>,
    /// The scale may be shown in the other direction.
    pub(super) turns: bool,
    /// Which options end the interview, in words, for the form without script.
    pub(super) ends: Option<String>,
    pub(super) options: Vec<OptionView>,
}

/// One option.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent marks of one line of the form"
)]
pub(super) struct OptionView {
    /// Its place in the questionnaire, from 1, wherever it stands here: by it the script knows the option's bit in the record.
    pub(super) place: usize,
    pub(super) code: String,
    pub(super) text: String,
    pub(super) quiet: bool,
    /// Takes part when the scale turns.
    pub(super) moves: bool,
    pub(super) ends: bool,
    /// Excludes the other options of its item.
    pub(super) alone: bool,
    pub(super) chosen: bool,
}

/// What one rendering is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) questionnaire: &'a Questionnaire,
    /// Address that the form is sent to.
    pub(super) action: &'a str,
    /// The county's name in the visitor's language.
    pub(super) county: &'a str,
    /// The hidden field by which a rendering is known.
    pub(super) instance: &'a str,
    /// What orders shuffled options.
    pub(super) draw: u64,
    pub(super) direction: Direction,
    /// Answers given so far, as form pairs.
    pub(super) answers: &'a [(String, String)],
}

impl FormView {
    pub(super) fn new(page: &Page, source: &Source<'_>) -> Self {
        let lang = page.lang;
        let words =
            |text: &crate::survey::questionnaire::Text| text.render(lang.tag(), source.county);
        let numbered = source.questionnaire.items.iter().enumerate();
        Self {
            title: words(&source.questionnaire.title),
            opening: words(&source.questionnaire.opening),
            county: source.county.to_owned(),
            action: page.link(source.action),
            instance: source.instance.to_owned(),
            direction: direction_field(source.direction),
            code: String::new(),
            code_problem: None,
            end: None,
            synthetic: None,
            room: room(source.questionnaire),
            fast_seconds: 0,
            notices: Vec::new(),
            problems: Vec::new(),
            items: numbered
                .map(|(at, item)| ItemView::new(lang, source, at + 1, item))
                .collect(),
            open: None,
            hidden: Vec::new(),
            is_teams: false,
            apart: None,
            only_apart: false,
        }
    }

    /// Without a code, and without the items that the first page asked, whose answers are sent along.
    pub(super) fn of_open_wave(mut self, lang: Lang, hidden: Vec<Hidden>) -> Self {
        self.items
            .retain(|item| hidden.iter().all(|field| field.name != item.id));
        for (place, item) in self.items.iter_mut().enumerate() {
            item.number = place + 1;
        }
        self.open = Some(lang.t("open-not-a-sample"));
        self.hidden = hidden;
        self
    }

    /// On a device of the survey team, whose mark goes along in this address.
    pub(super) fn on_tablet(mut self, address: String) -> Self {
        self.action = address;
        self.is_teams = true;
        self.apart = None;
        self
    }

    /// Of a wave with keys: the script sends code and answers apart.
    pub(super) fn sent_apart(mut self, apart: Option<Apart>) -> Self {
        self.apart = apart;
        self
    }

    /// Whether code and answers must go apart, because this program takes no answers.
    pub(super) fn only_apart(mut self, only_apart: bool) -> Self {
        self.only_apart = only_apart;
        self
    }

    /// With another hidden field by which the rendering is known.
    pub(super) fn with_instance(mut self, field: &str) -> Self {
        field.clone_into(&mut self.instance);
        self
    }

    /// The code as it was typed.
    pub(super) fn with_code(mut self, typed: &str) -> Self {
        typed.clone_into(&mut self.code);
        self
    }

    /// Why the code is not good.
    pub(super) fn with_code_problem(mut self, sentence: String) -> Self {
        self.problems.push(ProblemView {
            field: "code".to_owned(),
            sentence: sentence.clone(),
        });
        self.code_problem = Some(sentence);
        self
    }

    /// An interview shorter than this many seconds is marked by the script.
    pub(super) const fn with_fast_limit(mut self, seconds: u32) -> Self {
        self.fast_seconds = seconds;
        self
    }

    /// Until when answers are taken.
    pub(super) fn with_end(mut self, lang: Lang, until: &str) -> Self {
        self.end = Some(lang.t_with("respond-closes", &[("closes", until.into())]));
        self
    }

    /// Says that the survey is made up.
    pub(super) fn marked_synthetic(mut self, lang: Lang) -> Self {
        self.synthetic = Some(lang.t("respond-synthetic"));
        self
    }

    pub(super) fn with_notice(mut self, sentence: String) -> Self {
        self.notices.push(sentence);
        self
    }

    /// Writes each problem beside its question and into the summary.
    pub(super) fn with_problems(mut self, lang: Lang, problems: &[AnswerProblem]) -> Self {
        for problem in problems {
            let Some(item) = self.items.iter_mut().find(|item| item.id == problem.item()) else {
                // A field that is no question can only come from a changed form: nothing to mend here.
                continue;
            };
            let sentence = item.sentence(lang, problem);
            let args = [
                ("number", item.number.into()),
                ("problem", sentence.as_str().into()),
            ];
            self.problems.push(ProblemView {
                field: format!(
                    "{}-{}",
                    item.id,
                    item.options.first().map_or(1, |option| option.place)
                ),
                sentence: lang.t_with("respond-problem-in", &args),
            });
            item.problem = Some(sentence);
        }
        self
    }

    pub(super) fn has_notice(&self) -> bool {
        !self.notices.is_empty() || !self.problems.is_empty()
    }
}

impl ItemView {
    fn new(lang: Lang, source: &Source<'_>, number: usize, item: &Item) -> Self {
        let (tag, county) = (lang.tag(), source.county);
        let order = item.shown_order(source.direction, source.draw);
        let chosen = |choice: &Choice| {
            source
                .answers
                .iter()
                .any(|(id, code)| *id == item.id && *code == choice.code)
        };
        let options = order
            .into_iter()
            .filter_map(|place| Some((place + 1, item.options.get(place)?)));
        let multiple = matches!(item.kind, Kind::Multiple { .. });
        let limited = multiple && item.max() < item.options.len();
        let (rule, skip) = condition(lang, source, item).unzip();
        Self {
            id: item.id.clone(),
            number,
            text: item.text.render(tag, county),
            multiple,
            max: item.max(),
            rule,
            skip,
            hint: limited.then(|| lang.t_with("respond-max", &[("max", item.max().into())])),
            problem: None,
            turns: item.reverse,
            ends: endings(lang, source, item),
            options: options
                .map(|(place, choice)| OptionView {
                    place,
                    code: choice.code.clone(),
                    text: choice.text.render(tag, county),
                    quiet: choice.refusal,
                    moves: item.reverse && !choice.keeps_its_place(),
                    ends: choice.ends,
                    alone: choice.exclusive || choice.refusal,
                    chosen: chosen(choice),
                })
                .collect(),
        }
    }

    /// Ids of the texts that describe the question, for `aria-describedby`.
    pub(super) fn description(&self) -> String {
        let parts = [('h', &self.hint), ('k', &self.skip), ('e', &self.problem)];
        let present = parts.into_iter().filter(|(_, text)| text.is_some());
        present
            .map(|(kind, _)| format!("{kind}-{}", self.id))
            .collect::<Vec<_>>()
            .join(" ")
    }

    pub(super) fn has_description(&self) -> bool {
        !self.description().is_empty()
    }

    /// What is to be mended, to stand beside the question.
    fn sentence(&self, lang: Lang, problem: &AnswerProblem) -> String {
        match problem {
            AnswerProblem::Missing { .. } => lang.t("respond-problem-missing"),
            AnswerProblem::TooMany { max, .. } => {
                lang.t_with("respond-problem-too-many", &[("max", (*max).into())])
            }
            AnswerProblem::ExclusiveWithOthers { option, .. } => {
                let text = self
                    .options
                    .iter()
                    .find(|o| o.code == *option)
                    .map(|o| o.text.as_str());
                let option = text.unwrap_or_default().into();
                lang.t_with("respond-problem-exclusive", &[("option", option)])
            }
            AnswerProblem::TwoAnswers { .. } => lang.t("respond-problem-one"),
            AnswerProblem::UnknownOption { .. } | AnswerProblem::UnknownItem { .. } => {
                lang.t("respond-problem-changed")
            }
        }
    }
}

/// Bytes of a sent form beside the answers: our own fields, and those of a token and a commitment.
const BESIDE_ANSWERS: usize = 1_000;
/// Rooms are multiples of this.
const STEP: usize = 1_024;

/// Room for a form with the longest answers that the questionnaire takes, as it is sent (`application/x-www-form-urlencoded`).
fn room(questionnaire: &Questionnaire) -> usize {
    let sent = |text: &str| -> usize {
        let bytes = text.bytes();
        bytes
            .map(|byte| if byte.is_ascii_alphanumeric() { 1 } else { 3 })
            .sum()
    };
    let of_item = |item: &Item| {
        let codes = item.options.iter().map(|choice| sent(&choice.code));
        (sent(&item.id) + codes.max().unwrap_or_default() + 2) * item.max()
    };
    let answers: usize = questionnaire.items.iter().map(of_item).sum();
    (answers + BESIDE_ANSWERS).next_multiple_of(STEP)
}

/// The options that end the interview, in words.
fn endings(lang: Lang, source: &Source<'_>, item: &Item) -> Option<String> {
    let ending = item.options.iter().filter(|choice| choice.ends);
    let words: Vec<String> = ending
        .map(|choice| choice.text.render(lang.tag(), source.county))
        .collect();
    let args = [("options", words.join(&lang.t("respond-comma")).into())];
    (!words.is_empty()).then(|| lang.t_with("respond-ends-hint", &args))
}

/// An item's condition for the script and in words.
fn condition(lang: Lang, source: &Source<'_>, item: &Item) -> Option<(String, String)> {
    let Some(Condition::Answered {
        item: earlier,
        any_of,
    }) = &item.asked_if
    else {
        return None;
    };
    let position = source.questionnaire.position(earlier)?;
    let options = &source.questionnaire.item(earlier)?.options;
    let named = options
        .iter()
        .filter(|choice| any_of.contains(&choice.code));
    let words: Vec<String> = named
        .map(|choice| choice.text.render(lang.tag(), source.county))
        .collect();
    let words = words.join(&lang.t("respond-comma"));
    let args = [("number", (position + 1).into()), ("options", words.into())];
    Some((
        format!("{earlier}={}", any_of.join(" ")),
        lang.t_with("respond-skip", &args),
    ))
}

/// The arm as the form's hidden field says it.
pub(super) const fn direction_field(direction: Direction) -> &'static str {
    match direction {
        Direction::Forward => "0",
        Direction::Reverse => "1",
    }
}

/// The arm that a form says; anything else is the arm that was not drawn.
pub(super) fn direction_of(field: &str) -> Direction {
    if field == "1" {
        Direction::Reverse
    } else {
        Direction::Forward
    }
}
