//! The page of changes, ready for its template.

use std::collections::BTreeSet;

use askama::Template;
use axum::response::Response;

use super::STRATUM;
use crate::report::rule::RuleWords;
use crate::service::app::App;
use crate::service::rules::{self, RuleBoard};
use crate::survey::account::Account;
use crate::survey::area::AreaCode;
use crate::survey::role::Action;
use crate::survey::rule::{RuleChange, RuleKind};
use crate::survey::sample::{StratumCode, UnitCode};
use crate::survey::wave::{Act, WaveSlug, WaveState};
use crate::web::error::WebError;
use crate::web::page::{Page, render};

/// What was typed into a form that was not taken.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) kind: Option<RuleKind>,
    pub(super) reason: String,
    pub(super) end: String,
    pub(super) unit: String,
    pub(super) strata: BTreeSet<String>,
}

/// A change.
struct Line {
    id: String,
    kind: &'static str,
    title: String,
    /// Where it stands, in words.
    standing: String,
    what: Vec<String>,
    reason: String,
    who: Vec<String>,
    /// The list of a reminder that holds.
    list: Option<String>,
    /// It can be confirmed by whoever looks at it.
    can_confirm: bool,
    /// It waits for somebody else.
    awaits: bool,
    /// It can be taken back.
    can_withdraw: bool,
}

/// A stratum that can be reminded, or a unit that can be left out.
struct Choice {
    value: String,
    words: String,
    is_chosen: bool,
}

/// A form.
struct Ask {
    kind: &'static str,
    title: String,
    text: String,
    is_open: bool,
    reason: String,
}

#[derive(Template)]
#[template(path = "organize/rules.html")]
struct RulesPage {
    page: Page,
    back: String,
    title: String,
    action: String,
    quota_action: String,
    errors: Vec<String>,
    effect: Option<String>,
    waiting: Vec<Line>,
    past: Vec<Line>,
    /// Why nothing can be asked for.
    closed: Option<String>,
    asks: Vec<Ask>,
    end: String,
    strata: Vec<Choice>,
    units: Vec<Choice>,
}

/// The page, with what was typed and why it was not taken.
pub(super) async fn page(
    app: &App,
    page: Page,
    person: &Account,
    slug: &WaveSlug,
    typed: &Typed,
    errors: Vec<String>,
) -> Result<Response, WebError> {
    let page = page.with_person(person);
    let board = rules::board(app, person, slug).await;
    let board = board.map_err(super::super::refusal)?;
    let maker = Maker {
        app,
        page: &page,
        person,
        board: &board,
    };
    let (waiting, past): (Vec<&RuleChange>, Vec<&RuleChange>) = board
        .changes
        .iter()
        .partition(|change| change.confirmed.is_none() && board.wave.state <= WaveState::Open);
    let closed = maker.closed();
    let view = RulesPage {
        back: page.link(&format!("/organize/{slug}")),
        title: board.wave.titles.get(page.lang.tag()).to_owned(),
        action: page.link(&format!("/organize/{slug}/rules")),
        quota_action: page.link(&format!("/organize/{slug}/quota")),
        errors,
        effect: closed.is_none().then(|| {
            let when = maker.moment(board.next_effect);
            page.t_with("rules-effect", &[("when", when.into())])
        }),
        waiting: waiting.into_iter().map(|one| maker.line(one)).collect(),
        past: past
            .into_iter()
            .filter(|change| change.confirmed.is_some())
            .rev()
            .map(|one| maker.line(one))
            .collect(),
        asks: match &closed {
            Some(_) => Vec::new(),
            None => maker.asks(typed),
        },
        closed,
        end: typed.end.clone(),
        strata: maker.strata(typed),
        units: maker.units(typed),
        page: page.clone(),
    };
    render(&view)
}

struct Maker<'a> {
    app: &'a App,
    page: &'a Page,
    person: &'a Account,
    board: &'a RuleBoard,
}

