//! The first start: one link, used once, makes the three administrators (三员), each of whom then
//! sets a password by a link of their own.
//!
//! Never: a default password; fewer than three accounts; a second set-up.

use serde::{Deserialize, Serialize};

use super::{
    Answer, App, Ask,
    account::{Contact, NewAccount},
    invitation::{Invited, invite},
};
use crate::{
    domain::{
        account::RoleGrant,
        act::Act,
        actor::{AccountKind, Role},
        code::Region,
        refusal::{
            Refusal,
            account::{LOGIN_TAKEN, SET_UP_DONE},
            require,
        },
        time::Instant,
    },
    store::{Db, account, tx::Payload},
};

/// The three people of the set-up form.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    /// The token of the link.
    pub token: String,
    /// GB/T 2260 code of the place the platform serves.
    pub region: String,
    /// The system administrator's name to sign in with.
    pub system_login: String,
    /// The system administrator's name.
    pub system_name: String,
    /// The security administrator's name to sign in with.
    pub security_login: String,
    /// The security administrator's name.
    pub security_name: String,
    /// The audit administrator's name to sign in with.
    pub audit_login: String,
    /// The audit administrator's name.
    pub audit_name: String,
}

/// The page of the set-up.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SetUpView {
    /// The token of the link, for the form.
    pub token: String,
}

fn is_done(db: &mut Db, now: Instant) -> Answer<bool> {
    Ok(!account::holders(db, Role::SystemAdmin, None, now)?.is_empty())
}

impl App {
    /// The link that makes the administrators; `None` once there are any.
    pub async fn set_up_link(&self) -> Answer<Option<String>> {
        let now = self.clock.now();
        if self.view(move |db| is_done(db, now)).await? {
            return Ok(None);
        }
        let token = self.link_token("setup", "platform");
        Ok(Some(format!("{}/setup?token={token}", self.config.public_url)))
    }

    /// The page, for whoever holds the link.
    pub async fn set_up_view(&self, token: &str) -> Answer<SetUpView> {
        self.check_link("setup", "platform", token)?;
        let now = self.clock.now();
        let done = self.view(move |db| is_done(db, now)).await?;
        require(!done, || Refusal::new(&SET_UP_DONE))?;
        Ok(SetUpView {
            token: token.to_owned(),
        })
    }

    /// Makes the three administrators; the answer leads to their links.
    pub async fn set_up(&self, ask: Ask, x: SetUp) -> Answer<Vec<Invited>> {
        self.check_link("setup", "platform", &x.token)?;
        let region = Region::parse(&x.region, "region")?.as_str().to_owned();
        let people = [
            (
                AccountKind::System,
                x.system_login,
                x.system_name,
                ["system_login", "system_name"],
            ),
            (
                AccountKind::Security,
                x.security_login,
                x.security_name,
                ["security_login", "security_name"],
            ),
            (
                AccountKind::Audit,
                x.audit_login,
                x.audit_name,
                ["audit_login", "audit_name"],
            ),
        ];
        let mut made = Vec::new();
        for (kind, login, name, fields) in people {
            let who = NewAccount::new(kind, &login, &name, &region, fields)?;
            let [login_field, _] = fields;
            require(
                made.iter().all(|other: &NewAccount| other.login != who.login),
                || Refusal::new(&LOGIN_TAKEN).at(login_field),
            )?;
            made.push(who);
        }
        let app = self.clone();
        self.act(ask, move |tx| {
            require(!is_done(tx.db, tx.now)?, || Refusal::new(&SET_UP_DONE))?;
            let mut invited = Vec::new();
            for who in made {
                let mut account = who.account(&app, tx, None, &Contact::default())?;
                let role = account.kind.administrator().unwrap_or(Role::Public);
                let grant = RoleGrant::new(tx.id(), &mut account, role, None, &[], tx.now)?;
                tx.insert(&account)?;
                tx.insert(&grant)?;
                invited.push(invite(tx, &account)?);
            }
            let accounts: Vec<_> = invited.iter().map(|person| &person.account).collect();
            let facts = serde_json::json!({ "accounts": accounts });
            let payload = Payload::facts("administrators", "platform.setup/1", &facts)?;
            tx.record("platform", Act::PlatformSetUp, vec![payload])?;
            Ok(invited)
        })
        .await
    }
}
