//! The floor: an axum handler and one thread that commits whatever has arrived. It keeps the bytes of a
//! form, durably, and answers after the commit; it checks, signs, seals and renders nothing.

use std::path::Path;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

const BATCH: usize = 256;

type Job = (Bytes, oneshot::Sender<()>);

async fn put(State(queue): State<mpsc::Sender<Job>>, body: Bytes) -> StatusCode {
    let (answer, answered) = oneshot::channel();
    if queue.send((body, answer)).await.is_err() {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    match answered.await {
        Ok(()) => StatusCode::CREATED,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn write(path: &Path, mut queue: mpsc::Receiver<Job>) -> rusqlite::Result<()> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         CREATE TABLE form (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)",
    )?;
    let mut insert = connection.prepare("INSERT INTO form (bytes) VALUES (?1)")?;
    let mut batch: Vec<Job> = Vec::with_capacity(BATCH);
    while queue.blocking_recv_many(&mut batch, BATCH) > 0 {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        for (bytes, _) in &batch {
            insert.execute([bytes.as_ref()])?;
        }
        connection.execute_batch("COMMIT")?;
        for (_, answer) in batch.drain(..) {
            let _ = answer.send(());
        }
    }
    Ok(())
}

/// Serves until it is ended.
pub async fn serve(port: u16, path: &Path) -> std::io::Result<()> {
    let (queue, jobs) = mpsc::channel(4096);
    let path = path.to_owned();
    std::thread::spawn(move || write(&path, jobs).expect("the floor writes"));
    let routes = Router::new().route("/", post(put)).with_state(queue);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    axum::serve(listener, routes).await
}
