//! What several integration tests need: databases of both kinds, a PostgreSQL server.

pub mod blind;
pub mod city;
pub mod cluster;
pub mod database;
pub mod fieldwork;
pub mod instance;
pub mod node;
pub mod postgres;
pub mod provider;
pub mod published;
pub mod residents;
pub mod shim;

pub use database::Stores;

/// Makes `name::sqlite` and `name::postgres` from one body, which gets migrated, empty stores.
macro_rules! on_both {
    ($(
        $(#[$meta:meta])*
        async fn $name:ident($stores:ident) $body:block
    )*) => {$(
        mod $name {
            use super::*;

            $(#[$meta])*
            async fn body($stores: $crate::support::Stores) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                body($crate::support::Stores::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                body($crate::support::Stores::postgres().await).await;
            }
        }
    )*};
}
pub(crate) use on_both;
