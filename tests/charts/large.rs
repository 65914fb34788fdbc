//! Three hundred counties and thirty criteria: every public page stays small, and every county is on exactly one part.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Instant;

use minyi::service::app::App;
use minyi::service::{evaluate, import};
use minyi::survey::area::AreaCode;
use minyi::survey::result::WaveResult;
use minyi::survey::role::Role;
use minyi::survey::wave::WaveState;
use tempfile::TempDir;

use crate::support::instance::{self, Sheet, Visitor};
use crate::support::published::{Published, SLUG, result, step, store};

const COUNTIES: usize = 300;
const CRITERIA: usize = 30;
/// What a public page takes at most before compression, in bytes.
const LARGEST: usize = 60 * 1000;

fn code(county: usize) -> String {
    format!("99{:04}", county + 1)
}

/// The five counties of the simulation, sixty times.
fn many() -> WaveResult {
    let few = result();
    let counties = (0..COUNTIES).map(|place| {
        let mut county = few.counties[place % few.counties.len()].clone();
        county.code = AreaCode::parse(&code(place)).expect("a code");
        county.name_zh = format!("{}{place}", county.name_zh);
        county.name_en = format!("{} {place}", county.name_en);
        county
    });
    WaveResult {
        counties: counties.collect(),
        ..few.clone()
    }
}

fn standard() -> String {
    let both = |zh: &str, en: &str| format!("{{ zh-CN = \"{zh}\", en = \"{en}\" }}");
    let counties = (0..COUNTIES).map(|place| {
        let name = both(&format!("第{place}县"), &format!("County {place}"));
        format!("{{ code = \"{}\", name = {name} }}", code(place))
    });
    let counties: Vec<String> = counties.collect();
    let mut text = format!(
        "id = \"large\"\nversion = 1\ntitle = {t}\nsource = {t}\ncounties = [{}]\n\
         areas = [{{ id = \"a\", clause = \"1\", name = {t} }}, {{ id = \"b\", clause = \"2\", name = {t} }}]\n",
        counties.join(", "),
        t = both("大范围标准", "Large standard"),
    );
    for place in 0..CRITERIA {
        let area = if place < CRITERIA / 2 { "a" } else { "b" };
        let (name, short) = (
            both(
                &format!("第{place}项标准的名称"),
                &format!("Criterion number {place}"),
            ),
            both(&format!("标准{place}"), &format!("Number {place}")),
        );
        let rule = match place % 3 {
            0 => r#"{ kind = "judged" }"#,
            1 => r#"{ kind = "at_least", percent = 75 }"#,
            _ => r#"{ kind = "survey_at_least", item = "q1", percent = 90, rule = "lower_bound" }"#,
        };
        writeln!(
            text,
            "[[criteria]]\nid = \"{area}.c{place}\"\nclause = \"{place}\"\nname = {name}\nshort = {short}\nrule = {rule}"
        )
        .expect("a text takes it");
    }
    text.push_str(
        "[cycle]\nfirst_year = 2026\nlast_year = 2026\ntime_zone = \"Asia/Shanghai\"\napplication_month = 1\n\
         application_day = 10\nyears_in_a_row = 3\ndecided_counts = true\n",
    );
    text
}

fn indicators() -> String {
    let mut text = "county,year,indicator,status,value,k,m\n".to_owned();
    for county in 0..COUNTIES {
        for place in (1..CRITERIA).step_by(3) {
            let area = if place < CRITERIA / 2 { "a" } else { "b" };
            let k = 60 + (county * 7 + place) % 40;
            writeln!(
                text,
                "{},2026,{area}.c{place},synthetic,,{k},100",
                code(county)
            )
            .expect("a text takes it");
        }
    }
    text
}

async fn large() -> (App, TempDir, String) {
    let (app, folder) = instance::open("2026-12-12T10:00").await;
    let ada = instance::account(&app, "ada", Role::Organizer).await;
    let eve = instance::account(&app, "eve", Role::Evaluator).await;
    let mut areas = "code,level,name_zh,name_en,parent\n990000,city,市,City,\n".to_owned();
    for place in 0..COUNTIES {
        writeln!(
            areas,
            "{},county,第{place}县,County {place},990000",
            code(place)
        )
        .expect("a text takes it");
    }
    import::areas(&app.office, &app.clock, &ada, areas.as_bytes())
        .await
        .expect("areas");
    let result = many();
    store(&app, WaveState::Closed, &result).await;
    evaluate::import_standard(&app, &eve, &standard())
        .await
        .expect("the standard");
    evaluate::import_indicators(&app, &eve, &indicators())
        .await
        .expect("the indicators");
    evaluate::apply(&app, &eve, &result.wave.slug)
        .await
        .expect("applied");
    step(&app, WaveState::Published, &result).await;
    let site = instance::serve(&app).await;
    (app, folder, site)
}

