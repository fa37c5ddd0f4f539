//! The company file: what an organisation sees of itself.

use serde::Serialize;

use super::super::{
    Answer, App, Error,
    account::{PHONE, market_grant},
    signing_key::{KeyRow, key_rows},
};
use super::ID_NUMBER;
use crate::{
    domain::{
        account::{Organisation, OrganisationKind, RoleGrant},
        actor::{Actor, Position, Role},
        id::Id,
        time::Instant,
    },
    store::{Db, Row as _, account},
};

/// The company file.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CompanyFile {
    /// The organisation.
    #[schema(value_type = String)]
    pub id: Id,
    /// 统一社会信用代码, or a natural person's pseudonym.
    pub code: String,
    /// A natural person's identity number, masked.
    pub id_number: String,
    /// Its name.
    pub name: String,
    /// `market` or `person`.
    pub kind: OrganisationKind,
    /// GB/T 2260 code of its seat.
    pub region: String,
    /// Its address.
    pub address: String,
    /// SHA-256 of its declaration.
    pub declaration: String,
    /// When it declared, Unix ms.
    #[schema(value_type = i64)]
    pub declared_at: Instant,
    /// To be given back with a change.
    pub version: i64,
    /// Whether the reader is its administrator.
    pub is_administrator: bool,
    /// Its roles.
    pub roles: Vec<Role>,
    /// Its people.
    pub people: Vec<PersonRow>,
    /// Its signing keys, old ones too.
    pub keys: Vec<KeyRow>,
}

/// A person of an organisation.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PersonRow {
    /// The account.
    #[schema(value_type = String)]
    pub id: Id,
    /// The name to sign in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The phone number, masked.
    pub phone: String,
    /// The posts held or to be held.
    pub posts: Vec<PostRow>,
    /// When the account was closed, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub closed_at: Option<Instant>,
}

/// A post of a person.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PostRow {
    /// The role.
    pub role: Role,
    /// The position.
    pub position: Option<Position>,
    /// When it begins, Unix ms.
    #[schema(value_type = i64)]
    pub from_at: Instant,
    /// When it ends, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub until_at: Option<Instant>,
    /// For whom this person stands in.
    pub stands_in_for: Option<String>,
}

/// The centre and the authorities.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Authorities {
    /// Code, name, kind, region.
    #[schema(value_type = Vec<Vec<String>>)]
    pub rows: Vec<(String, String, OrganisationKind, String)>,
}

impl App {
    /// The company file of the actor's own organisation.
    pub async fn company_file(&self, actor: &Actor) -> Answer<CompanyFile> {
        let own = market_grant(actor)?.organisation.ok_or(Error::Forbidden)?;
        let roles = [Role::Owner, Role::Bidder, Role::Agency];
        let is_administrator = roles
            .into_iter()
            .any(|role| actor.has_position(role, Position::Administrator));
        let (app, now) = (self.clone(), self.clock.now());
        self.view(move |db| {
            let organisation = Organisation::find(db, own.as_str())?.ok_or(Error::NotFound)?;
            let people = app.people(db, &own, now)?;
            let mut roles: Vec<Role> = people
                .iter()
                .flat_map(|person| person.posts.iter().map(|post| post.role))
                .collect();
            roles.sort_unstable();
            roles.dedup();
            Ok(CompanyFile {
                id_number: app.masked(ID_NUMBER, &organisation.id, organisation.id_number.as_ref())?,
                keys: key_rows(db, &own)?,
                id: organisation.id,
                code: organisation.code,
                name: organisation.name,
                kind: organisation.kind,
                region: organisation.region,
                address: organisation.address,
                declaration: organisation.declaration,
                declared_at: organisation.declared_at,
                version: organisation.version,
                is_administrator,
                roles,
                people,
            })
        })
        .await
    }

    fn people(&self, db: &mut Db, own: &Id, now: Instant) -> Answer<Vec<PersonRow>> {
        let accounts = account::people(db, own)?;
        let name_of = |id: &Id| accounts.iter().find(|a| a.id == *id).map(|a| a.name.clone());
        let mut people = Vec::new();
        for person in &accounts {
            let posts = account::grants_ahead(db, &person.id, now)?;
            let post = |grant: RoleGrant| PostRow {
                role: grant.role,
                position: grant.position,
                from_at: grant.from_at,
                until_at: grant.until_at,
                stands_in_for: grant.stands_in_for.as_ref().and_then(name_of),
            };
            people.push(PersonRow {
                id: person.id.clone(),
                login: person.login.clone(),
                name: person.name.clone(),
                phone: self.masked(PHONE, &person.id, person.phone.as_ref())?,
                posts: posts.into_iter().map(post).collect(),
                closed_at: person.closed_at,
            });
        }
        Ok(people)
    }

    /// The centre and the authorities, for the system administrator.
    pub async fn authorities(&self) -> Answer<Authorities> {
        self.view(|db| {
            let found = account::authorities(db)?;
            Ok(Authorities {
                rows: found
                    .into_iter()
                    .map(|o| (o.code, o.name, o.kind, o.region))
                    .collect(),
            })
        })
        .await
    }
}
