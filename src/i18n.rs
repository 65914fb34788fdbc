//! Every sentence that a person reads, by key and language.
//!
//! For: pages, the command line and reports. Uses: the Fluent files under `i18n/`, which are embedded in
//! the program, one folder for each language and one file for each audience. Promises: a lookup never
//! fails and never prints Unicode isolation marks; all languages have equal keys with equal arguments, and
//! every key written in `src/` or `templates/` exists (the tests below prove both).
//!
//! A new language is one folder under `i18n/`, one variant of [`Lang`] and its files in `sources`.

mod format;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::{LanguageIdentifier, langid};

pub use format::{Percent, Points};

/// A value for an argument of a sentence: text, or a number that may choose a plural form.
pub type Value<'a> = fluent_bundle::FluentValue<'a>;

/// A language in which Minyi speaks to people. The first one is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Lang {
    /// Simplified Chinese, `zh-CN`.
    #[default]
    ZhCn,
    /// English, `en`.
    En,
}

/// A language tag that names none of [`Lang::ALL`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such language: {tag}")]
pub struct UnknownLang {
    /// The tag as it was given.
    pub tag: String,
}

impl Lang {
    /// All languages, the default first.
    pub const ALL: [Self; 2] = [Self::ZhCn, Self::En];

    /// The BCP 47 tag, as in `lang="…"` and in the names of the folders.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    /// The writing direction for `dir="…"`.
    #[must_use]
    pub const fn direction(self) -> &'static str {
        match self {
            Self::ZhCn | Self::En => "ltr",
        }
    }

    /// The language's name in that language, for a switch.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::ZhCn => "中文",
            Self::En => "English",
        }
    }

    /// The language of a page: what the address says, else the best of the browser's
    /// `Accept-Language`, else the default. No cookie is read or set.
    #[must_use]
    pub fn negotiate(query: Option<&str>, accept_language: Option<&str>) -> Self {
        if let Some(lang) = query.and_then(Self::matching) {
            return lang;
        }
        let mut best: Option<(f64, Self)> = None;
        for range in accept_language.unwrap_or_default().split(',') {
            let mut parts = range.split(';').map(str::trim);
            let Some(lang) = parts.next().and_then(Self::matching) else {
                continue;
            };
            let quality = parts
                .find_map(|part| part.strip_prefix("q="))
                .map_or(Some(1.0), |q| q.trim().parse::<f64>().ok())
                .unwrap_or(0.0);
            // The first of equals wins, as the browser listed them in the reader's order.
            if quality > best.map_or(0.0, |(q, _)| q) {
                best = Some((quality, lang));
            }
        }
        best.map_or_else(Self::default, |(_, lang)| lang)
    }

    /// The language whose primary subtag is that of `tag`: `en-GB` is served in `en`.
    fn matching(tag: &str) -> Option<Self> {
        let primary = |tag: &str| tag.split(['-', '_']).next().map(str::to_ascii_lowercase);
        let wanted = primary(tag.trim());
        Self::ALL
            .into_iter()
            .find(|lang| primary(lang.tag()) == wanted)
    }

    /// The sentence under `key`. A key that does not exist is logged and shown as itself, so that a slip
    /// is visible and never a blank page.
    #[must_use]
    pub fn t(self, key: &str) -> String {
        self.lookup(key, None).unwrap_or_else(|| key.to_owned())
    }

    /// The sentence under `key` with its arguments filled in.
    ///
    /// ```
    /// use minyi::i18n::Lang;
    /// let text = Lang::En.t_with("format-date", &[("year", 2026.into()), ("month", 7.into()), ("day", 1.into())]);
    /// assert_eq!(text, "1 July 2026");
    /// ```
    #[must_use]
    pub fn t_with(self, key: &str, args: &[(&str, Value<'_>)]) -> String {
        let args: FluentArgs<'_> = args
            .iter()
            .map(|(name, value)| (Cow::Owned((*name).to_owned()), value.clone()))
            .collect();
        self.lookup(key, Some(&args))
            .unwrap_or_else(|| key.to_owned())
    }

    /// Whether a sentence exists: for callers that make keys out of codes and have a general sentence to fall back to.
    #[must_use]
    pub fn has(self, key: &str) -> bool {
        self.bundle().has_message(key)
    }

    fn lookup(self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let bundle = self.bundle();
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(key, lang = self.tag(), "no such sentence");
            return None;
        };
        let mut problems = Vec::new();
        let text = bundle
            .format_pattern(pattern, args, &mut problems)
            .into_owned();
        for problem in problems {
            tracing::error!(key, lang = self.tag(), %problem, "sentence with a gap");
        }
        Some(text)
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        static ZH_CN: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| read(Lang::ZhCn));
        static EN: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| read(Lang::En));
        match self {
            Self::ZhCn => &ZH_CN,
            Self::En => &EN,
        }
    }

    const fn identifier(self) -> LanguageIdentifier {
        match self {
            Self::ZhCn => langid!("zh-CN"),
            Self::En => langid!("en"),
        }
    }

    /// File name and text of each of the language's files.
    const fn sources(self) -> &'static [(&'static str, &'static str)] {
        macro_rules! files {
            ($folder:literal, $($name:literal),+) => {
                &[$(($name, include_str!(concat!("../i18n/", $folder, "/", $name)))),+]
            };
        }
        macro_rules! of_each_language {
            ($($name:literal),+ $(,)?) => {
                match self {
                    Self::ZhCn => files!("zh-CN", $($name),+),
                    Self::En => files!("en", $($name),+),
                }
            };
        }
        of_each_language!(
            "format.ftl",
            "respond.ftl",
            "staff.ftl",
            "demo.ftl",
            "account.ftl",
            "audit.ftl",
            "audits.ftl",
            "seeds.ftl",
            "cards.ftl",
            "charts.ftl",
            "check.ftl",
            "data.ftl",
            "decision.ftl",
            "standards.ftl",
            "titles.ftl",
            "tokens.ftl",
            "correction.ftl",
            "design.ftl",
            "export.ftl",
            "fieldwork.ftl",
            "indicators.ftl",
            "rules.ftl",
            "plan.ftl",
            "organize.ftl",
            "paper.ftl",
            "questions.ftl",
            "verify.ftl",
            "roles.ftl",
            "waves.ftl",
            "imprint.ftl",
            "report.ftl",
            "results.ftl",
            "evaluate.ftl",
            "errors.ftl",
            "sample.ftl",
            "explain.ftl",
            "estimate.ftl",
        )
    }
}

/// Reads a language's files. A file that does not parse keeps its good sentences; the tests refuse it.
fn read(lang: Lang) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![lang.identifier()]);
    // Isolation marks would be copied along with codes and numbers, and old phones draw them as boxes.
    bundle.set_use_isolating(false);
    for &(file, text) in lang.sources() {
        let resource =
            FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, problems)| {
                tracing::error!(
                    file,
                    lang = lang.tag(),
                    ?problems,
                    "sentences that do not parse"
                );
                resource
            });
        if let Err(problems) = bundle.add_resource(resource) {
            tracing::error!(
                file,
                lang = lang.tag(),
                ?problems,
                "sentences with the same key"
            );
        }
    }
    bundle
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl FromStr for Lang {
    type Err = UnknownLang;

    fn from_str(tag: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|lang| lang.tag() == tag);
        known.ok_or_else(|| UnknownLang {
            tag: tag.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests;
