//! Market organisations: registered by declaration (告知承诺) without anybody's approval, changed by
//! themselves, with people whom their own administrator lets in.
//!
//! Never: an organisation seen or changed by another; one without an administrator.

mod people;
mod view;

use serde::{Deserialize, Serialize};

use super::{
    Answer, App, Ask, Error,
    account::{Contact, NewAccount, market_grant, record_opened},
};
use crate::{
    domain::{
        account::{Organisation, OrganisationKind, RoleGrant},
        act::Act,
        actor::{AccountKind, Actor, Position, Role},
        code::{CreditCode, Region, ResidentId},
        credential::{self, NAME_MAX, line},
        id::Id,
        organisation::{Declaration, must_declare, posts},
        refusal::{
            Refusal,
            account::{CODE_TAKEN, NOT_ADMINISTRATOR, ORGANISATION_KIND},
            require,
        },
    },
    proof::canon::Object as _,
    store::{Row as _, Tx, account, tx::Payload},
    words::{self, Lang},
};

pub use people::{AddPerson, HandOverForm, Posts};
pub use view::{Authorities, CompanyFile, PersonRow, PostRow};

/// The column of identity numbers, for [`App::open_text`].
pub const ID_NUMBER: &str = "organisation.id_number";
/// The greatest length of an address, in characters.
const ADDRESS_MAX: usize = 200;

/// The form of registration.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// `market`, or `person` for a natural person.
    pub kind: OrganisationKind,
    /// 统一社会信用代码; not of a natural person.
    pub code: Option<String>,
    /// A natural person's identity number.
    pub id_number: Option<String>,
    /// The registered name.
    pub name: String,
    /// GB/T 2260 code of the seat.
    pub region: String,
    /// The address.
    pub address: String,
    /// Owner, agency, bidder: what it wants to be.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// That the declaration (告知承诺) is made.
    #[serde(default)]
    pub declared: bool,
    /// The name of the person who declares, who becomes its administrator and signatory.
    pub person: String,
    /// The name to sign in with.
    pub login: String,
    /// The password.
    pub new_password: String,
    /// The phone number.
    pub phone: Option<String>,
    /// Where mail goes.
    pub email: Option<String>,
}

/// What a registration made.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Registered {
    /// The organisation.
    #[schema(value_type = String)]
    pub organisation: Id,
    /// Its first person's account.
    #[schema(value_type = String)]
    pub account: Id,
}

/// What an organisation may change of itself; what is not given stays.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganisationChange)]
pub struct Change {
    /// The registered name.
    pub name: Option<String>,
    /// GB/T 2260 code of the seat.
    pub region: Option<String>,
    /// The address.
    pub address: Option<String>,
}

/// A centre or an authority, as the system administrator records it.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// 统一社会信用代码.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: OrganisationKind,
    /// GB/T 2260 code of what it serves.
    pub region: String,
    /// Its address.
    pub address: String,
}

impl App {
    /// Registers an organisation and its first person.
    pub async fn register(&self, ask: Ask, x: Register) -> Answer<Registered> {
        must_declare(x.declared)?;
        let positions = [Position::Administrator, Position::Signatory];
        let posts = posts(&x.roles, &positions)?;
        let who = NewAccount::new(
            AccountKind::Party,
            &x.login,
            &x.person,
            &x.region,
            ["login", "person"],
        )?;
        credential::password(&x.new_password, &who.login, "new_password")?;
        let contact = Contact::new(x.phone.as_deref(), x.email.as_deref())?;
        let organisation = self.declared(&x)?;
        let hash = self.passwords.hash(&self.entropy, &x.new_password).await?;
        let app = self.clone();
        self.act(ask, move |tx| {
            let mut organisation = organisation;
            require(
                account::organisation_by_code(tx.db, &organisation.code)?.is_none(),
                || {
                    Refusal::new(&CODE_TAKEN).at(if organisation.id_number.is_some() {
                        "id_number"
                    } else {
                        "code"
                    })
                },
            )?;
            let declaration = declare(tx, &mut organisation, &x.roles, &x.person)?;
            tx.insert(&organisation)?;
            tx.record(
                organisation.id.as_str(),
                Act::OrganisationRegistered,
                vec![declaration],
            )?;
            let mut person = who.account(&app, tx, Some(&organisation.id), &contact)?;
            person.password_hash = hash;
            let mut grants: Vec<RoleGrant> = Vec::new();
            for (role, position) in posts {
                organisation.may_give(role)?;
                let made = RoleGrant::new(tx.id(), &mut person, role, Some(position), &grants, tx.now)?;
                grants.push(made);
            }
            tx.insert(&person)?;
            for grant in &grants {
                tx.insert(grant)?;
            }
            record_opened(tx, &person)?;
            Ok(Registered {
                organisation: organisation.id,
                account: person.id,
            })
        })
        .await
    }

