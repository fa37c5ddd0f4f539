//! An outside library (省级、部委专家库) draws the experts of a panel (rule E00): what is asked of it, and
//! the record that it signs.
//!
//! Both are canonical JSON (protocols 0.2), each an object with exactly these members:
//!
//! * `panel.request/1`, downloaded by the centre and sent to the library: `panel`, the code of the panel,
//!   never the project's name; `library`, its registered name; `specialty`; `region`, GB/T 2260;
//!   `n_experts`, the seats; `n_reserves`, how many more at most; `begins_at`, `requested_at`, ms;
//!   `avoid`, credit codes of the organisations that take part, ascending; `attempt`, from 1, one more
//!   for each supplement (补抽). The bidders are never in it: nobody knows them yet.
//! * `panel.record/1`, signed by the library as `signed/1` (protocols 0.3) with the Ed25519 key that was
//!   registered out of band: `panel`; `library`; `request`, SHA-256 of CJ of the request; `drawn_at`, ms;
//!   `operator`, who drew (E02); `experts`, in drawn order, each `{"position":int from 1,"expert_no",
//!   "name","id_no","phone","employer_code","employer","title","title_since"}` with `title_since` as
//!   YYYY-MM or YYYY-MM-DD and all others strings, `expert_no` a token. The first `n_experts` are called,
//!   the others follow in order.
//!
//! The record names people in clear: whoever carries the file can read it, so that before the opening
//! their secrecy (E11) rests on the carrier. Here it is kept encrypted and shown to nobody.
//!
//! In: a request, a signed record. Out: lines as of the local list, in drawn order, or the refusal.
//! Never: a personal number or name in a refusal; a record for another request; a draw outside its window.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    expert::list::{self, ExpertLine},
    refusal::{
        Lawful, Refusal,
        panel::{RECORD, RECORD_EXPERT, RECORD_SIGNATURE, RECORD_WINDOW},
        require,
    },
    time::Instant,
};
use crate::proof::{
    canon::{Checked, Hash, Object, Token, ascends, ensure},
    sig::{PublicKey, Sig, Signed},
};

/// The greatest length of a record's text, bytes.
pub const RECORD_MAX: usize = 128 * 1024;
/// How many reserves a library may add for each seat.
pub const RESERVES: i64 = 2;
/// The greatest number of experts in a record.
const EXPERTS_MAX: usize = 300;
/// The greatest length of a name, characters.
const NAME_MAX: usize = 100;

/// `panel.request/1`: what is asked of a library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelRequest {
    /// The code of the panel.
    pub panel: Token,
    /// The library's name.
    pub library: String,
    /// The specialty.
    pub specialty: Token,
    /// GB/T 2260 code of the place of the works.
    pub region: String,
    /// How many experts are to sit.
    pub n_experts: i64,
    /// How many more the order may hold.
    pub n_reserves: i64,
    /// When the evaluation is planned to begin.
    pub begins_at: Instant,
    /// When the centre asked: within the window of the rules.
    pub requested_at: Instant,
    /// The credit codes of those who take part, ascending.
    pub avoid: Vec<String>,
    /// The attempt, from 1.
    pub attempt: i64,
}

impl Object for PanelRequest {
    const T: &'static str = "panel.request/1";

    fn check(&self) -> Checked<()> {
        ensure(self.attempt >= 1, "attempt counts from 1")?;
        ensure(self.n_experts >= 1 && self.n_reserves >= 0, "numbers of experts")?;
        ensure(ascends(&self.avoid), "avoid is not strictly ascending")
    }
}

/// An expert whom a library drew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drawn {
    /// The place in the drawn order, from 1.
    pub position: i64,
    /// The number in the library.
    pub expert_no: Token,
    /// The name.
    pub name: String,
    /// 公民身份号码.
    pub id_no: String,
    /// The phone number.
    pub phone: String,
    /// Credit code of the own unit.
    pub employer_code: String,
    /// Its name.
    pub employer: String,
    /// 职称.
    pub title: String,
    /// Since when.
    pub title_since: String,
}

/// `panel.record/1`: what a library drew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelRecord {
    /// The code of the panel.
    pub panel: Token,
    /// The library's name.
    pub library: String,
    /// SHA-256 of the request.
    pub request: Hash,
    /// When it was drawn.
    pub drawn_at: Instant,
    /// Who drew.
    pub operator: String,
    /// In drawn order.
    pub experts: Vec<Drawn>,
}

impl Object for PanelRecord {
    const T: &'static str = "panel.record/1";

    fn check(&self) -> Checked<()> {
        let is_name = |text: &str| !text.trim().is_empty() && text.chars().count() <= NAME_MAX;
        ensure(
            is_name(&self.library) && is_name(&self.operator),
            "library, operator",
        )?;
        ensure(self.experts.len() <= EXPERTS_MAX, "too many experts")?;
        let in_order = (1_i64..).zip(&self.experts).all(|(n, drawn)| drawn.position == n);
        ensure(in_order, "positions do not count from 1")?;
        let numbers: BTreeSet<&Token> = self.experts.iter().map(|drawn| &drawn.expert_no).collect();
        let people: BTreeSet<&str> = self.experts.iter().map(|drawn| drawn.id_no.as_str()).collect();
        let all = self.experts.len();
        ensure(numbers.len() == all && people.len() == all, "an expert twice")
    }
}

