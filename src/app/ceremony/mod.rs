//! Key ceremonies: calling them, and what is still missing before a publication.
//!
//! In: a tender in draft with its planned deadlines, the platform's trust file of holders. Out: a key
//! set asked for per lot and stage; later its pack, for bidders and holders. Never: parties that
//! could open or block alone; a secret key, which no part of the server ever sees.

pub mod canary;
pub(super) mod intake;

use std::{fs, io::ErrorKind};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Answer, App, Ask, Error,
    journal::{Journal, proofs},
    tender::publication::permit,
};
use crate::{
    config::Config,
    domain::{
        account::Organisation,
        act::Act,
        actor::{Actor, Role},
        bytes::JsonText,
        ceremony::{CONTRIBUTORS, Keyset, KeysetState, layers, not_before},
        id::Id,
        procedure::Stage,
        refusal::{
            Refusal,
            ceremony::{NO_HOLDERS, NO_OWNER_KEY, NOTHING_TO_CALL, PARTIES_UNFIT},
            require,
            tender::NO_LOTS,
        },
        tender::{Lot, Tender},
        time::Instant,
    },
    proof::{
        canon::{Hash, Object as _, Token, Whole},
        coalition,
        keyset::{Pack, StageKeys},
        note::{KeyType, Vkey},
        parties::{Parties, Party},
        sig::Signed,
        stage::KeyStage,
    },
    store::{self, Db, Fault, Row as _, Tx, tx::Payload},
};

pub use intake::{Taken, acknowledge, announce, answer_canary};

/// The trust file of the holders of this platform: `op`, `sup`, `upper`, in a sandbox also `ten`.
pub const TRUST_FILE: &str = "trust/parties.json";

/// What a call asked for.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Called {
    /// `[lot, stage]` of each ceremony called.
    pub stages: Vec<(String, String)>,
    /// Digest of `parties/1`, printed in the documents.
    pub parties: String,
}

/// Something a lot lacks before it can be published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Missing {
    /// `ceremony`, `earlier` (the deadline lies before the key set's), `key`, `ack`, `canary`,
    /// `contribution`.
    pub what: String,
    /// The stage.
    pub stage: String,
    /// The duty that owes it; empty where the owner does.
    pub duty: String,
}

/// The standing duties of this platform.
///
/// # Errors
/// `ceremony.no_holders`, or a file that is no `parties/1`.
pub fn standing(config: &Config) -> Answer<Parties> {
    match fs::read(config.data.join(TRUST_FILE)) {
        Ok(bytes) => Ok(Parties::from_bytes(bytes.trim_ascii_end())?),
        Err(e) if e.kind() == ErrorKind::NotFound => Err((&NO_HOLDERS).into()),
        Err(e) => Err(Fault::from(e).into()),
    }
}

/// The parties of a tender: the standing duties, its owner with the owner's key, its agency.
fn parties(
    db: &mut Db,
    standing: &Parties,
    tender: &Tender,
    is_sandbox: bool,
    now: Instant,
) -> Answer<Parties> {
    let organisation = |db: &mut Db, id: &Id| -> Answer<Organisation> {
        Organisation::find(db, id.as_str())?.ok_or(Error::NotFound)
    };
    let owner = organisation(db, &tender.owner_id)?;
    let built_in = standing.party("ten").ok().filter(|_| is_sandbox);
    let key = match built_in {
        Some(ten) => ten.key.clone(),
        None => owner_key(db, &owner, now)?,
    };
    let key = key.ok_or_else(|| Refusal::new(&NO_OWNER_KEY).fact("owner", &owner.name))?;
    let mut all: Vec<Party> = standing
        .parties
        .iter()
        .filter(|party| !matches!(party.duty.as_str(), "ten" | "agency"))
        .cloned()
        .collect();
    all.push(Party {
        duty: Token::new("ten")?,
        org: owner.code,
        key: Some(key),
        inbox: None,
    });
    if let Some(agency) = &tender.agency_id {
        all.push(Party {
            duty: Token::new("agency")?,
            org: organisation(db, agency)?.code,
            key: None,
            inbox: None,
        });
    }
    all.sort_by(|a, b| a.duty.cmp(&b.duty));
    let parties = Parties { parties: all };
    parties.check()?;
    Ok(parties)
}

/// The key that the owner registered last and did not retire.
fn owner_key(db: &mut Db, owner: &Organisation, now: Instant) -> Answer<Option<Vkey>> {
    let keys = store::signing_key::of(db, &owner.id)?;
    let Some(key) = keys.iter().find(|key| key.is_in_force(now)) else {
        return Ok(None);
    };
    Ok(Some(Vkey::new(&*owner.code, KeyType::Ed25519, key.public()?)?))
}