    /// The organisation that a form declares, its codes checked.
    fn declared(&self, x: &Register) -> Answer<Organisation> {
        let id = self.entropy.id();
        let (code, id_number) = match x.kind {
            OrganisationKind::Market => {
                let code = x.code.as_deref().ok_or_else(|| Refusal::missing("code"))?;
                (CreditCode::parse(code, "code")?.as_str().to_owned(), None)
            }
            OrganisationKind::Person => {
                let number = x
                    .id_number
                    .as_deref()
                    .ok_or_else(|| Refusal::missing("id_number"))?;
                let number = ResidentId::parse(number, "id_number")?;
                let mark = self.secrets.mark("person", number.as_str()).to_hex();
                let pseudonym = mark.chars().take(17).collect::<String>().to_uppercase();
                let sealed = self.seal_text(ID_NUMBER, &id, number.as_str())?;
                (format!("P{pseudonym}"), Some(sealed))
            }
            OrganisationKind::Centre
            | OrganisationKind::Bureau
            | OrganisationKind::Committee
            | OrganisationKind::Inspection
            | OrganisationKind::Audit => {
                let refusal = Refusal::new(&ORGANISATION_KIND).fact("role", "word:role-bidder");
                return Err(refusal.at("kind").into());
            }
        };
        Ok(Organisation {
            id,
            code,
            id_number,
            name: line(&x.name, "name", NAME_MAX)?,
            kind: x.kind,
            region: Region::parse(&x.region, "region")?.as_str().to_owned(),
            address: line(&x.address, "address", ADDRESS_MAX)?,
            declaration: String::new(),
            declared_at: self.clock.now(),
            version: 1,
        })
    }

    /// Changes what the organisation of the actor declared; `version` is what the form was made from.
    pub async fn change_organisation(&self, ask: Ask, version: Option<i64>, x: Change) -> Answer<i64> {
        let own = administers(&ask.actor)?;
        let version = version.ok_or_else(|| Refusal::missing("version"))?;
        let name = x.name.map(|text| line(&text, "name", NAME_MAX)).transpose()?;
        let address = x
            .address
            .map(|text| line(&text, "address", ADDRESS_MAX))
            .transpose()?;
        let region = x.region.map(|text| Region::parse(&text, "region")).transpose()?;
        let by = ask.actor.clone();
        self.act(ask, move |tx| {
            let mut organisation = Organisation::find(tx.db, own.as_str())?.ok_or(Error::NotFound)?;
            if organisation.version != version {
                return Err(Error::Stale);
            }
            organisation.version += 1;
            organisation.name = name.unwrap_or(organisation.name);
            organisation.address = address.unwrap_or(organisation.address);
            organisation.region = region.map_or(organisation.region, |region| region.as_str().to_owned());
            let roles: Vec<Role> = by.roles().into_iter().filter(|role| role.is_market()).collect();
            let person = match &by {
                Actor::Person(person) => person.name.clone(),
                Actor::Holder(_) | Actor::Clock | Actor::Public => return Err(Error::Forbidden),
            };
            let declaration = declare(tx, &mut organisation, &roles, &person)?;
            tx.update(&organisation)?;
            tx.record(
                organisation.id.as_str(),
                Act::OrganisationChanged,
                vec![declaration],
            )?;
            Ok(organisation.version)
        })
        .await
    }

    /// Records a centre or an authority.
    pub async fn record_authority(&self, ask: Ask, x: Authority) -> Answer<Id> {
        let organisation = Organisation {
            id: self.entropy.id(),
            code: CreditCode::parse(&x.code, "code")?.as_str().to_owned(),
            id_number: None,
            name: line(&x.name, "name", NAME_MAX)?,
            kind: x.kind,
            region: Region::parse(&x.region, "region")?.as_str().to_owned(),
            address: line(&x.address, "address", ADDRESS_MAX)?,
            declaration: String::new(),
            declared_at: self.clock.now(),
            version: 1,
        };
        require(organisation.is_authority(), || {
            Refusal::new(&ORGANISATION_KIND)
                .fact("role", "word:account-kind-staff")
                .at("kind")
        })?;
        self.act(ask, move |tx| {
            require(
                account::organisation_by_code(tx.db, &organisation.code)?.is_none(),
                || Refusal::new(&CODE_TAKEN).at("code"),
            )?;
            tx.insert(&organisation)?;
            let facts = serde_json::json!({ "organisation": organisation.id, "code": organisation.code });
            let payload = Payload::facts("authority", "authority.recorded/1", &facts)?;
            tx.record(organisation.id.as_str(), Act::AuthorityRecorded, vec![payload])?;
            Ok(organisation.id)
        })
        .await
    }
}

/// Puts the digest of the declaration into the row; the declaration is a payload of the event.
fn declare(tx: &Tx<'_>, organisation: &mut Organisation, roles: &[Role], by: &str) -> Answer<Payload> {
    let text = words::say(Lang::Zh, "organisation-declaration", &[]);
    let declaration = Declaration::new(organisation, roles, by, text);
    organisation.declaration = declaration.digest()?.to_hex();
    organisation.declared_at = tx.now;
    Ok(Payload::object("declaration", &declaration)?)
}

/// The organisation of which the actor is administrator.
pub(super) fn administers(actor: &Actor) -> Answer<Id> {
    let grant = market_grant(actor)?;
    let roles = [Role::Owner, Role::Bidder, Role::Agency];
    let is_administrator = roles
        .into_iter()
        .any(|role| actor.has_position(role, Position::Administrator));
    require(is_administrator, || Refusal::new(&NOT_ADMINISTRATOR))?;
    grant.organisation.ok_or(Error::Forbidden)
}
