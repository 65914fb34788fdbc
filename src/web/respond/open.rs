//! Open waves: the first page, which asks who somebody is and keeps a place, and where the questionnaire is sent.
//!
//! For: `/o/{wave}` and `/o/{wave}/{county}`. Uses: `service::intake::open`. Promises: every page says that this
//! is no probability sample; a full cell is said kindly before any question is asked, and nobody who has
//! answered is turned away.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Redirect, Response};

use super::handler::{self, Refused};
use super::instance::Instance;
use super::pages::Pages;
use super::sent::Sent;
use super::view::{FormView, Hidden};
use super::{FormPage, NoticePage};
use crate::service::app::App;
use crate::service::intake::open::{Admission, Choice, Field, FirstPage, admit, first_page, page};
use crate::service::intake::{IntakeError, OpenPage, open};
use crate::survey::frame::Residence;
use crate::survey::plan::OpenPlan;
use crate::survey::questionnaire::Item;
use crate::survey::wave::{Phase, WaveSlug};
use crate::web::asset::{self, Inline};
use crate::web::error::WebError;
use crate::web::extract::{Form, Path};
use crate::web::page::Page;
use crate::web::problem::Problem;

/// Field of the county on the first page.
const COUNTY: &str = "_county";
/// Field of the residence, on both pages.
pub(super) const RESIDENCE: &str = "_residence";

/// A question of the first page.
struct Question {
    name: String,
    text: String,
    problem: bool,
    /// Code, words, whether it is chosen.
    options: Vec<(String, String, bool)>,
}

#[derive(Template)]
#[template(path = "respond/first.html")]
struct FirstTemplate<'a> {
    page: &'a Page,
    inline: &'static Inline,
    title: String,
    opening: String,
    end: Option<String>,
    synthetic: bool,
    action: String,
    busy: Option<String>,
    questions: Vec<Question>,
}

impl FirstTemplate<'_> {
    fn is_refused(&self) -> bool {
        self.busy.is_some() || self.questions.iter().any(|question| question.problem)
    }
}

/// `GET /o/{wave}`: who are you, roughly?
pub(in crate::web) async fn first(
    State(app): State<App>,
    page: Page,
    Path(wave): Path<String>,
) -> Result<Response, WebError> {
    let found = first_page(&app, &wave).await.map_err(handler::refusal)?;
    match found.phase {
        Phase::Before(opens_at) => handler::not_yet(&app, &page, opens_at),
        Phase::Over(at) => handler::closed(&app, &page, &found.wave, at),
        Phase::Taking(_) => {
            let first = template(&app, &page, &found, &Choice::default(), &[], None);
            handler::answer(StatusCode::OK, &first)
        }
    }
}

