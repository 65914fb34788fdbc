//! What the form's document promises, whatever the language and whatever went wrong.

use std::io::Write as _;

use askama::Template as _;
use axum::http::HeaderMap;
use scraper::{ElementRef, Html, Selector};

use super::FormPage;
use super::instance::Instance;
use super::view::{FormView, Source, direction_field, direction_of};
use crate::i18n::Lang;
use crate::survey::answer;
use crate::survey::questionnaire::{DEFAULT_2026, Direction, Questionnaire, SampledUnit};
use crate::web::asset;
use crate::web::page::Page;

fn questionnaire() -> Questionnaire {
    Questionnaire::from_toml(DEFAULT_2026)
        .unwrap()
        .for_unit(SampledUnit::Household)
}

fn page(lang: Lang) -> Page {
    Page::new(
        &format!("/s/2026q4/140321?lang={lang}").parse().unwrap(),
        &HeaderMap::new(),
        String::new(),
    )
}

fn pairs(answers: &[(&str, &str)]) -> Vec<(String, String)> {
    answers
        .iter()
        .map(|(id, code)| ((*id).to_owned(), (*code).to_owned()))
        .collect()
}

fn document(
    lang: Lang,
    instance: Instance,
    direction: Direction,
    answers: &[(&str, &str)],
) -> String {
    let (questionnaire, page, answers) = (questionnaire(), page(lang), pairs(answers));
    let county = if lang == Lang::En {
        "Pingding"
    } else {
        "平定县"
    };
    let action = "/s/2026q4/140321";
    let source = Source {
        questionnaire: &questionnaire,
        action,
        county,
        instance: &instance.to_string(),
        draw: instance.draw(),
        direction,
        answers: &answers,
    };
    let problems = answer::validate(&questionnaire, &answers)
        .err()
        .unwrap_or_default();
    let view = FormView::new(&page, &source).with_problems(lang, &problems);
    FormPage {
        page: &page,
        inline: asset::respond(),
        view: &view,
    }
    .render()
    .unwrap()
}

fn plain(lang: Lang) -> String {
    document(
        lang,
        Instance::parse(&"5a".repeat(16)).unwrap(),
        Direction::Forward,
        &[],
    )
}

fn select<'a>(html: &'a Html, css: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(css).unwrap()).collect()
}

fn values(html: &Html, item: &str) -> Vec<String> {
    let inputs = select(html, &format!("input[name={item}]"));
    inputs
        .iter()
        .map(|input| input.value().attr("value").unwrap().to_owned())
        .collect()
}

#[test]
fn has_one_headline_a_language_and_a_label_for_every_input() {
    for lang in Lang::ALL {
        let html = Html::parse_document(&plain(lang));
        assert_eq!(select(&html, "h1").len(), 1);
        assert_eq!(
            select(&html, &format!("html[lang={lang}][dir=ltr]")).len(),
            1
        );
        assert_eq!(select(&html, "title").len(), 1);
        for input in select(&html, "input:not([type=hidden])") {
            let id = input.value().attr("id").unwrap();
            let by_id = select(&html, &format!("label[for={id}]")).len();
            let around = input.ancestors().filter_map(ElementRef::wrap);
            let around = around.filter(|e| e.value().name() == "label").count();
            assert_eq!(by_id + around, 1, "{id}");
        }
        for group in select(&html, "fieldset") {
            assert_eq!(
                group.select(&Selector::parse("legend h2").unwrap()).count(),
                1
            );
        }
    }
}

#[test]
fn every_id_is_there_once_and_every_reference_leads_somewhere() {
    for lang in Lang::ALL {
        let answers = [
            ("q9", "1"),
            ("q9", "2"),
            ("q9", "3"),
            ("q9", "4"),
            ("q6", "0"),
            ("q6", "1"),
        ];
        let instance = Instance::draw_new().unwrap();
        let html = Html::parse_document(&document(lang, instance, Direction::Reverse, &answers));
        for element in select(&html, "[id]") {
            let id = element.value().attr("id").unwrap();
            assert_eq!(select(&html, &format!("[id='{id}']")).len(), 1, "{id}");
        }
        for attribute in ["aria-describedby", "aria-labelledby", "for"] {
            for element in select(&html, &format!("[{attribute}]")) {
                for id in element.value().attr(attribute).unwrap().split(' ') {
                    assert_eq!(
                        select(&html, &format!("[id='{id}']")).len(),
                        1,
                        "{attribute} {id}"
                    );
                }
            }
        }
        assert_eq!(select(&html, ".errors a").len(), 2);
        for link in select(&html, ".errors a") {
            let target = link.value().attr("href").unwrap();
            assert_eq!(
                select(&html, &format!("input{target}")).len(),
                1,
                "{target}"
            );
        }
    }
}

#[test]
fn asks_every_question_with_every_option_and_calls_the_county_by_name() {
    let questionnaire = questionnaire();
    for lang in Lang::ALL {
        let text = plain(lang);
        let html = Html::parse_document(&text);
        assert!(!text.contains("{county}"));
        assert_eq!(select(&html, "fieldset").len(), questionnaire.items.len());
        for item in &questionnaire.items {
            assert_eq!(
                values(&html, &item.id).len(),
                item.options.len(),
                "{}",
                item.id
            );
        }
    }
}

