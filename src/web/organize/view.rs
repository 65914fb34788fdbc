//! A wave as its page shows it: words, numbers and addresses, ready for the template.
//!
//! For: [`super::wave`]. Uses: the overview of the service and the sentences. Promises: nothing is decided
//! here but what to say.

use super::evaluated::EvaluationView;
use super::next::Next;
use super::plan::evaluated_year;
use super::quota::{Named, QuotaView};
use super::seeds::{awaiting, way};
use super::since::since_base;
use super::step::Step;
use crate::i18n::Lang;
use crate::service::app::App;
use crate::service::waves::overview::Overview;
use crate::service::waves::{Progress, STEP};
use crate::survey::account::Account;
use crate::survey::audit::Entry;
use crate::survey::ids::AccountId;
use crate::survey::result::Provenance;
use crate::survey::role::Action;
use crate::survey::time::Instant;
use crate::survey::wave::{Act, CloseRequest, Wave, WaveKind, WaveState};
use crate::web::page::Page;

/// First characters of a digest that are enough to compare at a glance.
const SHORT: usize = 12;

/// What the audit log calls the steps, and their sentences, in the order in which they can only have happened
/// when it was at one instant.
const EVENTS: [(&str, &str); 19] = [
    ("create_wave", "organize-event-created"),
    ("set_quota", "organize-event-set-quota"),
    ("ask_seal", "organize-event-ask-seal"),
    ("confirm_seal", "organize-event-confirm-seal"),
    ("draw_sample", "organize-event-draw"),
    ("reissue_codes", "organize-event-reissue"),
    ("open_wave", "organize-event-open"),
    ("ask_rule", "organize-event-ask-rule"),
    ("withdraw_rule", "organize-event-withdraw-rule"),
    ("confirm_rule", "organize-event-confirm-rule"),
    ("apply_rule", "organize-event-apply-rule"),
    ("ask_close", "organize-event-ask-close"),
    ("confirm_close", "organize-event-confirm-close"),
    ("apply_standard", "organize-event-apply"),
    ("store_result", "organize-event-result"),
    ("announce_result", "organize-event-announce"),
    ("publish_wave", "organize-event-publish"),
    ("confirm_correction", "organize-event-correct"),
    ("confirm_decision", "organize-event-confirm-decision"),
];

/// What was typed into a form that was not taken.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) seed: String,
    pub(super) reason: String,
    pub(super) release: String,
}

/// A wave.
#[derive(Debug)]
pub(super) struct WaveView {
    pub(super) title: String,
    pub(super) slug: String,
    pub(super) synthetic: bool,
    /// That this is no probability sample, where it is none.
    pub(super) open: Option<String>,
    pub(super) period: String,
    pub(super) action: String,
    pub(super) steps: Vec<StepView>,
    /// What the wave with which change is measured asked otherwise: a sentence, and the questions.
    pub(super) since_base: Option<(String, Vec<String>)>,
    pub(super) next: NextView,
    /// Other codes can be made: the step that does it.
    pub(super) reissue: Option<&'static str>,
    /// The page of fieldwork, once there are codes.
    pub(super) fieldwork: Option<String>,
    /// The draft can be removed: the step that does it.
    pub(super) remove: Option<&'static str>,
    /// The page of the plan.
    pub(super) plan: String,
    /// The page of changes, once there is a seal.
    pub(super) rules: Option<String>,
    /// The page on which codes are printed, while they are good for something.
    pub(super) cards: Option<String>,
    /// The page of files, for those who may save them.
    pub(super) exports: Option<String>,
    /// Address of the auditors' page, for an auditor once the wave is closed.
    pub(super) audits: Option<String>,
    /// The page of seeded answers, where the plan announces some.
    pub(super) seeds: Option<String>,
    /// Who answers for the wave, from the seal on.
    pub(super) imprint: Option<String>,
    /// The evaluation, once there is a result.
    pub(super) evaluation: Option<EvaluationView>,
    /// The page of the result, once there is one.
    pub(super) results: Option<String>,
    /// The page that residents see, once it is there.
    pub(super) residents: Option<String>,
    pub(super) progress: ProgressView,
    /// The quota cells, if there are any.
    pub(super) quota: Option<QuotaView>,
    pub(super) digests: Vec<DigestView>,
    pub(super) events: Vec<EventView>,
}

