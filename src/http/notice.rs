//! The home page and the public lists, as pages, JSON, feed and CSV file.

use actix_web::{
    HttpResponse,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    web,
};
use askama::Template;

use super::{
    ctx::Ctx,
    error::{Failure, Problem},
    page::Frame,
    query::Query,
};
use crate::{
    app::{
        Error,
        limit::Limit,
        notice::{self, Home, List, Row},
    },
    domain::{notice::Question, procedure::Trade, time::Instant},
    page,
    store::Fault,
};

page!(Home, "notice/home.html");
page!(List, "notice/list.html");

/// The home page: trades with today's counts, what closes soon, what is being opened, what is new.
#[utoipa::path(get, path = "/", tag = "public", responses((status = 200, body = Home)))]
pub async fn home(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.show(notice::home(&ctx.app).await)
}

/// The trade of a list, or all, for whoever does not search too often.
fn searched(ctx: &Ctx, trade: &str) -> Result<Option<Trade>, Failure> {
    ctx.ok(ctx.app.limits.take(Limit::Search, &ctx.context.address))?;
    ctx.ok(notice::trade(trade))
}

/// The list of lots of a trade, or of `all`, filtered and in pages.
#[utoipa::path(get, path = "/jy/{trade}", tag = "public", params(("trade" = String, Path, description = "a trade, or `all`"), Question),
    responses((status = 200, body = List), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn list(
    ctx: Ctx,
    trade: web::Path<String>,
    question: Query<Question>,
) -> Result<HttpResponse, Failure> {
    let trade = searched(&ctx, &trade)?;
    ctx.show(notice::page(&ctx.app, trade, question.into_inner()).await)
}

#[derive(Template)]
#[template(path = "notice/feed.xml")]
struct Feed<'a> {
    f: &'a Frame,
    trade: &'static str,
    query: &'a str,
    rows: &'a [Row],
}

/// The same list as an Atom feed.
#[utoipa::path(get, path = "/jy/{trade}/feed", tag = "public", params(("trade" = String, Path, description = "a trade, or `all`"), Question),
    responses((status = 200, content_type = "application/atom+xml", body = String), (status = 422, body = Problem)))]
pub async fn feed(
    ctx: Ctx,
    trade: web::Path<String>,
    question: Query<Question>,
) -> Result<HttpResponse, Failure> {
    let trade = searched(&ctx, &trade)?;
    let query = question.query("");
    let rows = ctx.ok(notice::file(&ctx.app, trade, question.into_inner()).await)?;
    let feed = Feed {
        f: &Frame::new(&ctx),
        trade: notice::word(trade),
        query: &query,
        rows: &rows,
    };
    let xml = ctx.ok(feed.render().map_err(|e| Error::Fault(Fault::new("feed", e))))?;
    Ok(HttpResponse::Ok()
        .content_type("application/atom+xml; charset=utf-8")
        .body(xml))
}

/// The same list as a CSV file for spreadsheets.
#[utoipa::path(get, path = "/jy/{trade}/csv", tag = "public", params(("trade" = String, Path, description = "a trade, or `all`"), Question),
    responses((status = 200, content_type = "text/csv", body = String), (status = 422, body = Problem)))]
pub async fn csv(
    ctx: Ctx,
    trade: web::Path<String>,
    question: Query<Question>,
) -> Result<HttpResponse, Failure> {
    let trade = searched(&ctx, &trade)?;
    let rows = ctx.ok(notice::file(&ctx.app, trade, question.into_inner()).await)?;
    let text = ctx.ok(sheet(&rows).map_err(|e| Error::Fault(Fault::new("csv", e))))?;
    let name = format!("attachment; filename=\"tianping-{}.csv\"", notice::word(trade));
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, name))
        .body(text))
}

/// A cell that no spreadsheet takes for a formula.
#[must_use]
pub fn cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// The rows as CSV with a byte order mark, without which spreadsheets read Chinese as noise.
fn sheet(rows: &[Row]) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv::Writer::from_writer(b"\xEF\xBB\xBF".to_vec());
    out.write_record([
        "number",
        "name",
        "lot",
        "trade",
        "region",
        "kind",
        "stage",
        "ceiling_yuan",
        "published_at",
        "closes_at",
    ])?;
    for row in rows {
        let closes = row.closes_at.map(Instant::local).unwrap_or_default();
        let fields = [
            &row.number,
            &row.name,
            &row.lot,
            row.trade.word(),
            &row.region,
            row.kind.word(),
            row.stage.word(),
            &row.ceiling_fen.yuan().to_string(),
            &row.published_at.local(),
            &closes,
        ];
        out.write_record(fields.map(cell))?;
    }
    out.into_inner().map_err(|e| csv::Error::from(e.into_error()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{id::Id, money::Fen, notice::Kind, procedure::Stage};

    #[test]
    fn no_cell_is_a_formula() {
        for (text, safe) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+1", "'+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("桥梁工程", "桥梁工程"),
            ("a=b", "a=b"),
        ] {
            assert_eq!(cell(text), safe);
        }
        let row = Row {
            number: "A-1".into(),
            name: "=1+1, \"x\"".into(),
            lot: "一标段".into(),
            trade: Trade::Construction,
            region: "330100".into(),
            kind: Kind::Notice,
            stage: Stage::Open,
            ceiling_fen: Fen(123_456),
            published_at: Instant::parse_local("2026-06-01T09:00").unwrap(),
            closes_at: None,
            lot_id: Id("abc".into()),
        };
        let text = String::from_utf8(sheet(&[row]).unwrap()).unwrap();
        assert!(text.starts_with('\u{feff}'));
        assert!(
            text.contains(
                "\"'=1+1, \"\"x\"\"\",一标段,construction,330100,notice,open,1234.56,2026-06-01 09:00,"
            ),
            "{text}"
        );
    }
}