/// `POST /o/{wave}`: keeps a place and gives the questionnaire.
pub(in crate::web) async fn enter(
    State(app): State<App>,
    page: Page,
    Path(wave): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, WebError> {
    let found = first_page(&app, &wave).await.map_err(handler::refusal)?;
    let choice = choice(&found.plan, &fields);
    let instance = Instance::draw_new().map_err(WebError::internal)?;
    let admitted = admit(&app, &wave, &choice, instance.as_bytes()).await;
    match admitted {
        Ok(Admission::Welcome(survey)) => {
            let mut sent = Sent::blank(instance);
            sent.residence.clone_from(&choice.residence);
            sent.answers = vec![
                (found.plan.age_item.clone(), choice.age),
                (found.plan.sex_item.clone(), choice.sex),
            ];
            let view = form(&app, &page, &survey, &found.plan, &sent);
            handler::answer(StatusCode::OK, &document(&page, &view))
        }
        Ok(Admission::Full) => notice(&page, "open-full"),
        Ok(Admission::NotAsked) => notice(&page, "open-not-asked"),
        Ok(Admission::Unclear(fields)) => {
            let first = template(&app, &page, &found, &choice, &fields, None);
            handler::answer(StatusCode::UNPROCESSABLE_ENTITY, &first)
        }
        Err(IntakeError::NotYetOpen { opens_at }) => handler::not_yet(&app, &page, opens_at),
        Err(IntakeError::Closed { closed_at }) => {
            handler::closed(&app, &page, &found.wave, closed_at)
        }
        Err(error) => {
            let refused = Refused::of(page.lang, error)?;
            let words = Some(refused.sentence.clone());
            let first = template(&app, &page, &found, &choice, &[], words);
            refused.answer(&first)
        }
    }
}

/// `GET /o/{wave}/{county}`: a questionnaire belongs to a place, so the way begins at the first page.
pub(in crate::web) async fn begin(
    page: Page,
    Path((wave, _)): Path<(String, String)>,
) -> Result<Redirect, WebError> {
    let wave = WaveSlug::parse(&wave).map_err(|_| Problem::UnknownWave)?;
    Ok(Redirect::to(&page.link(&format!("/o/{wave}"))))
}

/// `POST /o/{wave}/{county}`: takes the answers.
pub(in crate::web) async fn submit(
    State(app): State<App>,
    Extension(pages): Extension<Pages>,
    page: Page,
    Path((wave, county)): Path<(String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, WebError> {
    let sent = Sent::read(fields).ok_or(Problem::Malformed)?;
    let submission = sent.submission(&wave, &county, page.lang);
    let error = match open::submit(&app, submission, &sent.residence).await {
        Ok(receipt) => return handler::thanks_of_open(&app, &pages, &page, &receipt),
        Err(error) => error,
    };
    match error {
        IntakeError::NotYetOpen { opens_at } => handler::not_yet(&app, &page, opens_at),
        IntakeError::Closed { closed_at } => {
            let found = first_page(&app, &wave).await.map_err(handler::refusal)?;
            handler::closed(&app, &page, &found.wave, closed_at)
        }
        IntakeError::AlreadyReceived => {
            notice_of(&page, "open-received", Problem::AlreadyReceived.status())
        }
        IntakeError::UnknownWave => Err(Problem::UnknownWave.into()),
        error => mend(&app, &page, (&wave, &county), &sent, error).await,
    }
}

/// The questionnaire again, with every answer kept and what is to be done said above it.
async fn mend(
    app: &App,
    shown: &Page,
    (wave, county): (&str, &str),
    sent: &Sent,
    error: IntakeError,
) -> Result<Response, WebError> {
    let found = first_page(app, wave).await.map_err(handler::refusal)?;
    let survey = page(app, wave, county).await.map_err(handler::refusal)?;
    let view = form(app, shown, &survey, &found.plan, sent);
    if let IntakeError::Invalid(problems) = &error {
        let view = view.with_problems(shown.lang, problems);
        let view = if view.has_notice() {
            view
        } else {
            view.with_notice(shown.t("respond-problem-changed"))
        };
        return handler::answer(StatusCode::UNPROCESSABLE_ENTITY, &document(shown, &view));
    }
    let refused = Refused::of(shown.lang, error)?;
    let view = view.with_notice(refused.sentence.clone());
    refused.answer(&document(shown, &view))
}

fn document<'a>(page: &'a Page, view: &'a FormView) -> FormPage<'a> {
    FormPage {
        page,
        inline: asset::respond(),
        view,
    }
}

/// The questionnaire without what the first page asked.
fn form(app: &App, page: &Page, survey: &OpenPage, plan: &OpenPlan, sent: &Sent) -> FormView {
    let asked = [plan.age_item.as_str(), plan.sex_item.as_str()];
    let mut hidden: Vec<Hidden> = sent
        .answers
        .iter()
        .filter(|(item, _)| asked.contains(&item.as_str()))
        .map(|(name, value)| Hidden {
            name: name.clone(),
            value: value.clone(),
        })
        .collect();
    hidden.push(Hidden {
        name: RESIDENCE.to_owned(),
        value: sent.residence.clone(),
    });
    let action = format!("/o/{}/{}", survey.wave.slug, survey.county.code.as_str());
    handler::form_at(app, page, survey, sent, &action).of_open_wave(page.lang, hidden)
}

fn choice(plan: &OpenPlan, fields: &[(String, String)]) -> Choice {
    let field = |name: &str| {
        let found = fields.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    Choice {
        county: field(COUNTY),
        age: field(&plan.age_item),
        sex: field(&plan.sex_item),
        residence: field(RESIDENCE),
    }
}

fn template<'a>(
    app: &App,
    page: &'a Page,
    found: &FirstPage,
    choice: &Choice,
    unclear: &[Field],
    busy: Option<String>,
) -> FirstTemplate<'a> {
    let tag = page.lang.tag();
    let counties = found.counties.iter().map(|area| {
        let code = area.code.to_string();
        let chosen = code == choice.county;
        (code, area.name(tag).to_owned(), chosen)
    });
    let mut questions = vec![Question {
        name: COUNTY.to_owned(),
        text: page.t("open-county"),
        problem: unclear.contains(&Field::County),
        options: counties.collect(),
    }];
    let items = [
        (&found.plan.age_item, &choice.age, Field::Age),
        (&found.plan.sex_item, &choice.sex, Field::Sex),
    ];
    for (id, given, field) in items {
        if let Some(item) = found.questionnaire.item(id) {
            questions.push(question(tag, item, given, unclear.contains(&field)));
        }
    }
    if found.plan.residence {
        let option = |residence: Residence| {
            let word = residence.as_str();
            let chosen = choice.residence == word;
            (word.to_owned(), page.t(&format!("open-{word}")), chosen)
        };
        questions.push(Question {
            name: RESIDENCE.to_owned(),
            text: page.t("open-residence"),
            problem: unclear.contains(&Field::Residence),
            options: Residence::ALL.map(option).into(),
        });
    }
    let end = match found.phase {
        Phase::Taking(until) => {
            let closes = page.lang.moment(app.zone.civil(until));
            Some(page.t_with("respond-closes", &[("closes", closes.into())]))
        }
        Phase::Before(_) | Phase::Over(_) => None,
    };
    FirstTemplate {
        page,
        inline: asset::respond(),
        title: found.wave.titles.get(tag).to_owned(),
        opening: found.questionnaire.opening.get(tag).to_owned(),
        end,
        synthetic: found.wave.synthetic,
        action: page.link(&format!("/o/{}", found.wave.slug)),
        busy,
        questions,
    }
}

fn question(tag: &str, item: &Item, given: &str, problem: bool) -> Question {
    let options = item.options.iter().map(|choice| {
        let words = choice.text.get(tag).to_owned();
        (choice.code.clone(), words, choice.code == given)
    });
    Question {
        name: item.id.clone(),
        text: item.text.get(tag).to_owned(),
        problem,
        options: options.collect(),
    }
}

/// A page that ends the visit kindly.
fn notice(page: &Page, key: &str) -> Result<Response, WebError> {
    notice_of(page, key, StatusCode::OK)
}

fn notice_of(page: &Page, key: &str, status: StatusCode) -> Result<Response, WebError> {
    let template = NoticePage {
        page,
        inline: asset::respond(),
        title: page.t(key),
        text: page.t(&format!("{key}-text")),
        next: page.t(&format!("{key}-next")),
        results: None,
    };
    handler::answer(status, &template)
}
