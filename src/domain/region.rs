//! Codes that the committee imports: regions (GB/T 2260) and the specialties of experts.
//!
//! In: a line of a table. Out: a row, or why the line cannot be taken; and the names that people
//! read instead of codes. Never: a place named that the code does not say.

use std::collections::BTreeMap;

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

/// The provinces, which have their names before any table is imported.
const PROVINCES: [(&str, &str); 34] = [
    ("11", "北京市"),
    ("12", "天津市"),
    ("13", "河北省"),
    ("14", "山西省"),
    ("15", "内蒙古自治区"),
    ("21", "辽宁省"),
    ("22", "吉林省"),
    ("23", "黑龙江省"),
    ("31", "上海市"),
    ("32", "江苏省"),
    ("33", "浙江省"),
    ("34", "安徽省"),
    ("35", "福建省"),
    ("36", "江西省"),
    ("37", "山东省"),
    ("41", "河南省"),
    ("42", "湖北省"),
    ("43", "湖南省"),
    ("44", "广东省"),
    ("45", "广西壮族自治区"),
    ("46", "海南省"),
    ("50", "重庆市"),
    ("51", "四川省"),
    ("52", "贵州省"),
    ("53", "云南省"),
    ("54", "西藏自治区"),
    ("61", "陕西省"),
    ("62", "甘肃省"),
    ("63", "青海省"),
    ("64", "宁夏回族自治区"),
    ("65", "新疆维吾尔自治区"),
    ("71", "台湾省"),
    ("81", "香港特别行政区"),
    ("82", "澳门特别行政区"),
];

/// How many codes a form offers.
const LISTED_MAX: usize = 400;

/// The names behind the codes.
#[derive(Debug, Clone, Default)]
pub struct Places {
    regions: BTreeMap<String, String>,
    specialties: BTreeMap<String, String>,
}

impl Places {
    /// The names of these rows.
    #[must_use]
    pub fn of(regions: Vec<Region>, specialties: Vec<Specialty>) -> Self {
        Self {
            regions: regions.into_iter().map(|row| (row.id.0, row.name)).collect(),
            specialties: specialties.into_iter().map(|row| (row.id.0, row.name)).collect(),
        }
    }

    fn own(&self, code: &str) -> Option<&str> {
        let province = || {
            let head = code.strip_suffix("0000")?;
            let found = PROVINCES.iter().find(|(known, _)| *known == head);
            found.map(|(_, name)| *name)
        };
        self.regions.get(code).map(String::as_str).or_else(province)
    }

    /// The whole name of a region, from the province down; a code that has no name of its own stays
    /// behind what is known above it.
    #[must_use]
    pub fn name(&self, code: &str) -> String {
        let mut above = Vec::new();
        let mut at = code::Region::parse(code, "region").ok();
        while let Some(region) = at {
            above.push(region.clone());
            at = region.parent();
        }
        // the tables put 市辖区 between a municipality and its districts; nobody says it
        let named = above.iter().rev().filter_map(|region| self.own(region.as_str()));
        let known: String = named.filter(|name| *name != "市辖区" && *name != "县").collect();
        match (self.own(code), known.is_empty()) {
            (Some(_), _) => known,
            (None, true) => code.to_owned(),
            (None, false) => format!("{known} {code}"),
        }
    }

    /// The regions to choose from, as (code, name): all, or without the counties where they are too
    /// many for a page.
    #[must_use]
    pub fn regions(&self) -> Vec<(String, String)> {
        let is_few = self.regions.len() <= LISTED_MAX;
        let listed = self
            .regions
            .iter()
            .filter(|(code, _)| is_few || code.ends_with("00"));
        listed.map(|(code, _)| (code.clone(), self.name(code))).collect()
    }

    /// The specialties to choose from, as (code, name).
    #[must_use]
    pub fn specialties(&self) -> Vec<(String, String)> {
        let all = self.specialties.iter().take(LISTED_MAX);
        all.map(|(code, name)| (code.clone(), name.clone())).collect()
    }

    /// The name of a specialty with its code; the code alone where no table names it.
    #[must_use]
    pub fn specialty(&self, code: &str) -> String {
        let shown = code.to_ascii_uppercase();
        match self.specialties.get(code) {
            Some(name) => format!("{name} ({shown})"),
            None => shown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_names() {
        let region = |code: &str, name: &str| Region::parse(code, name).unwrap();
        let rows = [
            ("510100", "成都市"),
            ("510104", "锦江区"),
            ("110100", "市辖区"),
            ("110101", "东城区"),
        ];
        let rows = rows.map(|(code, name)| region(code, name)).to_vec();
        let places = Places::of(rows, vec![Specialty::parse("A08", "市政", "").unwrap()]);
        for (code, name) in [
            ("510104", "四川省成都市锦江区"),
            ("510100", "四川省成都市"),
            ("510000", "四川省"),
            ("510105", "四川省成都市 510105"),
            ("110101", "北京市东城区"),
            ("990000", "990000"),
            ("x", "x"),
        ] {
            assert_eq!(places.name(code), name);
        }
        assert_eq!(places.specialty("a08"), "市政 (A08)");
        assert_eq!(places.specialty("b01"), "B01");
        assert_eq!(places.regions().len(), 4);
        assert_eq!(places.specialties(), [("a08".to_owned(), "市政".to_owned())]);
        assert_eq!(Places::default().name("350203"), "福建省 350203");
    }

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
