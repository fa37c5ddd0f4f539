//! Telling people: a message is written in the transaction of the act that causes it, shown in the
//! reader's inbox, and mailed by the worker with retries by the machine's clock.
//!
//! Never: a message lost because the mail server is down; the interested of a tender named or
//! counted in the journal.

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message as Mail, Tokio1Executor, message::header::ContentType,
};
use serde::Serialize;

use super::{Answer, App, Error};
use crate::{
    clock,
    domain::{
        actor::Role,
        id::Id,
        message::{Message, pause},
        tender::Tender,
        time::Instant,
    },
    store::{
        Db, Fault, Tx, account, document,
        message::{self, Delivery, Due},
    },
    words::{self, Fact, Lang},
};

/// How many mails one round of the worker tries.
const ROUND: i64 = 50;
/// How many messages a page shows.
const PAGE: i64 = 200;
/// How many messages a sandbox shows of everybody's.
const OUTBOX: i64 = 2000;

/// Tells an account: `<key>` is the subject and `<key>-text` the sentence of the locales, `facts`
/// their arguments (`word:<key>` is said in the reader's language), `link` a path of ours.
pub fn tell(tx: &mut Tx<'_>, account: &Id, key: &str, facts: &[Fact<'_>], link: &str) -> Answer<()> {
    let message = written(tx, key, facts, link)?;
    let message = Message {
        account_id: Some(account.clone()),
        ..message
    };
    tx.insert(&message)?;
    deliver(tx, &message, std::slice::from_ref(account))
}

/// Tells accounts that have to do with a tender, all at once and with one row.
pub fn tell_all(
    tx: &mut Tx<'_>,
    tender: &Id,
    accounts: &[Id],
    key: &str,
    facts: &[Fact<'_>],
    link: &str,
) -> Answer<()> {
    let message = written(tx, key, facts, link)?;
    let message = Message {
        tender_id: Some(tender.clone()),
        ..message
    };
    tx.insert(&message)?;
    deliver(tx, &message, accounts)
}

/// Tells the staff whose region covers a tender's, in these roles.
pub fn tell_staff(
    tx: &mut Tx<'_>,
    tender: &Tender,
    roles: &[Role],
    (key, facts, link): (&str, &[Fact<'_>], &str),
) -> Answer<()> {
    let mut staff = Vec::new();
    for role in roles {
        staff.extend(account::covering(tx.db, *role, &tender.region, tx.now)?);
    }
    staff.sort();
    staff.dedup();
    tell_all(tx, &tender.id, &staff, key, facts, link)
}

/// Tells everyone who fetched the documents of a tender or began anything with its lots. It is one
/// row however many they are, and nobody learns who.
pub fn tell_interested(
    tx: &mut Tx<'_>,
    tender: &Id,
    key: &str,
    facts: &[Fact<'_>],
    link: &str,
) -> Answer<()> {
    let interested = document::interested(tx.db, tender)?;
    tell_all(tx, tender, &interested, key, facts, link)
}

fn written(tx: &Tx<'_>, key: &str, facts: &[Fact<'_>], link: &str) -> Answer<Message> {
    Ok(Message {
        id: tx.id(),
        account_id: None,
        tender_id: None,
        key: key.to_owned(),
        facts: crate::domain::bytes::JsonText::of(&facts)?,
        link: link.to_owned(),
        told_at: tx.now,
    })
}

fn deliver(tx: &mut Tx<'_>, message: &Message, accounts: &[Id]) -> Answer<()> {
    let mailed = account::with_mail(tx.db, accounts)?;
    for account in accounts {
        let delivery = Delivery {
            id: tx.id(),
            message_id: message.id.clone(),
            account_id: account.clone(),
            told_at: tx.now,
            next_at: mailed.contains(account).then(clock::machine),
            n_tries: 0,
            fault: None,
        };
        message::deliver(tx.db, &delivery)?;
    }
    Ok(())
}

/// A message as its reader sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Letter {
    /// What it is about.
    pub subject: String,
    /// The sentence.
    pub text: String,
    /// The path to go on from.
    pub link: String,
    /// When it was told, Unix ms.
    #[schema(value_type = i64)]
    pub told_at: Instant,
}

impl Letter {
    /// The message in a language.
    pub fn of(message: &Message, lang: Lang) -> Answer<Self> {
        let facts: Vec<(String, String)> = message.facts.get()?;
        let said: Vec<(&str, String)> = facts
            .iter()
            .map(|(name, value)| (name.as_str(), words::fact(lang, value)))
            .collect();
        let facts: Vec<Fact<'_>> = said.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Ok(Self {
            subject: words::say(lang, &message.key, &facts),
            text: words::say(lang, &format!("{}-text", message.key), &facts),
            link: message.link.clone(),
            told_at: message.told_at,
        })
    }
}

