//! Consents of another power: to the voiding of a draw by the bureau, and to its reading of a panel's
//! names before the evaluation is over.
//!
//! In: a reason, signed. Out: a consent that holds for a day and once; the bureau is told. Never: the
//! matter done without one, or twice with one.

use serde::{Deserialize, Serialize};

use super::{
    Answer, App, Ask, Error, award::bureau, message, panel, scope, tender as tenders, tender::ending::Reason,
};
use crate::{
    domain::{
        actor::{Actor, Power, Role},
        consent::{Consent, ConsentPaper, Matter, SPAN},
        field::text,
        id::Id,
        panel::Panel,
        refusal::{
            Refusal,
            consent::{MISSING, NOT_NEEDED, STANDS},
            require,
        },
        tender::{Lot, Tender},
        time::Instant,
    },
    proof::canon::Object as _,
    store::{self, Db, Row as _, Tx, tx::Payload},
};

/// The longest reason, in characters.
const REASON_MAX: usize = 500;

/// What is consented to: a draw of a lot, or a panel by its code, without the project's name.
struct Subject {
    lot: Lot,
    tender: Tender,
    about: Id,
    name: String,
    /// The chain of the event.
    chain: Id,
    /// The page where the bureau goes on.
    place: String,
}

impl Subject {
    /// The subject of a matter: of a voiding by its lot, of names by the panel.
    fn find(db: &mut Db, matter: Matter, id: &str, now: Instant) -> Answer<Self> {
        match matter {
            Matter::Voiding => {
                let lot = Lot::find(db, id)?.ok_or(Error::NotFound)?;
                let tender = Tender::find(db, lot.tender_id.as_str())?.ok_or(Error::NotFound)?;
                let (base, draw) = bureau::voidable(db, &lot, now)?;
                let panel = store::panel::of_lot(db, &lot.id)?.filter(|_| !base.is_award());
                Ok(Self {
                    about: draw.id,
                    name: format!("{} {} ({})", tender.title_of(&lot), draw.stage, draw.attempt),
                    chain: tender.id.clone(),
                    place: match panel {
                        Some(panel) => format!("/panels/{}", panel.id),
                        None => format!("/lots/{}/hall", lot.id),
                    },
                    lot,
                    tender,
                })
            }
            Matter::Names => {
                let panel = Panel::find(db, id)?.ok_or(Error::NotFound)?;
                let (lot, tender) = panel::lot_of(db, panel.lot_id.as_str())?;
                Ok(Self {
                    place: format!("/panels/{}", panel.id),
                    about: panel.id.clone(),
                    chain: panel.id,
                    name: panel.code,
                    lot,
                    tender,
                })
            }
        }
    }

    fn paper(&self, matter: Matter, reason: &str) -> ConsentPaper {
        ConsentPaper {
            lot: self.lot.id.clone(),
            matter: matter.to_string(),
            about: self.about.clone(),
            reason: reason.trim().to_owned(),
        }
    }

    /// The power with which the actor may consent to it.
    fn power_of(&self, db: &mut Db, actor: &Actor, matter: Matter) -> Answer<Power> {
        let role = actor.role_for(matter.act())?;
        if role == Role::Owner {
            tenders::owned(db, actor, &self.tender.id)?;
        } else {
            scope::must_cover(db, actor, role, &self.lot)?;
        }
        role.power().ok_or(Error::Forbidden)
    }
}

/// A consent that holds.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ConsentHolds)]
pub struct Holds {
    /// The page where the bureau goes on.
    pub place: String,
    /// The power it was given with.
    pub power: Power,
    /// Why.
    pub reason: String,
    /// When it was given, Unix ms.
    #[schema(value_type = i64)]
    pub given_at: Instant,
    /// Until when it holds, Unix ms.
    #[schema(value_type = i64)]
    pub until_at: Instant,
}

impl Holds {
    fn of(consent: Consent, place: &str) -> Self {
        Self {
            place: place.to_owned(),
            power: consent.power,
            reason: consent.reason,
            given_at: consent.given_at,
            until_at: consent.until_at,
        }
    }
}

/// How a matter stands with its consent, for whoever acts on it or may give it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = ConsentStanding)]
pub struct Standing {
    /// Whether the reader may consent.
    pub may_consent: bool,
    /// The consent that holds now.
    pub holds: Option<Holds>,
}