/// A page with its size and the time that it took, printed.
async fn look(site: &str, path: &str, lang: &str) -> Sheet {
    let begun = Instant::now();
    let join = if path.contains('?') { '&' } else { '?' };
    let answer = reqwest::get(format!("{site}{path}{join}lang={lang}")).await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    let text = answer.text().await.expect("a text");
    let took = begun.elapsed().as_millis();
    println!(
        "{path} {lang}: {} bytes, {took} ms in a development build",
        text.len()
    );
    if !path.contains("/report") {
        assert!(text.len() <= LARGEST, "{path} {lang}: {} bytes", text.len());
    }
    Sheet::of(&text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_hundred_counties_come_in_parts_of_at_most_sixty_kilobytes() {
    let (_app, _folder, site) = large().await;
    let wave = format!("/results/{SLUG}");
    for lang in ["zh-CN", "en"] {
        for (side, rows) in [
            ("", "table.judged tbody th"),
            ("/criteria", "table.matrix tbody th"),
            ("/map", "table.mapped tbody th"),
            ("/comparison", "table.compared tbody th"),
            ("/answers/q1", "table.asked-table tbody th"),
            ("/answers/q6", "table.asked-table tbody th"),
            ("/weights", "table.sticky tbody th"),
        ] {
            let mut seen = BTreeSet::new();
            for part in 1.. {
                let path = format!("{wave}{side}?page={part}");
                let sheet = look(&site, &path, lang).await;
                let names = sheet.texts(rows);
                assert!(!names.is_empty(), "{path}");
                for name in names {
                    assert!(seen.insert(name.clone()), "{name} is on two parts");
                }
                if sheet.texts("nav.parts a[rel=next]").is_empty() {
                    break;
                }
            }
            assert_eq!(seen.len(), COUNTIES, "{side}");
        }
        look(&site, &format!("{wave}/{}", code(7)), lang).await;
        look(&site, &format!("{wave}/{}/answers", code(7)), lang).await;
        look(&site, "/results", lang).await;
        let mut seen = BTreeSet::new();
        for part in 1..=30 {
            let sheet = look(&site, &format!("/titles?page={part}"), lang).await;
            seen.extend(sheet.texts(".register tbody th"));
            if sheet.texts("nav.parts a[rel=next]").is_empty() {
                break;
            }
        }
        assert_eq!(seen.len(), COUNTIES, "titles");
    }
    let visitor = Visitor::at(&site);
    let beyond = visitor
        .client
        .get(format!("{site}{wave}?page=999"))
        .send()
        .await;
    assert_eq!(beyond.expect("an answer").status().as_u16(), 404);
    // One county beside the others, part by part: every pair once, and the parts keep the county.
    let mut pairs = BTreeSet::new();
    let mut path = format!("{wave}/comparison?county={}", code(7));
    loop {
        let sheet = look(&site, &path, "en").await;
        pairs.extend(sheet.texts("section[aria-labelledby=pairs] tbody th"));
        let next = sheet.values("nav.parts a[rel=next]", "href");
        let Some(next) = next.first() else { break };
        assert!(next.contains(&format!("county={}", code(7))), "{next}");
        path = next.replace("&lang=en", "").replace("?lang=en&", "?");
    }
    assert_eq!(pairs.len(), COUNTIES - 1);
    let path = format!("{site}{wave}/comparison?county=140311");
    let unknown = visitor.client.get(path).send().await;
    assert_eq!(unknown.expect("an answer").status().as_u16(), 404);
}

#[tokio::test]
async fn pages_of_five_counties_are_small_too() {
    let work = Published::open().await;
    let wave = format!("/results/{SLUG}");
    let mut paths = vec![
        "/".to_owned(),
        "/results".to_owned(),
        "/titles".to_owned(),
        wave.clone(),
    ];
    for side in [
        "140311",
        "140311/answers",
        "criteria",
        "map",
        "comparison",
        "weights",
        "report",
    ] {
        paths.push(format!("{wave}/{side}"));
    }
    for item in &result().counties[0].items {
        paths.push(format!("{wave}/answers/{}", item.item));
    }
    for path in paths {
        for lang in ["zh-CN", "en"] {
            look(&work.site, &path, lang).await;
        }
    }
}
