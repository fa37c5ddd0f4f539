//! The company of players: owner, centre, committee, bureau, experts, bidders, cast into a sandbox.
//!
//! In: a sandbox's token. Out: somebody to act as for every part. Never: two powers in one hand.

use std::collections::BTreeMap;

use serde_json::json;

use super::{
    all,
    door::{Done, Door, Trouble, at, text},
    name,
};
use crate::{
    app::cast::{Cast, Part, Player, Players, Troupe},
    domain::{
        account::OrganisationKind,
        actor::Role,
        code::{CreditCode, ResidentId},
        expert::list::EXPERT_COLUMNS,
        time::Instant,
    },
    hold::sandbox::credit_code,
    proof::{
        canon::Object as _,
        sig::{PublicKey, SecretKey},
    },
};

/// Where everything happens.
pub const REGION: &str = "510104";
/// The region of the staff: the province and all below it.
pub const STAFF_REGION: &str = "510000";
/// The specialty of all made-up experts.
pub const SPECIALTY: &str = "a08";
/// How many accounts are cast at once.
const BATCH: usize = 200;

/// Those whom every tender needs.
pub struct Company {
    /// The owner's signatory.
    pub owner: Player,
    /// The centre's operator.
    pub centre: Player,
    /// The committee that keeps the list of experts.
    pub committee: Player,
    /// The supervision bureau's officer.
    pub bureau: Player,
    /// The recorded local basis.
    pub basis: String,
}

/// A bidder's signatory and his organisation's key.
pub struct Bidder {
    /// Who signs in.
    pub player: Player,
    /// The credit code of the organisation.
    pub code: String,
    /// The signing key, registered.
    pub key: SecretKey,
}

/// The same part, held for the organisation that a built-in duty belongs to.
fn of_duty(mut part: Part, duty: &str) -> Done<Part> {
    if let Some(troupe) = &mut part.organisation {
        troupe.code = Some(credit_code(duty).map_err(Trouble::broken)?);
    }
    Ok(part)
}

/// A part, and the organisation it is held for.
fn part(login: &str, name: &str, role: Role, organisation: Option<(&str, OrganisationKind)>) -> Part {
    let is_staff = !matches!(role, Role::Owner | Role::Bidder | Role::Expert | Role::Agency);
    Part {
        login: login.to_owned(),
        name: Some(name.to_owned()),
        role,
        position: None,
        organisation: organisation.map(|(name, kind)| Troupe {
            name: name.to_owned(),
            kind,
            code: None,
        }),
        region: if is_staff { STAFF_REGION } else { REGION }.to_owned(),
    }
}

/// Casts parts, many at once.
pub fn cast(door: &Door, token: &str, parts: &[Part]) -> Done<Vec<Player>> {
    let mut players = Vec::with_capacity(parts.len());
    for parts in parts.chunks(BATCH) {
        let cast = Cast {
            token: token.to_owned(),
            parts: parts.to_vec(),
        };
        let answer = door.post("/sandbox/people", "", &serde_json::to_value(&cast)?)?;
        let made: Players = serde_json::from_value(answer)?;
        players.extend(made.players);
    }
    Ok(players)
}

/// The company's principals, and the local basis for what is below `cap_fen`.
pub fn principals(door: &Door, token: &str, cap_fen: i64) -> Done<Company> {
    use OrganisationKind::{Bureau, Centre, Committee, Market};
    let parts = [
        part("owner", "钱发", Role::Owner, Some(("锦江建设发展公司", Market))),
        of_duty(
            part(
                "centre",
                "孙明",
                Role::CentreOperator,
                Some(("公共资源交易中心", Centre)),
            ),
            "op",
        )?,
        part(
            "committee",
            "李文",
            Role::Committee,
            Some(("公共资源交易管理办公室", Committee)),
        ),
        of_duty(
            part(
                "bureau",
                "周正",
                Role::Supervisor,
                Some(("住房和城乡建设局", Bureau)),
            ),
            "sup",
        )?,
    ];
    let mut players = cast(door, token, &parts)?.into_iter();
    let mut next = || {
        players
            .next()
            .ok_or_else(|| Trouble::broken("a part without a player"))
    };
    let (owner, centre, committee, bureau) = (next()?, next()?, next()?, next()?);
    let at = |text: &str| Instant::parse_local(text).ok_or_else(|| Trouble::broken(text));
    let basis = json!({
        "document_no": "川建发〔2023〕5号", "title": "限额以下工程建设项目交易规则", "trade": "construction",
        "issued_at": at("2023-03-01 00:00")?, "valid_from_at": at("2023-04-01 00:00")?, "cap_fen": cap_fen,
        "region": STAFF_REGION, "review": "passed",
    });
    let basis = text(&door.post("/bases", &committee.token, &basis)?, "id")?;
    Ok(Company {
        owner,
        centre,
        committee,
        bureau,
        basis,
    })
}

