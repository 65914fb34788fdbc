//! Five counties through the notice's whole calendar, from the wave of 2003 to the recommendation of January 2007: every criterion
//! of every county and year against values computed by hand (`walk/expected.csv`), every title, the city's aims.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use minyi::evaluation::dossier::Evaluation;
use minyi::evaluation::finding::Finding;
use minyi::evaluation::register::{Lack, Stage, Standing, Step};
use minyi::evaluation::standard::Standard;
use minyi::evaluation::verdict::Outcome;
use minyi::service::decisions::{Say, propose, rule as rule_title};
use minyi::service::evaluate::{apply, import_indicators, import_standard};
use minyi::service::release::{announce, publish_due};
use minyi::service::reports::{rule, sheet};
use minyi::service::titles::{TitleError, Typed, register, take};
use minyi::stats::threshold::{Change, Figure, FigureInterval, Gates, Rule};
use minyi::survey::account::Account;
use minyi::survey::questionnaire::Text;
use minyi::survey::result::{Estimate, WaveResult};
use minyi::survey::role::Role;
use minyi::survey::wave::{WaveSlug, WaveState};

use crate::support::city::{City, STANDARD, time};
use crate::support::instance::{PASSWORD, Visitor, account, serve};
use crate::support::on_both;
use crate::support::published;

const SERIES: &str = include_str!("walk/series.csv");
const WAVES: &str = include_str!("walk/waves.csv");
const EXPECTED: &str = include_str!("walk/expected.csv");
const COUNTIES: [&str; 5] = ["140302", "140303", "140311", "140321", "140322"];
const YEARS: [i32; 3] = [2004, 2005, 2006];
/// Bounds of three years of 140302 together, from R (see the test).
const LOWER: f64 = 0.922_183_880_852_546;
const UPPER: f64 = 0.942_984_066_140_328;

/// The lines of a table after its head.
fn lines(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let said = text.lines().filter(|line| !line.starts_with('#'));
    said.skip(1).map(|line| line.split(',').collect())
}

fn judged(standard: &Standard) -> Vec<&str> {
    let asked = standard.criteria.iter();
    let is_judged = |id: &str| {
        !EXPECTED
            .lines()
            .any(|line| line.contains(&format!("140302,{id},")))
    };
    asked
        .map(|one| one.id.as_str())
        .filter(|id| is_judged(id))
        .collect()
}

/// What is reported up to this year, as a file of the evaluator.
fn indicators(standard: &Standard, until: i32) -> String {
    let mut file =
        "county,year,indicator,status,value,k,m,assessor,reason,evidence,label,measures\n"
            .to_owned();
    let judgement = |file: &mut String, county: &str, year: i32, id: &str, value: &str| {
        writeln!(
            file,
            "{county},{year},{id},reported,{value},,,Li,seen,file 7,,"
        )
        .unwrap();
    };
    for row in lines(SERIES) {
        let (county, id) = (row[0], row[1]);
        for (year, cell) in (2000..=until).zip(&row[2..]) {
            let start = format!("{county},{year},{id},reported");
            match *cell {
                "" => Ok(()),
                "met" | "not_met" => {
                    judgement(&mut file, county, year, id, cell);
                    Ok(())
                }
                one if one.contains('=') => writeln!(file, "{start},,,,,,,fire,{one}"),
                one => match one.split_once('/') {
                    Some((k, m)) => writeln!(file, "{start},,{k},{m},,,,,"),
                    None => writeln!(file, "{start},{one},,,,,,,"),
                },
            }
            .unwrap();
        }
    }
    for county in COUNTIES {
        for year in YEARS.into_iter().filter(|year| *year <= until) {
            for id in judged(standard) {
                let start = format!("{county},{year},{id},");
                if !file.contains(&start) {
                    judgement(&mut file, county, year, id, "met");
                }
            }
        }
    }
    file
}

