//! What a draft would have changed: beside the forms, on a page of its own, and for what is being typed.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::criterion::{place_in, typed};
use super::desk::{self, Sent, path, problem, refusal};
use crate::evaluation::contrast::{CountyDifference, CriterionDifference, contrast};
use crate::evaluation::finding::Finding;
use crate::evaluation::reason::CriterionResult;
use crate::evaluation::standard::Standard;
use crate::evaluation::standard::document::Document;
use crate::evaluation::verdict;
use crate::i18n::Lang;
use crate::report::reason::{Speaker, class, finding_word, outcome_mark, outcome_word, sign};
use crate::service::app::App;
use crate::service::standards::{self, Preview, Previewed};
use crate::survey::account::Account;
use crate::web::error::WebError;
use crate::web::extract::{Form, Path};
use crate::web::page::{Page, render};
use crate::web::session::Staff;

/// A sign with its word.
pub(super) struct Mark {
    pub(super) sign: &'static str,
    pub(super) class: &'static str,
    pub(super) word: String,
}

/// One side of a criterion.
pub(super) struct Side {
    pub(super) mark: Mark,
    pub(super) reason: String,
}

/// A criterion that differs.
pub(super) struct CriterionLine {
    pub(super) name: String,
    /// Whether the finding itself is another.
    pub(super) decides: bool,
    pub(super) before: Side,
    pub(super) after: Side,
}

/// A county.
pub(super) struct CountyLine {
    pub(super) name: String,
    pub(super) before: Mark,
    pub(super) after: Mark,
    pub(super) is_other: bool,
    pub(super) summary: String,
    pub(super) criteria: Vec<CriterionLine>,
}

/// What is shown of a draft's effect.
pub(super) struct Outcome {
    /// The finding as a sentence.
    pub(super) headline: String,
    /// On which data, and what is to be known of them.
    pub(super) notes: Vec<String>,
    /// What keeps the draft from being applied.
    pub(super) problems: Vec<String>,
    pub(super) counties: Vec<CountyLine>,
}

#[derive(Template)]
#[template(path = "standards/preview.html")]
struct PreviewPage {
    page: Page,
    name: String,
    back: String,
    outcome: Outcome,
}

/// `GET /standards/drafts/{draft}/preview`: what is stored of the draft.
pub(in crate::web) async fn preview(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(word): Path<String>,
) -> Result<Response, WebError> {
    let desk = desk::open(&app, &person, &word).await?;
    let text = desk.draft.text.clone();
    page_of(&app, page, &person, &desk, &text).await
}