/// The inbox of an account, newest first.
pub fn inbox(db: &mut Db, account: &Id, lang: Lang) -> Answer<Vec<Letter>> {
    let messages = message::inbox(db, account, PAGE)?;
    messages.iter().map(|message| Letter::of(message, lang)).collect()
}

/// A message and whom a sandbox would have sent it to.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = SandboxMessage)]
pub struct Sent {
    /// The login of the reader.
    pub to: String,
    /// The message.
    pub letter: Letter,
}

/// What everybody in a sandbox was told since an instant, newest first: no mail leaves a sandbox, so
/// it is shown. Elsewhere there is no such thing.
pub async fn outbox(app: &App, since: Instant, lang: Lang) -> Answer<Vec<Sent>> {
    if !app.config.sandbox {
        return Err(Error::NotFound);
    }
    app.view(move |db| {
        let sent = message::outbox(db, since, OUTBOX)?;
        let sent = sent.iter().map(|(message, to)| {
            Ok(Sent {
                to: to.clone(),
                letter: Letter::of(message, lang)?,
            })
        });
        sent.collect()
    })
    .await
}

/// Tries the mails that are due and says how many went out. Without a mail server (a sandbox) the
/// messages are only shown.
pub async fn send_due(app: &App) -> Answer<usize> {
    let Some(url) = &app.config.smtp else {
        return Ok(0);
    };
    let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
        .map_err(|e| Fault::new("mail server", e))?
        .build();
    let now = clock::machine();
    let due = app.view(move |db| Ok(message::due(db, now, ROUND)?)).await?;
    let mut n_sent = 0;
    for (delivery, letter, address) in due {
        let mail = mail(app, &(delivery.clone(), letter, address));
        let fault = match mail {
            Ok(mail) => server.send(mail).await.err().map(|e| e.to_string()),
            Err(fault) => Some(fault.to_string()),
        };
        n_sent += usize::from(fault.is_none());
        let next_at = fault
            .is_some()
            .then(|| clock::machine().plus(pause(delivery.n_tries + 1)));
        app.maintain(move |db| Ok(message::tried(db, &delivery.id, next_at, fault.as_deref())?))
            .await?;
    }
    Ok(n_sent)
}

/// The mail of a message: Chinese, then English, and the address to go on from.
fn mail(app: &App, (_, message, address): &Due) -> Result<Mail, Fault> {
    let fault = |e: &dyn std::fmt::Display| Fault::new("mail", e);
    let letter = |lang| Letter::of(message, lang).map_err(|e| fault(&format!("{e:?}")));
    let (zh, en) = (letter(Lang::Zh)?, letter(Lang::En)?);
    let link = format!("{}{}", app.config.public_url, message.link);
    let host = app.config.public_url.split("://").nth(1).unwrap_or("localhost");
    let host = host.split([':', '/']).next().unwrap_or("localhost");
    Mail::builder()
        .from(format!("tianping@{host}").parse().map_err(|e| fault(&e))?)
        .to(address
            .as_deref()
            .unwrap_or_default()
            .parse()
            .map_err(|e| fault(&e))?)
        .subject(format!("{} / {}", zh.subject, en.subject))
        .header(ContentType::TEXT_PLAIN)
        .body(format!("{}\n\n{}\n\n{link}\n", zh.text, en.text))
        .map_err(|e| fault(&e))
}
