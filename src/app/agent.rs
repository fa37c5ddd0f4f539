//! Long-lived sessions for the unattended clients of a duty (a holder's agent, a bidder's script):
//! given by somebody with a second factor, listed, and taken back at once.

use serde::{Deserialize, Serialize};

use super::{Answer, App, Ask, Error};
use crate::{
    clock,
    domain::{
        act::Act,
        actor::Person,
        credential::{NAME_MAX, line},
        id::Id,
        refusal::{Refusal, account::NO_FACTOR, common::FIELD_BAD, require},
        time::{DAY, Instant},
    },
    store::{session, session::Session, tx::Payload},
};

/// The longest life of an agent's session, days.
const DAYS_MAX: i64 = 400;

/// The form with which an agent is let in.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAgent {
    /// What it is for.
    pub label: String,
    /// How many days it lives, 1 to 400.
    pub days: i64,
    /// The six digits of the authenticator.
    pub totp: Option<String>,
}

/// An agent in the list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AgentRow {
    /// Its session.
    #[schema(value_type = String)]
    pub id: Id,
    /// What it is for.
    pub label: String,
    /// Since when, Unix ms of the machine.
    #[schema(value_type = i64)]
    pub created_at: Instant,
    /// Until when, Unix ms of the machine.
    #[schema(value_type = i64)]
    pub until_at: Instant,
}

/// The agents of an account.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Agents {
    /// Those in force.
    pub rows: Vec<AgentRow>,
}

/// The token of a new agent, shown once.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AgentToken {
    /// The session.
    #[schema(value_type = String)]
    pub id: Id,
    /// To be sent as `Authorization: Bearer`.
    pub token: String,
    /// Until when, Unix ms of the machine.
    #[schema(value_type = i64)]
    pub until_at: Instant,
}

impl App {
    /// The agents of a person's account.
    pub async fn agents(&self, person: &Person) -> Answer<Agents> {
        let account = person.account.clone();
        self.view(move |db| {
            let found = session::agents(db, &account, clock::machine())?;
            let row = |agent: Session| AgentRow {
                id: agent.id,
                label: agent.label,
                created_at: agent.created_at,
                until_at: agent.until_at,
            };
            Ok(Agents {
                rows: found.into_iter().map(row).collect(),
            })
        })
        .await
    }

    /// Lets an agent in for a person whose own session has the second factor.
    pub async fn authorise_agent(&self, ask: Ask, person: &Person, x: &NewAgent) -> Answer<AgentToken> {
        let label = line(&x.label, "label", NAME_MAX)?;
        let days = x.days;
        require((1..=DAYS_MAX).contains(&days), || {
            let expected = format!("1–{DAYS_MAX}");
            Refusal::new(&FIELD_BAD)
                .fact("field", "days")
                .fact("expected", expected)
                .at("days")
        })?;
        if self.answered::<(Id, Instant)>(&ask).await?.is_none() {
            self.check_factor(&ask.actor, x.totp.as_deref()).await?;
        }
        let (account, own) = (person.account.clone(), person.session.clone());
        let (id, until_at) = self
            .act(ask, move |tx| {
                let now = clock::machine();
                let giver = session::find(tx.db, &own, now)?.ok_or(Error::Forbidden)?;
                require(giver.has_factor, || Refusal::new(&NO_FACTOR))?;
                let agent = Session {
                    id: tx.id(),
                    account_id: account.clone(),
                    kind: "agent".to_owned(),
                    label,
                    has_factor: true,
                    created_at: now,
                    until_at: now.plus(days * DAY),
                };
                session::insert(tx.db, &agent)?;
                let facts = serde_json::json!({ "account": account, "agent": agent.id, "days": days });
                let payload = Payload::facts("agent", "agent.authorised/1", &facts)?;
                tx.record(account.as_str(), Act::AgentAuthorised, vec![payload])?;
                Ok((agent.id, agent.until_at))
            })
            .await?;
        let span = until_at.0 - clock::machine().0;
        Ok(AgentToken {
            token: self.token_for(&id, span)?,
            id,
            until_at,
        })
    }

    /// Takes an agent's session back.
    pub async fn revoke_agent(&self, ask: Ask, person: &Person, id: Id) -> Answer<()> {
        let account = person.account.clone();
        self.act(ask, move |tx| {
            session::find(tx.db, &id, clock::machine())?
                .filter(|agent| agent.account_id == account && agent.kind == "agent")
                .ok_or(Error::NotFound)?;
            session::delete(tx.db, &id)?;
            let facts = serde_json::json!({ "account": account, "agent": id });
            let payload = Payload::facts("agent", "agent.revoked/1", &facts)?;
            tx.record(account.as_str(), Act::AgentRevoked, vec![payload])?;
            Ok(())
        })
        .await
    }
}
