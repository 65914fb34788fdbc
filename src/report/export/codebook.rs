//! The codebook of a wave: DDI-Codebook 2.5, XML, in all languages of the questionnaire.
//!
//! Pure. Written from what is sealed (questionnaire, plan, where frame and margins come from) and, after the close, from
//! the stored result. Promises: valid against the schema of DDI-Codebook 2.5; no name of a person; the same wave gives the
//! same bytes; no statistic is in it that the page of the result does not tell.

mod study;
mod variables;
mod xml;

use std::io;

use self::xml::{Words, Xml};
use crate::i18n::Lang;
use crate::survey::area::Area;
use crate::survey::plan::WavePlan;
use crate::survey::questionnaire::Questionnaire;
use crate::survey::result::{Provenance, WaveResult};
use crate::survey::time::{Instant, Zone};
use crate::survey::wave::Wave;

/// What a codebook is written from.
#[derive(Debug, Clone, Copy)]
pub struct Codebook<'a> {
    /// The wave.
    pub wave: &'a Wave,
    /// The sealed plan.
    pub plan: &'a WavePlan,
    /// The sealed questionnaire.
    pub questionnaire: &'a Questionnaire,
    /// The counties of the plan.
    pub counties: &'a [Area],
    /// Where the frame comes from.
    pub frame: Option<&'a Provenance>,
    /// Where the margins come from.
    pub margins: Option<&'a Provenance>,
    /// The result, once there is one that may be read.
    pub result: Option<&'a WaveResult>,
    /// In which dates are written.
    pub zone: &'a Zone,
    /// Program and version.
    pub software: &'a str,
}

impl Codebook<'_> {
    /// The document.
    pub fn write(&self) -> io::Result<Vec<u8>> {
        let mut xml = Xml::new()?;
        let root = [
            ("xmlns", "ddi:codebook:2_5"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            (
                "xsi:schemaLocation",
                "ddi:codebook:2_5 http://www.ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd",
            ),
            ("version", "2.5"),
            ("xml:lang", self.language()),
        ];
        xml.within("codeBook", &root, |xml| {
            study::document(self, xml)?;
            study::study(self, xml)?;
            variables::files(self, xml)?;
            variables::data(self, xml)
        })?;
        Ok(xml.finish())
    }

    /// The first language of the questionnaire.
    fn language(&self) -> &str {
        let first = self.questionnaire.languages.first();
        first.map_or(Lang::default().tag(), String::as_str)
    }

    /// A sentence in every language of the program.
    fn say(key: &str) -> Words {
        Words::each(|lang| lang.t(key))
    }

    /// A sentence of the questionnaire in each of its languages, the county named in general.
    fn asked(&self, text: &crate::survey::questionnaire::Text) -> Words {
        let tags = self.questionnaire.languages.iter();
        Words(
            tags.filter_map(|tag| {
                let found = text.find(tag)?;
                let sentence = match tag.parse::<Lang>() {
                    Ok(lang) => found.replace("{county}", &lang.t("results-this-county")),
                    Err(_) => found.to_owned(),
                };
                Some((tag.clone(), sentence))
            })
            .collect(),
        )
    }

    /// A day as the standard wants it.
    fn day(&self, at: Instant) -> String {
        self.zone.date(at).to_string()
    }

    /// The day on which what is written came about: the close, or else the seal.
    fn made(&self) -> String {
        let sealed = self.wave.sealed.map_or(self.wave.created_at, |act| act.at);
        self.day(self.result.map_or(sealed, |result| result.wave.closed_at))
    }
}