/// The refusal of a record that is not what was asked for; `why` is a word of the locales.
fn unfit(why: &str) -> Refusal {
    Refusal::new(&RECORD)
        .fact("why", format!("word:panel-record-{why}"))
        .at("record")
}

/// Reads the text of a record: `signed/1`.
///
/// # Errors
/// `panel.record` when it is too long or no such object.
pub fn read(text: &str) -> Lawful<Signed> {
    require(text.len() <= RECORD_MAX, || unfit("size"))?;
    let value = serde_json::from_str(text.trim()).map_err(|_| unfit("form"))?;
    Signed::from_value(&value).map_err(|_| unfit("form"))
}

impl PanelRecord {
    /// The record that the library of this key signed.
    ///
    /// # Errors
    /// `panel.record_signature`; `panel.record` for another object.
    pub fn open(signed: &Signed, key: &PublicKey) -> Lawful<Self> {
        let found = Sig::from_value(&signed.sig).and_then(|sig| sig.verify(&signed.x));
        require(found.is_ok_and(|found| found == *key), || {
            Refusal::new(&RECORD_SIGNATURE).at("record")
        })?;
        Self::from_value(&signed.x).map_err(|_| unfit("form"))
    }

    /// Refuses a record that does not answer the request.
    ///
    /// # Errors
    /// `panel.record`, with what differs.
    pub fn answers(&self, request: &PanelRequest, digest: &Hash) -> Lawful<()> {
        require(self.panel == request.panel, || unfit("panel"))?;
        require(self.library == request.library, || unfit("library"))?;
        require(self.request == *digest, || unfit("request"))?;
        let n = i64::try_from(self.experts.len()).unwrap_or(i64::MAX);
        let most = request.n_experts.saturating_add(request.n_reserves);
        require((1..=most).contains(&n), || unfit("number"))
    }

    /// Refuses a draw outside its window (E04): not before the centre asked, which it may only within
    /// the window of the rules; not after the evaluation begins, unless it is a supplement or was asked
    /// for later; not in the future.
    ///
    /// # Errors
    /// `panel.record_window`.
    pub fn check_window(&self, request: &PanelRequest, now: Instant) -> Lawful<()> {
        let is_first = request.attempt == 1 && request.requested_at < request.begins_at;
        let until = if is_first { request.begins_at.min(now) } else { now };
        require((request.requested_at..=until).contains(&self.drawn_at), || {
            Refusal::new(&RECORD_WINDOW)
                .fact("at", self.drawn_at)
                .fact("from", request.requested_at)
                .fact("until", until)
                .at("record")
        })
    }

    /// The experts as lines of a list, in drawn order.
    ///
    /// # Errors
    /// `panel.record_expert`, with the position and the member that is wrong.
    pub fn lines(&self, request: &PanelRequest) -> Lawful<Vec<ExpertLine>> {
        self.experts.iter().map(|drawn| line(drawn, request)).collect()
    }
}

