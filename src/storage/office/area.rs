//! Areas.

use serde_json::json;

use crate::storage::{Conn, StoreError};
use crate::survey::area::{Area, AreaCode, AreaTree, Level};

statements! {
    UPSERT = "INSERT INTO area (code, parent, level, names)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (code) DO UPDATE
        SET parent = excluded.parent,
            level = excluded.level,
            names = excluded.names";
    FIND = "SELECT code, parent, level, names
        FROM area
        WHERE code = $1";
    LIST = "SELECT code, parent, level, names
        FROM area
        ORDER BY code";
}

type Row = (AreaCode, Option<AreaCode>, String, String);

fn read((code, parent, level, names): Row) -> Result<Area, StoreError> {
    let names: serde_json::Value =
        serde_json::from_str(&names).map_err(|_| StoreError::Corrupt("area names"))?;
    let name = |language: &str| {
        names
            .get(language)
            .and_then(serde_json::Value::as_str)
            .map(str::to_owned)
            .ok_or(StoreError::Corrupt("area names"))
    };
    Ok(Area {
        code,
        level: Level::parse(&level).ok_or(StoreError::Corrupt("area level"))?,
        name_zh: name("zh-CN")?,
        name_en: name("en")?,
        parent,
    })
}

/// Stores areas, parents first; an area that is there gets its new name and place.
pub async fn upsert(conn: &mut Conn<'_>, tree: &AreaTree) -> Result<(), StoreError> {
    let mut areas: Vec<&Area> = tree.iter().collect();
    areas.sort_by_key(|area| area.level);
    for area in areas {
        let names = json!({ "zh-CN": area.name_zh, "en": area.name_en }).to_string();
        sql!(conn, |c| sqlx::query(UPSERT)
            .bind(area.code.clone())
            .bind(area.parent.clone())
            .bind(area.level.as_str())
            .bind(names)
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// The area with this code.
pub async fn find(conn: &mut Conn<'_>, code: &AreaCode) -> Result<Option<Area>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(code.clone())
        .fetch_optional(c)
        .await)?;
    row.map(read).transpose()
}

/// The whole tree.
pub async fn list(conn: &mut Conn<'_>) -> Result<AreaTree, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST).fetch_all(c).await)?;
    let areas: Vec<Area> = rows.into_iter().map(read).collect::<Result<_, _>>()?;
    AreaTree::new(&areas).map_err(|_| StoreError::Corrupt("tree of areas"))
}
