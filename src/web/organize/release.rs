//! What is offered for a closed wave: announce when everybody will read its result, and publish what is made up.

use super::step::Step;
use super::view::{FieldView, Maker, NextView, Typed};
use crate::survey::time::Instant;

impl Maker<'_> {
    /// Announce, or how it is announced; made-up results are published at once.
    pub(super) fn release(&self, awaited: Option<Instant>, typed: &Typed) -> NextView {
        let page = self.page;
        let mut view = match awaited {
            None if self.wave.synthetic => return self.offer(Step::Publish, Vec::new()),
            None => self.offer(Step::Announce, Vec::new()),
            Some(at) => {
                let when = [("when", self.moment(at).into())];
                let mut view = self.offer(Step::Announce, Vec::new());
                view.title = page.t_with("organize-announced-title", &when);
                view.texts = vec![page.t("organize-announced-text")];
                view
            }
        };
        if let Some(form) = &mut view.form {
            form.button = page.t("organize-announce-button");
            form.folded = awaited.map(|_| page.t("organize-announce-anew"));
            form.field = Some(FieldView {
                name: "release",
                label: page.t("organize-announce-when"),
                hint: page.t("organize-announce-when-hint"),
                value: typed.release.clone(),
                kind: "datetime-local",
            });
        }
        view
    }
}
