//! Accounts: staff's are opened by the system administrator, without any right; experts' from the
//! expert list. Closing ends every session at once.
//!
//! Never: a right given here; a password chosen for somebody else; the last administrator of a kind
//! closed.

use serde::{Deserialize, Serialize};

use super::{
    Answer, App, Ask, Error,
    invitation::{Invited, invite, save_password},
    personal::Read,
    sign_in::SESSION_SPAN,
};
use crate::{
    domain::{
        account::{Account, Organisation, may_remove},
        act::Act,
        actor::{AccountKind, Actor, Grant, Person, Role},
        code::Region,
        credential::{self, NAME_MAX, line},
        duty::DutyKind,
        id::Id,
        refusal::{
            Lawful, Refusal,
            account::{CLOSED, LOGIN_TAKEN, NOT_BY_ANOTHER, SEPARATION},
            require,
        },
        time::Instant,
    },
    store::{Row as _, Tx, account, duty, session, tx::Payload},
};

/// How many accounts a page shows.
const PAGE: i64 = 100;
/// The column of phone numbers, for [`App::open_text`].
pub const PHONE: &str = "account.phone";

/// How somebody is reached.
#[derive(Debug, Clone, Default)]
pub struct Contact {
    /// The phone number.
    pub phone: Option<String>,
    /// Where mail goes.
    pub email: Option<String>,
}

impl Contact {
    /// Checks both.
    pub fn new(phone: Option<&str>, email: Option<&str>) -> Lawful<Self> {
        Ok(Self {
            phone: phone.map(|text| credential::phone(text, "phone")).transpose()?,
            email: email.map(|text| credential::email(text, "email")).transpose()?,
        })
    }
}

/// A person to be given an account, checked.
#[derive(Debug, Clone)]
pub struct NewAccount {
    kind: AccountKind,
    /// The name to sign in with.
    pub login: String,
    name: String,
    region: String,
    login_field: &'static str,
}

impl NewAccount {
    /// Checks login and name, whose fields are called `fields`.
    pub fn new(
        kind: AccountKind,
        login: &str,
        name: &str,
        region: &str,
        fields: [&'static str; 2],
    ) -> Lawful<Self> {
        let [login_field, name_field] = fields;
        Ok(Self {
            kind,
            login: credential::login(login, login_field)?,
            name: line(name, name_field, NAME_MAX)?,
            region: Region::parse(region, "region")?.as_str().to_owned(),
            login_field,
        })
    }

    /// The row, not yet written; refused when the login is taken.
    pub fn account(
        self,
        app: &App,
        tx: &mut Tx<'_>,
        organisation: Option<&Id>,
        contact: &Contact,
    ) -> Answer<Account> {
        require(account::by_login(tx.db, &self.login)?.is_none(), || {
            Refusal::new(&LOGIN_TAKEN).at(self.login_field)
        })?;
        let id = tx.id();
        let phone = contact.phone.as_deref();
        Ok(Account {
            phone: phone.map(|phone| app.seal_text(PHONE, &id, phone)).transpose()?,
            id,
            login: self.login,
            name: self.name,
            kind: self.kind,
            power: None,
            password_hash: String::new(),
            totp_secret: None,
            email: contact.email.clone(),
            organisation_id: organisation.cloned(),
            region: self.region,
            opened_at: tx.now,
            closed_at: None,
        })
    }
}

/// The form with which the system administrator opens an account.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// The name to sign in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// `staff`, or an administrator's kind.
    pub kind: AccountKind,
    /// The centre or authority; administrators need none.
    #[schema(value_type = Option<String>)]
    pub organisation: Option<Id>,
    /// GB/T 2260 code.
    pub region: String,
    /// The phone number.
    pub phone: Option<String>,
    /// Where mail goes.
    pub email: Option<String>,
}

/// An account in a list; personal data is masked.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AccountRow {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// The name to sign in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// What it is.
    pub kind: AccountKind,
    /// The organisation's name.
    pub organisation: String,
    /// GB/T 2260 code.
    pub region: String,
    /// The phone number, masked.
    pub phone: String,
    /// Whether the second factor is set up.
    pub has_factor: bool,
    /// Whether a password was set.
    pub has_password: bool,
    /// The roles it holds.
    pub roles: Vec<Role>,
    /// When it was closed, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub closed_at: Option<Instant>,
}

