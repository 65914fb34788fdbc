//! How ids and instants are held in a column: a UUID, and microseconds in a `BIGINT`.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Encode, Type};
use uuid::Uuid;

use super::StoreError;
use crate::survey::area::AreaCode;
use crate::survey::ids::{
    AccountId, AuditId, BoundarySetId, CorrectionId, DecisionId, EstimateId, EvaluationId, FrameId,
    IndicatorId, MarginSetId, QuestionnaireId, ReportedSetId, RuleChangeId, StandardDraftId,
    TitleStepId, UploadId, WaveId,
};
use crate::survey::sample::{StratumCode, UnitCode};
use crate::survey::time::Instant;

macro_rules! held_as {
    ($($name:ty as $inner:ty, $get:path, $make:path;)*) => {$(
        impl<DB: Database> Type<DB> for $name
        where
            $inner: Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <$inner as Type<DB>>::type_info()
            }

            fn compatible(ty: &DB::TypeInfo) -> bool {
                <$inner as Type<DB>>::compatible(ty)
            }
        }

        impl<'q, DB: Database> Encode<'q, DB> for $name
        where
            $inner: Encode<'q, DB>,
        {
            fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                $get(*self).encode(buffer)
            }
        }

        impl<'r, DB: Database> Decode<'r, DB> for $name
        where
            $inner: Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
                <$inner as Decode<'r, DB>>::decode(value).map($make)
            }
        }
    )*};
}

held_as! {
    AccountId as Uuid, AccountId::uuid, AccountId::from_uuid;
    AuditId as Uuid, AuditId::uuid, AuditId::from_uuid;
    BoundarySetId as Uuid, BoundarySetId::uuid, BoundarySetId::from_uuid;
    CorrectionId as Uuid, CorrectionId::uuid, CorrectionId::from_uuid;
    DecisionId as Uuid, DecisionId::uuid, DecisionId::from_uuid;
    TitleStepId as Uuid, TitleStepId::uuid, TitleStepId::from_uuid;
    EstimateId as Uuid, EstimateId::uuid, EstimateId::from_uuid;
    EvaluationId as Uuid, EvaluationId::uuid, EvaluationId::from_uuid;
    FrameId as Uuid, FrameId::uuid, FrameId::from_uuid;
    IndicatorId as Uuid, IndicatorId::uuid, IndicatorId::from_uuid;
    MarginSetId as Uuid, MarginSetId::uuid, MarginSetId::from_uuid;
    ReportedSetId as Uuid, ReportedSetId::uuid, ReportedSetId::from_uuid;
    QuestionnaireId as Uuid, QuestionnaireId::uuid, QuestionnaireId::from_uuid;
    RuleChangeId as Uuid, RuleChangeId::uuid, RuleChangeId::from_uuid;
    StandardDraftId as Uuid, StandardDraftId::uuid, StandardDraftId::from_uuid;
    UploadId as Uuid, UploadId::uuid, UploadId::from_uuid;
    WaveId as Uuid, WaveId::uuid, WaveId::from_uuid;
    Instant as i64, Instant::micros, Instant::from_micros;
}

/// A stored digest, key or hash of `N` bytes.
pub(super) fn fixed<const N: usize>(
    bytes: &[u8],
    what: &'static str,
) -> Result<[u8; N], StoreError> {
    bytes.try_into().map_err(|_| StoreError::Corrupt(what))
}

/// A stored count; the tables allow none below zero.
pub(super) fn count(stored: i64, what: &'static str) -> Result<u64, StoreError> {
    u64::try_from(stored).map_err(|_| StoreError::Corrupt(what))
}

/// A count to be stored.
pub(super) fn stored_count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

macro_rules! held_as_text {
    ($($name:ty, $make:expr;)*) => {$(
        impl<DB: Database> Type<DB> for $name
        where
            String: Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <String as Type<DB>>::type_info()
            }

            fn compatible(ty: &DB::TypeInfo) -> bool {
                <String as Type<DB>>::compatible(ty)
            }
        }

        impl<'q, DB: Database> Encode<'q, DB> for $name
        where
            String: Encode<'q, DB>,
        {
            fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                self.as_str().to_owned().encode(buffer)
            }
        }

        impl<'r, DB: Database> Decode<'r, DB> for $name
        where
            String: Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
                let text = <String as Decode<'r, DB>>::decode(value)?;
                $make(text)
            }
        }

        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                $make(String::column_result(value)?).map_err(FromSqlError::Other)
            }
        }
    )*};
}

held_as_text! {
    AreaCode, |text: String| AreaCode::parse(&text).map_err(BoxDynError::from);
    StratumCode, |text: String| Ok(StratumCode::new(text));
    UnitCode, |text: String| Ok(UnitCode::new(text));
}

impl ToSql for WaveId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_bytes().as_slice().into())
    }
}

impl ToSql for Instant {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.micros().into())
    }
}

impl FromSql for Instant {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        i64::column_result(value).map(Self::from_micros)
    }
}
