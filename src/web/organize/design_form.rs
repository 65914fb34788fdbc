//! What is typed into the design of a wave, as numbers, times and names.

use std::collections::BTreeMap;

use crate::i18n::Lang;
use crate::service::design::{Asked, Design, Sharing};
use crate::service::waves::Draft;
use crate::survey::area::AreaCode;
use crate::survey::plan::{Plan, WavePlan};
use crate::survey::questionnaire::{Questionnaire, SampledUnit, Text};
use crate::survey::seeds::SeedPlan;
use crate::survey::time::Zone;
use crate::survey::wave::{NewWave, WaveSlug};

/// A number of the form: name, what it is at first, and its bounds.
struct Number {
    name: &'static str,
    first: &'static str,
    low: f64,
    high: f64,
    step: &'static str,
    /// It may be left empty.
    is_optional: bool,
}

const fn number(
    name: &'static str,
    first: &'static str,
    bounds: (f64, f64),
    step: &'static str,
) -> Number {
    Number {
        name,
        first,
        low: bounds.0,
        high: bounds.1,
        step,
        is_optional: first.is_empty(),
    }
}

/// The year under evaluation: the only number of the form that is no quantity.
const YEAR: &str = "year";

/// In the order of the form; rates in percent.
const NUMBERS: [Number; 7] = [
    number("invitations", "10000", (100.0, 200_000.0), "100"),
    number("psus", "40", (4.0, 400.0), "2"),
    number("rate", "40", (1.0, 100.0), "1"),
    number("deff", "1.5", (1.0, 10.0), "0.1"),
    number("threshold", "90", (50.0, 99.0), "1"),
    number("price", "", (0.0, 1_000.0), "0.1"),
    number(YEAR, "", (1990.0, 2199.0), "1"),
];

/// Seeded answers of auditors, as the plan announces them: both whole numbers, or neither.
const SEEDS: [Number; 2] = [
    number("seeds_most", "", (1.0, 200.0), "1"),
    number("seeds_days", "", (1.0, 60.0), "1"),
];

/// Invitations of one county at most.
const MOST_OF_A_COUNTY: u32 = 50_000;

/// Texts of the wave, in the order of the form.
const TEXTS: [(&str, &str); 5] = [
    ("slug", "text"),
    ("title_zh", "text"),
    ("title_en", "text"),
    ("opens", "datetime-local"),
    ("closes", "datetime-local"),
];

/// A field as the template shows it.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) value: String,
    pub(super) low: String,
    pub(super) high: String,
    pub(super) step: &'static str,
}

/// What was typed.
pub(super) struct Typed(BTreeMap<String, String>);

impl Typed {
    pub(super) const fn new(fields: BTreeMap<String, String>) -> Self {
        Self(fields)
    }

