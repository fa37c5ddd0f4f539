//! Draws: a list is frozen, the keys of its stage are asked for, and from what they open anybody
//! builds the same transcript (protocols B).
//!
//! Never: a second list for one attempt; a transcript built from anything but the contributions
//! named when the list was frozen.

pub mod bundle;

use super::{Answer, App, Ask, Error, award};
use crate::{
    domain::{
        act::Act,
        bytes::JsonText,
        draw::{Draw, DrawPurpose, DrawState},
        refusal::{Refusal, draw as reason, require},
        tender::Lot,
    },
    proof::{
        bid::{Part, Submit},
        canon::{Hash, Object, Token},
        closing::{Custody, CustodyChecked},
        draw::{BeaconName, ContribRow, Done, Frozen, Who, balls_value},
        envelope::Identity,
        opening::{self, Body},
        sig::Signed,
        stage::KeyStage,
        transcript::{BeaconRow, Contrib, Transcript},
    },
    store::{
        self, Db, Fault, Row as _, Tx,
        tx::{Payload, Recorded},
    },
};

/// A sealed contribution to a draw.
#[derive(Debug, Clone)]
pub struct Contribution {
    /// Who gave it.
    pub who: Who,
    /// Its one part: the head and the envelope.
    pub part: Part,
    /// Its ciphertext.
    pub ct: Vec<u8>,
    /// The submission it belongs to, `signed/1`.
    pub signed: Signed,
}

impl Contribution {
    /// The row that the frozen list names it by: SHA-256 of the envelope and of the ciphertext.
    #[must_use]
    pub fn row(&self) -> ContribRow {
        (
            self.who.clone(),
            Some(Hash::of(&[&self.part.env.0])),
            Some(self.part.hd.0.sha256),
        )
    }

    /// The 32 bytes under the identities; `None` for a part that does not open, its giver's fault.
    fn value(&self, layers: &[Identity]) -> Option<Hash> {
        let opened = opening::open(&self.part, layers, self.ct.as_slice(), std::io::sink()).ok()?;
        match opened.body {
            Body::Draw(value) => Some(value),
            Body::Docs | Body::Price(_) => None,
        }
    }
}

/// Every contribution to a draw stage, ascending by who: the duties', and, where the bids foresaw it,
/// those of all effective bidders, also the ones disqualified later; to a later attempt those of the
/// bidders who took up the invitation.
pub fn contributions(db: &mut Db, lot: &Lot, stage: KeyStage) -> Answer<Vec<Contribution>> {
    let mut all = std::collections::BTreeMap::new();
    let name = stage.to_string();
    for given in store::contribution::of_stages(db, &lot.id, |stage| stage == name)? {
        let signed = Signed::from_bytes(given.signed.0.as_bytes())?;
        let submit = Submit::from_value(&signed.x)?;
        let who = Who::new(given.who.as_str())?;
        all.insert(
            who.clone(),
            Contribution {
                who,
                part: submit.part(&name)?.clone(),
                ct: given.ct.0,
                signed,
            },
        );
    }
    if stage.is_listed() {
        for bid in store::bid::effective(db, &lot.id)? {
            let submit = Submit::from_value(&bid.signed.x)?;
            let part = submit.parts.iter().find(|part| part.hd.0.stage.as_str() == name);
            let part = part
                .ok_or_else(|| Fault::new("bid", "an effective bid without its draw part"))?
                .clone();
            let stored = bid.parts.iter().find(|stored| stored.stage == name);
            let ct = stored
                .and_then(|stored| stored.ct.clone())
                .ok_or_else(|| Fault::new("bid", "no ciphertext"))?;
            let who = Who::bidder(&submit.bidder)?;
            all.insert(
                who.clone(),
                Contribution {
                    who,
                    part,
                    ct: ct.0,
                    signed: bid.signed,
                },
            );
        }
    }
    Ok(all.into_values().collect())
}

/// What a draw is to decide, before its contributors are added.
#[derive(Debug, Clone)]
pub struct Plan {
    /// `<lot>.<draw stage>[.<specialty>]`.
    pub draw_id: String,
    /// From 1.
    pub attempt: u64,
    /// What it decides.
    pub purpose: DrawPurpose,
    /// How many are selected.
    pub take: u64,
    /// What is drawn from; sorted here.
    pub items: Vec<Token>,
    /// Whether the hall's balls enter.
    pub has_balls: bool,
}

