//! Money: integer 分 (fen), never a float; computed with exact decimals.

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    serialize::{self, Output, ToSql},
    sql_types::BigInt,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An amount in 分, one hundredth of a yuan.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    Default,
)]
#[diesel(sql_type = BigInt)]
#[serde(transparent)]
pub struct Fen(pub i64);

impl Fen {
    /// The largest amount the platform takes: 10^13 yuan; beyond it sums would not fit.
    pub const MAX: Self = Self(1_000_000_000_000_000);

    /// The amount in yuan, exactly.
    #[must_use]
    pub fn yuan(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    /// `12,345,678.90`: yuan with thousand marks and two decimals.
    #[must_use]
    pub fn grouped(self) -> String {
        let digits = (self.0.unsigned_abs() / 100).to_string();
        let mut out = String::new();
        for (i, c) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push(',');
            }
            out.push(c);
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}{out}.{:02}", self.0.unsigned_abs() % 100)
    }
}

impl std::fmt::Display for Fen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.grouped())
    }
}

impl<DB: Backend> ToSql<BigInt, DB> for Fen
where
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB: Backend> FromSql<BigInt, DB> for Fen
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(i64::from_sql(bytes)?))
    }
}