/// The result of the wave of a December; the change is against the one before.
fn wave_of(year: i32) -> WaveResult {
    let mut result = published::result().clone();
    let facts = &mut result.wave;
    facts.slug = WaveSlug::parse(&format!("{year}q4")).unwrap();
    let title = format!("{year}");
    facts.titles = Text::new([("zh-CN", title.as_str()), ("en", title.as_str())]);
    facts.opens_at = time(&format!("{year}-12-01"));
    facts.closes_at = time(&format!("{year}-12-08"));
    facts.closed_at = time(&format!("{year}-12-08T09:00"));
    let then = year.checked_sub(1).filter(|before| *before >= 2003);
    facts.base_wave = then.map(|before| WaveSlug::parse(&format!("{before}q4")).unwrap());
    for county in &mut result.counties {
        let row = |year: i32| {
            let of = |row: &Vec<&str>| row[0] == county.code.as_str() && row[1] == year.to_string();
            lines(WAVES).find(of).unwrap()
        };
        let figure = |p: &str, n: &str| {
            let p: f64 = p.parse().unwrap();
            Figure {
                p,
                variance: p * (1.0 - p) / 540.0,
                n: n.parse().unwrap(),
                kish_n_eff: 700.0,
                df: 18.0,
                planned_deff: 1.5,
            }
        };
        let (now, safety) = (row(year), |row: &[&str]| figure(row[4], "800"));
        let approval = figure(now[2], now[3]);
        let gates = Gates::passed();
        county.approval.judgement = Some(approval.judge(0.9, Rule::LowerBound, &gates));
        county.approval.finding = approval.judge(0.9, Rule::LowerBound, &gates).finding;
        county.approval.obstacles = approval.obstacles(&gates);
        county.approval.estimate = Some(estimate(&result.plan.approval.item, approval));
        county.safety = Some(estimate(&result.plan.safety.item, safety(&now)));
        county.change.change = then.map(|before| {
            let (now, base) = (safety(&now), safety(&row(before)));
            Change::between((&now, &gates), Some((&base, &gates)), true).unwrap()
        });
        county.change.interval = county.change.change.map(|change| change.interval(0.95));
    }
    result
}

fn estimate(item: &str, figure: Figure) -> Estimate {
    let at = |level| -> FigureInterval { figure.interval(level) };
    Estimate {
        item: item.to_owned(),
        approves: vec!["1".to_owned(), "2".to_owned()],
        figure,
        standard_error: figure.variance.sqrt(),
        design_effect: None,
        n_eff: figure.n_eff(),
        interval: at(0.95),
        bounds: at(0.90),
        no_answer: None,
    }
}

const fn letter(finding: Finding) -> &'static str {
    match finding {
        Finding::Met => "M",
        Finding::NotMet => "N",
        Finding::NotDecidable => "?",
        Finding::NotAssessable => "-",
        Finding::NotApplicable => ".",
    }
}

/// Every criterion of every county as it was computed by hand.
fn check(standard: &Standard, found: &Evaluation) {
    let place = usize::try_from(found.year - 2004).unwrap();
    let wanted: BTreeMap<(&str, &str), &str> = EXPECTED
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .map(|line| line.splitn(6, ',').collect::<Vec<_>>())
        .map(|row| ((row[0], row[1]), row[2 + place]))
        .collect();
    let mut differ = Vec::new();
    for county in COUNTIES {
        for criterion in &standard.criteria {
            let id = criterion.id.as_str();
            let wanted = wanted.get(&(county, id)).copied().unwrap_or("M");
            let one = found.county(county).unwrap().finding(id).unwrap();
            if letter(one) != wanted {
                differ.push(format!(
                    "{county} {} {id}: {one:?}, by hand {wanted}",
                    found.year
                ));
            }
        }
    }
    assert!(differ.is_empty(), "{differ:#?}");
}

/// The people of the calendar.
struct People {
    bo: Account,
    reporters: BTreeMap<&'static str, Account>,
}

impl People {
    async fn hire(city: &City) -> Self {
        let bo = account(&city.app, "bo", Role::Evaluator).await;
        let mut reporters = BTreeMap::new();
        for (name, county) in ["rita", "rosa", "ruth", "rosy", "rene"]
            .into_iter()
            .zip(COUNTIES)
        {
            let role = (Role::Reporter, Some(county));
            let made = city
                .app
                .accounts
                .create_with(name, role, PASSWORD.to_owned(), false);
            reporters.insert(county, made.await.unwrap());
        }
        Self { bo, reporters }
    }
}

async fn step(city: &City, who: &Account, place: (&str, i32), step: Step, reason: &str) -> Stage {
    let typed = Typed {
        step,
        reason: reason.to_owned(),
        received: None,
    };
    take(&city.app, who, place, &typed)
        .await
        .unwrap_or_else(|error| panic!("{place:?} {step:?}: {error}"))
}

async fn verify(city: &City, person: &Account, year: i32) {
    for county in COUNTIES {
        for of in (2000..=year)
            .rev()
            .take_while(|of| *of == year || year == 2004)
        {
            let found = sheet(&city.app, person, county, of).await.unwrap();
            for versions in found.versions.values() {
                let open = versions[0].ruling.is_none();
                if open {
                    let done = rule(&city.app, person, (county, of), versions[0].id, None).await;
                    done.expect("verified");
                }
            }
        }
    }
}