    /// The text of a field that has one.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        let text = self.0.get(name).map(|text| text.trim());
        text.filter(|text| !text.is_empty())
    }

    fn text(&self, number: &Number) -> &str {
        let typed = self.0.get(number.name).map(|text| text.trim());
        typed.unwrap_or(number.first)
    }

    /// The number, if it is one within its bounds.
    fn read(&self, number: &Number) -> Option<f64> {
        let value: f64 = self.text(number).replace(',', "").parse().ok()?;
        (number.low..=number.high).contains(&value).then_some(value)
    }

    /// What is announced of seeded answers; nothing if both fields are empty.
    fn seeds(&self) -> Option<SeedPlan> {
        let [most, days] = SEEDS.each_ref().map(|number| self.read(number).map(whole));
        most.zip(days).map(|(most, days)| SeedPlan { most, days })
    }

    /// What is wrong with these two fields.
    fn seed_problems(&self, lang: Lang) -> Vec<String> {
        if SEEDS.iter().all(|number| self.text(number).is_empty()) {
            return Vec::new();
        }
        let is_whole = |number: &Number| {
            let read = self.read(number);
            read.is_some_and(|value| value.fract() == 0.0)
        };
        let wrong = SEEDS.iter().filter(|number| !is_whole(number));
        wrong.map(|number| bounds(lang, number)).collect()
    }

    /// The number, or what it is at first.
    fn value(&self, name: &str) -> Option<f64> {
        let number = NUMBERS.iter().find(|number| number.name == name)?;
        self.read(number).or_else(|| number.first.parse().ok())
    }

    fn own(&self) -> BTreeMap<AreaCode, (u32, u32)> {
        let mut own: BTreeMap<AreaCode, (u32, u32)> = BTreeMap::new();
        for (name, text) in &self.0 {
            let Some((kind, code)) = name.split_once('-') else {
                continue;
            };
            let (Ok(code), Ok(number)) = (AreaCode::parse(code), text.trim().parse::<u32>()) else {
                continue;
            };
            let number = number.min(MOST_OF_A_COUNTY);
            let line = own.entry(code).or_default();
            match kind {
                "invitations" => line.0 = number,
                "psus" => line.1 = number,
                _ => {}
            }
        }
        own
    }

    /// What is planned with; a number that is none is what it is at first.
    pub(super) fn asked(&self) -> Asked {
        let number = |name| self.value(name).unwrap_or_default();
        Asked {
            invitations: whole(number("invitations")),
            psus: whole(number("psus")),
            sharing: self
                .given("sharing")
                .and_then(Sharing::from_word)
                .unwrap_or_default(),
            own: self.own(),
            response_rate: number("rate") / 100.0,
            deff: number("deff"),
            threshold: number("threshold") / 100.0,
            price: self.value("price"),
        }
    }

    /// What is wrong with the numbers and, where a wave is to be made, with its texts.
    pub(super) fn problems(&self, lang: Lang, is_whole: bool) -> Vec<String> {
        let mut problems = Vec::new();
        for number in &NUMBERS {
            let is_left_out = number.is_optional && self.text(number).is_empty();
            if !is_left_out && self.read(number).is_none() {
                problems.push(bounds(lang, number));
            }
        }
        problems.extend(self.seed_problems(lang));
        if is_whole {
            let needed = TEXTS
                .iter()
                .map(|(name, _)| *name)
                .chain(["frame", "margins"]);
            for name in needed.filter(|name| self.given(name).is_none()) {
                let field = lang.t(&format!("design-{}", name.replace('_', "-")));
                problems.push(lang.t_with("design-needed", &[("field", field.into())]));
            }
        }
        problems
    }

    /// The wave as it would be made.
    pub(super) fn draft(
        &self,
        lang: Lang,
        zone: &Zone,
        found: &Design,
        questionnaire: Questionnaire,
    ) -> Result<Draft, String> {
        let text = |name: &str| self.given(name).unwrap_or_default().to_owned();
        let time = |name: &str| {
            let field = lang.t(&format!("design-{name}"));
            let refused = lang.t_with("design-time", &[("field", field.into())]);
            zone.parse(&text(name)).map_err(|_| refused)
        };
        let slug = WaveSlug::parse(&text("slug")).map_err(|_| lang.t("design-bad-slug"))?;
        let (opens_at, closes_at) = (time("opens")?, time("closes")?);
        if closes_at <= opens_at {
            return Err(lang.t("design-times"));
        }
        let base_wave = match self.given("base") {
            None => None,
            Some(slug) => Some(WaveSlug::parse(slug).map_err(|_| lang.t("design-bad-slug"))?),
        };
        let unit = match self.given("unit") {
            Some("household") => SampledUnit::Household,
            _ => SampledUnit::Person,
        };
        let asked = self.asked();
        let mut plan = WavePlan::standard(unit, found.sample());
        plan.verdict.threshold = asked.threshold;
        plan.verdict.planned_deff = asked.deff;
        plan.seeds = self.seeds();
        plan.year = self
            .value(YEAR)
            .and_then(|year| i32::try_from(whole(year)).ok());
        Ok(Draft {
            wave: NewWave {
                slug,
                titles: Text::new([
                    ("zh-CN", text("title_zh").as_str()),
                    ("en", text("title_en").as_str()),
                ]),
                opens_at,
                closes_at,
                synthetic: self.given("synthetic").is_some(),
            },
            questionnaire,
            plan: Plan::Probability(Box::new(plan)),
            frame: Some(text("frame")),
            margins: Some(text("margins")),
            base_wave,
        })
    }

    /// The numbers, for the template.
    pub(super) fn numbers(&self, lang: Lang) -> Vec<Field> {
        NUMBERS.iter().map(|one| self.field(lang, one)).collect()
    }

    /// What is announced of seeded answers, for the template.
    pub(super) fn seed_fields(&self, lang: Lang) -> Vec<Field> {
        SEEDS.iter().map(|one| self.field(lang, one)).collect()
    }

    fn field(&self, lang: Lang, number: &Number) -> Field {
        let key = number.name.replace('_', "-");
        Field {
            name: number.name,
            kind: "number",
            label: lang.t(&format!("design-{key}")),
            hint: lang.t(&format!("design-{key}-hint")),
            value: self.text(number).to_owned(),
            low: number.low.to_string(),
            high: number.high.to_string(),
            step: number.step,
        }
    }

    /// The texts, for the template.
    pub(super) fn texts(&self, lang: Lang) -> Vec<Field> {
        let field = |(name, kind): &(&'static str, &'static str)| {
            let key = name.replace('_', "-");
            Field {
                name,
                kind,
                label: lang.t(&format!("design-{key}")),
                hint: lang.t(&format!("design-{key}-hint")),
                value: self.given(name).unwrap_or_default().to_owned(),
                low: String::new(),
                high: String::new(),
                step: "",
            }
        };
        TEXTS.iter().map(field).collect()
    }
}

/// Between which numbers a field's must be.
fn bounds(lang: Lang, number: &Number) -> String {
    let field = format!("design-{}", number.name.replace('_', "-"));
    let bound = |bound: f64| match number.name {
        YEAR => bound.to_string(),
        _ => lang.number(bound, 0),
    };
    let args = [
        ("field", lang.t(&field).into()),
        ("low", bound(number.low).into()),
        ("high", bound(number.high).into()),
    ];
    lang.t_with("design-number", &args)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "within the bounds of the form"
)]
fn whole(number: f64) -> u32 {
    number.round() as u32
}