/// Freezes the lists of the draws that one stage opens, in one event, and asks for the keys.
pub fn freeze(tx: &mut Tx<'_>, lot: &mut Lot, stage: KeyStage, plans: Vec<Plan>) -> Answer<Recorded> {
    let contribs: Vec<ContribRow> = contributions(tx.db, lot, stage)?
        .iter()
        .map(Contribution::row)
        .collect();
    let closed = if stage.is_before_bids() {
        None
    } else {
        super::bid::closing::list(tx.db, lot)?.map(|(c, _)| c)
    };
    let mut payloads = Vec::new();
    for plan in plans {
        let frozen = frozen(tx, lot, plan.clone(), contribs.clone(), closed)?;
        tx.insert(&Draw {
            id: tx.id(),
            lot_id: lot.id.clone(),
            stage: stage.to_string(),
            draw_id: plan.draw_id.clone(),
            attempt: i64::try_from(plan.attempt).map_err(|e| Fault::new("attempt", e))?,
            purpose: plan.purpose,
            state: DrawState::Frozen,
            frozen: JsonText(String::from_utf8_lossy(&frozen.bytes()?).into_owned()),
            frozen_at: tx.now,
            digits: None,
            transcript: None,
            sha256: None,
            done_at: None,
            void_reason: None,
            voided_at: None,
        })?;
        payloads.push(Payload::object(label(&plan.draw_id), &frozen)?);
    }
    let recorded = tx.record(lot.tender_id.as_str(), Act::DrawFrozen, payloads)?;
    let custody = custody(lot, stage, &contributions(tx.db, lot, stage)?)?;
    tx.record(
        lot.tender_id.as_str(),
        Act::CustodyChecked,
        vec![Payload::object("custody", &custody)?],
    )?;
    // the keys are asked for by the event that froze the list; it cannot seal a row that names it
    store::ceremony::ask_releases(tx, &lot.id, &stage.to_string(), &recorded.c, tx.now)?;
    lot.wake(tx.now);
    tx.update(lot)?;
    tx.record(lot.tender_id.as_str(), Act::ReleasesAsked, Vec::new())?;
    Ok(recorded)
}

/// Every contribution hashed again, before its keys are asked for (protocols A.6).
fn custody(lot: &Lot, stage: KeyStage, given: &[Contribution]) -> Answer<CustodyChecked> {
    let mut rows: Vec<(Token, Token, Custody)> = given
        .iter()
        .map(|given| {
            let hd = &given.part.hd.0;
            let is_sound = Hash::of(&[&given.ct]) == hd.sha256;
            let custody = if is_sound { Custody::Ok } else { Custody::Bad };
            (hd.bidder.clone(), hd.part.clone(), custody)
        })
        .collect();
    rows.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    Ok(CustodyChecked {
        tender: Token::new(lot.tender_id.as_str())?,
        lot: Token::new(lot.id.as_str())?,
        stage: stage.token()?,
        rows,
    })
}

/// The label of a frozen list in its event.
fn label(draw_id: &str) -> String {
    format!("frozen.{draw_id}")
}

fn frozen(
    tx: &mut Tx<'_>,
    lot: &Lot,
    plan: Plan,
    contribs: Vec<ContribRow>,
    closed: Option<Hash>,
) -> Answer<Frozen> {
    let before = store::draw::newest(tx.db, &plan.draw_id)?;
    let prev = match before {
        None => None,
        Some(before) => {
            let next = u64::try_from(before.attempt + 1).ok();
            require(
                before.state == DrawState::Voided && next == Some(plan.attempt),
                || Refusal::new(&reason::FROZEN_BEFORE),
            )?;
            Some(Hash::of(&[before.frozen.0.as_bytes()]))
        }
    };
    let mut items = plan.items;
    items.sort_unstable();
    let beacon = BeaconName {
        src: crate::proof::draw::HALL_BALLS.to_owned(),
        round: plan.attempt,
    };
    let frozen = Frozen {
        tender: Token::new(lot.tender_id.as_str())?,
        lot: Token::new(lot.id.as_str())?,
        draw: Token::new(plan.draw_id)?,
        attempt: plan.attempt,
        prev,
        purpose: Token::new(plan.purpose.word())?,
        take: plan.take,
        closed,
        items,
        contribs,
        beacons: if plan.has_balls { vec![beacon] } else { Vec::new() },
    };
    frozen.check()?;
    Ok(frozen)
}

