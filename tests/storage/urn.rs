//! Round trips of the urn's rows.

use std::time::Duration;

use minyi::storage::urn::{
    cast, envelope, epoch, gate, leaf, lease, lot, pool, response, sheet, spent,
};
use minyi::survey::area::AreaCode;
use minyi::survey::ids::{ResponseId, WaveId};
use minyi::survey::invitation::Place;
use minyi::survey::paper::{Lot, LotName, Sealed, Typist};
use minyi::survey::questionnaire::Direction;
use minyi::survey::response::{Mode, Response, Traits};
use minyi::survey::sample::{StratumCode, UnitCode};
use minyi::survey::time::Instant;

use crate::support::on_both;

fn wave(number: u8) -> WaveId {
    WaveId::from_uuid(uuid::Uuid::from_bytes([number; 16]))
}

fn county() -> AreaCode {
    AreaCode::parse("140302").unwrap()
}

fn other_county() -> AreaCode {
    AreaCode::parse("140303").unwrap()
}

fn a_response(number: u8, traits: Traits) -> Response {
    Response {
        id: ResponseId::from_random([number; 16]),
        wave: wave(1),
        place: Place {
            county: county(),
            stratum: StratumCode::new("140302-urban"),
            variance_unit: UnitCode::new("140302-urban-01"),
        },
        answers: vec![1, 0, number, 255],
        traits,
        commitment: [number; 32],
        salt: [number ^ 255; 32],
    }
}

