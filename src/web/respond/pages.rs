//! The resident's two pages, made once for everyone to whom they are the same.
//!
//! For: the handlers. Uses: [`super::document`]. Promises: what a page shows decides whether an earlier
//! one is sent again; the direction of scales and the order of options are drawn for each visit, from few
//! of both ([`Questionnaire::draws`](crate::survey::questionnaire::Questionnaire::draws)).

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, VARY};
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::document::{Document, Shelf, mark};
use super::instance::Instance;
use crate::i18n::Lang;
use crate::report::qr::Series;
use crate::service::intake::{OpenPage, Receipt};
use crate::survey::area::{Area, AreaCode};
use crate::survey::ids::WaveId;
use crate::survey::questionnaire::Direction;
use crate::survey::time::Instant;
use crate::survey::wave::Phase;
use crate::web::error::WebError;

/// Bytes of an instance in the form's hidden field.
const INSTANCE: usize = 32;
/// What stands between two groups of a receipt.
const BETWEEN: &str = "</span><span>";
/// Hexadecimal digits of a receipt.
const DIGITS: usize = 64;

/// Pages that were packed. Cheap to clone.
#[derive(Clone, Default)]
pub(in crate::web) struct Pages(Arc<Shelves>);

#[derive(Default)]
struct Shelves {
    forms: Shelf<FormKey, FormShows>,
    thanks: Shelf<(Lang, Instant), usize>,
    pictures: OnceLock<Option<Series>>,
}

#[derive(PartialEq, Eq, Hash)]
struct FormKey {
    wave: WaveId,
    county: AreaCode,
    lang: Lang,
    direction: Direction,
    draw: u64,
}

/// What the form shows beside its key.
#[derive(PartialEq)]
struct FormShows {
    questionnaire: [u8; 32],
    county: Area,
    phase: Phase,
    synthetic: bool,
    fast_seconds: u32,
    blind_keys: Option<[u8; 32]>,
}

impl Pages {
    /// The form for a rendering with these random bits, to be filled with them.
    pub(super) fn form(
        &self,
        lang: Lang,
        open: &OpenPage,
        instance: Instance,
        render: impl FnOnce(&str) -> Result<String, WebError>,
    ) -> Result<Option<Arc<Document>>, WebError> {
        let key = FormKey {
            wave: open.wave.id,
            county: open.county.code.clone(),
            lang,
            direction: instance.direction(),
            draw: instance.draw() % open.questionnaire.draws(),
        };
        let shows = FormShows {
            questionnaire: open.wave.questionnaire,
            county: open.county.clone(),
            phase: open.phase,
            synthetic: open.wave.synthetic,
            fast_seconds: open.fast_seconds,
            blind_keys: open.blind_keys,
        };
        self.0
            .forms
            .get(key, shows, &[INSTANCE], || render(&mark(INSTANCE)))
    }

    /// The page after the form, to be filled with the receipt's groups, as they are given here, and its picture.
    pub(super) fn thanks(
        &self,
        lang: Lang,
        promise_by: Instant,
        (groups, picture): (&[String], &str),
        render: impl FnOnce(&[String], &str) -> Result<String, WebError>,
    ) -> Result<Option<(Arc<Document>, String)>, WebError> {
        let filling = groups.join(BETWEEN);
        let (text, side) = (filling.len(), picture.len());
        // Where there is no picture there is no hole for it.
        let holes: &[usize] = if side == 0 { &[text] } else { &[text, side] };
        let packed = self.0.thanks.get((lang, promise_by), side, holes, || {
            render(&[mark(text)], &mark(side))
        })?;
        Ok(packed.map(|packed| (packed, filling)))
    }

    /// The receipt as a QR code that leads to where it is looked up: a PNG in Base64, as long for any receipt as for any other; nothing
    /// where the address is too long for one.
    pub(super) fn picture(&self, public_url: &str, receipt: &Receipt) -> String {
        let series = self.0.pictures.get_or_init(|| {
            let beginning = format!("{public_url}/check#");
            Series::new(&beginning, DIGITS)
        });
        let digits = hex::encode(receipt.commitment.as_bytes());
        let picture = series.as_ref().and_then(|series| series.png(&digits));
        STANDARD.encode(picture.unwrap_or_default())
    }
}

/// Whether the visitor's browser takes gzip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web) struct Packing(bool);

impl Packing {
    fn of(headers: &HeaderMap) -> Self {
        let values = headers.get_all(ACCEPT_ENCODING).iter();
        let parts = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        let mut any = false;
        for part in parts {
            let mut words = part.split(';').map(str::trim);
            let name = words.next().unwrap_or_default();
            let quality = words.find_map(|word| word.strip_prefix("q="));
            let wanted = quality.is_none_or(|q| q.parse::<f64>().is_ok_and(|q| q > 0.0));
            if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") {
                return Self(wanted);
            }
            any |= name == "*" && wanted;
        }
        Self(any)
    }

    /// The page with its fillings, as this visitor takes it.
    pub(super) fn answer(self, page: &Document, fillings: &[&str]) -> Result<Response, WebError> {
        let body = if self.0 {
            page.gzip(fillings)
        } else {
            page.plain(fillings).map_err(WebError::internal)?
        };
        let mut response = body.into_response();
        let headers = response.headers_mut();
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        headers.insert(CONTENT_TYPE, html);
        let varies = HeaderValue::from_static("accept-language, accept-encoding");
        headers.insert(VARY, varies);
        if self.0 {
            // The layer that packs all other pages leaves this one alone.
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        Ok(response)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Packing {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        let cases = [
            (None, false),
            (Some(""), false),
            (Some("gzip, deflate, br, zstd"), true),
            (Some("deflate;q=0.5, GZIP;q=0.2"), true),
            (Some("gzip;q=0, *"), false),
            (Some("gzip; q=0.000"), false),
            (Some("*"), true),
            (Some("*;q=0, br"), false),
            (Some("identity, br"), false),
        ];
        for (accepted, taken) in cases {
            let mut headers = HeaderMap::new();
            if let Some(accepted) = accepted {
                headers.insert(ACCEPT_ENCODING, accepted.parse().unwrap());
            }
            assert_eq!(Packing::of(&headers), Packing(taken), "{accepted:?}");
        }
    }
}
