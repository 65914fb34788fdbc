//! How the wave was measured, line by line: enough to judge it and to compute it again.

use super::Source;
use super::parts::LISTED;
use super::wave::answers;
use crate::i18n::{Lang, Value};
use crate::report::plan::{disclosure, gap, population, sample, verdict, weighting};
use crate::report::rule::RuleWords;
use crate::report::seeds;
use crate::survey::area::AreaCode;
use crate::survey::imprint::{Element, Imprint, said};
use crate::survey::plan::Plan;
use crate::survey::questionnaire::Text;
use crate::survey::result::{Provenance, WaveResult};

/// One line of the method statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodLine {
    /// What it is about.
    pub name: String,
    /// The sentences.
    pub text: String,
    /// A digest or seed to compare, where the line has one.
    pub code: Option<String>,
}

pub(super) fn lines(source: &Source<'_>) -> Vec<MethodLine> {
    let mut lines = how(source);
    lines.extend(from_what(source));
    lines
}

fn line(source: &Source<'_>, key: &str, text: String, code: Option<&str>) -> MethodLine {
    MethodLine {
        name: source.t(key),
        text,
        code: code.map(str::to_owned),
    }
}

/// What was done.
fn how(source: &Source<'_>) -> Vec<MethodLine> {
    let (lang, result) = (source.lang, source.result);
    let plan = &result.plan;
    let items = Element::ALL.into_iter().zip(1_u64..);
    let items = items.map(|(element, number)| {
        let key = format!("results-aapor-{}", element.code());
        let args = [("number", number.into()), ("name", source.t(&key).into())];
        MethodLine {
            name: source.say("results-method-item", &args),
            text: item(source, element),
            code: None,
        }
    });
    let texts = [
        ("paper", paper(lang, result)),
        ("changes", changes(source)),
        ("seeds", seeded(source)),
        ("verdict", verdict(lang, plan)),
        ("disclosure", disclosure(lang, plan)),
        ("terms", terms(source)),
    ];
    let said = texts.into_iter().filter(|(_, text)| !text.is_empty());
    let rest = said.map(|(key, text)| line(source, &format!("results-method-{key}"), text, None));
    items.chain(rest).collect()
}

/// What is said of one of AAPOR's eleven items.
fn item(source: &Source<'_>, element: Element) -> String {
    let (lang, result) = (source.lang, source.result);
    let plan = &result.plan;
    let own = |of: fn(&Imprint) -> &Text| source.imprint.and_then(|i| said(of(i), lang.tag()));
    let own = |of| own(of).map(str::to_owned);
    let parts = match element {
        Element::Strategy => vec![source.t("results-method-strategy-text")],
        Element::Responsible => responsible(source),
        Element::Instruments => vec![instruments(source)],
        Element::Population => vec![covered(source), population(lang, &result.questionnaire)],
        Element::Sample => {
            let mut parts = vec![sample(lang, plan)];
            parts.extend(own(|imprint| &imprint.recruitment));
            parts
        }
        Element::Mode => {
            let paper = paper(lang, source.result);
            let mut parts = vec![source.t("results-method-mode-text")];
            parts.extend((!paper.is_empty()).then_some(paper));
            parts
        }
        Element::Dates => vec![dates(source)],
        Element::Sizes => vec![sizes(source), source.t("results-method-interval-text")],
        Element::Weighting => vec![weighting(lang, plan)],
        Element::Quality => vec![quality(source)],
        Element::Limits => {
            let mut parts = vec![source.t("results-method-limits-text")];
            parts.extend(own(|imprint| &imprint.limitations));
            parts
        }
    };
    parts.join(gap(lang))
}

/// On what terms the data may be used, if the organizers say so.
fn terms(source: &Source<'_>) -> String {
    let imprint = source.imprint;
    let sentence = imprint.and_then(|one| said(&one.terms, source.lang.tag()));
    sentence.unwrap_or_default().to_owned()
}

/// Who commissioned, conducted and paid; a result that was published before this was asked says so.
fn responsible(source: &Source<'_>) -> Vec<String> {
    let Some(imprint) = source.imprint else {
        return vec![source.t("results-method-unstated")];
    };
    let texts = [
        ("sponsor", &imprint.sponsor),
        ("conductor", &imprint.conductor),
        ("funding", &imprint.funding),
    ];
    let parts = texts.into_iter().filter_map(|(key, text)| {
        let who = said(text, source.lang.tag())?.to_owned();
        Some(source.say(
            &format!("results-method-{key}-text"),
            &[("who", who.into())],
        ))
    });
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() {
        return vec![source.t("results-method-unstated")];
    }
    parts
}

/// Where the exact wording stands.
fn instruments(source: &Source<'_>) -> String {
    let form = &source.result.questionnaire;
    let args = [
        ("items", source.count(form.items.len() as u64)),
        ("name", form.id.as_str().into()),
        ("version", form.version.into()),
        ("digest", hex::encode(form.digest()).into()),
    ];
    source.say("results-method-instruments-text", &args)
}

/// The counties.
fn covered(source: &Source<'_>) -> String {
    let counties = &source.result.counties;
    if counties.len() > LISTED {
        return source.say("method-covered-many", &[("n", counties.len().into())]);
    }
    let names = counties.iter().map(|county| source.name_of(county));
    let names: Vec<String> = names.collect();
    let args = [("counties", source.join(&names).into())];
    source.say("results-method-covered", &args)
}

