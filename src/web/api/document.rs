//! `/api/v1/openapi.json`: the interface's own description (OpenAPI 3.1), written from its code.
//!
//! Promises: what every address may answer besides its document (304, refusals) is described once, here.

use axum::response::Response;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::response::{Response as Described, ResponseBuilder};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{self, Ref, RefOr};
use utoipa::{Modify, OpenApi};

use super::answer::{Asked, Refusal, json};
use super::{county, fieldwork, indicators, log, series, standard, wave};
use crate::web::error::WebError;

/// The description.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Minyi",
        version = "1.0.0",
        description = "What is published: results of surveys with their uncertainty and verdicts, the standards by which counties are judged, \
            and the public record of every wave: read only, for everyone, without a key. With a token of the staff (`/account/tokens`): \
            how fieldwork goes, and reported values. Shares are fractions of 1, rates are per cent, \
            moments are RFC 3339 in UTC. Numbers that are too small to be told are merged, rounded or null. \
            Within version 1 fields are added and never renamed or removed.",
    ),
    tags(
        (name = "results", description = "Published waves, their counties, series."),
        (name = "standards", description = "By what counties are judged."),
        (name = "record", description = "Logs from which nothing can be taken away unnoticed."),
        (name = "staff", description = "For programs of the staff, with a token of the scope."),
    ),
    paths(
        get,
        wave::list,
        wave::one,
        county::list,
        county::one,
        series::of_county,
        standard::list,
        standard::one,
        log::list,
        log::one,
        fieldwork::get,
        indicators::get,
        indicators::put,
    ),
    components(schemas(Refusal)),
    modifiers(&Common)
)]
struct Api;

/// What every address may answer.
struct Common;

impl Modify for Common {
    fn modify(&self, api: &mut openapi::OpenApi) {
        // The program's license says nothing of the figures.
        api.info.license = None;
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
        let token = token.description(Some(
            "Made at `/account/tokens`; its scopes are chosen there.",
        ));
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(token.build()));
        for path in api.paths.paths.values_mut() {
            for operation in [path.get.as_mut(), path.put.as_mut()].into_iter().flatten() {
                describe(operation);
            }
        }
    }
}

/// What an operation may answer besides its document.
fn describe(operation: &mut Operation) {
    let is_private = operation.security.is_some();
    let responses = &mut operation.responses.responses;
    if is_private {
        for (status, description) in [
            ("400", "The request cannot be read."),
            ("401", "There is no token, or it is not good."),
            (
                "403",
                "The token has not the scope, or its owner not the right.",
            ),
            (
                "404",
                "There is no such thing, or it is not for the token's owner.",
            ),
            ("413", "The document is too large."),
            (
                "422",
                "The document is not taken; `errors` says where and why.",
            ),
            ("default", "Another refusal."),
        ] {
            responses.insert(status.to_owned(), refused(description).into());
        }
        return;
    }
    if let Some(RefOr::T(found)) = responses.get_mut("200") {
        let validator = HeaderBuilder::new()
            .description(Some("Strong validator, for `If-None-Match`."))
            .build();
        found.headers.insert("ETag".to_owned(), validator);
    }
    let unchanged = ResponseBuilder::new()
        .description("What `If-None-Match` names is still valid.")
        .build();
    responses.insert("304".to_owned(), unchanged.into());
    for (status, description) in [
        ("400", "The query cannot be read."),
        (
            "404",
            "There is no such thing, or it is not published, or a list has nothing of the name in `after`.",
        ),
        ("default", "Another refusal."),
    ] {
        responses.insert(status.to_owned(), refused(description).into());
    }
}

/// A refusal as a problem document.
fn refused(description: &str) -> Described {
    let schema = Ref::from_schema_name("Refusal");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new()
        .description(description)
        .content("application/problem+json", content)
        .build()
}

/// This description.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    operation_id = "get_description",
    tag = "results",
    responses((status = 200, description = "This document.", body = Object))
)]
pub(in crate::web) async fn get(asked: Asked) -> Result<Response, WebError> {
    json(&asked, &Api::openapi())
}