/// A state on the way.
#[derive(Debug)]
pub(super) struct StepView {
    pub(super) text: String,
    pub(super) past: bool,
    pub(super) now: bool,
}

/// The next step: what it is, what it will do, and its button for those who may take it.
#[derive(Debug)]
pub(super) struct NextView {
    pub(super) title: String,
    pub(super) texts: Vec<String>,
    pub(super) form: Option<FormView>,
}

/// The form of a step.
#[derive(Debug)]
pub(super) struct FormView {
    pub(super) step: &'static str,
    pub(super) button: String,
    /// Not what is next, only possible: the form is folded under these words.
    pub(super) folded: Option<String>,
    pub(super) field: Option<FieldView>,
    /// The answer is a file: the link with which to go on after it has been saved.
    pub(super) onward: Option<String>,
}

/// A field of a step's form.
#[derive(Debug)]
pub(super) struct FieldView {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) value: String,
    /// `textarea`, or a kind of input.
    pub(super) kind: &'static str,
}

/// The table of counties.
#[derive(Debug)]
pub(super) struct ProgressView {
    pub(super) kind: Table,
    pub(super) lines: Vec<LineView>,
    pub(super) total: LineView,
    /// Why the numbers of used codes are round.
    pub(super) note: Option<String>,
}

/// What the table of counties shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// What is planned.
    Planned,
    /// Codes issued and used.
    Invitations,
    /// Answers of an open wave.
    Answers,
}

impl ProgressView {
    pub(super) fn planned(&self) -> bool {
        self.kind == Table::Planned
    }

    pub(super) fn drawn(&self) -> bool {
        self.kind == Table::Invitations
    }
}

/// A county.
#[derive(Debug)]
pub(super) struct LineView {
    pub(super) name: String,
    /// Invitations issued; communities to draw, before the draw.
    pub(super) first: String,
    /// Codes used; invitations planned, before the draw.
    pub(super) second: String,
    pub(super) share: String,
    /// Width of the bar, percent.
    pub(super) width: String,
}

/// A digest.
#[derive(Debug)]
pub(super) struct DigestView {
    pub(super) label: String,
    /// Name and source of an import.
    pub(super) note: Option<String>,
    pub(super) short: String,
    pub(super) full: String,
}

/// Something that happened.
#[derive(Debug)]
pub(super) struct EventView {
    pub(super) when: String,
    pub(super) what: String,
}

/// What every part of the view is made from.
pub(super) struct Maker<'a> {
    pub(super) app: &'a App,
    pub(super) page: &'a Page,
    pub(super) person: &'a Account,
    pub(super) found: &'a Overview,
    pub(super) wave: &'a Wave,
}

/// Announced beginning and end of fieldwork in words.
pub(super) fn period(app: &App, lang: Lang, wave: &Wave) -> String {
    let moment = |at| lang.moment(app.zone.civil(at));
    format!("{} – {}", moment(wave.opens_at), moment(wave.closes_at))
}

/// The auditors' page, for an auditor once the wave is closed.
fn audits(page: &Page, person: &Account, wave: &Wave) -> Option<String> {
    let is_there = wave.kind == WaveKind::Probability && wave.state >= WaveState::Closed;
    let may = is_there && person.may(Action::Audit);
    may.then(|| page.link(&format!("/organize/{}/audit", wave.slug)))
}