/// How answers were checked and processed.
fn quality(source: &Source<'_>) -> String {
    let plan = &source.result.plan;
    let args = [("seconds", plan.quality.fast_seconds.into())];
    source.say("results-method-quality-text", &args)
}

/// How many answers came on paper, and who saw them; nothing if none did.
pub(in crate::report) fn paper(lang: Lang, result: &WaveResult) -> String {
    let counties = result.counties.iter().map(|county| county.counts);
    let (envelopes, entered) = counties.fold((0, 0), |(envelopes, entered), counts| {
        (envelopes + counts.envelopes, entered + counts.entered)
    });
    if envelopes == 0 {
        return String::new();
    }
    let args = [
        ("envelopes", lang.count(envelopes).into()),
        ("entered", lang.count(entered).into()),
    ];
    lang.t_with("results-method-paper-text", &args)
}

/// From what it was computed, and by what: enough to do it again.
fn from_what(source: &Source<'_>) -> [MethodLine; 6] {
    let (result, facts) = (source.result, &source.result.wave);
    let digest = |key: &str, text: String, code: &str| line(source, key, text, Some(code));
    [
        digest(
            "results-method-frame",
            provenance(source, &facts.frame),
            &facts.frame.digest,
        ),
        digest(
            "results-method-margins",
            provenance(source, &facts.margins),
            &facts.margins.digest,
        ),
        digest("results-method-seed", seed(source), &facts.seed),
        digest(
            "results-method-plan",
            source.t("results-method-plan-text"),
            &result.plan_digest,
        ),
        digest(
            "results-method-input",
            source.t("results-method-input-text"),
            &result.input_digest,
        ),
        line(
            source,
            "results-method-software",
            result.software.clone(),
            None,
        ),
    ]
}

/// Rules that two people changed after the seal, each with its reason; nothing where none was.
fn changes(source: &Source<'_>) -> String {
    let plan = Plan::Probability(Box::new(source.result.plan.clone()));
    let county = |code: &AreaCode| {
        let county = source.result.county(code.as_str());
        county.map_or_else(|| code.to_string(), |county| source.name_of(county))
    };
    let words = RuleWords {
        lang: source.lang,
        zone: source.zone,
        plan: Some(&plan),
        questionnaire: &source.result.questionnaire,
        county: &county,
    };
    let notes = source.result.wave.changes.iter();
    let notes: Vec<String> = notes.map(|note| words.note(note)).collect();
    notes.join(gap(source.lang))
}

/// Seeded answers, and what became of them; nothing where there were none.
fn seeded(source: &Source<'_>) -> String {
    let county = |code: &AreaCode| {
        let county = source.result.county(code.as_str());
        county.map_or_else(|| code.to_string(), |county| source.name_of(county))
    };
    seeds::statement(source.lang, &source.result.wave.seeds, &county)
}

/// The public text of the draw, and how to draw again.
fn seed(source: &Source<'_>) -> String {
    let mut text = source.t("results-method-seed-text");
    if let Some(words) = &source.result.wave.seed_text {
        text.push_str(gap(source.lang));
        text.push_str(&source.say(
            "results-method-seed-words",
            &[("text", words.as_str().into())],
        ));
    }
    text
}

fn dates(source: &Source<'_>) -> String {
    let facts = &source.result.wave;
    let moment = |at| -> Value<'static> { source.lang.moment(source.zone.civil(at)).into() };
    let mut text = source.say(
        "results-method-dates-text",
        &[
            ("opens", moment(facts.opens_at)),
            ("closes", moment(facts.closes_at)),
            ("closed", moment(facts.closed_at)),
        ],
    );
    if let Some(reason) = &facts.early_reason {
        text.push_str(gap(source.lang));
        text.push_str(&source.say(
            "results-method-early",
            &[("reason", reason.as_str().into())],
        ));
    }
    text
}

/// Invitations and answers to the headline by county.
fn sizes(source: &Source<'_>) -> String {
    let counties = &source.result.counties;
    if counties.len() > LISTED {
        let issued = counties.iter().map(|county| county.counts.issued).sum();
        let answered = counties.iter().map(answers).sum();
        let args = [
            ("issued", source.count(issued)),
            ("answers", source.count(answered)),
        ];
        return source.say("method-sizes-many", &args);
    }
    let parts: Vec<String> = source
        .result
        .counties
        .iter()
        .map(|county| {
            source.say(
                "results-method-size",
                &[
                    ("county", source.name_of(county).into()),
                    ("issued", source.count(county.counts.issued)),
                    ("answers", source.count(answers(county))),
                ],
            )
        })
        .collect();
    source.say(
        "results-method-sizes-text",
        &[("counties", source.join(&parts).into())],
    )
}

fn provenance(source: &Source<'_>, from: &Provenance) -> String {
    source.say(
        "results-method-provenance",
        &[
            ("name", from.name.as_str().into()),
            ("source", from.source.as_str().into()),
            ("standin", if from.synthetic { "yes" } else { "no" }.into()),
        ],
    )
}