on_both! {
    async fn a_response_comes_back_with_its_traits_set_and_unset(stores) {
        let full = a_response(2, Traits {
            mode: Some(Mode::Paper),
            language: Some("zh-CN".into()),
            direction: Some(Direction::Reverse),
            fast: Some(true),
            burst: Some(false),
        });
        let bare = a_response(1, Traits::default());
        let mut tx = stores.urn.0.begin_write("insert").await.unwrap();
        response::insert(&mut tx.conn(), wave(1), &[full.clone(), bare.clone()]).await.unwrap();
        assert!(response::list(&mut tx.conn(), wave(1)).await.unwrap() == [bare, full]);
        assert_eq!(response::count_by_county(&mut tx.conn(), wave(1)).await.unwrap()[&county()], 2);
        let modes = response::count_by_mode(&mut tx.conn(), wave(1)).await.unwrap();
        let wanted = [((county(), None), 1), ((county(), Some(Mode::Paper)), 1)];
        assert_eq!(modes, wanted.into());
        assert!(response::list(&mut tx.conn(), wave(2)).await.unwrap().is_empty());
    }

    async fn leaves_are_found_by_place_and_by_commitment(stores) {
        let mut tx = stores.urn.0.begin_write("leaves").await.unwrap();
        assert_eq!(leaf::head(&mut tx.conn(), wave(1)).await.unwrap(), leaf::Head::default());
        let leaves: Vec<leaf::Leaf> = (0..3_u8).map(|number| leaf::Leaf {
            place: u64::from(number),
            commitment: [number; 32],
            county: county(),
            batch: 4,
        }).collect();
        leaf::insert(&mut tx.conn(), wave(1), &leaves).await.unwrap();
        assert_eq!(leaf::head(&mut tx.conn(), wave(1)).await.unwrap(), leaf::Head { size: 3, batch: 4 });
        assert_eq!(leaf::list(&mut tx.conn(), wave(1), 1, 1).await.unwrap(), leaves[1..2]);
        assert_eq!(
            leaf::find(&mut tx.conn(), wave(1), &[2; 32]).await.unwrap().as_ref(),
            Some(&leaves[2])
        );
        assert_eq!(leaf::find(&mut tx.conn(), wave(2), &[2; 32]).await.unwrap(), None);
        assert_eq!(leaf::count_by_county(&mut tx.conn(), wave(1)).await.unwrap()[&county()], 3);
    }

    async fn a_token_is_spent_once_and_forgets_its_receipt_when_cut_loose(stores) {
        let token = |number: u8| spent::NewSpent {
            token_hash: [number; 32],
            digest: [number; 32],
            receipt: vec![number; 7],
            epoch: 3,
            unit: None,
            tried: None,
        };
        let (one, two) = (token(1), token(2));
        let (here, there) = (county(), other_county());
        let mut tx = stores.urn.0.begin_direct("spend").await.unwrap();
        let mut conn = tx.conn().unwrap();
        assert!(spent::insert(&mut conn, wave(1), &here, &one).await.unwrap());
        assert!(!spent::insert(&mut conn, wave(1), &here, &one).await.unwrap());
        assert!(spent::insert(&mut conn, wave(1), &here, &two).await.unwrap());
        // the same bytes in another county or wave are another token
        assert!(spent::insert(&mut conn, wave(1), &there, &one).await.unwrap());

        let known = spent::list(&mut tx.conn().unwrap(), wave(1), &county(), &[[2; 32], [9; 32]]).await.unwrap();
        assert_eq!(known.len(), 1);
        let earlier = known[&[2; 32]].as_ref().unwrap();
        assert_eq!((earlier.digest, earlier.receipt.as_slice(), earlier.epoch), ([2; 32], &[2_u8; 7][..], 3));
        tx.commit().await.unwrap();
        let mut tx = stores.urn.0.begin_write("cut").await.unwrap();
        assert_eq!(spent::count_held(&mut tx.conn(), wave(1), 3).await.unwrap(), 3);
        assert_eq!(spent::update_cut_loose(&mut tx.conn(), wave(1), &county(), 2).await.unwrap(), 0);
        assert_eq!(spent::update_cut_loose(&mut tx.conn(), wave(1), &county(), 3).await.unwrap(), 2);
        tx.commit().await.unwrap();
        let mut tx = stores.urn.0.begin_direct("look").await.unwrap();
        let known = spent::list(&mut tx.conn().unwrap(), wave(1), &county(), &[[2; 32]]).await.unwrap();
        assert!(known[&[2; 32]].is_none());
        drop(tx);
        let mut tx = stores.urn.0.begin_read("look").await.unwrap();
        assert_eq!(spent::count_held(&mut tx.conn(), wave(1), 3).await.unwrap(), 1);
        let counts = spent::count_by_county(&mut tx.conn(), wave(1)).await.unwrap();
        assert_eq!(counts.into_values().collect::<Vec<_>>(), [2, 1]);
    }

    async fn sealed_records_wait_by_unit_and_leave_by_key(stores) {
        let record = |key: u8, unit: &str, epoch| pool::Pooled {
            key: [key; 16],
            unit: UnitCode::new(unit),
            epoch,
            record: vec![key; 40],
        };
        let records = [record(3, "a", 0), record(1, "a", 1), record(2, "b", 0)];
        let mut tx = stores.urn.0.begin_direct("pool").await.unwrap();
        for record in &records {
            pool::insert(&mut tx.conn().unwrap(), wave(1), &county(), record).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut tx = stores.urn.0.begin_write("batch").await.unwrap();
        let waiting = pool::count_waiting(&mut tx.conn(), wave(1)).await.unwrap();
        let waiting: Vec<_> = waiting.iter().map(|w| (w.unit.as_str(), w.epoch, w.records)).collect();
        assert_eq!(waiting, [("a", 0, 1), ("a", 1, 1), ("b", 0, 1)]);
        let unit = UnitCode::new("a");
        let listed = pool::list(&mut tx.conn(), wave(1), &county(), &[&unit]).await.unwrap();
        assert!(listed == [records[1].clone(), records[0].clone()]);
        let gone = pool::delete(&mut tx.conn(), wave(1), &county(), &[[1; 16], [9; 16]]).await;
        assert_eq!(gone.unwrap(), 1);
        assert_eq!(pool::count_waiting(&mut tx.conn(), wave(1)).await.unwrap().len(), 2);
    }

    async fn a_cast_keeps_records_with_their_tokens_while_gate_and_epoch_are_open(stores) {
        let db = &stores.urn.0;
        let (here, there) = (county(), other_county());
        let mut tx = db.begin_write("fixture").await.unwrap();
        for wave in [wave(1), wave(2)] {
            gate::open(&mut tx.conn(), wave, &here).await.unwrap();
            for number in [3, 4, 5] {
                epoch::insert(&mut tx.conn(), wave, number, &[1; 32]).await.unwrap();
            }
            epoch::update_destroyed(&mut tx.conn(), wave, 4).await.unwrap();
        }
        tx.commit().await.unwrap();
        let made = |number: u8, epoch: i64| {
            let token = spent::NewSpent {
                token_hash: [number; 32],
                digest: [number; 32],
                receipt: vec![number; 7],
                epoch,
                unit: None,
                tried: None,
            };
            let pooled = pool::Pooled {
                key: [number; 16],
                unit: UnitCode::new("a"),
                epoch,
                record: vec![number; 40],
            };
            (token, pooled)
        };
        let unit = UnitCode::new("a");
        for (number, at_once) in [(1, db.writes_at_once()), (2, false)] {
            let wave = wave(number);
            let cast = async |county: &AreaCode, casts: &[(spent::NewSpent, pool::Pooled)]| {
                let asked: Vec<_> = casts.iter().map(|(token, pooled)| (token, pooled)).collect();
                let mut tx = db.begin_direct("cast").await.unwrap();
                let mut conn = tx.conn().unwrap();
                let done = if at_once {
                    let asked: Vec<_> = casts.iter().map(|(token, pooled)| (county, token, pooled)).collect();
                    let mut done = cast::at_once(&mut conn, wave, &asked).await.unwrap();
                    assert!(done.len() == 1);
                    done.remove(county).unwrap()
                } else {
                    cast::row_by_row(&mut conn, wave, county, &asked).await.unwrap()
                };
                tx.commit().await.unwrap();
                (done.is_open, done.kept.into_iter().map(|token| token[0]).collect::<Vec<_>>())
            };
            // An open epoch, a destroyed one, one that nobody noted.
            let first = [made(1, 3), made(2, 4), made(3, 9), made(4, 5)];
            assert_eq!(cast(&here, &first).await, (true, vec![1, 4]));
            // What is spent stays spent; another record with the token is not kept.
            let mut other = made(1, 3);
            other.1.key = [9; 16];
            assert_eq!(cast(&here, &[other, made(2, 3)]).await, (true, vec![2]));
            assert_eq!(cast(&there, &first).await, (false, vec![]), "no gate stands open there");
            let mut tx = db.begin_read("look").await.unwrap();
            let pooled = pool::list(&mut tx.conn(), wave, &here, &[&unit]).await.unwrap();
            assert!(pooled == [made(1, 3).1, made(2, 3).1, made(4, 5).1]);
            let spent = spent::count_by_county(&mut tx.conn(), wave).await.unwrap();
            assert_eq!(spent.into_iter().collect::<Vec<_>>(), [(county(), 3)]);
        }
    }

    async fn a_gate_opens_once_and_stays_shut(stores) {
        let (one, two) = (county(), other_county());
        let open = async |number: u8, counties: &[&AreaCode]| {
            let mut tx = stores.urn.0.begin_direct("look").await.unwrap();
            gate::hold(&mut tx.conn().unwrap(), wave(number), counties).await.unwrap()
        };
        let both = [&one, &two];
        assert!(open(1, &both).await.is_empty());
        let mut tx = stores.urn.0.begin_write("gate").await.unwrap();
        gate::open(&mut tx.conn(), wave(1), &one).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(open(1, &both).await.into_iter().collect::<Vec<_>>(), [county()]);
        assert!(open(1, &[&two]).await.is_empty());
        assert!(open(2, &both).await.is_empty());
        let mut tx = stores.urn.0.begin_write("gate").await.unwrap();
        assert_eq!(gate::count_open(&mut tx.conn(), wave(1)).await.unwrap(), 1);
        gate::shut(&mut tx.conn(), wave(1)).await.unwrap();
        gate::open(&mut tx.conn(), wave(1), &one).await.unwrap();
        assert_eq!(gate::count_open(&mut tx.conn(), wave(1)).await.unwrap(), 0);
        tx.commit().await.unwrap();
        assert!(open(1, &both).await.is_empty());
    }

    async fn an_epoch_remembers_its_first_key_and_its_end(stores) {
        let mut tx = stores.urn.0.begin_write("epoch").await.unwrap();
        epoch::insert(&mut tx.conn(), wave(1), 5, &[1; 32]).await.unwrap();
        epoch::insert(&mut tx.conn(), wave(1), 5, &[2; 32]).await.unwrap();
        let found = epoch::find(&mut tx.conn(), wave(1), 5).await.unwrap().unwrap();
        assert_eq!(found, epoch::Epoch { number: 5, key_check: [1; 32], is_destroyed: false });
        tx.commit().await.unwrap();
        let live = async || {
            let mut tx = stores.urn.0.begin_direct("look").await.unwrap();
            epoch::hold(&mut tx.conn().unwrap(), wave(1), 5).await.unwrap()
        };
        assert!(live().await);
        let mut tx = stores.urn.0.begin_write("epoch").await.unwrap();
        epoch::update_destroyed(&mut tx.conn(), wave(1), 5).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!live().await);
        let mut tx = stores.urn.0.begin_read("epoch").await.unwrap();
        let list = epoch::list(&mut tx.conn(), wave(1)).await.unwrap();
        assert_eq!(list, [epoch::Epoch { is_destroyed: true, ..found }]);
        assert_eq!(epoch::find(&mut tx.conn(), wave(1), 6).await.unwrap(), None);
    }

    async fn a_lease_has_one_holder_until_it_expires(stores) {
        let (me, you) = (uuid::Uuid::from_bytes([1; 16]), uuid::Uuid::from_bytes([2; 16]));
        let now = Instant::from_micros(1_000);
        let later = now.plus(Duration::from_secs(60));
        let mut tx = stores.urn.0.begin_write("lease").await.unwrap();
        assert!(lease::take(&mut tx.conn(), "batch", me, now, later).await.unwrap());
        assert!(!lease::take(&mut tx.conn(), "batch", you, now, later).await.unwrap());
        assert!(lease::take(&mut tx.conn(), "batch", me, now, later).await.unwrap());
        assert!(lease::take(&mut tx.conn(), "batch", you, later, later).await.unwrap());
        lease::delete(&mut tx.conn(), "batch", me).await.unwrap();
        assert!(!lease::take(&mut tx.conn(), "batch", me, now, later).await.unwrap());
        lease::delete(&mut tx.conn(), "batch", you).await.unwrap();
        assert!(lease::take(&mut tx.conn(), "batch", me, now, later).await.unwrap());
    }
}