impl WaveView {
    pub(super) fn new(
        app: &App,
        page: &Page,
        person: &Account,
        found: &Overview,
        typed: &Typed,
    ) -> Self {
        let wave = &found.status.wave;
        let maker = Maker {
            app,
            page,
            person,
            found,
            wave,
        };
        let state = |state: WaveState| page.t(&format!("organize-state-{}", state.as_str()));
        let link = |from: WaveState, path: &str| {
            (wave.state >= from).then(|| page.link(&format!("{path}{}", wave.slug)))
        };
        Self {
            title: wave.titles.get(page.lang.tag()).to_owned(),
            slug: wave.slug.to_string(),
            synthetic: wave.synthetic,
            period: period(app, page.lang, wave),
            action: page.link(&format!("/organize/{}", wave.slug)),
            steps: WaveState::ALL
                .into_iter()
                .filter(|step| wave.kind == WaveKind::Probability || *step != WaveState::Drawn)
                .map(|step| StepView {
                    text: state(step),
                    past: step < wave.state,
                    now: step == wave.state,
                })
                .collect(),
            open: (wave.kind == WaveKind::Open).then(|| page.t("open-not-a-sample")),
            quota: QuotaView::new(page, maker.named(), &found.board),
            next: maker.next(typed),
            since_base: since_base(page, found),
            fieldwork: (wave.kind == WaveKind::Probability && wave.state >= WaveState::Drawn)
                .then(|| page.link(&format!("/organize/{}/fieldwork", wave.slug))),
            plan: page.link(&format!("/organize/{}/plan", wave.slug)),
            rules: (wave.state >= WaveState::Sealed)
                .then(|| page.link(&format!("/organize/{}/rules", wave.slug))),
            cards: (wave.kind == WaveKind::Probability
                && matches!(wave.state, WaveState::Drawn | WaveState::Open)
                && person.may(Action::RunWave))
            .then(|| page.link(&format!("/organize/{}/cards", wave.slug))),
            reissue: (wave.state == WaveState::Drawn && person.may(Action::RunWave))
                .then(|| Step::Reissue.name()),
            remove: (wave.state == WaveState::Draft && person.may(Action::RunWave))
                .then(|| Step::Remove.name()),
            audits: audits(page, person, wave),
            seeds: way(page, wave, &found.plan),
            exports: (wave.kind == WaveKind::Probability && person.may(Action::Export))
                .then(|| page.link(&format!("/organize/{}/exports", wave.slug))),
            imprint: (wave.kind == WaveKind::Probability && wave.state >= WaveState::Sealed)
                .then(|| page.link(&format!("/organize/{}/imprint", wave.slug))),
            evaluation: None,
            results: link(WaveState::Closed, "/results/"),
            residents: match wave.kind {
                WaveKind::Probability => link(WaveState::Drawn, "/s/"),
                WaveKind::Open => link(WaveState::Sealed, "/o/"),
            },
            progress: maker.progress(),
            digests: maker.digests(),
            events: maker.events(),
        }
    }
}

