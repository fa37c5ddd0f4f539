//! Public codes: organisations (统一社会信用代码), regions (行政区划代码), persons (公民身份号码), deals
//! (统一交易标识码).
//!
//! In: text that people or files gave. Out: a code whose check characters agree, or a refusal. What
//! must never happen: a code that was not checked, or a person's number shown whole in a list or log.

use super::{
    refusal::{Lawful, Reason, Refusal, code as reasons, require},
    text::text_column,
};
use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types::Text};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A newtype over checked text: one door in, and the same door for rows and JSON.
macro_rules! checked_text {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, AsExpression, FromSqlRow)]
        #[diesel(sql_type = Text)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text, "").map_err(|refusal| refusal.reason.code)
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.0
            }
        }

        text_column!($name, as_str, |text| Self::try_from(text)?);
    };
}

/// `Debug` and `Display` that show the text.
macro_rules! shown {
    ($name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

fn refused(reason: &'static Reason, given: &str, field: &str) -> Refusal {
    Refusal::new(reason)
        .fact("given", given.chars().take(40).collect::<String>())
        .at(field)
}

/// The place of each character in an alphabet; `None` when one is foreign.
fn values(text: &str, alphabet: &str) -> Option<Vec<usize>> {
    text.chars().map(|c| alphabet.find(c)).collect()
}

fn weighted(values: &[usize], weights: &[usize]) -> usize {
    values.iter().zip(weights).map(|(v, w)| v * w).sum()
}

const ALPHANUMERIC: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";
const CREDIT: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

checked_text! {
    /// A 统一社会信用代码 (GB 32100-2015): 18 characters with the check of the whole and, at the 17th,
    /// the check of the organisation code inside it (GB 11714).
    CreditCode
}
shown!(CreditCode);

impl CreditCode {
    /// Reads a code; small letters are taken for capitals.
    ///
    /// # Errors
    /// `code.credit` at the field.
    pub fn parse(text: &str, field: &str) -> Lawful<Self> {
        let code = text.trim().to_ascii_uppercase();
        let refusal = || refused(&reasons::CREDIT, text, field);
        let parts = (code.get(..2), code.get(2..8), code.get(8..16));
        let (Some(kind), Some(region), Some(body)) = parts else {
            return Err(refusal());
        };
        let composed = Self::compose(kind, region, body).map_err(|_| refusal())?;
        require(composed.0 == code, refusal)?;
        Ok(composed)
    }

    /// Makes the code of a registering department and kind (2 characters), a region (6 digits) and an
    /// organisation (8 characters), adding both check characters: for invented organisations.
    ///
    /// # Errors
    /// `code.credit` when a part has another length or a foreign character.
    pub fn compose(kind: &str, region: &str, body: &str) -> Lawful<Self> {
        let refusal = || refused(&reasons::CREDIT, &format!("{kind}{region}{body}"), "");
        let whole = kind.len() == 2 && region.len() == 6 && body.len() == 8;
        require(whole && region.bytes().all(|b| b.is_ascii_digit()), refusal)?;
        let organisation = organisation_check(body).ok_or_else(refusal)?;
        let head = format!("{kind}{region}{body}{organisation}");
        let check = credit_check(&head).ok_or_else(refusal)?;
        Ok(Self(format!("{head}{check}")))
    }

    /// The region of registration inside the code, when it is one.
    #[must_use]
    pub fn region(&self) -> Option<Region> {
        Region::parse(self.0.get(2..8)?, "").ok()
    }
}

fn credit_check(head: &str) -> Option<char> {
    const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    let sum = weighted(&values(head, CREDIT)?, &WEIGHTS);
    CREDIT.chars().nth((31 - sum % 31) % 31)
}

/// GB 11714: the ninth character of an organisation code.
fn organisation_check(body: &str) -> Option<char> {
    const WEIGHTS: [usize; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum = weighted(&values(body, ALPHANUMERIC)?, &WEIGHTS);
    "0X987654321".chars().nth(sum % 11)
}

checked_text! {
    /// A region by its six digits (GB/T 2260): province `xx0000`, city `xxxx00`, county.
    Region
}
shown!(Region);

impl Region {
    /// Reads a code.
    ///
    /// # Errors
    /// `code.region` at the field.
    pub fn parse(text: &str, field: &str) -> Lawful<Self> {
        let code = text.trim();
        let digits = code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
        let placed = !code.starts_with(['0', '9']) && (!code.ends_with("0000") || !code.starts_with("00"));
        let nested = code.get(2..4) != Some("00") || code.ends_with("0000");
        require(digits && placed && nested, || {
            refused(&reasons::REGION, text, field)
        })?;
        Ok(Self(code.to_owned()))
    }

    /// Whether the other region is this one or lies below it.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        other.0.starts_with(self.stem())
    }

    /// Whether a stored region covers another; a code that cannot be read covers nothing.
    #[must_use]
    pub fn is_served(place: &str, own: &str) -> bool {
        let read = |code: &str| Self::parse(code, "region").ok();
        read(own)
            .zip(read(place))
            .is_some_and(|(own, place)| own.covers(&place))
    }

    /// The digits that all regions from this one down begin with: two, four or six.
    #[must_use]
    pub fn stem(&self) -> &str {
        let above = self.0.strip_suffix("0000").or(self.0.strip_suffix("00"));
        above.unwrap_or(&self.0)
    }

    /// The region right above: the city of a county, the province of a city.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let city = || Some(format!("{}00", self.0.get(..4)?));
        let province = || Some(format!("{}0000", self.0.get(..2)?));
        [city(), province()]
            .into_iter()
            .flatten()
            .find(|code| *code != self.0 && !self.0.ends_with("0000"))
            .map(Self)
    }
}

checked_text! {
    /// A 公民身份号码 (GB 11643-1999): personal, so neither `Debug` nor a list ever shows it whole.
    ResidentId
}

impl ResidentId {
    /// Reads a number: six digits of region, a date of birth that exists, three digits, the check.
    ///
    /// # Errors
    /// `code.resident` at the field, without the number.
    pub fn parse(text: &str, field: &str) -> Lawful<Self> {
        let number = text.trim().to_ascii_uppercase();
        let sound = Self::sound(&number).is_some();
        require(sound, || Refusal::new(&reasons::RESIDENT).at(field))?;
        Ok(Self(number))
    }

    /// Makes a number from its first 17 digits, adding the check: for invented people.
    ///
    /// # Errors
    /// `code.resident` where they are no such digits.
    pub fn compose(head: &str) -> Lawful<Self> {
        let check = (head.len() == 17).then(|| Self::check(head)).flatten();
        let check = check.ok_or_else(|| Refusal::new(&reasons::RESIDENT))?;
        Self::parse(&format!("{head}{check}"), "")
    }

    fn check(head: &str) -> Option<char> {
        const WEIGHTS: [usize; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        let sum = weighted(&values(head, "0123456789")?, &WEIGHTS);
        "10X98765432".chars().nth(sum % 11)
    }

    fn sound(number: &str) -> Option<()> {
        let (head, check) = number.split_at_checked(17)?;
        let born = head.get(6..14)?;
        Date::strptime("%Y%m%d", born)
            .ok()
            .filter(|date| date.year() >= 1800)?;
        Self::check(head).filter(|c| check.chars().eq([*c])).map(drop)
    }

    /// The form for lists: the first three and the last four characters.
    #[must_use]
    pub fn masked(&self) -> String {
        masked(&self.0, 3, 4)
    }
}

impl std::fmt::Debug for ResidentId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

/// Stars in place of all characters but the first and last few; a short text is all stars.
#[must_use]
pub fn masked(text: &str, head: usize, tail: usize) -> String {
    let length = text.chars().count();
    let hidden = |i: usize| length <= head + tail || (i >= head && i < length - tail);
    text.chars()
        .enumerate()
        .map(|(i, c)| if hidden(i) { '*' } else { c })
        .collect()
}

checked_text! {
    /// A 统一交易标识码: industry type, platform's credit code, date, daily sequence and a check
    /// character, as `A01-91350100M000100Y43-20260901-000001-J`.
    DealCode
}
shown!(DealCode);

impl DealCode {
    /// The code of the `sequence`-th deal (1 to 999,999) of a platform on a day; `industry` is a
    /// capital letter and up to two digits, e.g. `A01`.
    ///
    /// # Errors
    /// `code.deal` when the industry or the sequence is out of bounds.
    pub fn compose(industry: &str, platform: &CreditCode, day: Date, sequence: u32) -> Lawful<Self> {
        let refusal = || refused(&reasons::DEAL, &format!("{industry} {sequence}"), "");
        let (letter, digits) = industry.split_at_checked(1).ok_or_else(refusal)?;
        let industrial = letter.bytes().all(|b| b.is_ascii_uppercase())
            && digits.len() <= 2
            && digits.bytes().all(|b| b.is_ascii_digit());
        require(industrial && (1..=999_999).contains(&sequence), refusal)?;
        let day = day.strftime("%Y%m%d");
        let check = iso7064_37_2(&format!("{industry}{platform}{day}{sequence:06}")).ok_or_else(refusal)?;
        Ok(Self(format!("{industry}-{platform}-{day}-{sequence:06}-{check}")))
    }

    /// Reads a code and checks every part of it.
    ///
    /// # Errors
    /// `code.deal` at the field.
    pub fn parse(text: &str, field: &str) -> Lawful<Self> {
        let code = text.trim();
        let parts: Vec<&str> = code.split('-').collect();
        let composed = match parts.as_slice() {
            [industry, platform, day, sequence, _check] => Some((|| {
                let day = Date::strptime("%Y%m%d", day).ok()?;
                let platform = CreditCode::parse(platform, field).ok()?;
                Self::compose(industry, &platform, day, sequence.parse().ok()?).ok()
            })()),
            _ => None,
        };
        let composed = composed.flatten().filter(|composed| composed.0 == code);
        composed.ok_or_else(|| refused(&reasons::DEAL, text, field))
    }
}

/// ISO 7064 MOD 37,2 (pure system): the check character of letters and digits.
fn iso7064_37_2(text: &str) -> Option<char> {
    let values = values(text, ALPHANUMERIC)?;
    let product = values
        .into_iter()
        .fold(0, |product, value| (product + value) * 2 % 37);
    ALPHANUMERIC.chars().nth((38 - product) % 37)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn credit_codes() {
        for code in [
            "91350100M000100Y43",
            "911101085923662400",
            "91440300708461136T",
            "914403001922038216",
            "91330100716105852F",
            "91110108551385082Q",
            "91110000802100433B",
            "91310000631696382C",
            "9144030071526726XG",
        ] {
            assert_eq!(CreditCode::parse(code, "code").unwrap().as_str(), code);
            // any one digit or letter changed is noticed
            for i in 0..18 {
                let mut changed: Vec<char> = code.chars().collect();
                changed[i] = if changed[i] == '7' { '8' } else { '7' };
                assert!(
                    CreditCode::parse(&String::from_iter(changed), "code").is_err(),
                    "{code} at {i}"
                );
            }
        }
        let mut bad = vec!["12100000400001445P".to_owned(), "91350100M000100Y44".to_owned()];
        bad.extend(["I", "O", "S", "V", "Z"].map(|c| format!("91350100{c}000100Y43")));
        bad.extend(
            [
                "",
                "91350100M000100Y4",
                "91350100M000100Y433",
                "９1350100M000100Y43",
                "91350100M000100Y4三",
            ]
            .map(String::from),
        );
        for code in bad {
            let refusal = CreditCode::parse(&code, "credit_code").unwrap_err();
            assert_eq!(
                (refusal.reason.code, refusal.field.as_deref()),
                ("code.credit", Some("credit_code"))
            );
        }
        assert_eq!(credit_check("12100000400001445"), Some('E'));
        assert_eq!(organisation_check("M000100Y"), Some('4'));
        assert_eq!(organisation_check("70846113"), Some('6'));
        let small = CreditCode::parse(" 91350100m000100y43 ", "code").unwrap();
        assert_eq!(small.region().unwrap().as_str(), "350100");
        assert!(serde_json::from_str::<CreditCode>("\"91350100M000100Y44\"").is_err());
        assert_eq!(serde_json::to_string(&small).unwrap(), "\"91350100M000100Y43\"");
    }

    #[test]
    fn regions_nest() {
        let region = |code: &str| Region::parse(code, "region").unwrap();
        let (province, city, county) = (region("350000"), region("350200"), region("350203"));
        for (above, below) in [(&province, &city), (&province, &county), (&city, &county)] {
            assert!(above.covers(below) && above.covers(above) && !below.covers(above));
        }
        assert!(!city.covers(&region("350100")) && !province.covers(&region("360000")));
        assert!(!county.covers(&region("350205")));
        // as stored: what cannot be read is served by nobody
        assert!(Region::is_served("350203", "350200") && !Region::is_served("350200", "350203"));
        assert!(!Region::is_served("", "350200") && !Region::is_served("350203", ""));
        // a county that ends in one zero is itself and no other
        assert!(!region("440310").covers(&region("440311")));
        assert_eq!(
            [&province, &city, &county].map(|r| r.stem().to_owned()),
            ["35", "3502", "350203"]
        );
        assert_eq!(county.parent(), Some(city.clone()));
        assert_eq!(city.parent(), Some(province.clone()));
        assert_eq!(province.parent(), None);
        for bad in [
            "", "35", "3502030", "35020a", "000000", "350003", "050000", "３50000", "990000",
        ] {
            assert!(Region::parse(bad, "region").is_err(), "{bad}");
        }
    }

    #[test]
    fn resident_numbers_are_checked_and_never_shown() {
        // the sample of GB 11643-1999, and one whose check is X
        for number in ["11010519491231002X", "440524188001010014"] {
            assert!(ResidentId::parse(number, "id_no").is_ok(), "{number}");
        }
        for bad in [
            "110105194912310021",
            "11010519490231002X",
            "1101051949123100",
            "",
            "11010519491231002XX",
            "１1010519491231002X",
        ] {
            let refusal = ResidentId::parse(bad, "id_no").unwrap_err();
            assert!(
                refusal.facts.is_empty(),
                "a personal number stays out of messages"
            );
        }
        let id = ResidentId::parse("11010519491231002x", "id_no").unwrap();
        assert_eq!(id.masked(), "110***********002X");
        assert_eq!(format!("{id:?}"), id.masked());
        assert_eq!(masked("13800001234", 3, 4), "138****1234");
        assert_eq!(masked("闽1352019", 1, 2), "闽*****19");
        assert_eq!(masked("1234", 3, 4), "****");
    }

    #[test]
    fn deal_codes() {
        let platform = CreditCode::parse("91350100M000100Y43", "platform").unwrap();
        for (industry, check) in [("A01", 'J'), ("A", '9'), ("D", '4'), ("B", 'W'), ("C", 'I')] {
            let code = DealCode::compose(industry, &platform, date(2026, 9, 1), 1).unwrap();
            assert_eq!(
                code.as_str(),
                format!("{industry}-91350100M000100Y43-20260901-000001-{check}")
            );
            assert_eq!(DealCode::parse(code.as_str(), "deal").unwrap(), code);
        }
        for bad in [
            "91350100M000100Y43-20260901-000001-J",
            "A01-91350100M000100Y43-20260901-000001-K",
            "A01-91350100M000100Y44-20260901-000001-J",
            "A01-91350100M000100Y43-20260931-000001-J",
            "A01-91350100M000100Y43-20260901-1-J",
            "",
        ] {
            assert!(DealCode::parse(bad, "deal").is_err(), "{bad}");
        }
        assert!(DealCode::compose("A01", &platform, date(2026, 9, 1), 0).is_err());
        assert!(DealCode::compose("A01", &platform, date(2026, 9, 1), 1_000_000).is_err());
        assert!(DealCode::compose("a01", &platform, date(2026, 9, 1), 1).is_err());
    }
}
