//! A bundle: every check as a line, the digest of what was found, and a page to sign.

use std::path::Path;

use crate::cli::output_file::OutputFile;
use crate::cli::{Console, Failure};
use crate::i18n::Lang;
use crate::report::protocol;
use crate::service::verify::{Bundle, BundleError, Known, verify_with};

/// Verifies, prints, writes the page; a check that is broken is an error.
pub(super) fn run(
    console: Console,
    path: &Path,
    known: &Known<'_>,
    page: Option<&Path>,
) -> Result<(), Failure> {
    let lang = console.lang();
    let bundle = Bundle::read(path).map_err(|error| unreadable(lang, path, &error))?;
    let found = verify_with(&bundle, known);
    let mut lines = found.lines(lang);
    let say = |key: &str, digest: &str| lang.t_with(key, &[("digest", digest.into())]);
    lines.push(say("verify-bundle-digest", &found.bundle));
    lines.push(say("verify-protocol-digest", &found.digest()));
    if !found.with_records {
        lines.push(lang.t("protocol-public-cannot"));
    }
    if let Some(file) = page {
        let html = protocol::page(lang, &found);
        let html = html.map_err(|error| Failure::internal("page", error))?;
        let written = OutputFile::prepare(file, html.as_bytes()).and_then(OutputFile::publish);
        written.map_err(|error| {
            let args = [
                ("file", file.display().to_string().into()),
                ("message", error.to_string().into()),
            ];
            Failure::input(lang.t_with("export-not-written", &args))
        })?;
    }
    console.print(&format!("{}\n", lines.join("\n")))?;
    if found.agrees() {
        Ok(())
    } else {
        Err(Failure::input(lang.t("protocol-differs")))
    }
}

fn unreadable(lang: Lang, path: &Path, error: &BundleError) -> Failure {
    let file = match error {
        BundleError::File { file, .. } => file.clone(),
        _ => path.display().to_string(),
    };
    let args = [("file", file.into()), ("why", error.to_string().into())];
    Failure::input(lang.t_with("verify-file", &args))
}
