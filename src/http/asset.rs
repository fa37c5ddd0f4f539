//! What pages load: the style sheet, the scripts, the icon. Built into the program.
//!
//! In: a path below `/static/`. Out: its bytes with a digest for caches. Never: a path of the file
//! system.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH},
};

use crate::proof::canon::Hash;

const SCRIPT: &str = "text/javascript; charset=utf-8";

macro_rules! assets {
    ($($path:literal $mime:expr;)+) => {
        /// Path below `/static/`, media type, bytes.
        pub const ASSETS: &[(&str, &str, &[u8])] =
            &[$(($path, $mime, include_bytes!(concat!("../../static/", $path)))),+];
    };
}

assets! {
    "site.css" "text/css; charset=utf-8";
    "site.js" SCRIPT;
    "icon.svg" "image/svg+xml";
}

/// `GET /static/{path}`.
pub async fn show(req: HttpRequest) -> HttpResponse {
    let path = req.match_info().query("path");
    let Some((_, mime, bytes)) = ASSETS.iter().find(|(name, _, _)| *name == path) else {
        return HttpResponse::NotFound().finish();
    };
    let tag = format!("\"{}\"", Hash::of(&[bytes]).to_hex());
    let known = req
        .headers()
        .get(IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    if known == Some(tag.as_str()) {
        return HttpResponse::NotModified().finish();
    }
    HttpResponse::Ok()
        .content_type(*mime)
        .insert_header((ETAG, tag))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(*bytes)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    fn files(folder: &Path, root: &Path, out: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, root, out);
            } else {
                out.insert(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
            }
        }
    }

    #[test]
    fn every_script_and_style_of_the_folder_is_built_in() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("static");
        let mut found = BTreeSet::new();
        files(&root, &root, &mut found);
        found.retain(|name| {
            [".js", ".css", ".svg", ".mjs"]
                .iter()
                .any(|end| name.ends_with(end))
        });
        let built: BTreeSet<String> = super::ASSETS
            .iter()
            .map(|(name, _, _)| (*name).to_owned())
            .collect();
        assert_eq!(built, found);
    }
}