/// The page of accounts.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Accounts {
    /// The accounts of staff and administrators.
    pub rows: Vec<AccountRow>,
    /// The centre and the authorities whose staff can be given accounts: id and name.
    #[schema(value_type = Vec<Vec<String>>)]
    pub organisations: Vec<(Id, String)>,
    /// The address of the next page.
    pub next: Option<String>,
}

/// A phone number shown to staff; the read is recorded.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Phone {
    /// The person's name.
    pub name: String,
    /// The number.
    pub phone: String,
}

impl App {
    /// The accounts of staff, after a login.
    pub async fn accounts(&self, after: &str) -> Answer<Accounts> {
        let (app, after, now) = (self.clone(), after.to_owned(), self.clock.now());
        self.view(move |db| {
            let found = account::staff(db, &after, PAGE)?;
            let full = i64::try_from(found.len()).is_ok_and(|n| n == PAGE);
            let next = found
                .last()
                .filter(|_| full)
                .map(|last| format!("/accounts?after={}", last.login));
            let mut rows = Vec::new();
            for person in found {
                rows.push(app.account_row(db, person, now)?);
            }
            let organisations = account::authorities(db)?;
            Ok(Accounts {
                rows,
                organisations: organisations.into_iter().map(|o| (o.id, o.name)).collect(),
                next,
            })
        })
        .await
    }

    /// An account as lists show it.
    pub(super) fn account_row(
        &self,
        db: &mut crate::store::Db,
        person: Account,
        now: Instant,
    ) -> Answer<AccountRow> {
        let organisation = match &person.organisation_id {
            Some(id) => Organisation::find(db, id.as_str())?,
            None => None,
        };
        let mut roles: Vec<Role> = account::grants(db, &person.id, now)?
            .iter()
            .map(|grant| grant.role)
            .collect();
        roles.dedup();
        Ok(AccountRow {
            phone: self.masked(PHONE, &person.id, person.phone.as_ref())?,
            id: person.id,
            login: person.login,
            name: person.name,
            kind: person.kind,
            organisation: organisation.map(|o| o.name).unwrap_or_default(),
            region: person.region,
            has_factor: person.totp_secret.is_some(),
            has_password: !person.password_hash.is_empty(),
            roles,
            closed_at: person.closed_at,
        })
    }

    /// Opens an account of staff, without any right; the security administrator is told to give one.
    pub async fn open_account(&self, ask: Ask, x: Open) -> Answer<Invited> {
        let who = NewAccount::new(x.kind, &x.login, &x.name, &x.region, ["login", "name"])?;
        let contact = Contact::new(x.phone.as_deref(), x.email.as_deref())?;
        require(x.kind != AccountKind::Party, || {
            Refusal::new(&SEPARATION)
                .fact("held", "word:account-kind-party")
                .fact("role", "word:account-kind-staff")
                .at("kind")
        })?;
        let app = self.clone();
        self.act(ask, move |tx| {
            if let Some(id) = &x.organisation {
                let organisation = Organisation::find(tx.db, id.as_str())?;
                organisation
                    .filter(Organisation::is_authority)
                    .ok_or(Error::NotFound)?;
            }
            let account = who.account(&app, tx, x.organisation.as_ref(), &contact)?;
            tx.insert(&account)?;
            duty::owe(tx, DutyKind::GiveRight, &account.id, |duty| {
                duty.about("account", &account.id, &account.name)
            })?;
            record_opened(tx, &account)?;
            invite(tx, &account)
        })
        .await
    }

    /// Makes another one-time link for an account of staff, whose sessions end when it is used.
    pub async fn invite_staff(&self, ask: Ask, id: Id) -> Answer<Invited> {
        self.act(ask, move |tx| {
            let account = staff(tx, &id)?;
            require(account.closed_at.is_none(), || Refusal::new(&CLOSED))?;
            // whoever sees the link can take the account: no administrator sees another one's
            require(account.kind.administrator().is_none(), || {
                Refusal::new(&NOT_BY_ANOTHER)
            })?;
            let facts = serde_json::json!({ "account": account.id });
            let payload = Payload::facts("account", "account.invited/1", &facts)?;
            tx.record(account.id.as_str(), Act::AccountInvited, vec![payload])?;
            invite(tx, &account)
        })
        .await
    }

