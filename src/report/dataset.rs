//! A published wave as schema.org describes a data set, for search engines and catalogues (JSON-LD).
//!
//! Pure. Promises: only what the page and its files say; valid within a `script` element.

use serde_json::{Value, json};

use super::result::{LISTED, Source, headline};
use crate::survey::imprint::{address, said};

/// A file that everyone may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Download<'a> {
    /// Its address, from the root of the site.
    pub path: &'a str,
    /// Its media type.
    pub format: &'a str,
}

/// When it was published, and when it was corrected last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dates {
    /// Day of the publication, ISO 8601.
    pub published: String,
    /// Day of the last correction.
    pub modified: Option<String>,
}

/// The description of a published wave, as the content of a `script` element.
#[must_use]
pub fn dataset(
    source: &Source<'_>,
    public_url: &str,
    dates: &Dates,
    downloads: &[Download<'_>],
) -> String {
    // Within a script nothing may look like the end of one.
    value(source, public_url, dates, downloads)
        .to_string()
        .replace('<', "\\u003c")
}

fn value(
    source: &Source<'_>,
    public_url: &str,
    dates: &Dates,
    downloads: &[Download<'_>],
) -> Value {
    let (result, lang) = (source.result, source.lang);
    let facts = &result.wave;
    let url = |path: &str| format!("{}{path}", public_url.trim_end_matches('/'));
    let date = |at| source.zone.date(at).to_string();
    let gap = if lang.tag() == "en" { " " } else { "" };
    let mut description = vec![headline(lang, result), lang.t("export-tables-text")];
    if facts.synthetic {
        description.insert(0, lang.t("results-synthetic-answers"));
    }
    // Hundreds of names would weigh more than the page; the files have them.
    let named = result
        .counties
        .iter()
        .take_while(|_| result.counties.len() <= LISTED);
    let counties = named.map(|county| {
        let name = if lang.tag() == "en" {
            &county.name_en
        } else {
            &county.name_zh
        };
        json!({ "@type": "Place", "name": name, "identifier": county.code.as_str() })
    });
    let variables = ["reported-measure-approval", "reported-measure-safety"].map(|key| {
        json!({ "@type": "PropertyValue", "name": lang.t(key), "minValue": 0, "maxValue": 1 })
    });
    let files = downloads.iter().map(|file| {
        json!({ "@type": "DataDownload", "encodingFormat": file.format, "contentUrl": url(file.path) })
    });
    let terms = source.imprint.and_then(|one| said(&one.terms, lang.tag()));
    let license =
        terms.map(|terms| json!({ "@type": "CreativeWork", "name": terms, "url": address(terms) }));
    json!({
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": facts.titles.get(lang.tag()),
        "description": description.join(gap),
        "url": url(&format!("/results/{}", facts.slug)),
        "identifier": result.input_digest,
        "inLanguage": lang.tag(),
        "isAccessibleForFree": true,
        "license": license,
        "datePublished": dates.published,
        "dateModified": dates.modified,
        "temporalCoverage": format!("{}/{}", date(facts.opens_at), date(facts.last_moment())),
        "spatialCoverage": counties.collect::<Vec<_>>(),
        "measurementTechnique": lang.t("results-probability-sample"),
        "variableMeasured": variables,
        "distribution": files.collect::<Vec<_>>(),
    })
}
