//! The result of an open wave, for the page and for the console. Everywhere: that it is no probability sample.

use crate::i18n::Lang;
use crate::report::chart::plain_bar;
use crate::report::rule::RuleWords;
use crate::report::table::{Align, TextTable};
use crate::survey::area::AreaCode;
use crate::survey::open_result::{OpenCounty, OpenItem, OpenResult, OpenShare};
use crate::survey::questionnaire::Item;
use crate::survey::time::Zone;

/// The result of an open wave as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenView {
    /// Heading.
    pub title: String,
    /// When it ran.
    pub period: String,
    /// What has to be known before any number is read.
    pub warnings: Vec<String>,
    /// The counties.
    pub counties: Vec<OpenCountyView>,
    /// Digests and version, by which the numbers can be computed again.
    pub provenance: Vec<(String, String)>,
}

/// A county.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCountyView {
    /// Division code.
    pub code: String,
    /// Name.
    pub name: String,
    /// How many answers were kept, and how many of them the quota cells count.
    pub counts: Vec<(String, String)>,
    /// The items.
    pub items: Vec<OpenItemView>,
}

/// The answers to an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenItemView {
    /// Id.
    pub id: String,
    /// The question.
    pub question: String,
    /// One row per answer; empty where nothing may be told.
    pub rows: Vec<OpenRowView>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRowView {
    /// The answer, or the answers that were merged.
    pub label: String,
    /// Whether several answers were merged because they were too few.
    pub merged: bool,
    /// Per cent of those who answered.
    pub share: String,
    /// The same as a bar, SVG.
    pub svg: String,
}

/// The page of a result.
#[must_use]
pub fn view(lang: Lang, zone: &Zone, result: &OpenResult) -> OpenView {
    let date = |at| lang.date(zone.date(at));
    let period = [
        ("from", date(result.opens_at).into()),
        ("to", date(result.closed_at).into()),
    ];
    let digest = |key: &str, value: &str| (lang.t(key), value.to_owned());
    OpenView {
        title: result.titles.get(lang.tag()).to_owned(),
        period: lang.t_with("open-period", &period),
        warnings: warnings(lang, result)
            .into_iter()
            .chain(changes(lang, zone, result))
            .collect(),
        counties: result
            .counties
            .iter()
            .map(|county| county_view(lang, result, county))
            .collect(),
        provenance: vec![
            digest("open-plan-digest", &result.plan_digest),
            digest("open-input-digest", &result.input_digest),
            digest("open-software", &result.software),
        ],
    }
}

/// What has to be known before any number is read; the first is on every page.
fn warnings(lang: Lang, result: &OpenResult) -> Vec<String> {
    let mut sentences = vec![lang.t("open-not-a-sample"), lang.t("open-no-verdict")];
    if result.synthetic {
        sentences.push(lang.t("results-synthetic-answers"));
    }
    if let Some(reason) = &result.early_reason {
        sentences.push(lang.t_with("summary-early", &[("reason", reason.as_str().into())]));
    }
    sentences
}

/// Rules that two people changed after the seal, each with its reason.
fn changes(lang: Lang, zone: &Zone, result: &OpenResult) -> Vec<String> {
    let county = |code: &AreaCode| {
        let county = result.counties.iter().find(|county| county.code == *code);
        county.map_or_else(|| code.to_string(), |county| name(lang, county))
    };
    let words = RuleWords {
        lang,
        zone,
        plan: None,
        questionnaire: &result.questionnaire,
        county: &county,
    };
    result.changes.iter().map(|note| words.note(note)).collect()
}

fn name(lang: Lang, county: &OpenCounty) -> String {
    match lang {
        Lang::ZhCn => county.name_zh.clone(),
        Lang::En => county.name_en.clone(),
    }
}

fn counts(lang: Lang, county: &OpenCounty) -> [(&'static str, String); 4] {
    [
        ("open-kept", lang.count(county.kept)),
        ("open-screened-out", lang.count(county.screened_out)),
        ("open-counted", lang.count(county.cells.counted)),
        ("open-uncounted", lang.count(county.cells.uncounted)),
    ]
}

fn county_view(lang: Lang, result: &OpenResult, county: &OpenCounty) -> OpenCountyView {
    let name = name(lang, county);
    let items = county.items.iter().filter_map(|answers| {
        let item = result.questionnaire.item(&answers.item)?;
        Some(item_view(lang, &name, item, answers))
    });
    OpenCountyView {
        code: county.code.to_string(),
        counts: counts(lang, county)
            .into_iter()
            .map(|(key, n)| (lang.t(key), n))
            .collect(),
        items: items.collect(),
        name,
    }
}

fn item_view(lang: Lang, county: &str, item: &Item, answers: &OpenItem) -> OpenItemView {
    OpenItemView {
        id: item.id.clone(),
        question: item.text.render(lang.tag(), county),
        rows: answers
            .cells
            .iter()
            .map(|cell| row_view(lang, item, cell))
            .collect(),
    }
}

fn row_view(lang: Lang, item: &Item, cell: &OpenShare) -> OpenRowView {
    let chosen = item
        .options
        .iter()
        .filter(|choice| cell.codes.contains(&choice.code));
    let texts: Vec<&str> = chosen.map(|choice| choice.text.get(lang.tag())).collect();
    let share = format!("{}%", cell.percent);
    OpenRowView {
        label: texts.join(&lang.t("wave-comma")),
        merged: cell.codes.len() > 1,
        svg: plain_bar(f64::from(cell.percent) / 100.0),
        share,
    }
}

/// The counts of a result, for the console.
#[must_use]
pub fn summary(lang: Lang, result: &OpenResult) -> String {
    let mut lines = vec![result.titles.get(lang.tag()).to_owned()];
    lines.extend(warnings(lang, result));
    let mut table = TextTable::new([
        (lang.t("wave-head-county"), Align::Left),
        (lang.t("open-kept"), Align::Right),
        (lang.t("open-screened-out"), Align::Right),
        (lang.t("open-counted"), Align::Right),
        (lang.t("open-uncounted"), Align::Right),
    ]);
    for county in &result.counties {
        let [(_, kept), (_, out), (_, counted), (_, uncounted)] = counts(lang, county);
        table.push([name(lang, county), kept, out, counted, uncounted]);
    }
    format!("{}\n\n{}", lines.join("\n"), table.render())
}