/// A bidder to be: the word it is known by here, its organisation, its signatory.
#[derive(Debug, Clone)]
pub struct Firm {
    /// The word; the login is `bid-<word>`.
    pub word: String,
    /// The organisation's name.
    pub organisation: String,
    /// The signatory's name.
    pub signatory: String,
}

/// The first signatory's number: the people before it are the experts of the largest cast.
const SIGNATORIES: usize = 601;

impl Firm {
    /// The `i`-th of a cast, from 0, with made-up names.
    #[must_use]
    pub fn made_up(word: &str, i: usize) -> Self {
        Self {
            word: word.to_owned(),
            organisation: name::company(i),
            signatory: name::person(SIGNATORIES + i),
        }
    }
}

/// Bidders, each with a registered key, by their words.
pub fn bidders(door: &Door, token: &str, firms: &[Firm]) -> Done<BTreeMap<String, Bidder>> {
    let parts: Vec<Part> = firms
        .iter()
        .map(|firm| {
            let login = format!("bid-{}", firm.word.to_lowercase());
            let organisation = Some((firm.organisation.as_str(), OrganisationKind::Market));
            part(&login, &firm.signatory, Role::Bidder, organisation)
        })
        .collect();
    let players = cast(door, token, &parts)?;
    let words = firms.iter().map(|firm| firm.word.clone());
    let pairs: Vec<(String, Player)> = words.zip(players).collect();
    let made = all(&pairs, |(_, player)| with_key(door, player));
    let made = pairs
        .iter()
        .zip(made)
        .map(|((name, _), bidder)| Ok((name.clone(), bidder?)));
    made.collect()
}

/// Registers a fresh key under the signed agreement.
pub fn with_key(door: &Door, player: &Player) -> Done<Bidder> {
    let key = SecretKey::from_seed(&door.entropy.bytes());
    let public = base64(&key.public());
    let shown = door.get(
        &format!("/organisation/keys/agreement?public_key={}", escaped(&public)),
        &player.token,
    )?;
    let digest = text(&shown, "digest")?;
    door.sign(
        "/organisation/keys",
        &player.token,
        json!({ "public_key": public, "totp": player.totp }),
        &digest,
    )?;
    Ok(Bidder {
        code: player
            .code
            .clone()
            .ok_or_else(|| Trouble::broken("a bidder without organisation"))?,
        player: player.clone(),
        key,
    })
}

fn base64(key: &PublicKey) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(key.as_bytes())
}

fn escaped(text: &str) -> String {
    text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

/// The names of regions and specialties that the company is of.
pub fn places(door: &Door, committee: &Player) -> Done<()> {
    let regions = "code,name\n510000,四川省\n510100,成都市\n510104,锦江区\n";
    let specialties = "code,name,parent\nA,工程,\nA08,市政公用工程,A\n";
    for (path, csv) in [("/regions", regions), ("/specialties", specialties)] {
        let imported = door.post(path, &committee.token, &json!({ "csv": csv }))?;
        if at(&imported, "/bad")
            .as_array()
            .is_some_and(|bad| !bad.is_empty())
        {
            return Err(Trouble::broken(format!("{path}: {imported}")));
        }
    }
    Ok(())
}

/// `n` made-up experts, each of a unit of his own, imported by the committee and signed in.
pub fn experts(door: &Door, token: &str, committee: &Player, n: usize) -> Done<Vec<Player>> {
    let mut lines = vec![EXPERT_COLUMNS.join(",")];
    let mut parts = Vec::new();
    for i in 1..=n {
        let unit =
            CreditCode::compose("12", REGION, &format!("EX{i:06}")).map_err(|_| Trouble::broken("unit"))?;
        let id = ResidentId::compose(&format!("51010419700101{i:03}")).map_err(|_| Trouble::broken("id"))?;
        let name = name::person(i);
        lines.push(format!(
            "EXP{i:04},{name},{},1380000{i:04},{unit},第{i}设计院,{REGION},A08,高级工程师,2008-05,active",
            id.as_str()
        ));
        parts.push(part(&format!("exp{i:04}"), &name, Role::Expert, None));
    }
    let imported = door.post("/experts", &committee.token, &json!({ "csv": lines.join("\n") }))?;
    let bad = at(&imported, "/bad").as_array().map_or(0, Vec::len);
    if bad > 0 {
        return Err(Trouble::broken(format!(
            "{bad} experts were not imported: {}",
            at(&imported, "/bad/0")
        )));
    }
    cast(door, token, &parts)
}

/// The signed object as it is sent.
pub fn signed(key: &SecretKey, object: &impl crate::proof::canon::Object) -> Done<serde_json::Value> {
    Ok(key.sign_object(object)?.value()?)
}
