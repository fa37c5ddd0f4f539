//! The committee's tables of experts and of their households, as files of comma-separated values.
//!
//! In: the text of a file. Out: the lines that can be taken, and for each of the others its number
//! and why not; one bad line never keeps another from being taken. Never: a personal number or name
//! in a reason.

use std::collections::BTreeSet;

use csv::{ReaderBuilder, StringRecord, Trim};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Standing;
use crate::{
    domain::{
        code::{CreditCode, Region, ResidentId},
        credential::{NAME_MAX, line, phone},
        refusal::{Lawful, Reason, Refusal, expert as reason, require},
        region::specialty_code,
        time::Instant,
    },
    proof::canon::Token,
};

/// The columns of the table of experts.
pub const EXPERT_COLUMNS: [&str; 11] = [
    "expert_no",
    "name",
    "id_no",
    "phone",
    "employer_code",
    "employer",
    "region",
    "specialties",
    "title",
    "title_since",
    "status",
];
/// The columns of the table of households.
pub const HOUSEHOLD_COLUMNS: [&str; 4] = ["expert_no", "relation", "person", "org_code"];

/// A line of the table of experts.
#[derive(Debug, Clone)]
pub struct ExpertLine {
    /// The number on the list.
    pub expert_no: String,
    /// The name.
    pub name: String,
    /// The identity number.
    pub id_no: ResidentId,
    /// The phone number.
    pub phone: String,
    /// The own unit.
    pub employer_code: CreditCode,
    /// Its name.
    pub employer: String,
    /// The region.
    pub region: Region,
    /// The codes of the specialties, in small letters.
    pub specialties: BTreeSet<String>,
    /// The title.
    pub title: String,
    /// Since when.
    pub title_since_at: Instant,
    /// What the list says.
    pub standing: Standing,
}

/// A line of the table of households.
#[derive(Debug, Clone)]
pub struct HouseholdLine {
    /// The expert's number.
    pub expert_no: String,
    /// The relation.
    pub relation: String,
    /// The relative's name.
    pub person: String,
    /// The relative's unit.
    pub org_code: CreditCode,
}

/// A line that cannot be taken: its number in the file, the column and the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ExpertBadLine)]
pub struct BadLine {
    /// The number of the line, the heading being 1.
    pub line: u64,
    /// The column, where it is one's fault.
    pub field: Option<String>,
    /// The code of the refusal.
    pub code: String,
    /// The arguments of its message.
    pub facts: Vec<(String, String)>,
}

impl BadLine {
    /// The refusal of a line.
    #[must_use]
    pub fn of(line: u64, refusal: &Refusal) -> Self {
        let facts = refusal.facts.iter();
        Self {
            line,
            field: refusal.field.clone(),
            code: refusal.reason.code.to_owned(),
            facts: facts
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        }
    }
}

/// What a file gave: the good lines with their numbers, and the bad ones.
#[derive(Debug)]
pub struct Lines<T> {
    /// What can be taken.
    pub good: Vec<(u64, T)>,
    /// What cannot.
    pub bad: Vec<BadLine>,
}

/// Reads the table of experts; of two lines with one number the first counts.
///
/// # Errors
/// `expert.columns` when the heading is another.
pub fn experts(text: &str) -> Lawful<Lines<ExpertLine>> {
    let mut lines = read((text, "csv"), &EXPERT_COLUMNS, expert)?;
    let mut seen = BTreeSet::new();
    lines.good.retain(|(line, expert)| {
        let is_new = seen.insert(expert.expert_no.clone());
        if !is_new {
            let refusal = Refusal::new(&reason::TWICE).fact("expert_no", &expert.expert_no);
            lines.bad.push(BadLine::of(*line, &refusal.at("expert_no")));
        }
        is_new
    });
    lines.bad.sort_by_key(|bad| bad.line);
    Ok(lines)
}

/// Reads the table of households.
///
/// # Errors
/// `expert.columns` when the heading is another.
pub fn households(text: &str) -> Lawful<Lines<HouseholdLine>> {
    read((text, "households"), &HOUSEHOLD_COLUMNS, household)
}

