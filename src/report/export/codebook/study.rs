//! Document and study: what was measured, of whom, how, and who may use it.

use std::io;

use super::Codebook;
use super::xml::{Words, Xml};
use crate::i18n::Lang;
use crate::report::result::paper;
use crate::report::told;
use crate::survey::plan::Calibration;
use crate::survey::questionnaire::{Role, SampledUnit};
use crate::survey::result::Provenance;

/// Rates that the study names; the table of outcomes has all.
const RATES: [&str; 6] = ["RR1", "RR2", "RR3", "RR4", "RR5", "RR6"];

/// `docDscr`: what this document is.
pub(super) fn document(book: &Codebook<'_>, xml: &mut Xml) -> io::Result<()> {
    xml.within("docDscr", &[], |xml| {
        xml.within("citation", &[], |xml| {
            titles(book, xml, "export-ddi-title")?;
            production(book, xml)?;
            version(book, xml)
        })
    })
}

/// `stdyDscr`: the wave.
pub(super) fn study(book: &Codebook<'_>, xml: &mut Xml) -> io::Result<()> {
    xml.within("stdyDscr", &[("ID", "wave")], |xml| {
        xml.within("citation", &[], |xml| {
            titles(book, xml, "export-ddi-study-title")?;
            production(book, xml)?;
            version(book, xml)
        })?;
        information(book, xml)?;
        xml.within("method", &[], |xml| {
            collection(book, xml)?;
            analysis(book, xml)
        })?;
        access(book, xml)?;
        digests(book, xml)
    })
}

/// The title in the first language, the same in the others beside it, and the names in addresses.
fn titles(book: &Codebook<'_>, xml: &mut Xml, key: &str) -> io::Result<()> {
    let titled = |lang: Lang| {
        let title = book.wave.titles.get(lang.tag()).to_owned();
        lang.t_with(key, &[("title", title.into())])
    };
    xml.within("titlStmt", &[], |xml| {
        let first = book.language().parse().unwrap_or_default();
        xml.text("titl", &[("xml:lang", book.language())], &titled(first))?;
        for lang in Lang::ALL.into_iter().filter(|lang| *lang != first) {
            xml.text("parTitl", &[("xml:lang", lang.tag())], &titled(lang))?;
        }
        xml.text("IDNo", &[("agency", "minyi")], book.wave.slug.as_str())
    })
}

fn production(book: &Codebook<'_>, xml: &mut Xml) -> io::Result<()> {
    xml.within("prodStmt", &[], |xml| {
        xml.words("producer", &Codebook::say("export-ddi-producer"))?;
        let day = book.made();
        xml.text("prodDate", &[("date", &day)], &day)?;
        xml.text("software", &[], book.software)
    })
}

/// Sealed, or closed: two states, two versions.
fn version(book: &Codebook<'_>, xml: &mut Xml) -> io::Result<()> {
    let key = match book.result {
        None => "export-ddi-version-sealed",
        Some(_) => "export-ddi-version-closed",
    };
    let date = book.made();
    for (tag, words) in Codebook::say(key).0 {
        let attributes = [("date", date.as_str()), ("xml:lang", &tag)];
        xml.within("verStmt", &[], |xml| {
            xml.text("version", &attributes, &words)
        })?;
    }
    Ok(())
}

fn information(book: &Codebook<'_>, xml: &mut Xml) -> io::Result<()> {
    xml.within("stdyInfo", &[], |xml| {
        xml.within("subject", &[], |xml| {
            xml.words("keyword", &Codebook::say("export-ddi-keyword-safety"))?;
            xml.words("keyword", &Codebook::say("export-ddi-keyword-approval"))
        })?;
        xml.words("abstract", &book.asked(&book.questionnaire.opening))?;
        xml.words("abstract", &approval(book))?;
        if book.wave.synthetic {
            let key = "results-synthetic-answers";
            xml.words("abstract", &Words::each(|lang| lang.t(key)))?;
        }
        xml.within("sumDscr", &[], |xml| summary(book, xml))
    })
}

/// Which item is judged, and which answers count.
fn approval(book: &Codebook<'_>) -> Words {
    Words::each(|lang| {
        let rule = &book.plan.approval;
        let args = [
            ("item", rule.item.as_str().into()),
            ("codes", list(lang, &rule.approves).into()),
            ("safety", book.plan.safety.item.as_str().into()),
            ("limit", lang.percent(book.plan.verdict.threshold).into()),
            (
                "undecided",
                if rule.undecided_in_denominator {
                    "yes"
                } else {
                    "no"
                }
                .into(),
            ),
        ];
        lang.t_with("export-ddi-approval", &args)
    })
}

