//! What is said publicly about a tender: its notice and everything that follows it before the
//! deadline, as rows, and the papers that are signed for it.
//!
//! In: facts of the tender. Out: a canonical object whose digest is signed. Never: two papers of one
//! digest, a paper that names who is interested.

use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{
    bytes::JsonText,
    id::Id,
    method::MethodTerms,
    refusal::{Lawful, Refusal, require, tender::SECOND_PERSON},
    time::Instant,
};
use crate::{
    proof::canon::{Hash, Object},
    schema::announcement,
    text_enum,
};

text_enum! {
    /// What an announcement is.
    pub enum AnnouncementKind {
        /// 公告.
        Notice,
        /// 变更补遗.
        Addendum,
        /// 撤回.
        Withdrawal,
        /// 终止.
        Termination,
        /// 平台故障.
        Incident,
        /// 恢复.
        Resumption,
    }
}

/// An announcement, as a row; a draft until it has `published_at`.
#[derive(
    Debug, Clone, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset, Identifiable,
)]
#[diesel(table_name = announcement, treat_none_as_null = true)]
pub struct Announcement {
    /// Its id.
    pub id: Id,
    /// Its tender.
    pub tender_id: Id,
    /// Its lot; none when it is about the whole tender.
    pub lot_id: Option<Id>,
    /// What it is.
    pub kind: AnnouncementKind,
    /// Its title.
    pub title: String,
    /// What it says.
    pub text: String,
    /// Whether an addendum bears on bids, so that it may force the deadline (rule Z15).
    pub is_material: bool,
    /// The object that was signed, canonical JSON; none while in draft.
    pub paper: Option<JsonText>,
    /// SHA-256 of it, hex.
    pub digest: Option<String>,
    /// Who drafted it: an account, or `clock`.
    pub drafted_by: String,
    /// When.
    pub drafted_at: Instant,
    /// When it came out.
    pub published_at: Option<Instant>,
    /// Raised by every change, for compare-and-swap.
    pub version: i64,
}

/// A document in a paper: its title and its SHA-256.
pub type Enclosure = (String, Hash);

/// `notice/1`: what the owner signs when a tender is published. The deadlines are set by the objects
/// of their own that are signed with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticePaper {
    /// The tender.
    pub tender: Id,
    /// 统一交易标识码.
    pub number: String,
    /// The project's name.
    pub name: String,
    /// What this kind of paper is called, e.g. 交易公告.
    pub title: String,
    /// The owner's name and credit code.
    pub owner: (String, String),
    /// The agency's, where there is one.
    pub agency: Option<(String, String)>,
    /// GB/T 2260 code of the place.
    pub region: String,
    /// Where the money comes from.
    pub funding: String,
    /// The number and title of the local basis, where one was recorded.
    pub basis: Option<(String, String)>,
    /// What is to be built.
    pub summary: String,
    /// The terms of each lot.
    pub lots: Vec<LotPaper>,
    /// The documents.
    pub documents: Vec<Enclosure>,
    /// SHA-256 of parties.json.
    pub parties: Hash,
    /// SHA-256 of log.policy.
    pub policy: Hash,
    /// The clauses, in Chinese, which is the language that binds.
    pub clauses: Vec<String>,
}

impl Object for NoticePaper {
    const T: &'static str = "notice/1";
}

/// A lot's terms in the notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LotPaper {
    /// The lot.
    pub lot: Id,
    /// Its name.
    pub name: String,
    /// The procedure it runs under, and its version: what all other terms are read by.
    pub procedure: (String, i64),
    /// B, fen.
    pub ceiling: i64,
    /// How the winner is found, and on which terms.
    pub method: MethodTerms,
    /// When the panel reviews.
    pub review_order: String,
    /// How many candidates are published.
    pub candidates: i64,
    /// The least number of bidders.
    pub min: i64,
    /// The least number of qualified bids.
    pub qualified_min: i64,
    /// Seats of the panel, and how many of them are the owner's.
    pub panel: (i64, i64),
    /// The specialty of the experts.
    pub specialty: String,
    /// Whether bids have a part of documents.
    pub docs: bool,
    /// Clause and text of each criterion.
    pub criteria: Vec<(String, String)>,
    /// The time to object to the opening, ms.
    pub objection: i64,
    /// Stage and id of each key set.
    pub keysets: Vec<(String, Hash)>,
}

/// `announcement/1`: what is signed for everything that follows the notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnnouncementPaper {
    /// The tender.
    pub tender: Id,
    /// The lot; none when it is about the whole tender.
    pub lot: Option<Id>,
    /// The word of its kind.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// What it says.
    pub text: String,
    /// Whether it bears on bids.
    pub material: bool,
    /// The documents it brings.
    pub documents: Vec<Enclosure>,
}

impl Object for AnnouncementPaper {
    const T: &'static str = "announcement/1";
}

impl Announcement {
    /// Refuses the signature of its own drafter: what moves a deadline is looked at by a second person
    /// of the same owner.
    ///
    /// # Errors
    /// `deadline.second_person`.
    pub fn must_be_anothers(&self, signer: &str) -> Lawful<()> {
        require(self.drafted_by != signer, || Refusal::new(&SECOND_PERSON))
    }

    /// The new deadline that a resumption sets: its text.
    #[must_use]
    pub fn resumes_until(&self) -> Option<Instant> {
        Instant::parse_local(&self.text).filter(|_| self.kind == AnnouncementKind::Resumption)
    }

    /// What is signed for it, with the documents it brings.
    #[must_use]
    pub fn as_paper(&self, documents: Vec<Enclosure>) -> AnnouncementPaper {
        AnnouncementPaper {
            tender: self.tender_id.clone(),
            lot: self.lot_id.clone(),
            kind: self.kind.to_string(),
            title: self.title.clone(),
            text: self.text.clone(),
            material: self.is_material,
            documents,
        }
    }
}