/// A value of a line by its column; a column that the heading names is always there.
pub type Cell<'a> = &'a dyn Fn(&str) -> &'a str;

/// Reads a table from the field that brought it.
fn read<T>(
    (text, field): (&str, &'static str),
    columns: &[&str],
    parse: fn(Cell<'_>) -> Lawful<T>,
) -> Lawful<Lines<T>> {
    // with CR LF the reader counts a line from the LF before it
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let mut reader = ReaderBuilder::new()
        .trim(Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes());
    let wrong = || {
        Refusal::new(&reason::COLUMNS)
            .fact("columns", columns.join(","))
            .at(field)
    };
    let heading = reader.headers().map_err(|_| wrong())?;
    require(heading.iter().eq(columns.iter().copied()), wrong)?;
    let mut lines = Lines {
        good: Vec::new(),
        bad: Vec::new(),
    };
    // a record knows where it begins; one that cannot be read stands after the last that could
    let mut at = 1;
    for record in reader.records() {
        at = record
            .as_ref()
            .ok()
            .and_then(StringRecord::position)
            .map_or(at + 1, csv::Position::line);
        let parsed = match &record {
            Ok(record) if record.len() == columns.len() => {
                let cell = |name: &str| {
                    let i = columns.iter().position(|column| *column == name);
                    i.and_then(|i| record.get(i)).unwrap_or_default()
                };
                parse(&cell)
            }
            Ok(_) | Err(_) => Err(Refusal::new(&reason::CELLS).fact("n", columns.len())),
        };
        match parsed {
            Ok(line) => lines.good.push((at, line)),
            Err(refusal) => lines.bad.push(BadLine::of(at, &refusal)),
        }
    }
    Ok(lines)
}

/// An expert of the list, by the columns of its table.
///
/// # Errors
/// The refusal of the first column that is wrong.
pub fn expert(cell: Cell<'_>) -> Lawful<ExpertLine> {
    let specialties: Vec<&str> = cell("specialties").split(';').map(str::trim).collect();
    let specialties = specialties.into_iter().filter(|code| !code.is_empty());
    let specialties = specialties.map(specialty).collect::<Lawful<BTreeSet<_>>>()?;
    require(!specialties.is_empty(), || bad(&reason::SPECIALTY, "specialties"))?;
    Ok(ExpertLine {
        expert_no: number(cell("expert_no"))?,
        name: line(cell("name"), "name", NAME_MAX)?,
        id_no: ResidentId::parse(cell("id_no"), "id_no")?,
        phone: phone(cell("phone"), "phone")?,
        employer_code: CreditCode::parse(cell("employer_code"), "employer_code")?,
        employer: line(cell("employer"), "employer", NAME_MAX)?,
        region: Region::parse(cell("region"), "region")?,
        specialties,
        title: line(cell("title"), "title", NAME_MAX)?,
        title_since_at: since(cell("title_since"))?,
        standing: standing(cell("status"))?,
    })
}

fn household(cell: Cell<'_>) -> Lawful<HouseholdLine> {
    Ok(HouseholdLine {
        expert_no: number(cell("expert_no"))?,
        relation: line(cell("relation"), "relation", NAME_MAX)?,
        person: line(cell("person"), "person", NAME_MAX)?,
        org_code: CreditCode::parse(cell("org_code"), "org_code")?,
    })
}

fn bad(reason: &'static Reason, field: &str) -> Refusal {
    Refusal::new(reason).at(field)
}

fn number(given: &str) -> Lawful<String> {
    match Token::new(given) {
        Ok(token) => Ok(token.as_str().to_owned()),
        Err(_) => Err(bad(&reason::NUMBER, "expert_no")),
    }
}

fn specialty(given: &str) -> Lawful<String> {
    Ok(specialty_code(given, "specialties")?.0)
}

/// `YYYY-MM-DD`, or `YYYY-MM` for the first of a month.
fn since(given: &str) -> Lawful<Instant> {
    let day = if given.len() == 7 {
        format!("{given}-01")
    } else {
        given.to_owned()
    };
    let date: Result<Date, _> = day.parse();
    date.map(Instant::start_of)
        .map_err(|_| bad(&reason::SINCE, "title_since"))
}

fn standing(given: &str) -> Lawful<Standing> {
    let standing = match given {
        "在库" => Some(Standing::Active),
        "暂停" => Some(Standing::Suspended),
        "清退" => Some(Standing::Removed),
        word => word.parse().ok(),
    };
    standing.ok_or_else(|| bad(&reason::STANDING, "status"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADING: &str =
        "expert_no,name,id_no,phone,employer_code,employer,region,specialties,title,title_since,status";
    const GOOD: &str = "E0001,张三,11010519491231002X,13800138000,91350100M000100Y43,甲设计院,350200,A08;a0801,高级工程师,2010-05,active";

    fn codes(lines: &Lines<ExpertLine>) -> Vec<(u64, &str, Option<&str>)> {
        lines
            .bad
            .iter()
            .map(|bad| (bad.line, bad.code.as_str(), bad.field.as_deref()))
            .collect()
    }

    #[test]
    fn a_good_line_is_taken_as_written() {
        let lines = experts(&format!("\u{feff}{HEADING}\r\n{GOOD}\r\n")).unwrap();
        assert!(lines.bad.is_empty());
        let (line, expert) = &lines.good[0];
        assert_eq!(
            (*line, expert.expert_no.as_str(), expert.standing),
            (2, "E0001", Standing::Active)
        );
        assert_eq!(expert.title_since_at.local(), "2010-05-01 00:00");
        assert_eq!(expert.specialties, BTreeSet::from(["a08".into(), "a0801".into()]));
    }

    #[test]
    fn bad_lines_are_named_and_the_rest_is_taken() {
        let table: [(&str, &str, &str, Option<&str>); 14] = [
            ("E0001,", ",", "expert.number", Some("expert_no")),
            ("张三", "", "field.line", Some("name")),
            (
                "11010519491231002X",
                "110105194912310021",
                "code.resident",
                Some("id_no"),
            ),
            ("13800138000", "12ab", "account.phone", Some("phone")),
            (
                "91350100M000100Y43",
                "91350100M000100Y44",
                "code.credit",
                Some("employer_code"),
            ),
            ("甲设计院", "", "field.line", Some("employer")),
            ("350200", "35", "code.region", Some("region")),
            ("A08;a0801", ";", "expert.specialty", Some("specialties")),
            ("A08;a0801", "A-8", "code.form", Some("specialties")),
            ("高级工程师", "", "field.line", Some("title")),
            ("2010-05", "2010-13", "expert.since", Some("title_since")),
            ("active", "gone", "expert.standing", Some("status")),
            (",active", "", "expert.cells", None),
            ("active", "active,more", "expert.cells", None),
        ];
        for (from, to, code, field) in table {
            let bad = GOOD.replacen(from, to, 1);
            let other = GOOD.replace("E0001", "E0002");
            let lines = experts(&format!("{HEADING}\n{bad}\n{other}\n")).unwrap();
            assert_eq!(codes(&lines), [(2, code, field)], "{from} -> {to}");
            assert_eq!(lines.good.len(), 1);
            assert!(
                !format!("{:?}", lines.bad).contains("1101051949"),
                "a personal number in a reason"
            );
        }
    }

    #[test]
    fn of_two_lines_with_one_number_the_first_counts() {
        let lines = experts(&format!("{HEADING}\n{GOOD}\n{}\n", GOOD.replace("张三", "李四"))).unwrap();
        assert_eq!(codes(&lines), [(3, "expert.twice", Some("expert_no"))]);
        assert_eq!(lines.good[0].1.name, "张三");
    }

    #[test]
    fn another_heading_refuses_the_file() {
        for text in ["", "expert_no,name\n", &HEADING.replace("phone", "fon")] {
            assert_eq!(experts(text).unwrap_err().reason.code, "expert.columns");
        }
        let text = "expert_no,relation,person,org_code\nE1,配偶,王五,91350100M000100Y43\nE1,配偶,王五,x\n";
        let lines = households(text).unwrap();
        assert_eq!((lines.good.len(), lines.bad.len()), (1, 1));
        assert_eq!(lines.bad[0].code, "code.credit");
    }
}
