//! Who answers for a wave: kept on both databases, asked for in both languages, in the method statement, fixed by publication.

use minyi::i18n::Lang;
use minyi::service::imprint as service;
use minyi::storage::office::imprint;
use minyi::survey::imprint::{Element, Imprint, LANGUAGES, missing};
use minyi::survey::questionnaire::Text;

use crate::support::city::City;
use crate::support::instance::Sheet;
use crate::support::on_both;
use crate::support::published::{Published, SLUG, result, stated};

on_both! {
    async fn what_is_said_of_a_wave_reads_back_and_the_latest_stands(stores) {
        let city = City::new(&stores).await;
        let drawn = city.field("2026q4", "2026-12-01").await;
        let wave = drawn.wave;
        let mut said = stated();
        let mut tx = city.app.office.0.begin_write("imprint").await.unwrap();
        assert_eq!(imprint::find(&mut tx.conn(), wave.id).await.unwrap(), None);
        imprint::upsert(&mut tx.conn(), wave.id, &said, wave.created_at).await.unwrap();
        assert_eq!(imprint::find(&mut tx.conn(), wave.id).await.unwrap(), Some(said.clone()));
        said.limitations.set("en", "Two villages were cut off by snow.");
        imprint::upsert(&mut tx.conn(), wave.id, &said, wave.created_at).await.unwrap();
        assert_eq!(imprint::find(&mut tx.conn(), wave.id).await.unwrap(), Some(said.clone()));
        tx.commit().await.unwrap();
        // By its own door: only organizers.
        let eva = &city.evaluator;
        assert!(service::say(&city.app, eva, &wave.slug, &said).await.is_err());
        service::say(&city.app, &city.organizer, &wave.slug, &stated()).await.unwrap();
        let found = service::read(&city.app, eva, &wave.slug).await.unwrap();
        assert_eq!((found.imprint, found.can_change), (stated(), false));
    }
}

#[test]
fn an_item_is_empty_until_it_is_said_in_every_language() {
    assert_eq!(LANGUAGES.to_vec(), Lang::ALL.map(Lang::tag).to_vec());
    let gaps = |imprint: &Imprint| missing(result(), Some(imprint));
    assert_eq!(gaps(&stated()), []);
    assert_eq!(
        missing(result(), None),
        [Element::Responsible, Element::Sample]
    );
    for name in ["sponsor", "conductor", "recruitment"] {
        for lang in LANGUAGES {
            let mut imprint = stated();
            imprint.text_mut(name).unwrap().set(lang, "  ");
            let wanted = if name == "recruitment" {
                Element::Sample
            } else {
                Element::Responsible
            };
            assert_eq!(gaps(&imprint), [wanted], "{name} {lang}");
        }
    }
    // What the wave itself holds.
    let mut other = result().clone();
    other.questionnaire.items.clear();
    other.wave.frame.source = " ".to_owned();
    other.wave.margins.source = String::new();
    other.wave.opens_at = other.wave.closes_at;
    for county in &mut other.counties {
        county.counts.issued = 0;
    }
    let wanted = [
        Element::Instruments,
        Element::Sample,
        Element::Dates,
        Element::Sizes,
        Element::Weighting,
    ];
    assert_eq!(missing(&other, Some(&stated())), wanted);
    other.counties.clear();
    assert!(missing(&other, Some(&stated())).contains(&Element::Population));
    let one = Imprint {
        funding: Text::new([("en", "x")]),
        ..stated()
    };
    assert_eq!(
        gaps(&one),
        [],
        "what is optional may be said in one language"
    );
}

#[tokio::test]
async fn the_method_statement_has_eleven_items_and_none_is_empty() {
    let work = Published::open().await;
    for lang in Lang::ALL {
        for path in ["", "/report"] {
            let url = format!("{}/results/{SLUG}{path}?lang={lang}", work.site);
            let text = reqwest::get(url).await.unwrap().text().await.unwrap();
            let page = Sheet::of(&text);
            let (names, texts) = (page.texts("#method ~ dl dt"), page.texts("#method ~ dl dd"));
            for (place, element) in Element::ALL.into_iter().enumerate() {
                let name = lang.t(&format!("results-aapor-{}", element.code()));
                assert_eq!(names[place], format!("{}. {name}", place + 1));
                assert!(
                    texts[place].chars().count() > 10,
                    "{name}: {}",
                    texts[place]
                );
                assert!(!texts[place].contains("results-"), "{}", texts[place]);
            }
            assert!(texts[1].contains(stated().sponsor.get(lang.tag())));
            assert!(texts[1].contains(stated().conductor.get(lang.tag())));
            assert!(texts[4].contains(stated().recruitment.get(lang.tag())));
        }
    }
}
