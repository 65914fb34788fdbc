//! A version as the pages take it up: from the office, or the one that is built in.

use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderName, HeaderValue};

use crate::i18n::Lang;
use crate::service::app::App;
use crate::service::questionnaires::{self, WritingError};
use crate::survey::account::Account;
use crate::survey::ids::QuestionnaireId;
use crate::survey::questionnaire::{QuestionnaireSpec, Version};
use crate::survey::role::Action;
use crate::survey::wave::WaveSlug;
use crate::web::error::WebError;
use crate::web::layer::FRAMING;
use crate::web::page::Page;
use crate::web::problem::Problem;

/// The word in addresses for the questionnaire that is built in.
pub(super) const BUILT_IN: &str = "default";

/// The policy of a page with a frame.
pub(super) const FRAME: [(HeaderName, HeaderValue); 1] =
    [(CONTENT_SECURITY_POLICY, HeaderValue::from_static(FRAMING))];

/// A version on the desk.
pub(super) struct Desk {
    /// What addresses call it.
    pub(super) word: String,
    /// The version; none is the one that is built in.
    pub(super) version: Option<Version>,
    /// What it says now.
    pub(super) document: QuestionnaireSpec,
    /// What it is compared with.
    pub(super) before: Option<QuestionnaireSpec>,
    /// Waves that ask it.
    pub(super) waves: Vec<WaveSlug>,
}

impl Desk {
    /// Takes it up.
    pub(super) async fn open(app: &App, person: &Account, word: &str) -> Result<Self, WebError> {
        if word == BUILT_IN {
            let document = questionnaires::built_in().ok_or(Problem::NotFound)?;
            return Ok(Self {
                word: word.to_owned(),
                version: None,
                document: document.into(),
                before: None,
                waves: Vec::new(),
            });
        }
        let id: QuestionnaireId = word.parse().map_err(|_| Problem::NotFound)?;
        let looked = questionnaires::look(app, person, id).await;
        let looked = looked.map_err(refusal)?;
        Ok(Self {
            word: id.to_string(),
            document: looked.version.document.clone(),
            before: looked.before,
            waves: looked.waves,
            version: Some(looked.version),
        })
    }

    /// Its address.
    pub(super) fn path(&self) -> String {
        format!("/questionnaires/{}", self.word)
    }

    /// Whether nobody can change it any more.
    pub(super) fn is_fixed(&self) -> bool {
        self.version
            .as_ref()
            .is_none_or(|version| version.fixed_at.is_some())
    }

    /// Whether this person may change it.
    pub(super) fn is_open_to(&self, person: &Account) -> bool {
        !self.is_fixed() && person.may(Action::WriteQuestionnaires)
    }

    /// The version and the revision that is on the desk.
    pub(super) fn held(&self) -> Option<(QuestionnaireId, i64)> {
        self.version
            .as_ref()
            .map(|version| (version.id, version.revision))
    }

    /// Name and number in words.
    pub(super) fn name(&self, page: &Page) -> String {
        name(page.lang, &self.document)
    }
}

/// Name and number of a questionnaire in words.
pub(super) fn name(lang: Lang, of: &QuestionnaireSpec) -> String {
    let args = [
        ("name", of.id.as_str().into()),
        ("version", of.version.to_string().into()),
    ];
    lang.t_with("questions-version", &args)
}

/// A refusal with a page of its own.
pub(super) fn refusal(error: WritingError) -> WebError {
    match error {
        WritingError::Denied => Problem::Denied.into(),
        WritingError::NoVersion => Problem::NotFound.into(),
        other => WebError::internal(other),
    }
}

/// Why nothing was stored, where the page says it.
pub(super) fn sentence(page: &Page, error: &WritingError) -> Option<String> {
    match error {
        WritingError::Fixed => Some(page.t("questions-fixed-meanwhile")),
        WritingError::ChangedMeanwhile => Some(page.t("questions-changed-meanwhile")),
        _ => None,
    }
}