impl Maker<'_> {
    fn named(&self) -> Named<'_> {
        Named {
            kind: self.wave.kind,
            plan: &self.found.plan,
            questionnaire: &self.found.questionnaire,
            counties: &self.found.counties,
        }
    }

    pub(super) fn moment(&self, at: Instant) -> String {
        self.page.lang.moment(self.app.zone.civil(at))
    }

    fn name(&self, id: AccountId) -> &str {
        let name = self.found.people.get(&id);
        name.map_or("–", |name| name.as_str())
    }

    /// A sentence on who asked for something, and when.
    pub(super) fn asked(&self, key: &str, act: Act) -> String {
        let args = [
            ("name", self.name(act.by).into()),
            ("when", self.moment(act.at).into()),
        ];
        self.page.t_with(key, &args)
    }

    fn next(&self, typed: &Typed) -> NextView {
        let page = self.page;
        let next = Next::of(self.wave, self.person, self.app.clock.now());
        if !self.person.may(Action::RunWave) && next != Next::Done {
            return NextView {
                title: page.t(next.key()),
                texts: vec![page.t("organize-organizers")],
                form: None,
            };
        }
        match next {
            Next::AskSeal => self.offer(Step::AskSeal, Vec::new()),
            Next::ConfirmSeal(act) => {
                let asked = self.asked("organize-asked-seal", act);
                let mut texts = vec![asked];
                if self.wave.kind == WaveKind::Probability {
                    texts.push(evaluated_year(self.app, page, self.found));
                }
                self.offer(Step::ConfirmSeal, texts)
            }
            Next::AwaitSeal(act) => self.wait("organize-await-seal", act),
            Next::Draw => self.draw(typed),
            Next::Open => {
                let args = [
                    ("opens", self.moment(self.wave.opens_at).into()),
                    ("closes", self.moment(self.wave.closes_at).into()),
                ];
                let when = page.t_with("organize-open-when", &args);
                let mut view = self.offer(Step::Open, vec![when]);
                if self.wave.kind == WaveKind::Open {
                    view.texts.pop();
                    view.texts.push(page.t("organize-open-link"));
                }
                view
            }
            Next::AskClose { early } => self.ask_close(early, typed),
            Next::ConfirmClose(request) => self.confirm_close(request),
            Next::AwaitClose(act) => self.wait("organize-await-close", act),
            Next::Finish => self.offer(
                Step::Finish,
                awaiting(self.app, page, self.found.seeds_until),
            ),
            Next::Release(awaited) => self.release(awaited, typed),
            Next::Done => NextView {
                title: page.t("organize-next-done"),
                texts: Vec::new(),
                form: None,
            },
        }
    }

    /// A step with its title, its consequence and its button.
    pub(super) fn offer(&self, step: Step, mut texts: Vec<String>) -> NextView {
        let say = |part: &str| self.page.t(&format!("organize-{}-{part}", step.name()));
        texts.push(say("text"));
        NextView {
            title: say("title"),
            texts,
            form: Some(FormView {
                step: step.name(),
                button: say("title"),
                folded: None,
                field: None,
                onward: None,
            }),
        }
    }

    /// Somebody else has to act.
    fn wait(&self, title: &str, act: Act) -> NextView {
        let when = [("when", self.moment(act.at).into())];
        NextView {
            title: self.page.t(title),
            texts: vec![self.page.t_with("organize-await-text", &when)],
            form: None,
        }
    }

    fn draw(&self, typed: &Typed) -> NextView {
        let page = self.page;
        let mut view = self.offer(Step::Draw, Vec::new());
        view.texts.push(page.t("organize-draw-once"));
        if let Some(form) = &mut view.form {
            form.button = page.t("organize-draw-button");
            form.onward = Some(page.t("organize-draw-onward"));
            form.field = Some(FieldView {
                name: "seed",
                label: page.t("organize-draw-seed"),
                hint: page.t("organize-draw-seed-hint"),
                value: typed.seed.clone(),
                kind: "text",
            });
        }
        view
    }

    fn ask_close(&self, early: bool, typed: &Typed) -> NextView {
        let page = self.page;
        let mut view = self.offer(Step::AskClose, Vec::new());
        if early {
            let closes = [("closes", self.moment(self.wave.closes_at).into())];
            view.title = page.t("organize-next-wait");
            view.texts = vec![page.t_with("organize-early", &closes)];
            if let Some(form) = &mut view.form {
                form.button = page.t("organize-ask-close-title");
                form.folded = Some(page.t("organize-early-title"));
                form.field = Some(FieldView {
                    name: "reason",
                    label: page.t("organize-early-reason"),
                    hint: page.t("organize-early-reason-hint"),
                    value: typed.reason.clone(),
                    kind: "textarea",
                });
            }
        }
        view
    }

    fn confirm_close(&self, request: &CloseRequest) -> NextView {
        let mut texts = vec![self.asked("organize-asked-close", request.act)];
        if let Some(reason) = &request.early_reason {
            let reason = [("reason", reason.as_str().into())];
            texts.push(self.page.t_with("organize-early-given", &reason));
        }
        self.offer(Step::ConfirmClose, texts)
    }

    fn progress(&self) -> ProgressView {
        let lang = self.page.lang;
        if self.wave.kind == WaveKind::Open {
            return self.answers();
        }
        let drawn = self.wave.state >= WaveState::Drawn;
        let mut lines = Vec::new();
        let (mut total, mut communities) = (Progress::default(), 0);
        for planned in &self.found.planned {
            let found = self
                .found
                .counties
                .iter()
                .find(|a| a.code == planned.county);
            let name = found.map_or(planned.county.as_str(), |area| area.name(lang.tag()));
            let made = self.found.status.counties.get(&planned.county).copied();
            let made = if drawn {
                made.unwrap_or_default()
            } else {
                Progress {
                    issued: planned.invitations.into(),
                    used: 0,
                }
            };
            total.issued += made.issued;
            total.used += made.used;
            communities += u64::from(planned.psus);
            lines.push(line(lang, name, drawn, made, planned.psus.into()));
        }
        let all = self.page.t("organize-progress-all");
        let running = matches!(self.wave.state, WaveState::Open | WaveState::Closing);
        let step = [("step", STEP.into())];
        ProgressView {
            kind: if drawn {
                Table::Invitations
            } else {
                Table::Planned
            },
            lines,
            total: line(lang, &all, drawn, total, communities),
            note: running.then(|| self.page.t_with("organize-progress-steps", &step)),
        }
    }

    /// The answers of an open wave, by county.
    fn answers(&self) -> ProgressView {
        let lang = self.page.lang;
        let mut total = Progress::default();
        let mut lines = Vec::new();
        for area in &self.found.counties {
            let counties = &self.found.status.counties;
            let made = counties.get(&area.code).copied().unwrap_or_default();
            total.used += made.used;
            lines.push(line(lang, area.name(lang.tag()), true, made, 0));
        }
        let running = matches!(self.wave.state, WaveState::Open | WaveState::Closing);
        let step = [("step", STEP.into())];
        ProgressView {
            kind: Table::Answers,
            lines,
            total: line(lang, &self.page.t("organize-progress-all"), true, total, 0),
            note: running.then(|| self.page.t_with("organize-answers-steps", &step)),
        }
    }

    fn digests(&self) -> Vec<DigestView> {
        let digest = |key: &str, full: String, note: Option<String>| DigestView {
            label: self.page.t(key),
            note,
            short: full.get(..SHORT).unwrap_or(&full).to_owned(),
            full,
        };
        let import = |key: &str, import: &Option<Provenance>| {
            import.as_ref().map(|import| {
                let note = format!("{} · {}", import.name, import.source);
                digest(key, import.digest.clone(), Some(note))
            })
        };
        let wave = self.wave;
        let own = [
            digest("organize-digest-plan", hex::encode(wave.plan_digest), None),
            digest(
                "organize-digest-questionnaire",
                hex::encode(wave.questionnaire),
                None,
            ),
        ];
        let imports = [
            import("organize-digest-frame", &self.found.frame),
            import("organize-digest-margins", &self.found.margins),
        ];
        own.into_iter()
            .chain(imports.into_iter().flatten())
            .collect()
    }

    /// What happened so far by the audit log, the latest first.
    fn events(&self) -> Vec<EventView> {
        let place = |action: &str| EVENTS.iter().position(|(known, _)| *known == action);
        let mut events: Vec<_> = self
            .found
            .log
            .iter()
            .filter_map(|entry| place(&entry.action).map(|place| (entry, place)))
            .collect();
        events.sort_by_key(|(entry, place)| std::cmp::Reverse((entry.at, *place)));
        let event = |(entry, place): (&Entry, usize)| {
            let key = EVENTS.get(place).map_or("", |(_, key)| *key);
            let name = [("name", entry.actor.as_str().into())];
            EventView {
                when: self.moment(entry.at),
                what: self.page.t_with(key, &name),
            }
        };
        events.into_iter().map(event).collect()
    }
}

/// A line of the table of counties.
fn line(lang: Lang, name: &str, drawn: bool, progress: Progress, communities: u64) -> LineView {
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of invitations are small"
    )]
    let share = if progress.issued == 0 {
        0.0
    } else {
        progress.used as f64 / progress.issued as f64
    };
    let (first, second) = if drawn {
        (progress.issued, progress.used)
    } else {
        (communities, progress.issued)
    };
    LineView {
        name: name.to_owned(),
        first: lang.count(first),
        second: lang.count(second),
        share: lang.percent(share),
        width: format!("{:.1}%", share * 100.0),
    }
}
