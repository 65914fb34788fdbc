//! A workbook into a questionnaire, which may have gaps that its editor names.

use calamine::XlsxError;

use super::logic::{self, Expression};
use super::sheet::{Row, Sheet, tag};
use super::{OPENING, SheetProblem, TITLE, What};
use crate::service::import::grid::{self, Line};
use crate::survey::questionnaire::draft::empty_text;
use crate::survey::questionnaire::{
    Choice, Condition, ItemSpec, KindName, QuestionnaireSpec, Role, SampledUnit, Shuffle, Text,
};

/// Problems after which nothing is read on.
const MOST_PROBLEMS: usize = 200;
const YES: [&str; 4] = ["yes", "true", "true()", "1"];
const NO: [&str; 5] = ["", "no", "false", "false()", "0"];

/// Columns of each sheet that are understood; other cells have no place.
const SURVEY: [&str; 16] = [
    "type",
    "name",
    "label",
    "required",
    "relevant",
    "constraint",
    "constraint_message",
    "required_message",
    "parameters",
    "minyi_role",
    "minyi_shuffle",
    "minyi_reverse",
    "minyi_sampled",
    "minyi_id",
    "#",
    "disabled",
];
const CHOICES: [&str; 10] = [
    "list_name",
    "name",
    "label",
    "minyi_approves",
    "minyi_ends",
    "minyi_exclusive",
    "minyi_refusal",
    "minyi_undecided",
    "minyi_anchored",
    "#",
];
const SETTINGS: [&str; 5] = ["form_title", "form_id", "version", "default_language", "#"];

/// What pyxform reads beside the three sheets; others are remarks.
const BESIDE: [&str; 3] = ["external_choices", "entities", "osm"];

/// Reads a workbook. What has no place in a questionnaire is named, all of it; gaps are left to the editor.
pub fn read(bytes: &[u8]) -> Result<QuestionnaireSpec, Vec<SheetProblem>> {
    if !bytes.starts_with(b"PK\x03\x04") {
        return Err(vec![of_whole(None, What::NoWorkbook)]);
    }
    let sheets = grid::sheets(bytes).map_err(|error| {
        let what = match error {
            XlsxError::Password => What::NoWorkbook,
            other => What::Broken(other.to_string()),
        };
        vec![of_whole(None, what)]
    })?;
    let mut problems = Vec::new();
    let lines = |name: &str| {
        let is = |(title, _): &&(String, Vec<Line>)| title.trim().eq_ignore_ascii_case(name);
        sheets.iter().find(is).map(|(_, lines)| lines.as_slice())
    };
    let needed = ["survey", "choices"].into_iter();
    let missing = needed.filter(|name| lines(name).is_none());
    problems.extend(missing.map(|name| of_whole(Some(name), What::NoSheet)));
    let mut open = |name: &'static str, known: &[&str]| match lines(name) {
        Some(lines) => Sheet::new(name, lines, known, &mut problems),
        None => Sheet::none(name),
    };
    let survey = open("survey", &SURVEY);
    let choices = open("choices", &CHOICES);
    let settings = open("settings", &SETTINGS);
    let beside = BESIDE
        .into_iter()
        .filter(|name| lines(name).is_some_and(|lines| !lines.is_empty()));
    problems.extend(beside.map(|name| of_whole(Some(name), What::NoPlace(name.to_owned()))));
    let mut reader = Reader {
        survey,
        choices,
        settings,
        languages: Vec::new(),
        problems,
    };
    let spec = reader.questionnaire();
    if reader.problems.is_empty() {
        Ok(spec)
    } else {
        reader.problems.truncate(MOST_PROBLEMS);
        Err(reader.problems)
    }
}

/// A problem of a sheet as a whole, or of the file.
const fn of_whole(sheet: Option<&'static str>, what: What) -> SheetProblem {
    SheetProblem {
        sheet,
        row: None,
        column: None,
        what,
    }
}

