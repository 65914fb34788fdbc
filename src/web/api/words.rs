//! Texts in every language of the interface, names of places, moments.

use serde::Serialize;
use utoipa::ToSchema;

use crate::i18n::Lang;
use crate::survey::time::Instant;

/// A text in Chinese and English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Words {
    /// Chinese.
    #[serde(rename = "zh-CN")]
    zh_cn: String,
    /// English.
    en: String,
}

impl Words {
    /// What is said in each language.
    pub(super) fn said(say: impl Fn(Lang) -> String) -> Self {
        Self {
            zh_cn: say(Lang::ZhCn),
            en: say(Lang::En),
        }
    }

    /// The text in this language.
    pub(super) fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::ZhCn => &self.zh_cn,
            Lang::En => &self.en,
        }
    }

    /// A text by the tag of its language.
    pub(super) fn tagged<'a>(text: impl Fn(&'static str) -> &'a str) -> Self {
        Self::said(|lang| text(lang.tag()).to_owned())
    }
}

/// A county.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Place {
    /// Division code (GB/T 2260).
    pub(super) code: String,
    /// Its name.
    pub(super) name: Words,
}

impl Place {
    /// Code, Chinese name, English name.
    pub(super) fn new(code: &str, zh: &str, en: &str) -> Self {
        Self {
            code: code.to_owned(),
            name: Words {
                zh_cn: zh.to_owned(),
                en: en.to_owned(),
            },
        }
    }
}

/// A moment as RFC 3339 writes it, UTC.
pub(super) fn moment(at: Instant) -> String {
    at.to_string()
}
