//! The people of a sandbox, made at once: whoever holds the sandbox's token gets an account of any
//! role and a token to act as it, for rehearsals and demonstrations.
//!
//! In: the sandbox's token and a list of parts. Out: one player for each, in the same order. Never:
//! anything of this outside a sandbox; an account with two of decide, operate and supervise.

use serde::{Deserialize, Serialize};

use super::{Answer, App, Ask, Error};
use crate::{
    domain::{
        account::{Account, Organisation, OrganisationKind, RoleGrant},
        act::Act,
        actor::{Actor, Position, Role},
        code::CreditCode,
        credential,
        id::Id,
        time::DAY,
    },
    proof::canon::Hash,
    store::{Tx, account, tx::Payload},
};

/// The password of everybody whom a cast made: a sandbox has no secrets.
pub const PASSWORD: &str = "sandbox-password-1";
/// The address of every organisation of a cast: invented, and said so.
const ADDRESS: &str = "沙盒示范路 1 号";
/// How long a player's token holds, by the machine's clock.
const TOKEN_SPAN: i64 = 7 * DAY;
/// The link token's purpose and subject.
const TOKEN: (&str, &str) = ("sandbox", "cast");

/// One part to be played.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The name to sign in with; where the account exists, only a token is made.
    pub login: String,
    /// The name shown; the login where it is missing.
    pub name: Option<String>,
    /// The role.
    pub role: Role,
    /// The position in a market organisation; signatory where it is missing.
    pub position: Option<Position>,
    /// The organisation the role is held for, found by its name or made.
    pub organisation: Option<Troupe>,
    /// GB/T 2260 code of the account's region.
    pub region: String,
}

/// An organisation of the cast.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Troupe {
    /// Its name; its credit code is made from it where none is given.
    pub name: String,
    /// Its kind.
    pub kind: OrganisationKind,
    /// Its credit code.
    pub code: Option<String>,
}

/// Somebody who can act.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Player {
    /// The name to sign in with.
    pub login: String,
    /// The account.
    #[schema(value_type = String)]
    pub account: Id,
    /// The credit code of the organisation.
    pub code: Option<String>,
    /// A bearer token.
    pub token: String,
    /// The one-time code that holds now.
    pub totp: Option<String>,
}

/// The parts and the leave to play them.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cast {
    /// The sandbox's token, as its start prints it.
    pub token: String,
    /// Who is to play.
    pub parts: Vec<Part>,
}

/// Those who play.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Players {
    /// In the order of the parts.
    pub players: Vec<Player>,
}

impl App {
    /// The token that casts a sandbox's people.
    #[must_use]
    pub fn cast_token(&self) -> String {
        self.link_token(TOKEN.0, TOKEN.1)
    }

    /// Makes the players of a sandbox.
    ///
    /// # Errors
    /// Not found outside a sandbox, `account.link_spent` for another token, the refusals of accounts.
    pub async fn cast(&self, cast: Cast) -> Answer<Vec<Player>> {
        if !self.config.sandbox {
            return Err(Error::NotFound);
        }
        self.check_link(TOKEN.0, TOKEN.1, &cast.token)?;
        let hash = self.passwords.hash(&self.entropy, PASSWORD).await?;
        let app = self.clone();
        let made = self
            .act(Ask::new(Actor::Public, Act::AccountOpened), move |tx| {
                let mut made = Vec::new();
                for part in cast.parts {
                    made.push(play(tx, &app, part, &hash)?);
                }
                let accounts: Vec<&Id> = made.iter().map(|(account, _)| &account.id).collect();
                let facts = serde_json::json!({ "accounts": accounts });
                let payload = Payload::facts("cast", "sandbox.cast/1", &facts)?;
                tx.record("sandbox", Act::AccountOpened, vec![payload])?;
                Ok(made)
            })
            .await?;
        let mut players = Vec::new();
        for (account, code) in made {
            let session = self
                .begin_session(&account.id, "browser", true, TOKEN_SPAN)
                .await?;
            players.push(Player {
                token: self.token(&session)?,
                totp: self.code_of(&account)?,
                login: account.login,
                account: account.id,
                code,
            });
        }
        Ok(players)
    }
}

/// The account of a part, made where it is not there, and its organisation's code.
fn play(tx: &mut Tx<'_>, app: &App, part: Part, hash: &str) -> Answer<(Account, Option<String>)> {
    let organisation = match part.organisation {
        Some(troupe) => Some(organisation(tx, troupe, &part.region)?),
        None => None,
    };
    let code = organisation
        .as_ref()
        .map(|organisation| organisation.code.clone());
    let login = credential::login(&part.login, "login")?;
    if let Some(mut known) = account::by_login(tx.db, &login)? {
        if known.password_hash.is_empty() {
            hash.clone_into(&mut known.password_hash);
            tx.update(&known)?;
        }
        return Ok((known, code));
    }
    let kind = part.role.account_kind().ok_or(Error::Forbidden)?;
    let id = tx.id();
    let mut account = Account {
        name: part.name.unwrap_or_else(|| login.clone()),
        login,
        kind,
        power: None,
        password_hash: hash.to_owned(),
        totp_secret: Some(app.fresh_factor(&id)?),
        phone: None,
        email: None,
        organisation_id: organisation.map(|organisation| organisation.id),
        region: part.region,
        opened_at: tx.now,
        closed_at: None,
        id,
    };
    let position = part.position.unwrap_or(Position::Signatory);
    let position = part.role.is_market().then_some(position);
    let grant = RoleGrant::new(tx.id(), &mut account, part.role, position, &[], tx.now)?;
    tx.insert(&account)?;
    tx.insert(&grant)?;
    Ok((account, code))
}

fn organisation(tx: &mut Tx<'_>, troupe: Troupe, region: &str) -> Answer<Organisation> {
    let code = match troupe.code {
        Some(code) => CreditCode::parse(&code, "code")?.to_string(),
        None => invented_code(&troupe.name, region)?,
    };
    if let Some(known) = account::organisation_by_code(tx.db, &code)? {
        return Ok(known);
    }
    let made = Organisation {
        id: tx.id(),
        code,
        id_number: None,
        name: troupe.name,
        kind: troupe.kind,
        region: region.to_owned(),
        address: ADDRESS.to_owned(),
        declaration: String::new(),
        declared_at: tx.now,
        version: 1,
    };
    tx.insert(&made)?;
    Ok(made)
}

/// The code of an invented organisation: its eight characters are the beginning of the digest of its name.
fn invented_code(name: &str, region: &str) -> Answer<String> {
    let digest = Hash::of(&[name.as_bytes()]).to_hex().to_uppercase();
    let body: String = digest.chars().take(8).collect();
    Ok(CreditCode::compose("91", region, &body)?.to_string())
}