/// `POST /standards/drafts/{draft}/preview`: what is typed into a form. Nothing is stored.
pub(in crate::web) async fn preview_typed(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(word): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, WebError> {
    let desk = desk::open(&app, &person, &word).await?;
    let text = with_typed(&desk.draft.text, &sent);
    page_of(&app, page, &person, &desk, &text).await
}

/// The stored text with the criterion, or the whole text, that a form sends.
fn with_typed(stored: &str, sent: &Sent) -> String {
    if let Some(text) = sent.get("text") {
        return text.clone();
    }
    let place = sent.get("place").and_then(|place| place.parse().ok());
    let document = Document::parse(stored).ok();
    let (Some(place), Some(mut document)) = (place, document) else {
        return stored.to_owned();
    };
    let was = sent.get("was").map_or("", String::as_str);
    let place = place_in(&document, place, was);
    document.set_criterion(place, &typed(sent));
    document.to_toml()
}

async fn page_of(
    app: &App,
    page: Page,
    person: &Account,
    desk: &standards::Desk,
    text: &str,
) -> Result<Response, WebError> {
    let page = page.with_person(person);
    render(&PreviewPage {
        name: desk.draft.name.clone(),
        back: page.link(&path(&desk.draft)),
        outcome: of(app, &page, person, text).await?,
        page,
    })
}

/// What a text would change.
pub(super) async fn of(
    app: &App,
    page: &Page,
    person: &Account,
    text: &str,
) -> Result<Outcome, WebError> {
    let found = standards::preview(app, person, text).await;
    let plain = |headline: &str, problems: Vec<String>| Outcome {
        headline: page.t(headline),
        notes: Vec::new(),
        problems,
        counties: Vec::new(),
    };
    Ok(match found.map_err(refusal)? {
        Previewed::NoWave => plain("standards-preview-none", Vec::new()),
        Previewed::Unfinished(problems) => {
            let problems = problems.iter().map(|one| problem(page, one)).collect();
            plain("standards-preview-unfinished", problems)
        }
        Previewed::Done(preview) => shown(page, &preview),
    })
}

fn shown(page: &Page, preview: &Preview) -> Outcome {
    let differences = contrast(&preview.before, &preview.after);
    let other = differences.iter().filter(|one| one.before != one.after);
    let findings = differences.iter().flat_map(|one| &one.criteria);
    let findings = findings.filter(|one| one.decides_differently());
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let args = [
        ("counties", count(other.count()).into()),
        ("findings", count(findings.count()).into()),
    ];
    let wave = preview.wave.slug.to_string();
    let on = [
        ("year", preview.year.to_string().into()),
        ("wave", wave.into()),
        ("id", preview.now.id.as_str().into()),
        ("version", preview.now.version.to_string().into()),
    ];
    let mut notes = vec![page.t_with("standards-preview-on", &on)];
    if preview.has_moved {
        notes.push(page.t("standards-preview-moved"));
    }
    if preview.before.synthetic_indicators {
        notes.push(page.t("evaluate-synthetic-indicators"));
    }
    if preview.before.synthetic_survey {
        notes.push(page.t("evaluate-synthetic-survey"));
    }
    let writer = Writer { page, preview };
    Outcome {
        headline: page.t_with("standards-preview-headline", &args),
        notes,
        problems: Vec::new(),
        counties: differences.iter().map(|one| writer.county(one)).collect(),
    }
}

struct Writer<'a> {
    page: &'a Page,
    preview: &'a Preview,
}

impl Writer<'_> {
    const fn lang(&self) -> Lang {
        self.page.lang
    }

    fn county(&self, one: &CountyDifference) -> CountyLine {
        let tag = self.lang().tag();
        let (now, draft) = (&self.preview.now, &self.preview.draft);
        let county = draft
            .county(&one.county)
            .or_else(|| now.county(&one.county));
        let deciding = one.criteria.iter().filter(|one| one.decides_differently());
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let args = [
            ("findings", count(deciding.count()).into()),
            ("all", count(one.criteria.len()).into()),
        ];
        CountyLine {
            name: county
                .map_or(one.county.as_str(), |county| county.name.get(tag))
                .to_owned(),
            before: self.verdict(one.before),
            after: self.verdict(one.after),
            is_other: one.before != one.after,
            summary: self.page.t_with("standards-preview-county", &args),
            criteria: one.criteria.iter().map(|one| self.criterion(one)).collect(),
        }
    }

    fn verdict(&self, outcome: Option<verdict::Outcome>) -> Mark {
        outcome.map_or_else(
            || self.absent(),
            |outcome| {
                let (sign, class) = outcome_mark(outcome);
                let word = outcome_word(self.lang(), outcome);
                Mark { sign, class, word }
            },
        )
    }

    fn absent(&self) -> Mark {
        Mark {
            sign: "–",
            class: "none",
            word: self.page.t("standards-preview-absent"),
        }
    }

    fn criterion(&self, one: &CriterionDifference) -> CriterionLine {
        let (now, draft) = (&self.preview.now, &self.preview.draft);
        let criterion = draft.criterion(&one.id).or_else(|| now.criterion(&one.id));
        let name = criterion.map_or(one.id.as_str(), |one| one.name.get(self.lang().tag()));
        CriterionLine {
            name: name.to_owned(),
            decides: one.decides_differently(),
            before: self.side(now, one.before.as_ref()),
            after: self.side(draft, one.after.as_ref()),
        }
    }

    fn side(&self, standard: &Standard, result: Option<&CriterionResult>) -> Side {
        let lang = self.lang();
        let Some(result) = result else {
            return Side {
                mark: self.absent(),
                reason: String::new(),
            };
        };
        let mark = |finding: Finding| Mark {
            sign: sign(finding),
            class: class(finding),
            word: finding_word(lang, finding),
        };
        Side {
            mark: mark(result.finding),
            reason: Speaker { lang, standard }.reason(&result.reason),
        }
    }
}