impl Maker<'_> {
    fn moment(&self, at: crate::survey::time::Instant) -> String {
        self.page.lang.moment(self.app.zone.civil(at))
    }

    fn county(&self, code: &AreaCode) -> String {
        let area = self.board.counties.iter().find(|area| area.code == *code);
        area.map_or(code.as_str(), |area| area.name(self.page.lang.tag()))
            .to_owned()
    }

    fn words<'a>(&'a self, county: &'a dyn Fn(&AreaCode) -> String) -> RuleWords<'a> {
        RuleWords {
            lang: self.page.lang,
            zone: &self.app.zone,
            plan: Some(&self.board.plan),
            questionnaire: &self.board.questionnaire,
            county,
        }
    }

    /// Why nothing can be asked for, by this person or by anybody.
    fn closed(&self) -> Option<String> {
        if self.board.wave.state > WaveState::Open {
            return Some(self.page.t("rules-over"));
        }
        (!self.person.may(Action::RunWave)).then(|| self.page.t("rules-organizers"))
    }

    fn by(&self, key: &str, act: Act) -> String {
        let name = self.board.people.get(&act.by);
        let args = [
            ("name", name.map_or("–", |name| name.as_str()).into()),
            ("when", self.moment(act.at).into()),
        ];
        self.page.t_with(key, &args)
    }

    fn line(&self, change: &RuleChange) -> Line {
        let (page, board) = (self.page, self.board);
        let kind = change.rule.kind();
        let county = |code: &AreaCode| self.county(code);
        let mut who = vec![self.by("rules-asked", change.asked)];
        who.extend(
            change
                .confirmed
                .map(|(act, _)| self.by("rules-confirmed-by", act)),
        );
        let is_over = board.wave.state > WaveState::Open;
        let standing = match (change.confirmed, change.applied_at) {
            (None, _) => page.t("rules-waiting"),
            (Some((_, effect)), Some(_)) => {
                let when = self.moment(effect);
                page.t_with("rules-applied", &[("when", when.into())])
            }
            (Some(_), None) if is_over => page.t("rules-lapsed"),
            (Some((_, effect)), None) => {
                let when = self.moment(effect);
                page.t_with("rules-confirmed", &[("when", when.into())])
            }
        };
        let may = self.person.may(Action::RunWave);
        let waits = change.confirmed.is_none();
        let list = kind == RuleKind::Reminder && change.applied_at.is_some();
        Line {
            id: change.id.to_string(),
            kind: kind.as_str(),
            title: page.t(&format!("rules-kind-{}", kind.as_str())),
            standing,
            what: self.words(&county).lines(&change.rule),
            reason: page.t_with(
                "rules-reason-of",
                &[("reason", change.reason.as_str().into())],
            ),
            who,
            list: list.then(|| {
                let path = format!("/organize/{}/reminders/{}", board.wave.slug, change.id);
                page.link(&path)
            }),
            can_confirm: waits && may && change.asked.by != self.person.id,
            awaits: waits && (!may || change.asked.by == self.person.id),
            can_withdraw: waits && may,
        }
    }

    /// The forms of what can be asked for now.
    fn asks(&self, typed: &Typed) -> Vec<Ask> {
        let (page, board) = (self.page, self.board);
        let drawn = board.sample.is_some();
        let offered = |kind: &RuleKind| match kind {
            RuleKind::End => true,
            RuleKind::Quota => board.has_quota,
            RuleKind::Reminder | RuleKind::Exclusion => drawn,
        };
        let ask = |kind: RuleKind| {
            let word = kind.as_str();
            let key = format!("rules-{word}-text");
            let text = match kind {
                RuleKind::End => {
                    let args = [
                        ("end", self.moment(board.wave.closes_at).into()),
                        ("farthest", self.moment(board.farthest_end).into()),
                    ];
                    page.t_with(&key, &args)
                }
                _ => page.t(&key),
            };
            let is_open = typed.kind == Some(kind);
            Ask {
                kind: word,
                title: page.t(&format!("rules-{word}")),
                text,
                is_open,
                reason: if is_open {
                    typed.reason.clone()
                } else {
                    String::new()
                },
            }
        };
        let kinds = RuleKind::ALL.into_iter().filter(offered);
        kinds.map(ask).collect()
    }

    fn strata(&self, typed: &Typed) -> Vec<Choice> {
        let strata = self.board.sample.iter().flat_map(|sample| &sample.strata);
        let codes: BTreeSet<StratumCode> = strata.map(|line| line.stratum.planned()).collect();
        let county = |code: &AreaCode| self.county(code);
        let words = self.words(&county);
        let choice = |code: StratumCode| Choice {
            value: format!("{STRATUM}{}", code.as_str()),
            words: words.stratum(&code),
            is_chosen: typed.strata.contains(code.as_str()),
        };
        codes.into_iter().map(choice).collect()
    }

    fn units(&self, typed: &Typed) -> Vec<Choice> {
        let psus = self.board.sample.iter().flat_map(|sample| &sample.psus);
        let units: BTreeSet<(&AreaCode, &UnitCode)> =
            psus.map(|psu| (&psu.county, &psu.variance_unit)).collect();
        let choice = |(county, unit): (&AreaCode, &UnitCode)| Choice {
            value: unit.as_str().to_owned(),
            words: format!("{} · {unit}", self.county(county)),
            is_chosen: typed.unit == unit.as_str(),
        };
        units.into_iter().map(choice).collect()
    }
}