/// The wave of December, who checks itself in December, who applies and when.
async fn december_to_january(city: &City, people: &People, year: i32) {
    let app = &city.app;
    app.clock.set(time(&format!("{year}-12-08T09:00")));
    let result = wave_of(year);
    published::store(app, WaveState::Closed, &result).await;
    app.clock.set(time(&format!("{year}-12-20T10:00")));
    for county in COUNTIES {
        let found = step(
            city,
            &people.reporters[county],
            (county, year),
            Step::SelfCheck,
            "",
        )
        .await;
        assert_eq!(found, Stage::Checked);
    }
    let (next, late) = (year + 1, if year < 2006 { "140303" } else { "140321" });
    // The last second of the last day in Shanghai, and the next one.
    app.clock.set(time(&format!("{next}-01-10T23:59:59")));
    for county in COUNTIES.into_iter().filter(|county| *county != late) {
        let found = step(
            city,
            &people.reporters[county],
            (county, year),
            Step::Apply,
            "",
        )
        .await;
        assert_eq!(found, Stage::Applied, "{county} {year}");
    }
    app.clock.set(time(&format!("{next}-01-11T00:00:00")));
    if year < 2006 {
        let found = step(city, &people.reporters[late], (late, year), Step::Apply, "").await;
        assert_eq!(found, Stage::Late);
    }
}

/// Verification, acceptance, evaluation, decisions, publication.
async fn accept_and_publish(city: &City, people: &People, year: i32) {
    let (app, eva, bo) = (&city.app, &city.evaluator, &people.bo);
    let standard = Standard::from_toml(STANDARD).unwrap();
    app.clock.set(time(&format!("{}-01-15T10:00", year + 1)));
    import_indicators(app, eva, &indicators(&standard, year))
        .await
        .expect("values");
    verify(city, bo, year).await;
    match year {
        2004 => assert_eq!(
            step(city, bo, ("140303", year), Step::Refuse, "too late").await,
            Stage::Refused
        ),
        2005 => assert_eq!(
            step(
                city,
                bo,
                ("140303", year),
                Step::Admit,
                "the road was closed"
            )
            .await,
            Stage::Applied
        ),
        _ => {}
    }
    for county in COUNTIES {
        let applied = !matches!((county, year), ("140303", 2004) | ("140321", 2006));
        if applied {
            assert_eq!(
                step(city, bo, (county, year), Step::Accept, "").await,
                Stage::Accepted
            );
        }
    }
    let slug = &WaveSlug::parse(&format!("{year}q4")).unwrap();
    let stored = apply(app, eva, slug).await.unwrap();
    check(&standard, &stored.evaluation);
    assert_eq!(stored.evaluation.unverified, 0, "{year}");
    let at = time(&format!("{}-01-25T10:00", year + 1));
    announce(app, &city.organizer, slug, at)
        .await
        .expect("announced");
    app.clock.set(at);
    assert_eq!(publish_due(app).await.unwrap(), 1);
    if year == 2005 {
        let open = &stored.evaluation.county("140311").unwrap().verdict.open;
        assert_eq!(open, &["crime.growth"]);
        let reasons: BTreeMap<String, String> = open
            .iter()
            .map(|id| (id.clone(), "2001 was not counted".to_owned()))
            .collect();
        let proposal = propose(app, eva, slug, stored.id, "140311", &reasons)
            .await
            .unwrap();
        app.clock.set(app.clock.now().plus(Duration::from_secs(1)));
        rule_title(app, bo, slug, stored.id, proposal.id, Say::Confirm)
            .await
            .unwrap();
    }
}

/// A county's page has its waves over time, and behind each criterion the years before and who stands for the value.
async fn a_county_over_time(everyone: &Visitor) {
    let page = everyone.page("/results/2006q4/140302").await;
    let lines = page.texts("table.reported tbody");
    let of = |wave: &str| lines.iter().find(|line| line.contains(wave)).unwrap();
    for (year, share) in [(2004, "93.0"), (2005, "94.0"), (2006, "93.0")] {
        let line = of(&year.to_string());
        assert!(line.contains(share), "{line}");
        let mine = if year == 2006 {
            "This wave"
        } else {
            "A published wave of this survey"
        };
        assert!(line.contains(mine) && !line.contains("Break"), "{line}");
    }
    assert!(
        lines.iter().all(|line| !line.contains("2003")),
        "it is not published: {lines:?}"
    );
    let earlier = page.values("table.reported a", "href");
    assert!(
        earlier.contains(&"/results/2004q4/140302?lang=en".to_owned()),
        "{earlier:?}"
    );
    assert_eq!(
        page.values("table.reported tbody svg", "role").len(),
        lines.len(),
        "each is drawn"
    );
    // The clearance rate of the year and the three before, from walk/series.csv.
    let years = page.texts("li#c-crime-clearance table.years tr");
    assert_eq!(years.len(), 4, "{years:?}");
    assert!(
        years[0].starts_with("2003") && years[3].starts_with("2006"),
        "{years:?}"
    );
    let said = page.texts("li#c-crime-clearance").concat();
    assert!(said.contains("Verified by bo"), "{said}");
    let old = everyone.page("/results/2004q4/140302").await;
    let lines = old.texts("table.reported tbody");
    assert!(lines.iter().all(|line| !line.contains("2006")), "{lines:?}");
}

