//! `/api/v1/waves/{wave}/fieldwork`: how fieldwork goes, for programs of the staff.
//!
//! Promises: the numbers of the staff's page, rounded down as there; nothing is computed from answers.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::bearer::{Bearer, private};
use super::words::Place;
use crate::service::app::App;
use crate::service::fieldwork::{self, CountyBoard};
use crate::service::waves::WaveError;
use crate::survey::scope::Scope;
use crate::survey::wave::{WaveSlug, WaveState};
use crate::web::error::WebError;
use crate::web::extract::Path;
use crate::web::problem::Problem;

/// Fieldwork of a wave.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Fieldwork {
    /// The wave.
    wave: String,
    /// Answers are taken now.
    open: bool,
    /// Used codes and outcomes are rounded down to full steps, so that nobody who watches a neighbor sees a tick.
    rounded: bool,
    /// Its counties.
    counties: Vec<CountyFieldwork>,
}

/// Fieldwork in a county.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CountyFieldwork {
    /// The county.
    county: Place,
    /// Codes that were handed out.
    issued: u64,
    /// Codes that were used.
    used: u64,
    /// Outcomes that were noted, whether an answer came or not.
    noted: Noted,
}

/// Outcomes by kind (AAPOR).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Noted {
    /// Refusals.
    refusal: u64,
    /// Non-contacts.
    non_contact: u64,
    /// Other eligible non-interviews.
    other: u64,
    /// Letters that came back.
    undelivered: u64,
    /// Not eligible.
    not_eligible: u64,
}

impl CountyFieldwork {
    fn new(board: &CountyBoard) -> Self {
        let area = &board.area;
        Self {
            county: Place::new(area.code.as_str(), &area.name_zh, &area.name_en),
            issued: board.progress.issued,
            used: board.progress.used,
            noted: Noted {
                refusal: board.noted.refusal,
                non_contact: board.noted.non_contact,
                other: board.noted.other,
                undelivered: board.noted.undelivered,
                not_eligible: board.noted.not_eligible,
            },
        }
    }
}

/// How fieldwork goes.
#[utoipa::path(
    get,
    path = "/api/v1/waves/{wave}/fieldwork",
    operation_id = "get_fieldwork",
    tag = "staff",
    params(("wave" = String, Path, description = "The wave's name in addresses.", example = "2026q4")),
    security(("token" = ["fieldwork"])),
    responses((status = 200, description = "Codes and outcomes by county.", body = Fieldwork))
)]
pub(in crate::web) async fn get(
    State(app): State<App>,
    bearer: Bearer,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let person = bearer.with(Scope::Fieldwork)?;
    let slug = WaveSlug::parse(&slug).map_err(|_| Problem::NotFound)?;
    let board = match fieldwork::board(&app, &person, &slug).await {
        Ok(board) => board,
        Err(WaveError::Denied) => return Err(Problem::Denied.into()),
        Err(WaveError::NoWave(_) | WaveError::Refused(_)) => return Err(Problem::NotFound.into()),
        Err(error) => return Err(WebError::internal(error)),
    };
    Ok(private(&Fieldwork {
        wave: slug.to_string(),
        open: board.wave.state == WaveState::Open,
        rounded: board.is_rounded,
        counties: board.counties.iter().map(CountyFieldwork::new).collect(),
    }))
}