/// The transcript of a draw whose identities and beacons are there.
pub fn transcript(db: &mut Db, lot: &Lot, draw: &Draw, layers: &[Identity]) -> Answer<Transcript> {
    let frozen = Frozen::from_bytes(draw.frozen.0.as_bytes())?;
    let frozen_c = store::journal::c_of_payload(db, &label(&draw.draw_id), draw.frozen.0.as_bytes())?;
    let given = contributions(db, lot, draw.stage.parse()?)?;
    let contribs = frozen
        .contribs
        .iter()
        .map(|(who, env, _)| {
            let contribution = given.iter().find(|given| given.who == *who);
            let value = env
                .and(contribution)
                .and_then(|contribution| contribution.value(layers));
            Contrib {
                who: who.clone(),
                value,
                env: *env,
            }
        })
        .collect();
    let beacons = frozen
        .beacons
        .iter()
        .map(|name| {
            let digits = draw
                .digits
                .as_deref()
                .ok_or_else(|| Refusal::new(&reason::NO_BALLS))?;
            Ok(BeaconRow {
                name: name.clone(),
                value: balls_value(digits)?,
            })
        })
        .collect::<Answer<Vec<_>>>()?;
    Ok(Transcript {
        draw: frozen.draw,
        attempt: frozen.attempt,
        prev: frozen.prev,
        purpose: frozen.purpose,
        take: frozen.take,
        frozen: frozen_c.ok_or_else(|| Fault::new("journal", "a frozen list without its event"))?,
        items: frozen.items,
        contribs,
        beacons,
    })
}

impl App {
    /// Ends every draw of a stage whose keys are there: the transcript, `draw.done`, and what follows
    /// from the order. `false` while something is waited for.
    pub async fn complete_draws(&self, lot: &Lot, stage: &str) -> Answer<bool> {
        let (id, name) = (lot.id.clone(), stage.to_owned());
        let ready = self
            .view(move |db| {
                let draws = store::draw::of_stage(db, &id, &name)?;
                let waits = draws.iter().all(|draw| draw.state != DrawState::Frozen);
                Ok(if waits {
                    None
                } else {
                    store::release::identities(db, &id, &name)?
                })
            })
            .await?;
        let Some(texts) = ready else { return Ok(false) };
        let (id, name) = (lot.id.clone(), stage.to_owned());
        self.act(Ask::clock(Act::DrawDone), move |tx| {
            let layers = texts
                .iter()
                .map(|text| Identity::parse(text))
                .collect::<Result<Vec<_>, _>>()?;
            let mut lot = Lot::find(tx.db, id.as_str())?.ok_or(Error::NotFound)?;
            for mut draw in store::draw::of_stage(tx.db, &id, &name)? {
                if draw.state == DrawState::Frozen {
                    end(tx, &mut lot, &mut draw, &layers)?;
                }
            }
            Ok(true)
        })
        .await
    }
}

fn end(tx: &mut Tx<'_>, lot: &mut Lot, draw: &mut Draw, layers: &[Identity]) -> Answer<()> {
    let transcript = transcript(tx.db, lot, draw, layers)?;
    let text = transcript.text()?;
    let sha256 = Hash::of(&[text.as_bytes()]);
    let done = Done {
        draw: transcript.draw.clone(),
        attempt: transcript.attempt,
        sha256,
    };
    draw.state = DrawState::Done;
    draw.transcript = Some(text);
    draw.sha256 = Some(sha256.to_hex());
    draw.done_at = Some(tx.now);
    tx.update(draw)?;
    tx.record(
        lot.tender_id.as_str(),
        Act::DrawDone,
        vec![Payload::object("done", &done)?],
    )?;
    match draw.purpose {
        // the panel reads its order when the next expert is called
        DrawPurpose::Expert => Ok(()),
        DrawPurpose::Coef => award::draws::coefficient_drawn(tx, lot, &transcript),
        DrawPurpose::Award => award::draws::order_drawn(tx, lot),
    }
}
