//! Households, post-stratification in cycles, a unit that two people left out: R finds the same figures here, too.

use minyi::service::rules::{self, Wanted};
use minyi::service::waves::file;
use minyi::survey::plan::{Calibration, Plan};
use minyi::survey::response::{Direction, Mode};

use super::{Audited, broken, r_refuses, read, run_r, set, varied};
use crate::audited::Forger;
use crate::bundle::unpack;
use crate::support::city::{City, confirm_latest, time};
use crate::support::on_both;

const WAVE: &str = r#"
slug = "2026q4"
title = { zh-CN = "演示", en = "Demonstration" }
opens_at = "2026-10-02"
closes_at = "2026-10-23T20:00"
synthetic = true
frame = "2026q4"
margins = "2026q4"
[sample]
unit = "household"
counties = [
  { county = "140321", psus = 20, invitations = 1000 },
  { county = "140322", psus = 20, invitations = 1000 },
]
"#;

on_both! {
    async fn a_raked_wave_of_households_with_a_unit_left_out_is_computed_again_by_r(stores) {
        let city = City::new(&stores).await;
        city.import().await;
        city.import_example("2026q4").await;
        let mut draft = file::read(WAVE, &city.app.zone, |name| Err(name.to_owned())).expect("a wave file");
        let Plan::Probability(plan) = &mut draft.plan else {
            panic!("a sample");
        };
        plan.weighting.calibration = Calibration::Rake { epsilon: 1e-10, cycles: 500 };
        let drawn = city.field_draft(&draft).await;
        let mut sent = varied(&drawn);
        for (i, one) in sent.iter_mut().enumerate() {
            // One kind of form but for the mode, which so is kept.
            (one.fast, one.direction) = (Some(false), Direction::Forward);
            if i % 3 == 0 {
                one.mode = Mode::Assisted;
            }
            let adults = ["1", "2", "2", "3", "4", "5"][i % 6];
            set(&mut one.form, "d3", if i % 13 == 6 { &[] } else { std::slice::from_ref(&adults) });
        }
        let unit = drawn.tickets.last().unwrap().place.variance_unit.clone();
        let (app, slug) = (&city.app, &drawn.wave.slug);
        app.clock.set(time("2026-10-02T10:00"));
        rules::ask(app, &city.organizer, slug, Wanted::Exclusion(unit.clone()), "envelopes were opened").await.unwrap();
        confirm_latest(app, &city.second, slug).await.unwrap();
        let wave = Audited::answered(city, drawn, sent).await;
        let original = unpack(&wave.bundle().await);
        let folder = original.path();
        let protocol = wave.verified(folder);
        assert_eq!(broken(&protocol), Vec::<&str>::new(), "{}", protocol.text());
        let result = read(folder, "result.json");
        for trace in ["\"rake\"", "\"in_effect\":true", "\"adults_item\":\"d3\""] {
            assert!(result.contains(trace), "{trace}");
        }
        let weights = read(folder, "weights.csv");
        let adults = weights.lines().next().unwrap().split(',').position(|name| name == "adults").unwrap();
        for (number, least) in [("1", 100), ("4", 200)] {
            let found = weights.lines().filter(|line| line.split(',').nth(adults) == Some(number)).count();
            assert!(found > least, "{found} of {number} adults");
        }
        let (agrees, said) = run_r(folder);
        assert!(agrees && said.contains(" 2 signs: everything agrees"), "{said}");
        // Whoever puts the unit back finds other figures.
        let forger = Forger::of(folder);
        forger.change("result.json", |text| text.replacen("\"in_effect\":true", "\"in_effect\":false", 1));
        r_refuses(forger.path(), "weights.csv");
    }
}