#[test]
fn the_other_direction_turns_scales_and_nothing_else() {
    let instance = Instance::parse(&"5a".repeat(16)).unwrap();
    let read = |direction| Html::parse_document(&document(Lang::En, instance, direction, &[]));
    let (forward, reversed) = (read(Direction::Forward), read(Direction::Reverse));
    assert_eq!(values(&forward, "q1"), ["1", "2", "3", "4", "8", "9"]);
    assert_eq!(values(&reversed, "q1"), ["4", "3", "2", "1", "8", "9"]);
    for item in ["s1", "s2", "q6", "q9", "d1"] {
        assert_eq!(values(&forward, item), values(&reversed, item), "{item}");
    }
    // The script can turn a scale of a draft by itself: the options that move are marked.
    assert_eq!(select(&forward, "#s-q1[data-turns] [data-moves]").len(), 4);
}

#[test]
fn worries_are_shuffled_and_the_quiet_answers_stay_last() {
    // 100 renderings miss one of eight orders with probability 10⁻⁵.
    let orders: std::collections::BTreeSet<Vec<String>> = (0..100)
        .map(|_| {
            let instance = Instance::draw_new().unwrap();
            let text = document(Lang::ZhCn, instance, instance.direction(), &[]);
            values(&Html::parse_document(&text), "q9")
        })
        .collect();
    assert_eq!(orders.len(), 8);
    assert!(orders.iter().all(|order| order[8..] == ["0", "9"]));
}

#[test]
fn answers_are_given_back_after_a_refusal() {
    let answers = [("q1", "3"), ("q6", "1"), ("q6", "0"), ("d1", "female")];
    let instance = Instance::draw_new().unwrap();
    let html = Html::parse_document(&document(Lang::En, instance, Direction::Forward, &answers));
    let checked = select(&html, "input[checked]");
    let kept = checked.iter().map(|e| {
        (
            e.value().attr("name").unwrap(),
            e.value().attr("value").unwrap(),
        )
    });
    assert_eq!(
        kept.collect::<Vec<_>>(),
        [("q1", "3"), ("q6", "1"), ("q6", "0"), ("d1", "female")]
    );
    let summary = select(&html, ".errors li")
        .iter()
        .map(|e| e.text().collect())
        .collect::<Vec<String>>();
    assert_eq!(summary.len(), 1);
    assert!(summary[0].contains("None of these"), "{summary:?}");
    assert_eq!(
        select(&html, "#s-q6[aria-describedby='e-q6'] #e-q6").len(),
        1
    );
}

#[test]
fn a_follow_up_says_in_words_to_whom_it_applies() {
    let html = Html::parse_document(&plain(Lang::En));
    let hint: String = select(&html, "#k-q7")[0].text().collect();
    assert!(
        hint.contains("question 8") && hint.contains("Robbery"),
        "{hint}"
    );
    assert_eq!(select(&html, "#s-q7[data-if='q6=1 2 3 4 5']").len(), 1);
    let number: String = select(&html, "#s-q6 .no")[0].text().collect();
    assert_eq!(number, "8");
}

/// The budget of the first visit is 14 KB on the wire; headers take less than one of them.
#[test]
fn the_whole_questionnaire_with_style_and_script_fits_thirteen_kilobytes() {
    for lang in Lang::ALL {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(plain(lang).as_bytes()).unwrap();
        let bytes = packed.finish().unwrap().len();
        assert!(bytes <= 13 * 1024, "{lang}: {bytes} bytes");
    }
}

#[test]
fn the_script_is_at_most_four_kilobytes_compressed() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed
        .write_all(asset::respond().script.as_bytes())
        .unwrap();
    let bytes = packed.finish().unwrap().len();
    assert!(bytes <= 4096, "{bytes} bytes");
}

#[test]
fn nothing_is_loaded_from_anywhere_else() {
    for lang in Lang::ALL {
        let text = plain(lang);
        let html = Html::parse_document(&text);
        assert!(select(&html, "[src], iframe, object, link:not([rel=icon])").is_empty());
        assert!(!text.contains("http://") && !text.contains("https://"));
        assert!(!text.contains(" style=") && !text.contains(" onclick="));
    }
}

#[test]
fn a_wrong_code_and_a_notice_are_said_above_the_form_and_beside_the_field() {
    let (questionnaire, page) = (questionnaire(), page(Lang::En));
    let source = Source {
        questionnaire: &questionnaire,
        action: "/s/2026q4/140321",
        county: "Pingding",
        instance: "5a",
        draw: 0,
        direction: Direction::Forward,
        answers: &[],
    };
    let view = FormView::new(&page, &source)
        .with_notice("Look once more.".to_owned())
        .with_code("0O<")
        .with_code_problem("No such code".to_owned());
    let form = FormPage {
        page: &page,
        inline: asset::respond(),
        view: &view,
    };
    let html = Html::parse_document(&form.render().unwrap());
    let text = |css: &str| select(&html, css)[0].text().collect::<String>();
    assert_eq!(text(".errors p"), "Look once more.");
    assert_eq!(text(".errors a[href='#code']"), "No such code");
    assert_eq!(text("#code-problem:not([hidden])"), "No such code");
    let field = select(&html, "#code[aria-invalid=true]")[0].value();
    assert_eq!(field.attr("value"), Some("0O<"));
}

#[test]
fn the_hidden_field_brings_the_direction_back() {
    for direction in [Direction::Forward, Direction::Reverse] {
        assert_eq!(direction_of(direction_field(direction)), direction);
    }
}