on_both! {
    async fn five_counties_walk_through_the_notices_calendar(stores) {
        let city = City::new(&stores).await;
        let app = &city.app;
        let people = People::hire(&city).await;
        app.clock.set(time("2003-12-08T09:00"));
        published::store(app, WaveState::Closed, &wave_of(2003)).await;
        app.clock.set(time("2004-07-22T09:00"));
        import_standard(app, &city.evaluator, STANDARD).await.unwrap();
        let early = Typed { step: Step::Recommend, reason: String::new(), received: None };
        for year in YEARS {
            if year == 2006 {
                // Another version is in force from here on. It says that it begins with 2006: the years before stay under the first.
                app.clock.set(time("2006-07-01"));
                let later = STANDARD.replacen("version = 1", "version = 2", 1);
                let later = later.replacen("first_year = 2004", "first_year = 2006", 1);
                city.change_standard(&later).await;
            }
            december_to_january(&city, &people, year).await;
            accept_and_publish(&city, &people, year).await;
            let tried = take(app, &people.bo, ("140302", year), &early).await;
            match year {
                2006 => assert_eq!(tried.unwrap(), Stage::Recommended),
                _ => assert!(matches!(tried, Err(TitleError::TooFew(_))), "{year}: {tried:?}"),
            }
        }

        let found = register(app).await.unwrap().unwrap();
        let outcome = |county, year| {
            let cell = found.cell(county, year).unwrap();
            match &cell.standing {
                Standing::Named => "named",
                Standing::Decided(_) => "decided",
                Standing::Missed(lack) => lack.as_str(),
                other => panic!("{county} {year}: {other:?}"),
            }
        };
        let by_hand = [
            ("140302", ["named", "named", "named"], 3),
            ("140303", ["not-met", "named", "named"], 2),
            ("140311", ["not-met", "decided", "named"], 2),
            ("140321", ["not-met", "not-met", Lack::NoApplication.as_str()], 0),
            ("140322", ["not-met", Lack::Open.as_str(), "named"], 1),
        ];
        for (county, years, held) in by_hand {
            assert_eq!(YEARS.map(|year| outcome(county, year)), years, "{county}");
            assert_eq!(found.cell(county, 2006).unwrap().held, held, "{county}");
        }
        let versions = YEARS.map(|year| found.yardsticks[&year].standard.version);
        assert_eq!(versions, [1, 1, 2], "each year stands under the standard that judged it");
        assert!(YEARS.iter().all(|year| found.yardsticks[year].is_applied));
        // The aims of 2004 and 2005 are reached, that of 2006 (all five) is not.
        assert_eq!(YEARS.map(|year| found.named(year)), [1, 3, 4]);
        assert_eq!(YEARS.map(|year| found.standard.cycle.target(year)), [Some(1), Some(2), Some(5)]);

        // Three years of 140302 together. R: p <- c(.93,.94,.93); v <- p*(1-p)/540; m <- mean(p); s <- sqrt(sum(v))/3;
        // plogis(qlogis(m) + c(-1,1)*qt(.95,54)*s/(m*(1-m)))
        let together = found.cell("140302", 2006).unwrap().together.unwrap().unwrap();
        assert!((together.figure.p - 0.933_333_333_333).abs() < 1e-12);
        assert!((together.judgement.lower - LOWER).abs() < 1e-9, "{}", together.judgement.lower);
        assert!((together.judgement.upper - UPPER).abs() < 1e-9, "{}", together.judgement.upper);
        assert_eq!((together.figure.n, together.figure.df), (2400, 54.0));
        assert!(found.cell("140303", 2006).unwrap().together.is_none());

        let everyone = Visitor::at(&serve(app).await);
        let page = everyone.page("/titles").await;
        let text = page.main();
        for said in ["Years taken together", "2004–2006", "2,400 answers: 93.3%", "Recommended to the province"] {
            assert!(text.to_lowercase().contains(&said.to_lowercase()), "{said}: {text}");
        }
        let evaluations = YEARS.map(|year| format!("/results/{year}q4"));
        for address in &evaluations {
            everyone.page(address).await;
        }
        a_county_over_time(&everyone).await;
        let met = |outcome: Outcome| outcome == Outcome::Met;
        let last = minyi::service::evaluate::of_wave(app, &WaveSlug::parse("2006q4").unwrap()).await.unwrap().unwrap();
        assert!(last.evaluation.counties.iter().all(|one| met(one.verdict.outcome)), "all five meet it in 2006");
    }
}