fn summary(book: &Codebook<'_>, xml: &mut Xml) -> io::Result<()> {
    let (opens, closes) = (book.day(book.wave.opens_at), book.day(book.wave.closes_at));
    let closed = book.result.map(|result| book.day(result.wave.closed_at));
    let end = closed.as_ref().unwrap_or(&closes);
    for (element, end) in [("timePrd", &closes), ("collDate", end)] {
        for (event, date) in [("start", &opens), ("end", end)] {
            xml.text(element, &[("event", event), ("date", date)], date)?;
        }
    }
    for county in book.counties {
        let names = Words::each(|lang| format!("{} {}", county.code, county.name(lang.tag())));
        xml.words("geogCover", &names)?;
    }
    xml.words("geogUnit", &Codebook::say("export-ddi-geography"))?;
    xml.words("anlyUnit", &Codebook::say("export-ddi-unit"))?;
    xml.words("universe", &population(book))?;
    xml.words("dataKind", &Codebook::say("export-ddi-kind"))
}

/// Who belongs, by what the screening questions exclude.
fn population(book: &Codebook<'_>) -> Words {
    Words::each(|lang| {
        let tag = lang.tag();
        let screen = book.questionnaire.items.iter();
        let screened = screen
            .filter(|item| item.role == Role::Screen)
            .filter_map(|item| {
                let ends = item.options.iter().filter(|choice| choice.ends);
                let ends: Vec<String> =
                    ends.map(|choice| choice.text.get(tag).to_owned()).collect();
                let question = item.text.render(tag, &lang.t("results-this-county"));
                let args = [
                    ("question", question.into()),
                    ("answers", list(lang, &ends).into()),
                ];
                (!ends.is_empty()).then(|| lang.t_with("results-method-screen", &args))
            });
        let screened: Vec<String> = screened.collect();
        let args = [("screened", screened.join(gap(lang)).into())];
        lang.t_with("results-method-population-text", &args)
    })
}

fn collection(book: &Codebook<'_>, xml: &mut Xml) -> io::Result<()> {
    xml.within("dataColl", &[], |xml| {
        xml.words("timeMeth", &Codebook::say("export-ddi-time"))?;
        xml.words("sampProc", &sample(book))?;
        let provenances = [
            ("export-ddi-frame", book.frame),
            ("export-ddi-margins", book.margins),
        ];
        for (key, provenance) in provenances {
            if let Some(from) = provenance {
                xml.words("sampProc", &source(key, from))?;
            }
        }
        if let Some(reason) = book.result.and_then(|r| r.wave.early_reason.as_deref()) {
            let early = Words::each(|lang| {
                lang.t_with("results-method-early", &[("reason", reason.into())])
            });
            xml.words("deviat", &early)?;
        }
        xml.words("collMode", &Codebook::say("results-method-mode-text"))?;
        if let Some(result) = book
            .result
            .filter(|result| !paper(Lang::En, result).is_empty())
        {
            xml.words("collMode", &Words::each(|lang| paper(lang, result)))?;
        }
        xml.words("resInstru", &instrument(book))?;
        xml.words("collSitu", &Codebook::say("export-ddi-situation"))?;
        xml.words("weight", &weighting(book))?;
        xml.words("cleanOps", &Codebook::say("export-ddi-cleaning"))
    })
}

fn sample(book: &Codebook<'_>) -> Words {
    Words::each(|lang| {
        let plan = &book.plan.sample;
        let psus: u64 = plan.counties.iter().map(|c| u64::from(c.psus)).sum();
        let args = [
            ("unit", plan.unit.as_str().into()),
            ("psus", lang.count(psus).into()),
        ];
        let mut text = lang.t_with("results-method-sample-text", &args);
        for line in &plan.counties {
            let county = book.counties.iter().find(|area| area.code == line.county);
            let name = county.map_or(line.county.as_str(), |area| area.name(lang.tag()));
            let args = [
                ("county", name.to_owned().into()),
                ("psus", lang.count(line.psus.into()).into()),
                ("invitations", lang.count(line.invitations.into()).into()),
            ];
            text.push_str(gap(lang));
            text.push_str(&lang.t_with("export-ddi-sample-county", &args));
        }
        text
    })
}

fn source(key: &'static str, from: &Provenance) -> Words {
    Words::each(|lang| {
        let args = [
            ("name", from.name.as_str().into()),
            ("source", from.source.as_str().into()),
            ("standin", if from.synthetic { "yes" } else { "no" }.into()),
        ];
        let said = lang.t_with("results-method-provenance", &args);
        let args = [
            ("source", said.into()),
            ("digest", from.digest.as_str().into()),
        ];
        lang.t_with(key, &args)
    })
}

