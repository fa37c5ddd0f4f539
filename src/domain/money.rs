//! Money: integer 分 (fen), never a float; computed with exact decimals.

use super::refusal::{Lawful, Refusal, money as reasons, require};
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

    /// The amount of an integer from outside, in fen: not negative, not above [`Fen::MAX`].
    ///
    /// # Errors
    /// `money.negative`, `money.limit`, at the field.
    pub fn checked(fen: i64, field: &str) -> Lawful<Self> {
        require(fen >= 0, || Refusal::new(&reasons::NEGATIVE).at(field))?;
        require(fen <= Self::MAX.0, || {
            Refusal::new(&reasons::LIMIT).fact("limit", Self::MAX).at(field)
        })?;
        Ok(Self(fen))
    }

    /// Reads an amount in yuan as a form sends it: digits, then at most two decimals.
    ///
    /// # Errors
    /// `money.form`, `money.negative`, `money.fraction` (parts of a fen), `money.limit`, at the field.
    pub fn parse_yuan(text: &str, field: &str) -> Lawful<Self> {
        let text = text.trim();
        let bad = |reason| Refusal::new(reason).fact("given", text).at(field);
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let (whole, cents) = text.split_once('.').unwrap_or((text, "0"));
        if text
            .strip_prefix('-')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        {
            return Err(bad(&reasons::NEGATIVE));
        }
        require(digits(whole) && digits(cents), || bad(&reasons::FORM))?;
        require(cents.len() <= 2, || bad(&reasons::FRACTION))?;
        // only digits are left, so a number that does not fit is one too large
        let fen = format!("{whole}{cents:0<2}").parse().unwrap_or(i64::MAX);
        Self::checked(fen, field)
    }

    /// The amount in capital characters, as a notice or a contract writes it: 人民币壹佰元整.
    #[must_use]
    pub fn capital(self) -> String {
        let sign = if self.0 < 0 { "负" } else { "" };
        let (yuan, cents) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        let whole = match yuan {
            0 => String::new(),
            yuan => format!("{}元", capital_integer(yuan)),
        };
        let tail = match (cents / 10, cents % 10) {
            (0, 0) if yuan == 0 => "零元整".to_owned(),
            (0, 0) => "整".to_owned(),
            (0, fen) if yuan == 0 => format!("{}分", numeral(fen)),
            (0, fen) => format!("零{}分", numeral(fen)),
            (jiao, 0) => format!("{}角", numeral(jiao)),
            (jiao, fen) => format!("{}角{}分", numeral(jiao), numeral(fen)),
        };
        format!("人民币{sign}{whole}{tail}")
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

fn numeral(digit: u64) -> &'static str {
    const NUMERALS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
    usize::try_from(digit)
        .ok()
        .and_then(|i| NUMERALS.get(i).copied())
        .unwrap_or("零")
}

/// A positive integer, in groups of four digits; a run of zeros inside it reads as one 零.
fn capital_integer(n: u64) -> String {
    let mut out = String::new();
    let mut gap = false;
    let digits = n.to_string();
    for (i, digit) in digits.bytes().map(|b| u64::from(b - b'0')).enumerate() {
        let place = digits.len() - 1 - i;
        if digit > 0 {
            if gap {
                out.push('零');
            }
            out.push_str(numeral(digit));
            out.push_str(["", "拾", "佰", "仟"].get(place % 4).unwrap_or(&""));
        }
        gap = digit == 0;
        if place.is_multiple_of(4) && place > 0 {
            // a group of four zeros has no name, except that 万亿 keeps its 亿
            let group = n / 10_u64.pow(u32::try_from(place).unwrap_or(0)) % 10_000;
            if group > 0 || place == 8 {
                out.push_str(["", "万", "亿", "万"].get(place / 4).unwrap_or(&""));
            }
        }
    }
    out
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capital_characters() {
        // the first eight are the examples of 支付结算办法, annex 1, in the forms it permits
        for (fen, capital) in [
            (140_950, "壹仟肆佰零玖元伍角"),
            (600_714, "陆仟零柒元壹角肆分"),
            (168_032, "壹仟陆佰捌拾元叁角贰分"),
            (10_700_053, "壹拾万零柒仟元伍角叁分"),
            (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
            (32_504, "叁佰贰拾伍元零肆分"),
            (0, "零元整"),
            (5, "伍分"),
            (50, "伍角"),
            (1_000, "壹拾元整"),
            (1_137_930_500, "壹仟壹佰叁拾柒万玖仟叁佰零伍元整"),
            (1_000_000_100, "壹仟万零壹元整"),
            (10_000_000_000, "壹亿元整"),
            (10_000_000_100, "壹亿零壹元整"),
            (10_000_010_000, "壹亿零壹佰元整"),
            (1_000_000_000_000, "壹佰亿元整"),
            (100_020_000_000_000, "壹万零贰亿元整"),
            (Fen::MAX.0, "壹拾万亿元整"),
            (-100, "负壹元整"),
        ] {
            assert_eq!(Fen(fen).capital(), format!("人民币{capital}"), "{fen}");
        }
    }

    #[test]
    fn yuan_text() {
        let check = |text: &str, expected: Result<i64, &str>| {
            let found = Fen::parse_yuan(text, "ceiling_yuan");
            assert_eq!(
                found.as_ref().map(|f| f.0).map_err(|r| r.reason.code),
                expected,
                "{text}"
            );
            assert!(
                found
                    .err()
                    .is_none_or(|r| r.field.as_deref() == Some("ceiling_yuan"))
            );
        };
        check("12345678.90", Ok(1_234_567_890));
        check(" 1.5 ", Ok(150));
        check("0", Ok(0));
        check("0000000000000000000001", Ok(100));
        check("10000000000000", Ok(Fen::MAX.0));
        for text in [
            "", ".", ".5", "5.", "1,000", "+1", "1e3", "１２", "--1", "1.2.3", "1.-5", "NaN", "0x10",
        ] {
            check(text, Err("money.form"));
        }
        check("-1", Err("money.negative"));
        check("-0.001", Err("money.negative"));
        check("1.001", Err("money.fraction"));
        check("10000000000000.01", Err("money.limit"));
        check("99999999999999999999999999", Err("money.limit"));
        assert_eq!(Fen::checked(-1, "x").unwrap_err().reason.code, "money.negative");
    }

    #[test]
    fn grouped_reads_back() {
        for fen in [0, 5, 100, 123_456_789, 100_000_000] {
            assert_eq!(
                Fen::parse_yuan(&Fen(fen).grouped().replace(',', ""), "x").unwrap(),
                Fen(fen)
            );
        }
    }
}
