//! Codes that the committee imports: regions (GB/T 2260) and the specialties of experts.
//!
//! In: a line of a table. Out: a row, or why the line cannot be taken.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{
    code,
    credential::{NAME_MAX, line},
    id::Id,
    refusal::{Lawful, Refusal, account::CODE_FORM, require},
};
use crate::schema::{region, specialty};

/// A region: a province, city or county.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    Queryable,
    Selectable,
    Insertable,
    AsChangeset,
    Identifiable,
)]
#[diesel(table_name = region, treat_none_as_null = true)]
pub struct Region {
    /// Its six digits.
    pub id: Id,
    /// Its name.
    pub name: String,
}

impl Region {
    /// A line `code,name`.
    ///
    /// # Errors
    /// `code.region`, `field.line`.
    pub fn parse(code: &str, name: &str) -> Lawful<Self> {
        let code = code::Region::parse(code, "code")?;
        Ok(Self {
            id: Id::from(code.as_str()),
            name: line(name, "name", NAME_MAX)?,
        })
    }
}

/// A specialty that experts are drawn from.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    Queryable,
    Selectable,
    Insertable,
    AsChangeset,
    Identifiable,
)]
#[diesel(table_name = specialty, treat_none_as_null = true)]
pub struct Specialty {
    /// Its code, in small letters.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// The specialty above.
    pub parent_id: Option<Id>,
}

impl Specialty {
    /// A line `code,name,parent`; the parent may be empty.
    ///
    /// # Errors
    /// `code.form`, `field.line`.
    pub fn parse(code: &str, name: &str, parent: &str) -> Lawful<Self> {
        let id = specialty_code(code, "code")?;
        let parent_id = match parent.trim() {
            "" => None,
            parent => Some(specialty_code(parent, "parent")?),
        };
        let refused = || Refusal::new(&CODE_FORM).fact("given", parent).at("parent");
        require(parent_id.as_ref() != Some(&id), refused)?;
        Ok(Self {
            id,
            name: line(name, "name", NAME_MAX)?,
            parent_id,
        })
    }
}

/// A code of a specialty: 1 to 20 letters and digits, kept in small letters, e.g. `a08`.
///
/// # Errors
/// `code.form`.
pub fn specialty_code(text: &str, field: &str) -> Lawful<Id> {
    let code = text.trim().to_ascii_lowercase();
    let sound = code.bytes().all(|b| b.is_ascii_alphanumeric()) && (1..=20).contains(&code.len());
    require(sound, || {
        let given: String = text.chars().take(40).collect();
        Refusal::new(&CODE_FORM).fact("given", given).at(field)
    })?;
    Ok(Id(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_codes() {
        assert_eq!(Region::parse("350200", "厦门市").unwrap().name, "厦门市");
        assert_eq!(
            Region::parse("3502", "厦门市").unwrap_err().reason.code,
            "code.region"
        );
        assert_eq!(
            Region::parse("350200", " ").unwrap_err().reason.code,
            "field.line"
        );
        let sewer = Specialty::parse("A0801", "给水排水", "A08").unwrap();
        assert_eq!(
            (sewer.id.as_str(), sewer.parent_id),
            ("a0801", Some(Id::from("a08")))
        );
        assert_eq!(Specialty::parse("A08", "市政", "").unwrap().parent_id, None);
        for (code, parent, at) in [
            ("", "", "code"),
            ("A-1", "", "code"),
            ("A1", "!", "parent"),
            ("A1", "a1", "parent"),
        ] {
            let refusal = Specialty::parse(code, "x", parent).unwrap_err();
            assert_eq!(
                (refusal.reason.code, refusal.field.as_deref()),
                ("code.form", Some(at))
            );
        }
    }
}