fn line(drawn: &Drawn, request: &PanelRequest) -> Lawful<ExpertLine> {
    let cell = |name: &str| match name {
        "expert_no" => drawn.expert_no.as_str(),
        "name" => drawn.name.as_str(),
        "id_no" => drawn.id_no.as_str(),
        "phone" => drawn.phone.as_str(),
        "employer_code" => drawn.employer_code.as_str(),
        "employer" => drawn.employer.as_str(),
        "region" => request.region.as_str(),
        "specialties" => request.specialty.as_str(),
        "title" => drawn.title.as_str(),
        "title_since" => drawn.title_since.as_str(),
        "status" => "active",
        _ => "",
    };
    list::expert(&cell).map_err(|bad| {
        Refusal::new(&RECORD_EXPERT)
            .fact("position", drawn.position)
            .fact("member", bad.field.unwrap_or_default())
            .at("record")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::time::HOUR, proof::sig::SecretKey};
    use serde_json::{Value, json};

    fn request() -> PanelRequest {
        PanelRequest {
            panel: Token::new("PS-1").unwrap(),
            library: "省综合评标专家库".into(),
            specialty: Token::new("a08").unwrap(),
            region: "510104".into(),
            n_experts: 1,
            n_reserves: 1,
            begins_at: Instant(10 * HOUR),
            requested_at: Instant(5 * HOUR),
            avoid: vec!["A".into(), "B".into()],
            attempt: 1,
        }
    }

    fn record(n: i64) -> PanelRecord {
        let request = request();
        let drawn = |position: i64| Drawn {
            position,
            expert_no: Token::new(format!("L{position}")).unwrap(),
            name: "张三".into(),
            id_no: ["11010519491231002X", "440308199901101512"][usize::try_from(position - 1).unwrap() % 2]
                .into(),
            phone: "13800138000".into(),
            employer_code: "91350100M000100Y43".into(),
            employer: "甲设计院".into(),
            title: "高级工程师".into(),
            title_since: "2010-05".into(),
        };
        PanelRecord {
            panel: request.panel.clone(),
            library: request.library.clone(),
            request: request.digest().unwrap(),
            drawn_at: Instant(6 * HOUR),
            operator: "李四".into(),
            experts: (1..=n).map(drawn).collect(),
        }
    }

    fn why(refused: Lawful<()>) -> String {
        refused.unwrap_err().facts[0].1.clone()
    }

    #[test]
    fn a_record_answers_its_request_and_no_other() {
        let (request, good) = (request(), record(2));
        let digest = request.digest().unwrap();
        good.answers(&request, &digest).unwrap();
        let check = |edit: &dyn Fn(&mut PanelRecord), expected: &str| {
            let mut other = good.clone();
            edit(&mut other);
            let told = why(other.answers(&request, &digest));
            assert_eq!(told, format!("word:panel-record-{expected}"));
        };
        check(&|r| r.panel = Token::new("PS-2").unwrap(), "panel");
        check(&|r| r.library = "别的库".into(), "library");
        check(&|r| r.request = Hash::ZERO, "request");
        check(&|r| r.experts.clear(), "number");
        let mut more = record(2);
        more.experts.push(Drawn {
            position: 3,
            ..more.experts[0].clone()
        });
        assert_eq!(why(more.answers(&request, &digest)), "word:panel-record-number");
    }

    #[test]
    fn the_draw_lies_within_its_window() {
        let now = Instant(20 * HOUR);
        let at = |hour: i64, edit: fn(&mut PanelRequest), now| {
            let mut request = request();
            edit(&mut request);
            let record = PanelRecord {
                drawn_at: Instant(hour * HOUR),
                ..record(1)
            };
            record.check_window(&request, now).is_ok()
        };
        assert!(at(5, |_| {}, now) && at(10, |_| {}, now));
        assert!(
            !at(4, |_| {}, now) && !at(11, |_| {}, now),
            "before it was asked, after the beginning"
        );
        assert!(!at(8, |_| {}, Instant(7 * HOUR)), "in the future");
        assert!(at(11, |r| r.attempt = 2, now), "a supplement");
        assert!(
            at(13, |r| r.requested_at = Instant(12 * HOUR), now),
            "asked for later"
        );
    }

    #[test]
    fn only_the_librarys_key_signs_and_only_exact_members_are_read() {
        let (key, other) = (SecretKey::from_seed(&[1; 32]), SecretKey::from_seed(&[2; 32]));
        let signed = key.sign_object(&record(2)).unwrap();
        let text = String::from_utf8(signed.bytes().unwrap()).unwrap();
        let signed = read(&text).unwrap();
        assert_eq!(PanelRecord::open(&signed, &key.public()).unwrap(), record(2));
        let code = |refused: Lawful<PanelRecord>| refused.unwrap_err().reason.code;
        assert_eq!(
            code(PanelRecord::open(&signed, &other.public())),
            "panel.record_signature"
        );
        let mut edited = signed.clone();
        edited.x["experts"][0]["name"] = json!("王五");
        assert_eq!(
            code(PanelRecord::open(&edited, &key.public())),
            "panel.record_signature"
        );
        let with = |edit: &dyn Fn(&mut Value)| {
            let mut x = record(2).value().unwrap();
            edit(&mut x);
            let sig = key.sig_of(&x).unwrap().value().unwrap();
            code(PanelRecord::open(&Signed { x, sig }, &key.public()))
        };
        assert_eq!(with(&|x| x["more"] = json!(1)), "panel.record");
        assert_eq!(with(&|x| x["experts"][0]["more"] = json!(1)), "panel.record");
        assert_eq!(with(&|x| x["experts"][1]["position"] = json!(3)), "panel.record");
        assert_eq!(
            with(&|x| x["experts"][1]["expert_no"] = json!("L1")),
            "panel.record"
        );
        assert!(read("{}").is_err() && read(&" ".repeat(RECORD_MAX + 1)).is_err());
    }

    #[test]
    fn a_wrong_expert_is_named_by_position_alone() {
        let lines = record(1).lines(&request()).unwrap();
        assert_eq!(
            (lines[0].region.as_str(), lines[0].expert_no.as_str()),
            ("510104", "L1")
        );
        let mut bad = record(2);
        bad.experts[1].id_no = "110105194912310021".into();
        let refusal = bad.lines(&request()).unwrap_err();
        assert_eq!(refusal.reason.code, "panel.record_expert");
        assert_eq!(
            refusal.facts,
            [("position", "2".to_owned()), ("member", "id_no".to_owned())]
        );
    }
}
