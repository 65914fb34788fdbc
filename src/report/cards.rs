//! Invitations as pages to print: eight cards on a sheet of A4, or a letter each.
//!
//! For: the organizer's page and `minyi wave cards`. Promises: one document with its style inside, which loads nothing;
//! the code is printed under the picture, for those who type it; both languages are on every invitation; the first card of
//! a pile says where it goes, and each pile begins on a sheet of its own, so that cut sheets stay together. In urn mode a
//! card carries no place, because residents draw it themselves.

use askama::Template;

use super::qr::Qr;
use crate::i18n::Lang;

/// Cards of a sheet.
const SHEET: usize = 8;

/// How invitations are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// Eight on a sheet.
    #[default]
    Cards,
    /// Eight on a sheet, without any place: residents draw them from an urn.
    Urn,
    /// A letter each.
    Letters,
}

impl Layout {
    /// All layouts.
    pub const ALL: [Self; 3] = [Self::Cards, Self::Urn, Self::Letters];

    /// The word that forms and commands use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cards => "cards",
            Self::Urn => "urn",
            Self::Letters => "letters",
        }
    }

    /// The layout of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layout| layout.as_str() == word)
    }
}

/// What is printed.
#[derive(Debug)]
pub struct Print {
    /// Title of the wave, Chinese and English.
    pub titles: [String; 2],
    /// The opening of the questionnaire, Chinese and English.
    pub openings: [String; 2],
    /// From when to when residents can answer, Chinese and English.
    pub periods: [String; 2],
    /// A demonstration.
    pub synthetic: bool,
    /// Piles in the order in which they are printed.
    pub piles: Vec<PrintPile>,
}

/// Invitations that go to one place.
#[derive(Debug)]
pub struct PrintPile {
    /// County, Chinese and English.
    pub county: [String; 2],
    /// Community or village, with its part if it has parts.
    pub community: String,
    /// Its code.
    pub code: String,
    /// The invitations.
    pub cards: Vec<PrintCard>,
}

/// One invitation.
#[derive(Debug)]
pub struct PrintCard {
    /// The code.
    pub code: String,
    /// The address without the code.
    pub address: String,
    /// The picture of the address with the code.
    pub qr: Qr,
}

/// What lies at one place of a sheet.
enum Slot<'a> {
    Divider,
    Card(&'a PrintCard),
}

struct Sheet<'a> {
    pile: &'a PrintPile,
    slots: Vec<Slot<'a>>,
}

#[derive(Template)]
#[template(path = "cards/print.html")]
struct Document<'a> {
    lang: Lang,
    print: &'a Print,
    layout: Layout,
    sheets: Vec<Sheet<'a>>,
    style: &'static str,
}

/// The style of the document.
pub const STYLE: &str = include_str!("../../assets/print.css");

impl Document<'_> {
    /// A sentence in both languages.
    fn both(key: &str) -> [String; 2] {
        [Lang::ZhCn, Lang::En].map(|lang| lang.t(key))
    }

    fn count(&self, pile: &PrintPile) -> String {
        let count = u32::try_from(pile.cards.len()).unwrap_or(u32::MAX);
        self.lang.t_with("cards-count", &[("count", count.into())])
    }

    fn is_letters(&self) -> bool {
        self.layout == Layout::Letters
    }

    fn has_place(&self) -> bool {
        self.layout != Layout::Urn
    }
}

/// The document; its few words for the person who prints are in `lang`.
pub fn document(lang: Lang, print: &Print, layout: Layout) -> Result<String, askama::Error> {
    let mut sheets = Vec::new();
    for pile in &print.piles {
        let cards = pile.cards.iter().map(Slot::Card);
        let size = match layout {
            Layout::Letters => 1,
            Layout::Cards | Layout::Urn => SHEET,
        };
        let slots: Vec<Slot<'_>> = std::iter::once(Slot::Divider).chain(cards).collect();
        let mut slots = slots.into_iter();
        loop {
            let slots: Vec<Slot<'_>> = slots.by_ref().take(size).collect();
            if slots.is_empty() {
                break;
            }
            sheets.push(Sheet { pile, slots });
        }
    }
    let document = Document {
        lang,
        print,
        layout,
        sheets,
        style: STYLE,
    };
    document.render()
}
