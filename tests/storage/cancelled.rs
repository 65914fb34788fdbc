//! Whoever waits for a transaction may go away at any moment, as residents on bad networks do: the next
//! one begins as if nothing had been.

use std::task::Poll;
use std::time::Duration;

use minyi::storage::urn::{epoch, gate};
use minyi::survey::area::AreaCode;
use minyi::survey::ids::WaveId;

use crate::support::on_both;

const CROWD: u64 = 60;

fn wave(number: u64) -> WaveId {
    WaveId::from_uuid(uuid::Uuid::from_u128(number.into()))
}

/// Waits for something, and gives up when it goes on for the time after so many.
async fn give_up<T>(what: impl Future<Output = T>, after: usize) {
    let (mut what, mut left) = (std::pin::pin!(what), after);
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        what.as_mut().poll(context).map(drop)
    })
    .await;
}

on_both! {
    async fn a_begin_that_nobody_waits_for_leaves_no_transaction_open(stores) {
        let (db, county) = (&stores.urn.0, AreaCode::parse("140302").unwrap());
        for round in 0..CROWD {
            // From not at all to longer than a beginning takes.
            give_up(db.begin_read("given up"), usize::try_from(round % 6).unwrap()).await;
            // The connection finds its way back to the pool.
            tokio::time::sleep(Duration::from_millis(2)).await;
            let mut tx = db.begin_intake("after").await.unwrap();
            let key = [u8::try_from(round).unwrap(); 32];
            epoch::insert(&mut tx.conn(), wave(round), 1, &key).await.unwrap();
            gate::open(&mut tx.conn(), wave(round), &county).await.unwrap();
            tx.commit().await.unwrap();
            let mut tx = db.begin_direct("hold").await.unwrap();
            assert!(epoch::hold(&mut tx.conn().unwrap(), wave(round), 1).await.unwrap());
            drop(tx);
            // What was committed is seen by whoever comes next: nobody reads an old state.
            let mut tx = db.begin_read("look").await.unwrap();
            let seen = epoch::find(&mut tx.conn(), wave(round), 1).await.unwrap();
            assert_eq!(seen.map(|epoch| epoch.key_check), Some(key), "round {round}");
        }
    }
}
