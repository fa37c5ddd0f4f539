//! One-time links by which people set their first password, or a new one: nobody ever knows
//! another's password, and there is no default one.
//!
//! The link carries a token that only this installation can make and the database does not hold. It
//! ends after a week of the machine's clock, when it is used, or when another one is made.

use serde::{Deserialize, Serialize};

use super::{Answer, App, Ask, Error};
use crate::{
    clock,
    domain::{
        account::Account,
        act::Act,
        credential,
        id::Id,
        refusal::{
            Refusal,
            account::{CLOSED, LINK_SPENT},
            require,
        },
        time::DAY,
    },
    proof::canon::Hash,
    store::{
        Row as _, Tx, account,
        session::{self, Invitation},
        tx::Payload,
    },
};

/// How long a link can be used, by the machine's clock.
const LINK_SPAN: i64 = 7 * DAY;

/// Somebody for whom a link was made; what an act answers, since it holds no secret.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Invited {
    /// The account.
    #[schema(value_type = String)]
    pub account: Id,
    /// The name to sign in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The link's id.
    #[schema(value_type = String)]
    pub invitation: Id,
}

/// A link to hand over to its person, shown once.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Link {
    /// The account.
    #[schema(value_type = String)]
    pub account: Id,
    /// The name to sign in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The link.
    pub link: String,
}

/// Links to hand over, each to its person.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Links {
    /// The links.
    pub links: Vec<Link>,
}

/// What the person sees who follows a link.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Invitee {
    /// The link's id.
    #[schema(value_type = String)]
    pub invitation: Id,
    /// Its token, for the form.
    pub token: String,
    /// The name to sign in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Whether a second factor must be set up after signing in.
    pub needs_factor: bool,
}

/// Makes a link for an account, within the act that opens it or asks for another one; older links of
/// the account end.
pub fn invite(tx: &mut Tx<'_>, account: &Account) -> Answer<Invited> {
    let invitation = Invitation {
        id: tx.id(),
        account_id: account.id.clone(),
        until_at: clock::machine().plus(LINK_SPAN),
        used_at: None,
    };
    session::invite(tx.db, &invitation)?;
    Ok(Invited {
        account: account.id.clone(),
        login: account.login.clone(),
        name: account.name.clone(),
        invitation: invitation.id,
    })
}

fn spent() -> Error {
    Refusal::new(&LINK_SPENT).at("token").into()
}

impl App {
    /// The token of a one-time link for a purpose; compared in a way that tells nothing by its time.
    pub(super) fn link_token(&self, purpose: &str, id: &str) -> String {
        self.secrets.mark(purpose, id).to_hex()
    }

    pub(super) fn check_link(&self, purpose: &str, id: &str, token: &str) -> Answer<()> {
        let expected = self.link_token(purpose, id);
        if Hash::of(&[expected.as_bytes()]) == Hash::of(&[token.as_bytes()]) {
            Ok(())
        } else {
            Err(spent())
        }
    }

    /// The links of an act's answer, to be shown to whoever acted.
    #[must_use]
    pub fn links(&self, invited: &[Invited]) -> Links {
        let links = invited
            .iter()
            .map(|person| Link {
                account: person.account.clone(),
                login: person.login.clone(),
                name: person.name.clone(),
                link: format!(
                    "{}/invitations/{}?token={}",
                    self.config.public_url,
                    person.invitation,
                    self.link_token("invitation", person.invitation.as_str())
                ),
            })
            .collect();
        Links { links }
    }

    /// By the operators, on the server: another one-time link for whoever has this login. Where the
    /// second factor was lost it is taken away, and the sessions end.
    pub async fn readmit(&self, login: &str, without_factor: bool) -> Answer<Invited> {
        let login = login.trim().to_ascii_lowercase();
        self.act(Ask::clock(Act::AccountInvited), move |tx| {
            let mut account = account::by_login(tx.db, &login)?.ok_or(Error::NotFound)?;
            require(account.closed_at.is_none(), || Refusal::new(&CLOSED))?;
            if without_factor {
                account.totp_secret = None;
                tx.update(&account)?;
                session::delete_of(tx.db, &account.id)?;
            }
            let facts = serde_json::json!({
                "account": account.id, "by": "operators", "factor_removed": without_factor,
            });
            let payload = Payload::facts("account", "account.readmitted/1", &facts)?;
            tx.record(account.id.as_str(), Act::AccountInvited, vec![payload])?;
            invite(tx, &account)
        })
        .await
    }

    /// Whom a link is for; refused once it is spent.
    pub async fn invitee(&self, id: &Id, token: &str) -> Answer<Invitee> {
        self.check_link("invitation", id.as_str(), token)?;
        let (id, token) = (id.clone(), token.to_owned());
        self.view(move |db| {
            let invitation = session::invitation(db, &id, clock::machine())?.ok_or_else(spent)?;
            let account = Account::find(db, invitation.account_id.as_str())?.ok_or_else(spent)?;
            if account.closed_at.is_some() {
                return Err(spent());
            }
            Ok(Invitee {
                invitation: id,
                token,
                login: account.login,
                name: account.name,
                needs_factor: account.kind.needs_factor(),
            })
        })
        .await
    }

    /// Sets the password of whoever holds the link, and ends every session of the account.
    pub async fn accept_invitation(&self, ask: Ask, id: &Id, token: &str, password: &str) -> Answer<()> {
        self.check_link("invitation", id.as_str(), token)?;
        if let Some(done) = self.answered(&ask).await? {
            return Ok(done);
        }
        let invitee = self.invitee(id, token).await?;
        credential::password(password, &invitee.login, "new_password")?;
        let hash = self.passwords.hash(&self.entropy, password).await?;
        let id = id.clone();
        self.act(ask, move |tx| {
            let now = clock::machine();
            let invitation = session::invitation(tx.db, &id, now)?.ok_or_else(spent)?;
            let mut account = Account::find(tx.db, invitation.account_id.as_str())?.ok_or_else(spent)?;
            account.password_hash = hash;
            session::spend(tx.db, &account.id, now)?;
            session::delete_of(tx.db, &account.id)?;
            save_password(tx, &account, "link")
        })
        .await
    }
}

/// Saves an account whose password has just been set, and records how.
pub(super) fn save_password(tx: &mut Tx<'_>, account: &Account, by: &str) -> Answer<()> {
    tx.update(account)?;
    let facts = serde_json::json!({ "account": account.id, "by": by });
    let payload = Payload::facts("password", "password.changed/1", &facts)?;
    tx.record(account.id.as_str(), Act::PasswordChanged, vec![payload])?;
    Ok(())
}