/// Refuses parties whose key sets nobody would accept (protocols A.3, check 4).
fn check_parties(parties: &Parties) -> Answer<()> {
    let unfit = |why: crate::proof::canon::Flaw| Refusal::new(&PARTIES_UNFIT).fact("why", why);
    let plan = layers();
    let mut seats = Vec::new();
    for layer in &plan {
        parties.key(&layer.duty).map_err(unfit)?;
        let custodians = layer.to.iter().map(|to| {
            parties.key(to)?;
            parties.inbox(to)?;
            parties.org(to)
        });
        seats.push(coalition::Layer {
            holder: parties.org(&layer.duty).map_err(unfit)?,
            t: layer.t,
            custodians: custodians.collect::<Result<_, _>>().map_err(unfit)?,
        });
    }
    let side = ["op", "ten", "agency"];
    let side = side.iter().filter_map(|duty| parties.org(duty).ok()).collect();
    Ok(coalition::check(&seats, &side).map_err(unfit)?)
}

/// Calls every ceremony that the lots in draft need: those never called, and again those whose
/// planned deadline is now earlier than what was announced, or whose parties changed.
pub async fn call(app: &App, ask: Ask, tender: &Id) -> Answer<Called> {
    let standing = standing(&app.config)?;
    let (id, actor) = (tender.clone(), ask.actor.clone());
    let is_sandbox = app.config.sandbox;
    app.act(ask, move |tx| {
        let mut tender = Tender::find(tx.db, id.as_str())?
            .filter(|tender| is_of(&actor, tender))
            .ok_or(Error::NotFound)?;
        let parties = parties(tx.db, &standing, &tender, is_sandbox, tx.now)?;
        check_parties(&parties)?;
        let digest = parties.digest()?.to_hex();
        let parties = JsonText::of(&parties.value()?)?;
        let mut stages = Vec::new();
        let lots = store::tender::lots(tx.db, &tender.id)?;
        require(!lots.is_empty(), || Refusal::new(&NO_LOTS))?;
        for lot in lots {
            if lot.stage == Stage::Draft {
                // nobody makes keys for what the law does not let be published
                let (_, rules) = store::rule::current(tx.db)?;
                permit(tx.db, &tender, &lot, &rules, tx.now)?;
            }
            stages.extend(call_lot(tx, &lot, &parties)?);
        }
        if stages.is_empty() {
            return Err((&NOTHING_TO_CALL).into());
        }
        tender.parties = Some(parties);
        tender.version += 1;
        tx.update(&tender)?;
        let facts = json!({ "stages": stages, "parties": digest });
        let called = Payload::facts("ceremony", "ceremony.called/1", &facts)?;
        tx.record(tender.id.as_str(), Act::CeremonyCalled, vec![called])?;
        Ok(Called {
            stages,
            parties: digest,
        })
    })
    .await
}

/// Whether the tender is one of the actor's organisation.
fn is_of(actor: &Actor, tender: &Tender) -> bool {
    let agency = actor.organisation(Role::Agency);
    actor.organisation(Role::Owner) == Some(&tender.owner_id)
        || (agency.is_some() && agency == tender.agency_id.as_ref())
}

fn call_lot(tx: &mut Tx<'_>, lot: &Lot, parties: &JsonText) -> Answer<Vec<(String, String)>> {
    let mut called = Vec::new();
    if lot.stage != crate::domain::procedure::Stage::Draft {
        return Ok(called);
    }
    for stage in lot.key_stages()? {
        let not_before_at = not_before(stage, lot.closes_at, tx.now)?;
        if let Some(mut before) = store::ceremony::of_stage(tx.db, &lot.id, &stage.to_string())? {
            if before.parties == *parties && !is_early(lot, &before) {
                continue;
            }
            before.go_on(KeysetState::Replaced, tx.now);
            tx.update(&before)?;
        }
        begin(tx, lot, stage, parties.clone(), not_before_at)?;
        called.push((lot.id.0.clone(), stage.to_string()));
    }
    Ok(called)
}

/// Calls the ceremony of one stage within an act: a fresh attempt at a draw. The caller records.
pub fn begin(
    tx: &mut Tx<'_>,
    lot: &Lot,
    stage: KeyStage,
    parties: JsonText,
    not_before_at: Instant,
) -> Answer<Keyset> {
    let keyset = Keyset::call(tx.id(), lot, &stage.to_string(), parties, not_before_at, tx.now);
    tx.insert(&keyset)?;
    Ok(keyset)
}

