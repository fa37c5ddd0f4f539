//! Tables that people import (CSV with a heading): bad lines are listed with the reason, the rest is
//! taken.
//!
//! In: the text of a file. Out: its lines as cells. Never: one bad line that spoils the others, or a
//! line taken in part.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    domain::refusal::{Lawful, Refusal, account::NOT_A_TABLE, common::FIELD_BAD},
    words::{self, Lang},
};

/// A line that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BadLine {
    /// The line of the file, the heading being 1.
    pub line: u64,
    /// The code of the refusal.
    pub code: String,
    /// The column.
    pub field: String,
    /// The facts of the refusal's message.
    pub facts: BTreeMap<String, String>,
}

impl BadLine {
    /// The line refused with a reason.
    #[must_use]
    pub fn new(line: u64, refusal: &Refusal) -> Self {
        Self {
            line,
            code: refusal.reason.code.to_owned(),
            field: refusal.field.clone().unwrap_or_default(),
            facts: refusal
                .facts
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        }
    }

    /// The reason in words.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        let key = words::refusal(&self.code);
        let facts: Vec<(&str, &str)> = self
            .facts
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        words::say(lang, &key, &facts)
    }
}

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Imported {
    /// Lines that were new or changed something.
    pub n_taken: u64,
    /// Lines that said what was known.
    pub n_known: u64,
    /// Lines that were not taken.
    pub bad: Vec<BadLine>,
}

/// The lines of a file: their numbers and their cells, as many as the heading has; and the lines that
/// have too few or too many, or are no text.
pub struct Table {
    /// The lines to look at.
    pub lines: Vec<(u64, Vec<String>)>,
    /// The others.
    pub bad: Vec<BadLine>,
}

/// Reads a file with exactly this heading; a byte order mark is overlooked, cells are trimmed.
///
/// # Errors
/// `field.table` at the field `csv`.
pub fn table(text: &str, heading: &[&str]) -> Lawful<Table> {
    let refused = || {
        Refusal::new(&NOT_A_TABLE)
            .fact("heading", heading.join(","))
            .at("csv")
    };
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let names = reader.headers().map_err(|_| refused())?;
    if !names.iter().eq(heading.iter().copied()) {
        return Err(refused());
    }
    let mut table = Table {
        lines: Vec::new(),
        bad: Vec::new(),
    };
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                let cells: Vec<String> = record.iter().map(str::to_owned).collect();
                match wrong_width(cells.len(), heading) {
                    Some(refusal) => table.bad.push(BadLine::new(line, &refusal)),
                    None => table.lines.push((line, cells)),
                }
            }
            Err(_) => return Err(refused()),
        }
    }
    Ok(table)
}

fn wrong_width(n: usize, heading: &[&str]) -> Option<Refusal> {
    if n > heading.len() {
        let expected = heading.join(",");
        return Some(
            Refusal::new(&FIELD_BAD)
                .fact("field", "csv")
                .fact("expected", expected)
                .at("csv"),
        );
    }
    let field = heading.get(n)?;
    Some(Refusal::missing(*field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_numbers_and_bad_ones_their_reasons() {
        let text = "\u{feff}code,name\n350200, 厦门市 \n350100\n350300,莆田市,x\n350400,\"三明\n市\"\n";
        let table = table(text, &["code", "name"]).unwrap();
        let cells = |code: &str, name: &str| vec![code.to_owned(), name.to_owned()];
        assert_eq!(
            table.lines,
            vec![(2, cells("350200", "厦门市")), (5, cells("350400", "三明\n市"))]
        );
        let bad: Vec<(u64, &str)> = table
            .bad
            .iter()
            .map(|bad| (bad.line, bad.code.as_str()))
            .collect();
        assert_eq!(bad, vec![(3, "field.missing"), (4, "field.bad")]);
        assert!(table.bad[0].say(Lang::En).contains("name"));
    }

    #[test]
    fn another_heading_is_refused() {
        for text in ["", "name,code\n", "code;name\n"] {
            assert_eq!(
                super::table(text, &["code", "name"]).err().unwrap().reason.code,
                "field.table"
            );
        }
    }
}