on_both! {
    async fn paper_comes_back_as_it_was_put_in_and_each_person_reads_a_sheet_once(stores) {
        let place = a_response(1, Traits::default()).place;
        let name = LotName::from_random([1, 2, 3]);
        let lot = Lot { name: name.clone(), place: place.clone(), sheets: 2, entered: 0, is_kept: false };
        let reading = |sheet: u64, typist: u8| Sealed {
            sheet,
            typist: Typist::from_bytes([typist; 16]),
            record: vec![typist, 7],
        };
        let mut tx = stores.urn.0.begin_direct("arrive").await.unwrap();
        for _ in 0..3 {
            envelope::add(&mut tx.conn().unwrap(), wave(1), &place).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut tx = stores.urn.0.begin_intake("open").await.unwrap();
        let conn = &mut tx.conn();
        assert_eq!(envelope::list(conn, wave(1)).await.unwrap(), [(place.clone(), 3)]);
        assert_eq!(envelope::list(conn, wave(2)).await.unwrap(), []);
        assert!(!envelope::take(conn, wave(1), &place, 4).await.unwrap());
        assert!(envelope::take(conn, wave(1), &place, 2).await.unwrap());
        assert_eq!(envelope::list(conn, wave(1)).await.unwrap(), [(place.clone(), 1)]);
        assert!(lot::insert(conn, wave(1), &lot).await.unwrap());
        assert!(!lot::insert(conn, wave(1), &lot).await.unwrap(), "a name that is taken");
        assert_eq!(lot::find(conn, wave(1), &county(), &name).await.unwrap(), Some(lot.clone()));
        assert_eq!(lot::find(conn, wave(1), &other_county(), &name).await.unwrap(), None);
        assert!(lot::hold(conn, wave(1), &lot).await.unwrap());
        assert!(sheet::insert(conn, wave(1), &lot, 1, &reading(1, 1)).await.unwrap());
        assert!(!sheet::insert(conn, wave(1), &lot, 1, &reading(1, 2)).await.unwrap(), "there is a first reading");
        assert!(!sheet::insert(conn, wave(1), &lot, 2, &reading(1, 1)).await.unwrap(), "it is this person's");
        assert!(sheet::insert(conn, wave(1), &lot, 2, &reading(1, 2)).await.unwrap());
        assert!(sheet::insert(conn, wave(1), &lot, 1, &reading(2, 1)).await.unwrap());
        let wanted = [reading(1, 1), reading(1, 2), reading(2, 1)];
        assert!(sheet::list(conn, wave(1), &lot).await.unwrap() == wanted);
        tx.commit().await.unwrap();
        let mut tx = stores.urn.0.begin_direct("keep").await.unwrap();
        let conn = &mut tx.conn().unwrap();
        assert!(lot::update_kept(conn, wave(1), &lot, 1).await.unwrap());
        assert!(!lot::update_kept(conn, wave(1), &lot, 1).await.unwrap(), "once");
        sheet::delete(conn, wave(1), &lot).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = stores.urn.0.begin_intake("left").await.unwrap();
        let conn = &mut tx.conn();
        assert!(sheet::list(conn, wave(1), &lot).await.unwrap().is_empty());
        assert_eq!(lot::list(conn, wave(1)).await.unwrap(), [Lot { is_kept: true, entered: 1, ..lot.clone() }]);
        assert!(sheet::insert(conn, wave(1), &lot, 1, &reading(1, 1)).await.unwrap());
        assert!(!lot::hold(conn, wave(1), &lot).await.unwrap(), "it is kept");
        sheet::delete_all(conn, wave(2)).await.unwrap();
        assert_eq!(sheet::list(conn, wave(1), &lot).await.unwrap().len(), 1);
        sheet::delete_all(conn, wave(1)).await.unwrap();
        assert!(sheet::list(conn, wave(1), &lot).await.unwrap().is_empty());
        tx.commit().await.unwrap();
    }
}