struct Reader<'a> {
    survey: Sheet<'a>,
    choices: Sheet<'a>,
    settings: Sheet<'a>,
    languages: Vec<String>,
    problems: Vec<SheetProblem>,
}

/// A question with the row that it stands in.
struct Question {
    name: String,
    item: ItemSpec,
}

impl Reader<'_> {
    fn questionnaire(&mut self) -> QuestionnaireSpec {
        let default = self.setting("default_language");
        let default = (!default.is_empty()).then(|| tag(&default));
        self.read_languages(default.as_deref());
        for (sheet, needed) in [
            (&self.survey, &["type", "name"][..]),
            (&self.choices, &["list_name", "name"][..]),
        ] {
            let missing = needed.iter().filter(|name| !sheet.has(name));
            let missing = missing.filter(|_| !sheet.columns.is_empty());
            let missing = missing.map(|name| sheet.problem(None, None, What::NoColumn(name)));
            self.problems.extend(missing);
        }
        let mut title = empty_text(&self.languages);
        let heading = self.setting("form_title");
        if let Some(first) = default.as_ref().or(self.languages.first()) {
            title.set(first, &heading);
        }
        let mut opening = empty_text(&self.languages);
        let mut has_opening = false;
        let mut questions: Vec<Question> = Vec::new();
        let survey = std::mem::replace(&mut self.survey, Sheet::none("survey"));
        for row in survey.iter() {
            let kind = row.text("type");
            let is_off = YES.contains(&row.text("disabled").to_lowercase().as_str());
            if kind.is_empty() && row.text("name").is_empty() || is_off {
                continue;
            }
            if kind == "note" {
                if row.text("name") == TITLE {
                    title = self.text(row);
                } else if questions.is_empty() && !has_opening || row.text("name") == OPENING {
                    opening = self.text(row);
                    has_opening = true;
                } else {
                    self.problems.push(row.problem("type", What::Note));
                }
                continue;
            }
            if let Some(question) = self.question(row, &questions) {
                questions.push(question);
            }
        }
        let id = name_of(&self.setting("form_id"));
        QuestionnaireSpec {
            id: if id.is_empty() {
                "imported".to_owned()
            } else {
                id
            },
            version: self.setting("version").parse().unwrap_or(1).max(1),
            languages: self.languages.clone(),
            title,
            opening,
            items: questions
                .into_iter()
                .map(|question| question.item)
                .collect(),
        }
    }

    fn setting(&self, name: &str) -> String {
        let first = self.settings.iter().next();
        first.map_or_else(String::new, |row| row.text(name).to_owned())
    }

    /// Languages of the labels; a label without one is in the default language.
    fn read_languages(&mut self, default: Option<&str>) {
        for sheet in [&mut self.survey, &mut self.choices] {
            for column in &mut sheet.columns {
                if !matches!(column.name.as_str(), "label") {
                    continue;
                }
                if column.language.is_none() {
                    column.language = default.map(str::to_owned);
                }
                match &column.language {
                    Some(tag) if !self.languages.contains(tag) => self.languages.push(tag.clone()),
                    Some(_) => {}
                    None => self.problems.push(SheetProblem {
                        sheet: Some(sheet.name),
                        row: None,
                        column: Some(column.title.clone()),
                        what: What::NoLanguage,
                    }),
                }
            }
        }
    }

    fn text(&self, row: Row<'_>) -> Text {
        let mut text = empty_text(&self.languages);
        for tag in &self.languages {
            text.set(tag, row.get("label", Some(tag)));
        }
        text
    }

    fn question(&mut self, row: Row<'_>, earlier: &[Question]) -> Option<Question> {
        let Some((kind, list)) = select(row.text("type")) else {
            let what = What::Type(row.text("type").to_owned());
            self.problems.push(row.problem("type", what));
            return None;
        };
        let name = row.text("name").to_owned();
        if name.is_empty() {
            self.problems.push(row.problem("name", What::NoName));
        }
        let options = self.options(list);
        if options.is_empty() {
            let what = What::NoList(list.to_owned());
            self.problems.push(row.problem("type", what));
        }
        let id = match row.text("minyi_id") {
            "" => name_of(&name),
            own => own.to_owned(),
        };
        let mut item = ItemSpec {
            id,
            role: self.role(row),
            kind,
            max: None,
            text: self.text(row),
            options,
            asked_if: None,
            shuffle: self.shuffle(row),
            reverse: self.yes(row, "minyi_reverse"),
            optional: !self.yes(row, "required"),
        };
        self.constrain(row, &mut item);
        item.asked_if = self.condition(row, earlier);
        Some(Question { name, item })
    }

    fn options(&mut self, list: &str) -> Vec<Choice> {
        let choices = std::mem::replace(&mut self.choices, Sheet::none("choices"));
        let mut options = Vec::new();
        for row in choices.iter().filter(|row| row.text("list_name") == list) {
            let mut option = Choice::plain(&name_of(row.text("name")), self.text(row));
            for (mark, _) in option.clone().marks() {
                option.mark(mark, self.yes(row, &format!("minyi_{mark}")));
            }
            options.push(option);
        }
        self.choices = Sheet {
            name: "choices",
            columns: choices.columns,
            rows: choices.rows,
        };
        options
    }

    fn yes(&mut self, row: Row<'_>, name: &str) -> bool {
        let text = row.text(name).to_lowercase();
        if YES.contains(&text.as_str()) {
            return true;
        }
        if !NO.contains(&text.as_str()) {
            let what = What::Word {
                found: row.text(name).to_owned(),
                expected: "yes, no",
            };
            self.push(row.problem(name, what));
        }
        false
    }

    /// Adds a problem once: a list of options may belong to several questions.
    fn push(&mut self, problem: SheetProblem) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    fn role(&mut self, row: Row<'_>) -> Role {
        match row.text("minyi_role").to_lowercase().as_str() {
            "screen" => Role::Screen,
            "demographic" => Role::Demographic,
            "substantive" | "" => Role::Substantive,
            "conduct" => Role::Conduct,
            other => {
                let what = What::Word {
                    found: other.to_owned(),
                    expected: "screen, substantive, conduct, demographic",
                };
                self.push(row.problem("minyi_role", what));
                Role::Substantive
            }
        }
    }

    fn shuffle(&mut self, row: Row<'_>) -> Shuffle {
        let is_random = match row
            .text("parameters")
            .replace(' ', "")
            .to_lowercase()
            .as_str()
        {
            "" | "randomize=false" => false,
            "randomize=true" => true,
            other => {
                let what = What::NoPlace(other.to_owned());
                self.push(row.problem("parameters", what));
                false
            }
        };
        match row.text("minyi_shuffle").to_lowercase().as_str() {
            "all" => Shuffle::All,
            "ends" => Shuffle::Ends,
            "" | "none" if is_random => Shuffle::All,
            "" | "none" => Shuffle::None,
            other => {
                let what = What::Word {
                    found: other.to_owned(),
                    expected: "all, ends, none",
                };
                self.push(row.problem("minyi_shuffle", what));
                Shuffle::None
            }
        }
    }

    /// At most so many, and what stands alone.
    fn constrain(&mut self, row: Row<'_>, item: &mut ItemSpec) {
        let text = row.text("constraint");
        if text.is_empty() {
            return;
        }
        let refused = row.problem("constraint", What::Constraint(text.to_owned()));
        let read = logic::read(text).filter(|_| item.kind == KindName::Multiple);
        let Some(read) = read else {
            self.push(refused);
            return;
        };
        for term in read.terms() {
            let alone = term.alone().map(|code| name_of(&code));
            let option = alone.and_then(|code| item.options.iter_mut().find(|o| o.code == code));
            match (term, option) {
                (_, Some(option)) => option.exclusive |= !option.refusal,
                (Expression::AtMost(most), None) => item.max = Some(most),
                _ => {
                    self.push(refused);
                    return;
                }
            }
        }
    }

    /// The condition of a question. That an earlier answer has not ended the interview goes without saying.
    fn condition(&mut self, row: Row<'_>, earlier: &[Question]) -> Option<Condition> {
        let sampled = match row.text("minyi_sampled").to_lowercase().as_str() {
            "" => None,
            "person" => Some(SampledUnit::Person),
            "household" => Some(SampledUnit::Household),
            other => {
                let what = What::Word {
                    found: other.to_owned(),
                    expected: "person, household",
                };
                self.push(row.problem("minyi_sampled", what));
                None
            }
        };
        let sampled = sampled.map(|sampled| Condition::Sampled { sampled });
        let text = row.text("relevant");
        if text.is_empty() {
            return sampled;
        }
        let refused = row.problem("relevant", What::Relevant(text.to_owned()));
        let Some(read) = logic::read(text) else {
            self.push(refused);
            return None;
        };
        let mut found = sampled;
        for term in read.terms() {
            let is_negative = term.none_of();
            let Some((name, codes)) = is_negative.clone().or_else(|| term.one_of()) else {
                self.push(refused);
                return None;
            };
            let Some(question) = earlier.iter().find(|question| question.name == name) else {
                self.push(row.problem("relevant", What::NoQuestion(name)));
                return None;
            };
            let codes: Vec<String> = codes.iter().map(|code| name_of(code)).collect();
            let options = &question.item.options;
            let ends = |code: &String| options.iter().any(|o| o.ends && o.code == *code);
            if is_negative.is_some() && codes.iter().all(ends) {
                continue;
            }
            if is_negative.is_some() || found.is_some() {
                self.push(refused);
                return None;
            }
            found = Some(Condition::Answered {
                item: question.item.id.clone(),
                any_of: codes,
            });
        }
        found
    }
}