fn instrument(book: &Codebook<'_>) -> Words {
    Words::each(|lang| {
        let form = book.questionnaire;
        let args = [
            ("name", form.id.as_str().into()),
            ("version", form.version.into()),
            ("items", form.items.len().into()),
        ];
        lang.t_with("export-ddi-instrument", &args)
    })
}

fn weighting(book: &Codebook<'_>) -> Words {
    Words::each(|lang| {
        let plan = &book.plan.weighting;
        let whole = |n: u32| lang.count(u64::from(n)).into();
        let mut parts = Vec::new();
        if book.plan.sample.unit == SampledUnit::Household {
            parts.push(lang.t_with("results-method-adults", &[("cap", whole(plan.adults_cap))]));
        }
        let args = [
            ("class", whole(plan.class_minimum)),
            ("cell", whole(plan.cell_minimum)),
        ];
        parts.push(lang.t_with("results-method-classes", &args));
        parts.push(match plan.calibration {
            Calibration::Rake { cycles, .. } => {
                lang.t_with("results-method-rake", &[("cycles", whole(cycles))])
            }
            Calibration::CalibrateTrimCalibrate {
                lower_percentile,
                upper_percentile,
                ..
            } => {
                let args = [
                    ("lower", lower_percentile.to_string().into()),
                    ("upper", upper_percentile.to_string().into()),
                ];
                lang.t_with("results-method-calibrate", &args)
            }
        });
        parts.join(gap(lang))
    })
}

/// Response rates as the page of the result tells them, and how precision is measured.
fn analysis(book: &Codebook<'_>, xml: &mut Xml) -> io::Result<()> {
    xml.within("anlyInfo", &[], |xml| {
        for county in book.result.iter().flat_map(|result| &result.counties) {
            let rates = Words::each(|lang| {
                let smallest = u64::from(book.plan.disclosure.cell);
                let name = match lang {
                    Lang::ZhCn => &county.name_zh,
                    Lang::En => &county.name_en,
                };
                let rates = RATES.iter().filter_map(|code| {
                    let rate = county.rates.get(*code).copied().flatten()?;
                    let told = told::rate(lang, &county.counts, rate, smallest);
                    Some(format!("{code} {told}%"))
                });
                let rates: Vec<String> = rates.collect();
                let args = [
                    ("county", name.as_str().into()),
                    ("rates", list(lang, &rates).into()),
                ];
                lang.t_with("export-ddi-rates", &args)
            });
            xml.words("respRate", &rates)?;
        }
        xml.words("EstSmpErr", &Codebook::say("results-method-interval-text"))?;
        xml.words("dataAppr", &Codebook::say("results-method-limits-text"))
    })
}

/// Who may use what: one statement for each language.
fn access(book: &Codebook<'_>, xml: &mut Xml) -> io::Result<()> {
    xml.within("dataAccs", &[], |xml| {
        for lang in Lang::ALL {
            let limits = &book.plan.disclosure;
            let args = [
                ("cell", lang.count(u64::from(limits.cell)).into()),
                ("subgroup", lang.count(u64::from(limits.subgroup)).into()),
                ("effective", lang.number(limits.subgroup_n_eff, 0).into()),
            ];
            let protection = lang.t_with("results-method-disclosure-text", &args);
            let tag = [("xml:lang", lang.tag())];
            xml.within("useStmt", &tag, |xml| {
                xml.text("confDec", &[], &lang.t("export-ddi-confidentiality"))?;
                xml.text("restrctn", &[], &lang.t("export-ddi-restriction"))?;
                xml.text("conditions", &[], &protection)?;
                xml.text("disclaimer", &[], &lang.t("results-method-limits-text"))
            })?;
        }
        Ok(())
    })
}

/// What anybody can compare.
fn digests(book: &Codebook<'_>, xml: &mut Xml) -> io::Result<()> {
    let mut notes = vec![
        ("sha256-plan", hex::encode(book.wave.plan_digest)),
        (
            "sha256-questionnaire",
            hex::encode(book.questionnaire.digest()),
        ),
    ];
    if let Some(result) = book.result {
        notes.push(("seed", result.wave.seed.clone()));
        notes.push(("sha256-input", result.input_digest.clone()));
    }
    for (kind, text) in notes {
        xml.text("notes", &[("type", kind)], &text)?;
    }
    Ok(())
}

/// Parts of a sentence.
pub(super) fn list(lang: Lang, parts: &[String]) -> String {
    parts.join(match lang {
        Lang::ZhCn => "、",
        Lang::En => ", ",
    })
}

/// Between two sentences.
const fn gap(lang: Lang) -> &'static str {
    match lang {
        Lang::ZhCn => "",
        Lang::En => " ",
    }
}