    /// Closes an account of staff.
    pub async fn close_account(&self, ask: Ask, id: Id) -> Answer<()> {
        self.act(ask, move |tx| {
            let account = staff(tx, &id)?;
            if let Some(role) = account.kind.administrator() {
                let holders = account::holders(tx.db, role, None, tx.now)?;
                let others = holders.iter().filter(|holder| **holder != account.id).count();
                may_remove(others, &role.key())?;
            }
            close(tx, account)
        })
        .await
    }

    /// The phone number of somebody of the staff, whole: recorded before it is shown.
    pub async fn phone(&self, actor: &Actor, id: &Id, reason: &str) -> Answer<Phone> {
        let reason = line(reason, "reason", NAME_MAX)?;
        let wanted = id.clone();
        let account = self
            .view(move |db| Account::find(db, wanted.as_str())?.ok_or(Error::NotFound))
            .await?;
        if account.kind == AccountKind::Party {
            return Err(Error::NotFound);
        }
        let read = Read {
            table: "account",
            row: id.clone(),
            field: "phone",
            reason,
        };
        self.record_read(actor, read).await?;
        let sealed = account.phone.as_ref();
        let phone = sealed
            .map(|sealed| self.open_text(PHONE, id, sealed))
            .transpose()?;
        Ok(Phone {
            name: account.name,
            phone: phone.unwrap_or_default(),
        })
    }

    /// Changes one's own password. Every session of the account ends; the answer is a new one that has
    /// the second factor if the one in use had it.
    pub async fn change_password(&self, ask: Ask, person: &Person, password: &str) -> Answer<Id> {
        let id = person.account.clone();
        let own = self
            .view(move |db| Account::find(db, id.as_str())?.ok_or(Error::NotFound))
            .await?;
        credential::password(password, &own.login, "new_password")?;
        let hash = self.passwords.hash(&self.entropy, password).await?;
        let (id, in_use) = (person.account.clone(), person.session.clone());
        let has_factor = self
            .act(ask, move |tx| {
                let found = session::find(tx.db, &in_use, crate::clock::machine())?;
                let mut account = Account::find(tx.db, id.as_str())?.ok_or(Error::NotFound)?;
                account.password_hash = hash;
                session::delete_of(tx.db, &account.id)?;
                save_password(tx, &account, "self")?;
                Ok(found.is_some_and(|session| session.has_factor))
            })
            .await?;
        self.begin_session(&person.account, "browser", has_factor, SESSION_SPAN)
            .await
    }
}

fn staff(tx: &mut Tx<'_>, id: &Id) -> Answer<Account> {
    Account::find(tx.db, id.as_str())?
        .filter(|account| account.kind != AccountKind::Party)
        .ok_or(Error::NotFound)
}

/// Closes an account within an act: its roles end, its sessions and links too.
pub(super) fn close(tx: &mut Tx<'_>, mut person: Account) -> Answer<()> {
    require(person.closed_at.is_none(), || Refusal::new(&CLOSED))?;
    for mut grant in account::grants_ahead(tx.db, &person.id, tx.now)? {
        grant.until_at = Some(tx.now.max(grant.from_at));
        tx.update(&grant)?;
    }
    person.closed_at = Some(tx.now);
    tx.update(&person)?;
    session::delete_of(tx.db, &person.id)?;
    session::spend(tx.db, &person.id, crate::clock::machine())?;
    duty::meet(tx, DutyKind::GiveRight, &person.id)?;
    let facts = serde_json::json!({ "account": person.id });
    let payload = Payload::facts("account", "account.closed/1", &facts)?;
    tx.record(person.id.as_str(), Act::AccountClosed, vec![payload])?;
    Ok(())
}

/// Records the opening of an account on its own chain, with every row written since.
pub(super) fn record_opened(tx: &mut Tx<'_>, account: &Account) -> Answer<()> {
    let facts = serde_json::json!({ "account": account.id, "kind": account.kind });
    let payload = Payload::facts("account", "account.opened/1", &facts)?;
    tx.record(account.id.as_str(), Act::AccountOpened, vec![payload])?;
    Ok(())
}

/// The market organisation for which the actor holds the role, with the grant.
pub(super) fn market_grant(actor: &Actor) -> Answer<Grant> {
    let roles = [Role::Owner, Role::Bidder, Role::Agency];
    let found = roles.into_iter().find_map(|role| actor.grant(role));
    found.cloned().ok_or(Error::Forbidden)
}
