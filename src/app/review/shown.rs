//! How the review desk and the report are written on a page.

use super::{DeskBid, ReportView};

impl DeskBid {
    /// The price in 元, or a dash.
    #[must_use]
    pub fn price_text(&self) -> String {
        self.total_fen
            .map_or_else(|| "—".to_owned(), |fen| crate::domain::money::Fen(fen).grouped())
    }

    /// The name of the field of the mark.
    #[must_use]
    pub fn mark_field(&self) -> String {
        format!("mark_{}", self.bid)
    }

    /// `pass`, `reject`, or nothing yet.
    #[must_use]
    pub fn mark_word(&self) -> &'static str {
        match &self.mark {
            None => "",
            Some(mark) if mark.passed => "pass",
            Some(_) => "reject",
        }
    }

    /// The clause of the mark.
    #[must_use]
    pub fn clause(&self) -> &str {
        self.mark.as_ref().map_or("", |mark| mark.clause.as_str())
    }

    /// The reason of the mark.
    #[must_use]
    pub fn reason(&self) -> &str {
        self.mark.as_ref().map_or("", |mark| mark.reason.as_str())
    }
}

impl ReportView {
    /// A bidder by name, with the code.
    #[must_use]
    pub fn named(&self, bidder: &str) -> String {
        let name = self.names.get(bidder);
        name.map_or_else(|| bidder.to_owned(), |name| format!("{name} ({bidder})"))
    }

    /// How many have signed.
    #[must_use]
    pub fn n_signed_text(&self) -> String {
        self.n_signed.to_string()
    }

    /// How many members there are.
    #[must_use]
    pub fn n_members_text(&self) -> String {
        self.n_members.to_string()
    }
}
