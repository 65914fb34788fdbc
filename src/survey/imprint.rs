//! Who answers for a wave: what no computer can say of it, and whether the method statement is whole.
//!
//! The method statement has the eleven items that AAPOR's Transparency Initiative asks for at once (list of April 2021).
//! Most follow from plan, questionnaire, imports and counts; who commissioned the survey, who conducted it and how
//! people were approached is said here. Pure.

use serde::{Deserialize, Serialize};

use super::questionnaire::Text;
use super::result::WaveResult;

/// The languages in which everything must be said: those of the pages.
pub const LANGUAGES: [&str; 2] = ["zh-CN", "en"];
/// Longest sentence of one language.
pub const LONGEST: usize = 2_000;

/// What the organizers say of a wave, in every language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imprint {
    /// Who commissioned the survey.
    pub sponsor: Text,
    /// Who conducted it.
    pub conductor: Text,
    /// How people were approached, with what letter, reward and reminders.
    pub recruitment: Text,
    /// Who paid, if it was not who commissioned it.
    #[serde(default = "empty", skip_serializing_if = "is_blank")]
    pub funding: Text,
    /// What else limits the result.
    #[serde(default = "empty", skip_serializing_if = "is_blank")]
    pub limitations: Text,
    /// On what terms others may use the published data, such as a license with its address.
    #[serde(default = "empty", skip_serializing_if = "is_blank")]
    pub terms: Text,
}

fn empty() -> Text {
    Text::new([])
}

fn is_blank(text: &Text) -> bool {
    text.iter().all(|(_, sentence)| sentence.trim().is_empty())
}

/// Said in every language of the program.
fn is_whole(text: &Text) -> bool {
    let said = |tag: &&str| text.find(tag).is_some_and(|s| !s.trim().is_empty());
    LANGUAGES.iter().all(said)
}

/// An item of the method statement, in AAPOR's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Element {
    /// Data collection strategy.
    Strategy,
    /// Who sponsored and who conducted it.
    Responsible,
    /// Instruments: the questions.
    Instruments,
    /// Population under study.
    Population,
    /// How the sample was generated and recruited.
    Sample,
    /// Modes.
    Mode,
    /// Dates.
    Dates,
    /// Sample sizes and precision.
    Sizes,
    /// Weighting.
    Weighting,
    /// Processing and quality of data.
    Quality,
    /// Limitations.
    Limits,
}

impl Element {
    /// All eleven, in AAPOR's order.
    pub const ALL: [Self; 11] = [
        Self::Strategy,
        Self::Responsible,
        Self::Instruments,
        Self::Population,
        Self::Sample,
        Self::Mode,
        Self::Dates,
        Self::Sizes,
        Self::Weighting,
        Self::Quality,
        Self::Limits,
    ];

    /// The word that keys and files use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Strategy => "strategy",
            Self::Responsible => "responsible",
            Self::Instruments => "instruments",
            Self::Population => "population",
            Self::Sample => "sample",
            Self::Mode => "mode",
            Self::Dates => "dates",
            Self::Sizes => "sizes",
            Self::Weighting => "weighting",
            Self::Quality => "quality",
            Self::Limits => "limits",
        }
    }

    /// Nothing, or not enough, is known for it. What the program itself says of every wave is never missing.
    fn is_missing(self, result: &WaveResult, imprint: Option<&Imprint>) -> bool {
        let lacks = |of: fn(&Imprint) -> &Text| !imprint.map(of).is_some_and(is_whole);
        let facts = &result.wave;
        match self {
            Self::Responsible => lacks(|i| &i.sponsor) || lacks(|i| &i.conductor),
            Self::Instruments => result.questionnaire.items.is_empty(),
            Self::Population => result.counties.is_empty(),
            Self::Sample => facts.frame.source.trim().is_empty() || lacks(|i| &i.recruitment),
            Self::Dates => facts.opens_at >= facts.closes_at,
            Self::Sizes => result.counties.iter().all(|one| one.counts.issued == 0),
            Self::Weighting => facts.margins.source.trim().is_empty(),
            Self::Strategy | Self::Mode | Self::Quality | Self::Limits => false,
        }
    }
}

/// The items of the method statement that are empty.
#[must_use]
pub fn missing(result: &WaveResult, imprint: Option<&Imprint>) -> Vec<Element> {
    let all = Element::ALL.into_iter();
    all.filter(|one| one.is_missing(result, imprint)).collect()
}

impl Imprint {
    /// An imprint in which nothing is said yet.
    #[must_use]
    pub fn blank() -> Self {
        Self {
            sponsor: empty(),
            conductor: empty(),
            recruitment: empty(),
            funding: empty(),
            limitations: empty(),
            terms: empty(),
        }
    }

    /// Every text with its name.
    #[must_use]
    pub const fn texts(&self) -> [(&'static str, &Text); 6] {
        [
            ("sponsor", &self.sponsor),
            ("conductor", &self.conductor),
            ("recruitment", &self.recruitment),
            ("funding", &self.funding),
            ("limitations", &self.limitations),
            ("terms", &self.terms),
        ]
    }

    /// The text of that name, to be changed.
    pub fn text_mut(&mut self, name: &str) -> Option<&mut Text> {
        match name {
            "sponsor" => Some(&mut self.sponsor),
            "conductor" => Some(&mut self.conductor),
            "recruitment" => Some(&mut self.recruitment),
            "funding" => Some(&mut self.funding),
            "limitations" => Some(&mut self.limitations),
            "terms" => Some(&mut self.terms),
            _ => None,
        }
    }

    /// Whether a sentence is longer than [`LONGEST`].
    #[must_use]
    pub fn is_too_long(&self) -> bool {
        let texts = self.texts();
        let mut sentences = texts.iter().flat_map(|(_, text)| text.iter());
        sentences.any(|(_, sentence)| sentence.chars().count() > LONGEST)
    }
}

/// The first web address in a sentence.
#[must_use]
pub fn address(sentence: &str) -> Option<&str> {
    let start = sentence.find("https://")?;
    let rest = sentence.get(start..)?;
    // Addresses are ASCII: a Chinese sentence goes on without a space.
    let end = rest.find(|c: char| !c.is_ascii_graphic() || c == '<' || c == '>' || c == '"');
    let address = rest.get(..end.unwrap_or(rest.len()))?;
    let address = address.trim_end_matches(['.', ',', ';', ')']);
    (address.len() > "https://".len()).then_some(address)
}

/// A sentence of an optional text; nothing where it is blank.
#[must_use]
pub fn said<'a>(text: &'a Text, lang: &str) -> Option<&'a str> {
    Some(text.get(lang).trim()).filter(|sentence| !sentence.is_empty())
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_ends_where_the_sentence_goes_on() {
        let cc = "https://creativecommons.org/licenses/by/4.0/";
        for sentence in [
            format!("CC BY 4.0, {cc}"),
            format!("CC BY 4.0 ({cc})."),
            format!("署名即可使用，见{cc}。"),
            format!("<a href=\"{cc}\">"),
        ] {
            assert_eq!(address(&sentence), Some(cc), "{sentence}");
        }
        for none in [
            "",
            "CC BY 4.0",
            "http://example.org",
            "https://",
            "https://。",
        ] {
            assert_eq!(address(none), None, "{none}");
        }
    }
}