/// Whether the lot's deadline lies before what the key set promises.
fn is_early(lot: &Lot, keyset: &Keyset) -> bool {
    let is_bound = !keyset.is_of(KeyStage::is_before_bids);
    is_bound
        && lot
            .closes_at
            .is_some_and(|closes_at| closes_at < keyset.not_before_at)
}

/// What the lot lacks before its publication: key sets frozen for its deadline, and the duties'
/// contributions to `draw1` and `draw2`. Nothing: it can be published.
pub fn missing(db: &mut Db, lot: &Lot) -> Answer<Vec<Missing>> {
    let ceremonies = store::ceremony::of_lot(db, &lot.id)?;
    let ceremonies = store::ceremony::whole(db, ceremonies)?;
    let given = store::contribution::counted(db, &lot.id)?;
    let mut missing = Vec::new();
    for stage in lot.key_stages()? {
        let name = stage.to_string();
        let lacks = |what: &str, duty: &str| Missing {
            what: what.to_owned(),
            stage: name.clone(),
            duty: duty.to_owned(),
        };
        let Some(ceremony) = ceremonies.iter().find(|ceremony| ceremony.keyset.stage == name) else {
            missing.push(lacks("ceremony", ""));
            continue;
        };
        let keyset = &ceremony.keyset;
        if is_early(lot, keyset) {
            missing.push(lacks("earlier", ""));
        } else if keyset.state == KeysetState::Called {
            let owed = ceremony.missing();
            if owed.is_empty() {
                // everything came in, and the key set waits to be frozen
                missing.push(lacks("ceremony", ""));
            }
            missing.extend(owed.iter().map(|(what, duty)| lacks(what, duty)));
        } else if stage.is_listed() {
            let silent = |duty: &&str| {
                let mut given = given
                    .iter()
                    .filter(|given| given.stage == name && given.who == *duty);
                !given.any(|given| Some(&given.keyset) == keyset.digest.as_ref())
            };
            let silent = CONTRIBUTORS.into_iter().filter(silent);
            missing.extend(silent.map(|duty| lacks("contribution", duty)));
        }
    }
    Ok(missing)
}

/// The parties of a key set.
pub(super) fn parties_of(keyset: &Keyset) -> Answer<Parties> {
    let value: Value = keyset.parties.get()?;
    Ok(Parties::from_value(&value)?)
}

/// The parties of a tender, as they stood at the last call: the file `parties.json`.
pub async fn parties_of_tender(app: &App, tender: &Id) -> Answer<Parties> {
    let id = tender.clone();
    app.view(move |db| {
        let tender = Tender::find(db, id.as_str())?.ok_or(Error::NotFound)?;
        let parties: Value = tender.parties.ok_or(Error::NotFound)?.get()?;
        Ok(Parties::from_value(&parties)?)
    })
    .await
}

/// The members of a pack that are known at the freeze.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Packed {
    keyset: Whole<crate::proof::keyset::Keyset>,
    keys: Vec<Whole<Signed>>,
    acks: Vec<Vec<Whole<Signed>>>,
}

fn packed(keyset: &Keyset) -> Answer<Packed> {
    let pack = keyset.pack.as_ref().ok_or(Error::NotFound)?;
    Ok(pack.get()?)
}

/// The file `<stage>.keyset` of a frozen key set; `None` before a cosigned checkpoint contains it.
pub fn pack(db: &mut Db, journal: &Journal, keyset: &Keyset) -> Answer<Option<Pack>> {
    let Some(c) = &keyset.frozen_c else {
        return Ok(None);
    };
    let payloads = store::journal::payloads(db, c)?;
    let payload = payloads.iter().find(|payload| payload.k == "keyset");
    let payload = payload.ok_or(Error::NotFound)?;
    let Some(receipt) = journal.receipt(db, &Hash::from_hex(c)?)? else {
        return Ok(None);
    };
    let Packed { keyset, keys, acks } = packed(keyset)?;
    Ok(Some(Pack {
        keyset,
        keys,
        acks,
        salt: proofs::hash_of(&payload.salt)?,
        receipt,
    }))
}

/// The file of a stage's key set, as [`pack`] gives it.
pub async fn pack_of(app: &App, lot: Id, stage: String) -> Answer<Option<Pack>> {
    let journal = app.journal.clone();
    app.view(move |db| {
        let keyset = store::ceremony::of_stage(db, &lot, &stage)?.ok_or(Error::NotFound)?;
        pack(db, &journal, &keyset)
    })
    .await
}

/// The keys of a frozen key set, every check but the receipt's passed.
pub(super) fn stage_keys(keyset: &Keyset, parties: &Parties) -> Answer<StageKeys> {
    let Packed { keyset, keys, acks } = packed(keyset)?;
    Ok(keyset.0.open(parties, &keys, &acks)?)
}
