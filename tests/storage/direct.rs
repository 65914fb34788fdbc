//! The intake's own way into a store beside everybody else's.

use std::time::Duration;

use minyi::storage::urn::{cell, epoch, pool, spent};
use minyi::storage::{Db, StoreError};
use minyi::survey::area::AreaCode;
use minyi::survey::ids::WaveId;
use minyi::survey::quota::{Cell, Quota, QuotaRule, Tally};
use minyi::survey::sample::UnitCode;

use crate::support::on_both;

const CROWD: u8 = 40;

fn wave() -> WaveId {
    WaveId::from_uuid(uuid::Uuid::from_u128(7))
}

fn county() -> AreaCode {
    AreaCode::parse("140302").unwrap()
}

fn token(number: u8) -> spent::NewSpent {
    spent::NewSpent {
        token_hash: [number; 32],
        digest: [number; 32],
        receipt: vec![number; 7],
        epoch: 3,
        unit: None,
        tried: None,
    }
}

async fn spend(db: &Db, number: u8) -> bool {
    let mut tx = db.begin_direct("spend").await.unwrap();
    let token = token(number);
    let new = spent::insert(&mut tx.conn().unwrap(), wave(), &county(), &token).await;
    tx.commit().await.unwrap();
    new.unwrap()
}

on_both! {
    async fn what_is_not_committed_leaves_no_trace(stores) {
        let db = &stores.urn.0;
        let mut tx = db.begin_direct("given up").await.unwrap();
        let new = spent::insert(&mut tx.conn().unwrap(), wave(), &county(), &token(1)).await;
        assert!(new.unwrap());
        drop(tx);
        assert!(spend(db, 1).await, "it was not spent");
        assert!(!spend(db, 1).await, "now it is");
    }

    async fn errors_are_of_the_kinds_that_everybody_else_meets(stores) {
        let db = &stores.urn.0;
        let pooled = pool::Pooled {
            key: [1; 16],
            unit: UnitCode::new("a"),
            epoch: 3,
            record: vec![1; 40],
        };
        let mut tx = db.begin_direct("twice").await.unwrap();
        let mut conn = tx.conn().unwrap();
        pool::insert(&mut conn, wave(), &county(), &pooled).await.unwrap();
        let twice = pool::insert(&mut conn, wave(), &county(), &pooled).await;
        assert!(matches!(twice, Err(StoreError::Duplicate(_))), "{twice:?}");
        drop(tx);
        assert!(spend(db, 5).await, "the next transaction is whole");
    }

    async fn values_go_where_their_numbers_say(stores) {
        let db = &stores.urn.0;
        let of = Cell { age: "18-29".to_owned(), sex: "male".to_owned(), residence: None };
        let quota = Quota { county: county(), cell: of.clone(), target: 9, rule: QuotaRule::Close };
        let mut tx = db.begin_write("cell").await.unwrap();
        cell::set(&mut tx.conn(), wave(), &quota).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.begin_direct("count").await.unwrap();
        let mut conn = tx.conn().unwrap();
        let tally = Tally { counted: 4, uncounted: 2 };
        cell::update_tally(&mut conn, wave(), &county(), &of, tally).await.unwrap();
        let standing = cell::hold(&mut conn, wave(), &county(), &of).await.unwrap();
        assert_eq!(standing, Some(cell::Standing { target: 9, rule: QuotaRule::Close, tally }));
        let other = AreaCode::parse("140303").unwrap();
        assert_eq!(cell::hold(&mut conn, wave(), &other, &of).await.unwrap(), None);
    }

    async fn writers_of_both_ways_take_turns(stores) {
        let db = &stores.urn.0;
        let staff = async {
            for number in 0..CROWD {
                let mut tx = db.begin_write("note").await.unwrap();
                let check = [number; 32];
                epoch::insert(&mut tx.conn(), wave(), number.into(), &check).await.unwrap();
                // The other comes meanwhile, and waits.
                tokio::time::sleep(Duration::from_millis(5)).await;
                tx.commit().await.unwrap();
            }
        };
        let residents = async {
            for number in 0..CROWD {
                assert!(spend(db, number).await);
                tokio::task::yield_now().await;
            }
        };
        tokio::join!(staff, residents);
        let mut tx = db.begin_read("look").await.unwrap();
        let epochs = epoch::list(&mut tx.conn(), wave()).await.unwrap();
        assert_eq!(epochs.len(), usize::from(CROWD));
        let spent = spent::count_by_county(&mut tx.conn(), wave()).await.unwrap();
        assert_eq!(spent[&county()], u64::from(CROWD));
    }
}
