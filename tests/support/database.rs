//! Two empty stores with their tables, on either kind of database.

use minyi::storage::{Db, Durability, Office, Source, Store, Urn};
use tempfile::TempDir;

use super::postgres;

/// An office and an urn that are gone after the test.
pub struct Stores {
    /// The office.
    pub office: Office,
    /// The urn.
    pub urn: Urn,
    /// Where the office is.
    pub office_source: Source,
    /// Where the urn is.
    pub urn_source: Source,
    /// A folder for files of this test.
    pub folder: TempDir,
}

impl Stores {
    /// Two files. Commits do not wait for the disk: a test that needs that opens its own.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = |name: &str| Source::Sqlite {
            path: folder.path().join(name),
            durability: Durability::Process,
        };
        let (office, urn) = (file("office.sqlite"), file("urn.sqlite"));
        Self::open(office, urn, folder).await
    }

    /// Two databases of this run's server.
    pub async fn postgres() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let server = postgres::server().await;
        let office = server.clone_of(Store::Office).await;
        let urn = server.clone_of(Store::Urn).await;
        Self::open(office, urn, folder).await
    }

    async fn open(office_source: Source, urn_source: Source, folder: TempDir) -> Self {
        let office = Db::open(&office_source).await.expect("the office opens");
        let urn = Db::open(&urn_source).await.expect("the urn opens");
        office
            .migrate(Store::Office)
            .await
            .expect("the office migrates");
        urn.migrate(Store::Urn).await.expect("the urn migrates");
        Self {
            office: Office(office),
            urn: Urn(urn),
            office_source,
            urn_source,
            folder,
        }
    }
}