/// How the newest draw of a lot, or a panel's names, stand with their consent; none where there is
/// nothing to consent to, or for readers whom it does not concern.
pub(super) fn standing(
    db: &mut Db,
    actor: &Actor,
    matter: Matter,
    id: &str,
    now: Instant,
) -> Answer<Option<Standing>> {
    let subject = match Subject::find(db, matter, id, now) {
        Ok(subject) => subject,
        Err(Error::Refused(_) | Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let may_consent = subject.power_of(db, actor, matter).is_ok();
    let may_act = scope::must_cover(db, actor, matter.role(), &subject.lot).is_ok();
    if !may_consent && !may_act {
        return Ok(None);
    }
    let holds = store::consent::counting(db, matter, &subject.about, now)?;
    Ok(Some(Standing {
        may_consent,
        holds: holds.map(|consent| Holds::of(consent, &subject.place)),
    }))
}

/// The page of a consent: first the reason, then the check and the signature.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Consenting {
    /// To what.
    pub matter: Matter,
    /// Where it is sent.
    pub action: String,
    /// The draw, or the code of the panel.
    pub name: String,
    /// The page it came from.
    pub place: String,
    /// The reason given.
    pub reason: String,
    /// SHA-256 of what is signed; empty while there is no reason.
    pub digest: String,
}

/// What would be signed for this reason.
pub async fn check(
    app: &App,
    actor: Actor,
    (matter, id): (Matter, String),
    reason: String,
) -> Answer<Consenting> {
    actor.role_for(matter.act())?;
    let now = app.clock.now();
    app.view(move |db| {
        let subject = Subject::find(db, matter, &id, now)?;
        subject.power_of(db, &actor, matter)?;
        let paper = subject.paper(matter, &reason);
        let digest = if paper.reason.is_empty() {
            String::new()
        } else {
            paper.digest()?.to_hex()
        };
        Ok(Consenting {
            matter,
            action: action(matter, &id),
            name: subject.name,
            place: subject.place,
            reason: paper.reason,
            digest,
        })
    })
    .await
}

fn action(matter: Matter, id: &str) -> String {
    match matter {
        Matter::Voiding => format!("/lots/{id}/voidings/consent"),
        Matter::Names => format!("/panels/{id}/members/consent"),
    }
}

/// Somebody of another power consents; the bureau is told.
pub async fn give(app: &App, ask: Ask, (matter, id): (Matter, String), x: Reason) -> Answer<Holds> {
    text(&x.reason, "reason", REASON_MAX)?;
    let actor = ask.actor.clone();
    app.act(ask, move |tx| {
        let subject = Subject::find(tx.db, matter, &id, tx.now)?;
        let power = subject.power_of(tx.db, &actor, matter)?;
        if matter == Matter::Names {
            let panel = Panel::find(tx.db, &id)?.ok_or(Error::NotFound)?;
            require(panel.hides_names(&subject.lot), || Refusal::new(&NOT_NEEDED))?;
        }
        let before = store::consent::counting(tx.db, matter, &subject.about, tx.now)?;
        if let Some(before) = before {
            return Err(Refusal::new(&STANDS).fact("until", before.until_at).into());
        }
        let paper = subject.paper(matter, &x.reason);
        tenders::must_be_signed(tx, &paper.digest()?)?;
        let consent = Consent {
            id: tx.id(),
            lot_id: subject.lot.id.clone(),
            matter,
            about_id: subject.about.clone(),
            reason: paper.reason.clone(),
            given_by: Id::from(actor.token()),
            power,
            given_at: tx.now,
            until_at: tx.now.plus(SPAN),
            used_at: None,
        };
        tx.insert(&consent)?;
        let until = consent.until_at.local();
        let facts = [("what", subject.name.as_str()), ("until", until.as_str())];
        let key = match matter {
            Matter::Voiding => "message-consent-voiding",
            Matter::Names => "message-consent-names",
        };
        let message = (key, facts.as_slice(), subject.place.as_str());
        message::tell_staff(tx, &subject.tender, &[matter.role()], message)?;
        let payload = Payload::object("consent", &paper)?;
        tx.record(subject.chain.as_str(), matter.act(), vec![payload])?;
        Ok(Holds::of(consent, &subject.place))
    })
    .await
}

/// Uses up the consent to what is being done; without one it is refused. The act records the row.
pub(super) fn spend(tx: &mut Tx<'_>, matter: Matter, about: &Id) -> Answer<()> {
    let consent = store::consent::counting(tx.db, matter, about, tx.now)?;
    let (what, who) = (format!("consent-matter-{matter}"), format!("consent-by-{matter}"));
    let mut consent = consent.ok_or_else(|| {
        Refusal::new(&MISSING)
            .fact("matter", format!("word:{what}"))
            .fact("who", format!("word:{who}"))
    })?;
    consent.spend(tx.now);
    tx.update(&consent)?;
    Ok(())
}
