//! Pages and lists made of invitations.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::{Invitations, Pile};
use crate::i18n::Lang;
use crate::report::cards::{Layout, Print, PrintCard, PrintPile, document};
use crate::report::qr::Qr;
use crate::survey::area::AreaCode;
use crate::survey::time::Zone;

/// Both languages, in the order in which invitations show them.
const BOTH: [Lang; 2] = [Lang::ZhCn, Lang::En];

impl Invitations {
    /// Without the piles of other counties.
    #[must_use]
    pub fn of_county(mut self, county: Option<&AreaCode>) -> Self {
        self.piles
            .retain(|pile| county.is_none_or(|county| pile.county.code == *county));
        self
    }

    /// A document to print; its few words for the person who prints are in `lang`.
    pub fn pages(&self, lang: Lang, zone: &Zone, layout: Layout) -> Result<String, askama::Error> {
        let texts = |of: &crate::survey::questionnaire::Text| {
            BOTH.map(|lang| of.get(lang.tag()).to_owned())
        };
        let period = |lang: Lang| {
            let moment = |at| lang.moment(zone.civil(at));
            let args = [
                ("opens", moment(self.wave.opens_at).into()),
                ("closes", moment(self.wave.closes_at).into()),
            ];
            lang.t_with("cards-period", &args)
        };
        let print = Print {
            titles: texts(&self.wave.titles),
            openings: texts(&self.questionnaire.opening),
            periods: BOTH.map(period),
            synthetic: self.wave.synthetic,
            piles: self.piles.iter().map(pile).collect(),
        };
        document(lang, &print, layout)
    }

    /// A workbook with code, link and place, for those who send messages.
    pub fn list(&self, lang: Lang) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        let bold = Format::new().set_bold();
        let titles = ["code", "link", "county", "community"];
        for ((place, title), width) in (0..).zip(titles).zip([20, 64, 16, 28]) {
            sheet.write_with_format(0, place, lang.t(&format!("cards-list-{title}")), &bold)?;
            sheet.set_column_width(place, width)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        let cards = self
            .piles
            .iter()
            .flat_map(|pile| pile.cards.iter().map(move |card| (pile, card)));
        for (row, (pile, card)) in (1..).zip(cards) {
            sheet.write_string(row, 0, &card.code)?;
            // Text and no link of the workbook: sixty-five thousand of those are its limit.
            sheet.write_string(row, 1, &card.link)?;
            sheet.write_string(row, 2, pile.county.name(lang.tag()))?;
            sheet.write_string(row, 3, &pile.name)?;
        }
        workbook.save_to_buffer()
    }
}

fn pile(pile: &Pile) -> PrintPile {
    let community = match pile.part {
        0 => pile.name.clone(),
        part => {
            let args = [("name", pile.name.as_str().into()), ("part", part.into())];
            Lang::ZhCn.t_with("cards-part", &args)
        }
    };
    let cards = pile.cards.iter().filter_map(|card| {
        Some(PrintCard {
            code: card.code.clone(),
            address: card.address.clone(),
            // An address of the instance is never longer than a QR code can hold.
            qr: Qr::new(&card.link)?,
        })
    });
    PrintPile {
        county: BOTH.map(|lang| pile.county.name(lang.tag()).to_owned()),
        community,
        code: pile.community.to_string(),
        cards: cards.collect(),
    }
}
