//! Timed work: one leader among the processes wakes due lots, ticks the journal and forgets what is
//! outlived.
//!
//! Law's time decides what is due; the lease and the housekeeping go by the machine's clock.

use std::time::Duration;

use tokio::sync::watch;

use crate::{
    app::{Answer, App, Error, incident, message},
    clock,
    domain::time::{DAY, HOUR, Instant, MINUTE, SECOND},
    hold::sandbox::Agents,
    store::{idempotency, platform, session, tender},
};

/// How long a leader leads without renewing.
const LEASE: i64 = 10 * SECOND;
/// How often the log ticks while a lot is open, and otherwise.
const TICK_OPEN: i64 = 10 * SECOND;
const TICK: i64 = MINUTE;
/// How often the duties that a sandbox plays look for work though nothing happened.
const LOOK: i64 = 5 * SECOND;
/// How long the answers to repeated requests are kept.
const ANSWERS_KEPT: i64 = 7 * DAY;

/// Works until `stop` says true.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let name = app.entropy.id();
    let pause = Duration::from_millis(if app.config.sandbox { 25 } else { 1000 });
    verify_behind(&app);
    if app.config.sandbox
        && let Err(trouble) = Agents::open(&app).and_then(|agents| agents.play(&app))
    {
        tracing::error!(%trouble, "the built-in holders");
    }
    let mut looked = Instant(0);
    let mut cleaned = Instant(0);
    let mut leading_until = Instant(0);
    let mut beaten = Instant(0);
    while !*stop.borrow() {
        let now = clock::machine();
        if now.0 + LEASE / 2 > leading_until.0 {
            match lead(&app, name.as_str(), now).await {
                Ok(true) => leading_until = now.plus(LEASE),
                Ok(false) => leading_until = Instant(0),
                Err(error) => tracing::error!(?error, "lease"),
            }
        }
        if now < leading_until {
            match work(&app).await {
                Ok(ticked) if ticked || now >= looked.plus(LOOK) => {
                    looked = now;
                    app.bell.ring();
                }
                Ok(_) => {}
                Err(error) => tracing::error!(?error, "timed work"),
            }
            if now >= beaten.plus(incident::BEAT_SPAN) {
                beaten = now;
                if let Err(error) = pulse(&app).await {
                    tracing::error!(?error, "pulse and mail");
                }
            }
            if now > cleaned.plus(HOUR) {
                cleaned = now;
                if let Err(error) = forget(&app, now).await {
                    tracing::error!(?error, "housekeeping");
                }
            }
        }
        if tokio::time::timeout(pause, stop.changed())
            .await
            .is_ok_and(|changed| changed.is_err())
        {
            break;
        }
    }
    app.bell.dismiss();
}

/// Recomputes the journal on a thread of its own, which the end of the process does not wait for.
fn verify_behind(app: &App) {
    let app = app.clone();
    let verify = move || match app.verify_journal() {
        Ok(report) => tracing::info!(
            leaves = report.n_leaves,
            findings = report.findings.len(),
            "journal verified"
        ),
        Err(fault) => tracing::error!(%fault, "the journal could not be verified"),
    };
    if let Err(error) = std::thread::Builder::new().name("verifier".into()).spawn(verify) {
        tracing::error!(%error, "verifier");
    }
}

async fn lead(app: &App, name: &str, now: Instant) -> Answer<bool> {
    let name = name.to_owned();
    app.maintain(move |db| Ok(platform::lead(db, "worker", &name, now, now.plus(LEASE))?))
        .await
}

/// Does what is due; whether the log ticked, so that others may have something to do.
async fn work(app: &App) -> Answer<bool> {
    app.run_due().await?;
    let is_due = is_tick_due(app).await?;
    if is_due {
        app.tick_log().await?;
    }
    Ok(is_due)
}

async fn is_tick_due(app: &App) -> Answer<bool> {
    if app.config.sandbox && app.has_pending_events().await? {
        return Ok(true);
    }
    let now = app.clock.now();
    let Some(last) = app.last_tick_at().await? else {
        return Ok(true);
    };
    if now >= last.plus(TICK) {
        return Ok(true);
    }
    Ok(now >= last.plus(TICK_OPEN) && app.view(|db| tender::any_open(db).map_err(Error::from)).await?)
}

/// Keeps the platform's pulse, learns the names that others imported and sends the mails that are due.
async fn pulse(app: &App) -> Answer<()> {
    incident::beat(app).await?;
    app.learn_places().await?;
    message::send_due(app).await.map(|_| ())
}

async fn forget(app: &App, now: Instant) -> Answer<()> {
    app.forget_stale_uploads().await?;
    app.maintain(move |db| {
        session::forget_before(db, now)?;
        idempotency::forget_before(db, now.plus(-ANSWERS_KEPT))?;
        Ok(())
    })
    .await
}