/// One or several of a list.
fn select(kind: &str) -> Option<(KindName, &str)> {
    let kind = kind.trim();
    let known = [
        ("select_one", KindName::Single),
        ("select one from", KindName::Single),
        ("select one", KindName::Single),
        ("select1", KindName::Single),
        ("select_multiple", KindName::Multiple),
        ("select all that apply from", KindName::Multiple),
        ("select all that apply", KindName::Multiple),
    ];
    let found = known.into_iter().find_map(|(word, kind_name)| {
        let list = kind.strip_prefix(word)?.strip_prefix(char::is_whitespace)?;
        Some((kind_name, list.trim()))
    });
    // More than a list's name: `or_other`, or a file.
    found.filter(|(_, list)| !list.is_empty() && !list.contains(char::is_whitespace))
}

/// A name as ours are written: in lower case, points as lines below.
fn name_of(name: &str) -> String {
    name.trim().to_lowercase().replace(['.', ' '], "_")
}

#[cfg(test)]
mod tests {
    use super::super::LANGUAGES;
    use super::*;

    #[test]
    fn a_language_is_known_by_its_code_or_its_name() {
        for (of, name) in LANGUAGES {
            assert_eq!(tag(name), of);
        }
        assert_eq!(tag("English"), "en");
        assert_eq!(tag("Монгол (mn)"), "mn");
    }

    #[test]
    fn only_the_two_kinds_of_choice_are_questions() {
        assert_eq!(select("select_one a"), Some((KindName::Single, "a")));
        assert_eq!(
            select("select all that apply from  b"),
            Some((KindName::Multiple, "b"))
        );
        for kind in [
            "select_one",
            "select_one a or_other",
            "text",
            "rank a",
            "select_one_from_file a.csv",
        ] {
            assert_eq!(select(kind), None, "{kind}");
        }
    }
}
