//! Who may what: every address of the service, asked for by nobody and by each role.

use std::collections::BTreeSet;

use minyi::service::evaluate::import_standard;
use minyi::service::questionnaires::{self, Origin};
use minyi::service::standards;
use minyi::survey::role::Role;
use minyi::web::ROUTES;

use crate::support::city::STANDARD;
use crate::support::fieldwork::{COUNTY, Fieldwork, OTHER_COUNTY, SLUG};
use crate::support::instance::{PASSWORD, Visitor, account};

/// Method, address, form, and the status for nobody, administrator, organizer, fieldworker, evaluator, auditor, reporter.
type Line = (&'static str, &'static str, &'static str, [u16; 7]);

/// What is expected. Signing out comes last, because it ends the session.
const EXPECTED: &[Line] = &[
    ("get", "/", "", [200, 200, 200, 200, 200, 200, 200]),
    ("get", "/s/{wave}", "", [200, 200, 200, 200, 200, 200, 200]),
    (
        "get",
        "/s/{wave}/{county}",
        "",
        [200, 200, 200, 200, 200, 200, 200],
    ),
    (
        "post",
        "/s/{wave}/{county}",
        "q1=1",
        [400, 400, 400, 400, 400, 400, 400],
    ),
    (
        "post",
        "/s/{wave}/{county}/key",
        "q1=1",
        [422, 422, 422, 422, 422, 422, 422],
    ),
    (
        "post",
        "/s/{wave}/{county}/sign",
        "q1=1",
        [400, 400, 400, 400, 400, 400, 400],
    ),
    (
        "post",
        "/urn/{wave}",
        "q1=1",
        [400, 400, 400, 400, 400, 400, 400],
    ),
    (
        "post",
        "/urn/{wave}/prepare",
        "q1=1",
        [400, 400, 400, 400, 400, 400, 400],
    ),
    (
        "post",
        "/urn/{wave}/open",
        "q1=1",
        [400, 400, 400, 400, 400, 400, 400],
    ),
    (
        "get",
        "/log/{wave}/keys.txt",
        "",
        [200, 200, 200, 200, 200, 200, 200],
    ),
    ("get", "/o/{wave}", "", [404, 404, 404, 404, 404, 404, 404]),
    (
        "post",
        "/o/{wave}",
        "s2=0",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/o/{wave}/{county}",
        "",
        [303, 303, 303, 303, 303, 303, 303],
    ),
    (
        "post",
        "/o/{wave}/{county}",
        "q1=1",
        [400, 400, 400, 400, 400, 400, 400],
    ),
    ("get", "/results", "", [200, 200, 200, 200, 200, 200, 200]),
    (
        "get",
        "/results/{wave}",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/results/{wave}/{county}",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/results/{wave}/versions/{number}",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/results/{wave}/versions/{number}/criteria",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/results/{wave}/versions/{number}/report",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/results/{wave}/versions/{number}/files/bundle.zip",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/results/{wave}/versions/{number}/{county}",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/results/{wave}/versions/{number}/{county}/answers",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/results/{wave}/report",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/results/{wave}/files/{file}",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/results/{wave}/comparison",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/results/{wave}/answers",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/results/{wave}/answers/{item}",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/results/{wave}/weights",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/results/{wave}/{county}/answers",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/results/{wave}/criteria",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/results/{wave}/map",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    ("get", "/titles", "", [200, 200, 200, 200, 200, 200, 200]),
    // For programs: the same for everybody; nothing of this wave is published yet but its record.
    (
        "get",
        "/api/v1/openapi.json",
        "",
        [200, 200, 200, 200, 200, 200, 200],
    ),
    (
        "get",
        "/api/v1/waves",
        "",
        [200, 200, 200, 200, 200, 200, 200],
    ),
    (
        "get",
        "/api/v1/waves/{wave}",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/api/v1/waves/{wave}/counties",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/api/v1/waves/{wave}/counties/{county}",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/api/v1/counties/{county}/series",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    // With a token only, and a cookie is none.
    (
        "get",
        "/api/v1/waves/{wave}/fieldwork",
        "",
        [401, 401, 401, 401, 401, 401, 401],
    ),
    (
        "get",
        "/api/v1/indicators/{year}/{county}",
        "",
        [401, 401, 401, 401, 401, 401, 401],
    ),
    (
        "put",
        "/api/v1/indicators/{year}/{county}",
        "{}",
        [401, 401, 401, 401, 401, 401, 401],
    ),
    (
        "get",
        "/account/tokens",
        "",
        [303, 200, 200, 200, 200, 200, 200],
    ),
    (
        "post",
        "/account/tokens",
        "name=x&current=wrong",
        [303, 422, 422, 422, 422, 422, 422],
    ),
    (
        "get",
        "/api/v1/standards",
        "",
        [200, 200, 200, 200, 200, 200, 200],
    ),
    (
        "get",
        "/api/v1/standards/{digest}",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/api/v1/logs",
        "",
        [200, 200, 200, 200, 200, 200, 200],
    ),
    (
        "get",
        "/api/v1/logs/{wave}",
        "",
        [200, 200, 200, 200, 200, 200, 200],
    ),
    (
        "get",
        "/log/{wave}/checkpoint",
        "",
        [200, 200, 200, 200, 200, 200, 200],
    ),
    (
        "get",
        "/assets/{file}",
        "",
        [200, 200, 200, 200, 200, 200, 200],
    ),
    (
        "get",
        "/log/{wave}/{log}/checkpoint",
        "",
        [200, 200, 200, 200, 200, 200, 200],
    ),
    (
        "get",
        "/log/{wave}/{log}/entries.txt",
        "",
        [200, 200, 200, 200, 200, 200, 200],
    ),
    // No answer is in the record yet, so there is no tile.
    (
        "get",
        "/log/{wave}/{log}/tile/{*tile}",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/organize/{wave}/card",
        "",
        [303, 303, 303, 303, 303, 303, 303],
    ),
    (
        "post",
        "/organize/{wave}/card",
        "code=ABC",
        [303, 403, 422, 403, 403, 403, 403],
    ),
    (
        "get",
        "/organize/{wave}/paper",
        "",
        [303, 403, 200, 200, 403, 403, 403],
    ),
    (
        "post",
        "/organize/{wave}/paper",
        "what=envelope&instance=00000000000000000000000000000000&code=ABC",
        [303, 403, 422, 422, 403, 403, 403],
    ),
    (
        "get",
        "/organize/{wave}/paper/{county}/{lot}/{sheet}",
        "",
        [303, 403, 404, 404, 403, 403, 403],
    ),
    (
        "post",
        "/organize/{wave}/paper/{county}/{lot}/{sheet}",
        "q1=1",
        [303, 403, 404, 404, 403, 403, 403],
    ),
    (
        "get",
        "/organize/{wave}/paper-form/{county}/{form}",
        "",
        [303, 403, 200, 200, 403, 403, 403],
    ),
    (
        "get",
        "/organize/{wave}/assisted",
        "",
        [303, 403, 200, 200, 403, 403, 403],
    ),
    ("get", "/check", "", [303, 303, 303, 303, 303, 303, 303]),
    (
        "get",
        "/check/{wave}",
        "",
        [200, 200, 200, 200, 200, 200, 200],
    ),
    // The wave is not closed: that is what it says.
    (
        "post",
        "/check/{wave}",
        "code=ABC",
        [200, 200, 200, 200, 200, 200, 200],
    ),
    (
        "get",
        "/problems/{slug}",
        "",
        [200, 200, 200, 200, 200, 200, 200],
    ),
    (
        "get",
        "/account/sign-in",
        "",
        [200, 303, 303, 303, 303, 303, 303],
    ),
    (
        "post",
        "/account/sign-in",
        "name=zoe-{who}",
        [422, 422, 422, 422, 422, 422, 422],
    ),
    ("get", "/accounts", "", [303, 200, 403, 403, 403, 403, 403]),
    (
        "post",
        "/accounts",
        "what=make&name=a+b&role=auditor",
        [303, 422, 403, 403, 403, 403, 403],
    ),
    ("get", "/account", "", [303, 200, 200, 200, 200, 200, 200]),
    (
        "post",
        "/account",
        "what=password&chosen=a",
        [303, 422, 422, 422, 422, 422, 422],
    ),
    ("get", "/organize", "", [303, 200, 200, 200, 200, 200, 303]),
    (
        "get",
        "/organize/{wave}",
        "",
        [303, 200, 200, 200, 200, 200, 403],
    ),
    (
        "post",
        "/organize/{wave}",
        "step=ask-close",
        [303, 403, 422, 403, 403, 403, 403],
    ),
    (
        "get",
        "/organize/{wave}/cards",
        "",
        [303, 403, 200, 403, 403, 403, 403],
    ),
    (
        "post",
        "/organize/{wave}/cards",
        "",
        [303, 415, 415, 415, 415, 415, 415],
    ),
    (
        "get",
        "/organize/{wave}/fieldwork",
        "",
        [303, 200, 200, 200, 200, 200, 403],
    ),
    (
        "post",
        "/organize/{wave}/fieldwork",
        "code=x",
        [303, 403, 422, 422, 403, 403, 403],
    ),
    (
        "get",
        "/organize/{wave}/outcomes",
        "",
        [303, 303, 303, 303, 303, 303, 303],
    ),
    (
        "post",
        "/organize/{wave}/outcomes",
        "",
        [303, 415, 415, 415, 415, 415, 415],
    ),
    (
        "get",
        "/organize/{wave}/plan",
        "",
        [303, 200, 200, 200, 200, 200, 403],
    ),
    // The wave is in fieldwork: there is nothing to decide yet.
    (
        "get",
        "/organize/{wave}/decisions",
        "",
        [303, 403, 404, 403, 404, 404, 403],
    ),
    (
        "post",
        "/organize/{wave}/decisions",
        "what=confirm&evaluation=x",
        [303, 403, 403, 403, 400, 403, 403],
    ),
    (
        "get",
        "/organize/{wave}/corrections",
        "",
        [303, 403, 404, 403, 404, 404, 403],
    ),
    (
        "post",
        "/organize/{wave}/corrections",
        "what=propose&scope=x",
        [303, 403, 403, 403, 400, 403, 403],
    ),
    (
        "get",
        "/organize/{wave}/rules",
        "",
        [303, 200, 200, 200, 200, 200, 403],
    ),
    (
        "post",
        "/organize/{wave}/rules",
        "what=confirm&change=0192f8a0000070008000000000000001",
        [303, 403, 422, 403, 403, 403, 403],
    ),
    (
        "get",
        "/organize/{wave}/reminders/{change}",
        "",
        [303, 404, 404, 404, 404, 404, 403],
    ),
    (
        "get",
        "/organize/{wave}/quota",
        "",
        [303, 303, 303, 303, 303, 303, 303],
    ),
    (
        "post",
        "/organize/{wave}/quota",
        "",
        [303, 415, 415, 415, 415, 415, 415],
    ),
    (
        "get",
        "/organize/{wave}/live",
        "",
        [303, 200, 200, 200, 200, 200, 403],
    ),
    (
        "get",
        "/organize/{wave}/imprint",
        "",
        [303, 200, 200, 200, 200, 200, 403],
    ),
    (
        "post",
        "/organize/{wave}/imprint",
        "sponsor-en=x",
        [303, 403, 303, 403, 403, 403, 403],
    ),
    (
        "get",
        "/organize/{wave}/seeds",
        "",
        [303, 200, 200, 200, 200, 200, 403],
    ),
    // The plan announces no seeded answers.
    (
        "post",
        "/organize/{wave}/seeds",
        "what=deposit&digest=00&counties=140302%3D1",
        [303, 403, 403, 403, 403, 422, 403],
    ),
    // The wave is not closed: an auditor finds nothing to audit.
    (
        "get",
        "/organize/{wave}/audit",
        "",
        [303, 403, 403, 403, 403, 404, 403],
    ),
    (
        "post",
        "/organize/{wave}/audit",
        "what=take&undertaking=yes",
        [303, 403, 403, 403, 403, 404, 403],
    ),
    (
        "get",
        "/organize/{wave}/exports",
        "",
        [303, 200, 200, 403, 200, 200, 403],
    ),
    (
        "get",
        "/organize/{wave}/exports/{file}",
        "",
        [303, 200, 200, 403, 200, 200, 403],
    ),
    ("get", "/audit", "", [303, 200, 403, 403, 403, 200, 403]),
    (
        "get",
        "/audit/export",
        "",
        [303, 200, 403, 403, 403, 200, 403],
    ),
    ("get", "/design", "", [303, 403, 200, 403, 403, 403, 403]),
    (
        "post",
        "/design",
        "slug=x",
        [303, 403, 422, 403, 403, 403, 403],
    ),
    (
        "get",
        "/questionnaires",
        "",
        [303, 200, 200, 200, 200, 200, 403],
    ),
    (
        "post",
        "/questionnaires",
        "name=A",
        [303, 422, 422, 403, 403, 403, 403],
    ),
    (
        "get",
        "/questionnaires/{questionnaire}",
        "",
        [303, 200, 200, 200, 200, 200, 403],
    ),
    (
        "post",
        "/questionnaires/{questionnaire}",
        "revision=9",
        [303, 409, 409, 403, 403, 403, 403],
    ),
    (
        "get",
        "/questionnaires/{questionnaire}/items/{place}",
        "",
        [303, 200, 200, 200, 200, 200, 403],
    ),
    (
        "post",
        "/questionnaires/{questionnaire}/items/{place}",
        "max=x",
        [303, 422, 422, 403, 403, 403, 403],
    ),
    (
        "get",
        "/questionnaires/{questionnaire}/preview",
        "",
        [303, 200, 200, 200, 200, 200, 403],
    ),
    (
        "post",
        "/questionnaires/{questionnaire}/preview",
        "",
        [303, 200, 200, 200, 200, 200, 403],
    ),
    (
        "get",
        "/questionnaires/{questionnaire}/export/{format}",
        "",
        [303, 200, 200, 200, 200, 200, 403],
    ),
    (
        "get",
        "/questionnaires/file",
        "",
        [303, 303, 303, 303, 303, 303, 303],
    ),
    (
        "post",
        "/questionnaires/file",
        "",
        [303, 415, 415, 415, 415, 415, 415],
    ),
    (
        "get",
        "/titles/{year}",
        "",
        [303, 200, 403, 403, 200, 200, 200],
    ),
    (
        "post",
        "/titles/{year}",
        "county=140321&step=accept",
        [303, 403, 403, 403, 422, 403, 403],
    ),
    ("get", "/standards", "", [303, 403, 200, 403, 200, 200, 403]),
    (
        "post",
        "/standards",
        "parent=0",
        [303, 403, 403, 403, 422, 403, 403],
    ),
    (
        "get",
        "/standards/{digest}",
        "",
        [303, 403, 404, 403, 404, 404, 403],
    ),
    (
        "get",
        "/standards/{digest}/toml",
        "",
        [303, 403, 404, 403, 404, 404, 403],
    ),
    (
        "get",
        "/standards/drafts/{draft}",
        "",
        [303, 403, 200, 403, 200, 200, 403],
    ),
    (
        "post",
        "/standards/drafts/{draft}",
        "act=save&revision=9",
        [303, 403, 403, 403, 409, 403, 403],
    ),
    (
        "get",
        "/standards/drafts/{draft}/criteria/{place}",
        "",
        [303, 403, 200, 403, 200, 200, 403],
    ),
    (
        "post",
        "/standards/drafts/{draft}/criteria/{place}",
        "revision=9",
        [303, 403, 403, 403, 409, 403, 403],
    ),
    (
        "get",
        "/standards/drafts/{draft}/text",
        "",
        [303, 403, 200, 403, 200, 200, 403],
    ),
    (
        "post",
        "/standards/drafts/{draft}/text",
        "revision=9",
        [303, 403, 403, 403, 409, 403, 403],
    ),
    (
        "get",
        "/standards/drafts/{draft}/preview",
        "",
        [303, 403, 200, 403, 200, 200, 403],
    ),
    (
        "post",
        "/standards/drafts/{draft}/preview",
        "",
        [303, 403, 200, 403, 200, 200, 403],
    ),
    (
        "get",
        "/indicators",
        "",
        [303, 200, 403, 403, 200, 200, 200],
    ),
    (
        "get",
        "/indicators/{year}/{county}",
        "",
        [303, 200, 403, 403, 200, 200, 200],
    ),
    (
        "get",
        "/indicators/{year}/{elsewhere}",
        "",
        [303, 200, 403, 403, 200, 200, 404],
    ),
    (
        "post",
        "/indicators/{year}/{county}",
        "what=save&value-crime.cases=x",
        [303, 403, 403, 403, 403, 403, 422],
    ),
    (
        "post",
        "/indicators/{year}/{elsewhere}",
        "what=save",
        [303, 403, 403, 403, 403, 403, 404],
    ),
    (
        "post",
        "/indicators/{year}/{county}",
        "what=dispute&version=0192f8a0000070008000000000000001&reason=a",
        [303, 403, 403, 403, 404, 403, 403],
    ),
    (
        "get",
        "/indicators/{year}/{county}/template",
        "",
        [303, 200, 403, 403, 200, 200, 200],
    ),
    (
        "get",
        "/indicators/{year}/{elsewhere}/template",
        "",
        [303, 200, 403, 403, 200, 200, 404],
    ),
    (
        "get",
        "/indicators/{year}/{county}/file",
        "",
        [303, 303, 303, 303, 303, 303, 303],
    ),
    (
        "post",
        "/indicators/{year}/{county}/file",
        "",
        [303, 415, 415, 415, 415, 415, 415],
    ),
    (
        "get",
        "/indicators/{year}/{county}/evidence",
        "",
        [303, 303, 303, 303, 303, 303, 303],
    ),
    (
        "post",
        "/indicators/{year}/{county}/evidence",
        "",
        [303, 415, 415, 415, 415, 415, 415],
    ),
    (
        "get",
        "/indicators/{year}/{county}/evidence/{digest}",
        "",
        [303, 404, 403, 403, 404, 404, 404],
    ),
    ("get", "/data", "", [303, 200, 200, 200, 200, 200, 403]),
    ("get", "/data/map", "", [303, 200, 200, 200, 200, 200, 403]),
    (
        "post",
        "/data/map",
        "source=x",
        [303, 415, 415, 415, 415, 415, 415],
    ),
    (
        "post",
        "/data",
        "kind=frame",
        [303, 415, 415, 415, 415, 415, 415],
    ),
    (
        "get",
        "/data/template/{kind}",
        "",
        [303, 200, 200, 200, 200, 200, 200],
    ),
    (
        "get",
        "/data/upload/{upload}",
        "",
        [303, 403, 404, 403, 403, 403, 403],
    ),
    (
        "post",
        "/data/upload/{upload}",
        "",
        [303, 403, 404, 403, 403, 403, 403],
    ),
    (
        "post",
        "/account/passkey",
        "answer=a",
        [422, 422, 422, 422, 422, 422, 422],
    ),
    (
        "post",
        "/account/passkey/ask",
        "",
        [200, 200, 200, 200, 200, 200, 200],
    ),
    (
        "post",
        "/account/passkey/new",
        "",
        [303, 200, 200, 200, 200, 200, 200],
    ),
    (
        "get",
        "/account/provider",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/account/provider/back",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/account/provider/code",
        "",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "post",
        "/account/provider/code",
        "code=a",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    (
        "get",
        "/account/new-password",
        "",
        [303, 303, 303, 303, 303, 303, 303],
    ),
    (
        "post",
        "/account/new-password",
        "chosen=a&again=a",
        [303, 303, 303, 303, 303, 303, 303],
    ),
    ("get", "/welcome", "", [404, 404, 404, 404, 404, 404, 404]),
    (
        "post",
        "/welcome",
        "secret=a&name=zoe",
        [404, 404, 404, 404, 404, 404, 404],
    ),
    // Nobody is signed in on a device that was handed over, so this comes near the end.
    (
        "post",
        "/organize/{wave}/assisted",
        "county=140321",
        [303, 403, 303, 303, 403, 403, 403],
    ),
    (
        "post",
        "/account/sign-out",
        "",
        [303, 303, 303, 303, 303, 303, 303],
    ),
];

#[test]
fn every_address_is_in_the_list_and_nothing_else_is() {
    let known: BTreeSet<(&str, &str)> = ROUTES
        .iter()
        .flat_map(|route| route.methods.iter().map(|method| (*method, route.path)))
        .collect();
    let listed: BTreeSet<(&str, &str)> = EXPECTED
        .iter()
        .map(|(method, path, _, _)| (*method, *path))
        // Another county is at the same address.
        .filter(|(_, path)| !path.contains("{elsewhere}"))
        .collect();
    assert_eq!(known, listed);
}

#[tokio::test]
async fn every_address_answers_each_role_as_listed() {
    let work = Fieldwork::open().await;
    let (mut organizer, mut draft) = (None, None);
    for role in Role::ALL {
        if role == Role::Reporter {
            let county = Some(COUNTY);
            let accounts = &work.app.accounts;
            let made = accounts.create_with("reporter", (role, county), PASSWORD.to_owned(), false);
            made.await.unwrap();
            continue;
        }
        let made = account(&work.app, role.as_str(), role).await;
        if role == Role::Evaluator {
            import_standard(&work.app, &made, STANDARD).await.unwrap();
            let shelf = standards::list(&work.app, &made).await.unwrap();
            let parent = hex::encode(shelf.standards[0].digest);
            let begun = standards::begin(&work.app, &made, &parent, ("tried", "1")).await;
            draft = Some(begun.unwrap().to_string());
        }
        if role == Role::Organizer {
            organizer = Some(made);
        }
    }
    let (organizer, draft) = (organizer.unwrap(), draft.unwrap());
    let begun = questionnaires::begin(&work.app, &organizer, &Origin::BuiltIn, "tried").await;
    let questionnaire = begun.unwrap().to_string();
    let visitors = std::iter::once(None).chain(Role::ALL.map(|role| Some(role.as_str())));
    let home = reqwest::get(&work.site)
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let file = home.split("/assets/").nth(1).unwrap();
    let file = file.split('"').next().unwrap();
    let mut wrong = Vec::new();
    for (who, name) in visitors.enumerate() {
        let visitor = Visitor::at(&work.site);
        if let Some(name) = name {
            visitor.sign_in(name).await;
        }
        for (method, path, form, statuses) in EXPECTED {
            let place = path
                .replace("{wave}", SLUG)
                .replace("{log}", "1")
                .replace("{lot}", "ACD")
                .replace("{sheet}", "1")
                .replace("{form}", "A")
                .replace("{*tile}", "0/000")
                .replace("{county}", COUNTY)
                .replace("{elsewhere}", OTHER_COUNTY)
                .replace("{year}", "2026")
                .replace("{number}", "1")
                .replace("{item}", "q1")
                .replace("{digest}", &"0".repeat(64))
                .replace("exports/{file}", "exports/outcomes.csv")
                .replace("files/{file}", "files/codebook.xml")
                .replace("{file}", file)
                .replace("{slug}", "denied")
                .replace("{kind}", "frame")
                .replace("{change}", "0192f8a0000070008000000000000001")
                .replace("{questionnaire}", &questionnaire)
                .replace("{draft}", &draft)
                .replace("{place}", "1")
                .replace("{format}", "toml")
                .replace("{upload}", "0192f8a0000070008000000000000001");
            let url = visitor.url(&place);
            let request = match *method {
                "get" => visitor.client.get(url),
                "put" => visitor.client.put(url).body(*form),
                _ => visitor
                    .client
                    .post(url)
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(form.replace("{who}", &who.to_string())),
            };
            let answer = request.send().await.unwrap();
            let (status, wanted) = (answer.status().as_u16(), statuses[who]);
            if status != wanted {
                wrong.push(format!(
                    "{method} {path} by {name:?}: {status}, not {wanted}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
