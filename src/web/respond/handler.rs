//! The two addresses of a survey: the form, and where it is sent.
//!
//! For: `/s/{wave}/{county}`. Uses: `service::intake`. Promises: whatever is wrong, the resident reads what
//! it is and what to do next, in the language of the page; what can be mended comes back as the form with
//! every answer kept.

use axum::Extension;
use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderValue, RETRY_AFTER};
use axum::http::{HeaderName, StatusCode};
use axum::response::{Html, IntoResponse, Response};

use askama::Template;

use super::blind;
use super::instance::Instance;
use super::pages::{Packing, Pages};
use super::sent::Sent;
use super::tablet;
use super::view::{FormView, Source};
use super::{FormPage, NoticePage, ThanksPage};
use crate::i18n::Lang;
use crate::service::app::{App, Store};
use crate::service::intake::{self, IntakeError, OpenPage, Receipt};
use crate::survey::invitation::CodeProblem;
use crate::survey::response::Mode;
use crate::survey::time::Instant;
use crate::survey::wave::{Phase, Wave, WaveState};
use crate::web::asset;
use crate::web::error::WebError;
use crate::web::extract::{Form, Path};
use crate::web::page::Page;
use crate::web::problem::Problem;
use crate::web::server::From;

/// `GET /s/{wave}/{county}`: the form, or why there is none at this moment.
pub(in crate::web) async fn show(
    State(app): State<App>,
    Extension(pages): Extension<Pages>,
    page: Page,
    packing: Packing,
    Path((wave, county)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let open = intake::page(&app, &wave, &county).await.map_err(refusal)?;
    match open.phase {
        Phase::Before(opens_at) => not_yet(&app, &page, opens_at),
        Phase::Over(closed_at) => closed(&app, &page, &open.wave, closed_at),
        Phase::Taking(_) => {
            let instance = Instance::draw_new().map_err(WebError::internal)?;
            let mark = tablet::given(&app, &page, &wave, &county).await;
            let render = |field: &str| {
                let sent = Sent::blank(instance);
                let view = form(&app, &page, &open, &sent).with_instance(field);
                let view = on_tablet(&page, view, &wave, &county, mark.as_deref());
                html(&FormPage {
                    page: &page,
                    inline: asset::respond(),
                    view: &view,
                })
            };
            // An address with more in its query has links of its own.
            let with_policy = |response| of_form(&app, response);
            if !page.asks_more()
                && let Some(packed) = pages.form(page.lang, &open, instance, render)?
            {
                let filled = packing.answer(&packed, &[&instance.to_string()]);
                return resident(filled).map(with_policy);
            }
            resident(Ok(Html(render(&instance.to_string())?).into_response())).map(with_policy)
        }
    }
}

/// `POST /s/{wave}/{county}`: takes the answers.
pub(in crate::web) async fn submit(
    State(app): State<App>,
    Extension(pages): Extension<Pages>,
    page: Page,
    packing: Packing,
    From(from): From,
    Path((wave, county)): Path<(String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, WebError> {
    let sent = Sent::read(fields).ok_or(Problem::Malformed)?;
    let mark = tablet::given(&app, &page, &wave, &county).await;
    let mut submission = sent.submission(&wave, &county, page.lang);
    if mark.is_some() {
        submission.mode = Mode::Assisted;
    }
    let error = match intake::submit_from(&app, submission, from).await {
        Ok(receipt) => {
            return match mark {
                None => thanks(&app, &pages, &page, packing, &receipt),
                Some(mark) => {
                    let next = tablet::address(&page, &wave, &county, &mark);
                    let (groups, picture) =
                        (receipt.groups(), pages.picture(&app.public_url, &receipt));
                    let thanks = ThanksPage {
                        next: Some(next),
                        ..thanks_page(&app, &page, &receipt, (&groups, &picture))
                    };
                    answer(StatusCode::OK, &thanks)
                }
            };
        }
        Err(error) => error,
    };
    match ended(&app, &page, &wave, &county, error).await? {
        Ok(page) => Ok(page),
        Err(error) => mend(&app, &page, (&wave, &county), &sent, mark, error).await,
    }
}

/// The page of a refusal after which there is no form, or the refusal that the form says.
pub(super) async fn ended(
    app: &App,
    page: &Page,
    wave: &str,
    county: &str,
    error: IntakeError,
) -> Result<Result<Response, IntakeError>, WebError> {
    Ok(Ok(match error {
        IntakeError::NotYetOpen { opens_at } => not_yet(app, page, opens_at)?,
        IntakeError::Closed { closed_at } => {
            let open = intake::page(app, wave, county).await.map_err(refusal)?;
            closed(app, page, &open.wave, closed_at)?
        }
        IntakeError::AlreadyReceived => spent(page, "used")?,
        IntakeError::Replaced => spent(page, "replaced")?,
        IntakeError::UsedElsewhere => spent(page, "elsewhere")?,
        IntakeError::UnknownWave => return Err(Problem::UnknownWave.into()),
        error => return Ok(Err(error)),
    }))
}

/// The form again, with every answer kept and what is to be done said above it.
pub(super) async fn mend(
    app: &App,
    page: &Page,
    (wave, county): (&str, &str),
    sent: &Sent,
    mark: Option<String>,
    error: IntakeError,
) -> Result<Response, WebError> {
    let lang = page.lang;
    let right = match &error {
        IntakeError::OtherCounty { county } => county.code.as_str(),
        _ => county,
    };
    let open = intake::page(app, wave, right).await.map_err(refusal)?;
    let mark = match mark {
        Some(_) if right != county => tablet::elsewhere(app, wave, right).await,
        mark => mark,
    };
    let view = form(app, page, &open, sent);
    let view = on_tablet(page, view, wave, right, mark.as_deref());
    let view = match error {
        IntakeError::Invalid(problems) => view.with_problems(lang, &problems),
        IntakeError::BadCodeForm(problem) => view.with_code_problem(code_problem(lang, problem)),
        IntakeError::UnknownCode => view.with_code_problem(lang.t("respond-code-unknown")),
        IntakeError::OtherCounty { county } => {
            let name = county.name(lang.tag()).to_owned();
            view.with_notice(lang.t_with("respond-other-county", &[("county", name.into())]))
        }
        error => {
            let refused = Refused::of(lang, error)?;
            let view = view.with_notice(refused.sentence.clone());
            let again = refused.answer(&FormPage {
                page,
                inline: asset::respond(),
                view: &view,
            });
            return again.map(|response| of_form(app, response));
        }
    };
    let template = FormPage {
        page,
        inline: asset::respond(),
        view: &view,
    };
    let again = answer(StatusCode::UNPROCESSABLE_ENTITY, &template);
    again.map(|response| of_form(app, response))
}

/// A page with the form: its script may send to the urn's own host name, if there is one.
fn of_form(app: &App, mut response: Response) -> Response {
    if let Some(policy) = blind::policy(app) {
        let headers = response.headers_mut();
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The form, on a device of the survey team if there is a mark.
fn on_tablet(
    page: &Page,
    view: FormView,
    wave: &str,
    county: &str,
    mark: Option<&str>,
) -> FormView {
    match mark {
        Some(mark) => view.on_tablet(tablet::address(page, wave, county, mark)),
        None => view,
    }
}

/// A refusal that the same form can be sent again after.
pub(super) struct Refused {
    status: StatusCode,
    /// After how many seconds.
    wait: Option<u64>,
    /// What happened and what to do.
    pub(super) sentence: String,
}

impl Refused {
    /// A queue that is full, or a mistake of ours, which is logged.
    pub(super) fn of(lang: Lang, error: IntakeError) -> Result<Self, WebError> {
        match error {
            IntakeError::UnknownWave => Err(Problem::UnknownWave.into()),
            IntakeError::Busy { retry_after } => {
                let seconds = retry_after.as_secs().max(1);
                Ok(Self {
                    status: StatusCode::SERVICE_UNAVAILABLE,
                    wait: Some(seconds),
                    sentence: lang.t_with("respond-busy", &[("seconds", seconds.into())]),
                })
            }
            // Sending again would not help: the form comes back with what does.
            IntakeError::Elsewhere(_) => Ok(Self {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                wait: None,
                sentence: lang.t("respond-only-apart"),
            }),
            error => {
                WebError::internal(error).log();
                Ok(Self {
                    status: StatusCode::INTERNAL_SERVER_ERROR,
                    wait: None,
                    sentence: lang.t("respond-failed"),
                })
            }
        }
    }

    /// The page that says it.
    pub(super) fn answer(&self, template: &impl Template) -> Result<Response, WebError> {
        let mut response = answer(self.status, template)?;
        if let Some(seconds) = self.wait {
            let headers = response.headers_mut();
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        Ok(response)
    }
}

/// The form of a wave and county with what was sent.
fn form(app: &App, page: &Page, open: &OpenPage, sent: &Sent) -> FormView {
    let action = format!("/s/{}/{}", open.wave.slug, open.county.code.as_str());
    form_at(app, page, open, sent, &action)
}

/// The same, sent to another address.
pub(super) fn form_at(
    app: &App,
    page: &Page,
    open: &OpenPage,
    sent: &Sent,
    action: &str,
) -> FormView {
    let source = Source {
        questionnaire: &open.questionnaire,
        action,
        county: open.county.name(page.lang.tag()),
        instance: &sent.instance.to_string(),
        draw: sent.instance.draw(),
        direction: sent.direction,
        answers: &sent.answers,
    };
    let view = FormView::new(page, &source)
        .with_code(&sent.code)
        .with_fast_limit(open.fast_seconds)
        .only_apart(!app.part.has(Store::Urn))
        .sent_apart(blind::Apart::of(
            app,
            page,
            open.wave.slug.as_str(),
            open.blind_keys,
        ));
    let view = if open.wave.synthetic {
        view.marked_synthetic(page.lang)
    } else {
        view
    };
    match open.phase {
        Phase::Taking(until) => view.with_end(page.lang, &moment(app, page.lang, until)),
        Phase::Before(_) | Phase::Over(_) => view,
    }
}

/// What is wrong with a code that was typed.
pub(in crate::web) fn code_problem(lang: Lang, problem: CodeProblem) -> String {
    match problem {
        CodeProblem::Empty => lang.t("respond-code-empty"),
        CodeProblem::Length { found } => {
            lang.t_with("respond-code-length", &[("found", found.into())])
        }
        CodeProblem::Character { place } => {
            lang.t_with("respond-code-character", &[("place", place.into())])
        }
        CodeProblem::Check => lang.t("respond-code-check"),
    }
}

pub(super) fn thanks(
    app: &App,
    pages: &Pages,
    page: &Page,
    packing: Packing,
    receipt: &Receipt,
) -> Result<Response, WebError> {
    let (groups, picture) = (receipt.groups(), pages.picture(&app.public_url, receipt));
    let render = |groups: &[String], picture: &str| {
        html(&thanks_page(app, page, receipt, (groups, picture)))
    };
    let kept = (groups.as_slice(), picture.as_str());
    match pages.thanks(page.lang, receipt.promise_by, kept, render)? {
        Some((packed, filling)) => resident(packing.answer(&packed, &[&filling, &picture])),
        None => resident(Ok(Html(render(&groups, &picture)?).into_response())),
    }
}

fn thanks_page<'a>(
    app: &App,
    page: &'a Page,
    receipt: &Receipt,
    (groups, picture): (&'a [String], &'a str),
) -> ThanksPage<'a> {
    ThanksPage {
        page,
        inline: asset::respond(),
        groups,
        picture,
        promise_by: moment(app, page.lang, receipt.promise_by),
        is_open: false,
        next: None,
    }
}

/// The receipt of an open wave.
pub(super) fn thanks_of_open(
    app: &App,
    pages: &Pages,
    page: &Page,
    receipt: &Receipt,
) -> Result<Response, WebError> {
    let (groups, picture) = (receipt.groups(), pages.picture(&app.public_url, receipt));
    let thanks = ThanksPage {
        is_open: true,
        ..thanks_page(app, page, receipt, (&groups, &picture))
    };
    answer(StatusCode::OK, &thanks)
}

pub(super) fn not_yet(app: &App, page: &Page, opens_at: Instant) -> Result<Response, WebError> {
    let opens = moment(app, page.lang, opens_at);
    let template = NoticePage {
        page,
        inline: asset::respond(),
        title: page.t("respond-not-yet"),
        text: page.t_with("respond-not-yet-text", &[("opens", opens.into())]),
        next: page.t("respond-not-yet-next"),
        results: None,
    };
    answer(Problem::NotYetOpen.status(), &template)
}

pub(super) fn closed(
    app: &App,
    page: &Page,
    wave: &Wave,
    closed_at: Instant,
) -> Result<Response, WebError> {
    let published = wave.state == WaveState::Published;
    let next = if published {
        "respond-closed-published"
    } else {
        "respond-closed-next"
    };
    let closed = moment(app, page.lang, closed_at);
    let template = NoticePage {
        page,
        inline: asset::respond(),
        title: page.t("respond-closed"),
        text: page.t_with("respond-closed-text", &[("closed", closed.into())]),
        next: page.t(next),
        results: published.then(|| format!("/results/{}", wave.slug)),
    };
    answer(Problem::WaveClosed.status(), &template)
}

/// The code opens nothing any more.
fn spent(page: &Page, why: &str) -> Result<Response, WebError> {
    let template = NoticePage {
        page,
        inline: asset::respond(),
        title: page.t(&format!("respond-{why}")),
        text: page.t(&format!("respond-{why}-text")),
        next: page.t(&format!("respond-{why}-next")),
        results: None,
    };
    answer(Problem::AlreadyReceived.status(), &template)
}

/// A refusal that has no form to come back to.
pub(super) fn refusal(error: IntakeError) -> WebError {
    match error {
        IntakeError::UnknownWave => Problem::UnknownWave.into(),
        IntakeError::Busy { retry_after } => WebError::Busy { retry_after },
        other => WebError::internal(other),
    }
}

fn moment(app: &App, lang: Lang, at: Instant) -> String {
    lang.moment(app.zone.civil(at))
}

fn html(template: &impl Template) -> Result<String, WebError> {
    Ok(template.render()?)
}

pub(super) fn answer(status: StatusCode, template: &impl Template) -> Result<Response, WebError> {
    resident(Ok((status, Html(html(template)?)).into_response()))
}

/// A resident's page: its own policy, for the style and script that it carries.
fn resident(response: Result<Response, WebError>) -> Result<Response, WebError> {
    let mut response = response?;
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, asset::respond().policy.clone());
    headers.insert(
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex"),
    );
    Ok(response)
}
