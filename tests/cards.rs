//! Printed invitations: what is printed is what was drawn, the picture leads where the text says, nothing is kept.

use std::collections::BTreeSet;

use calamine::{Reader as _, Xlsx};
use minyi::service::sampling::{Drawn, draw_sample, handout_csv, reissue_codes};
use minyi::service::waves;
use reqwest::Response;
use scraper::{Html, Selector};

use crate::support::instance::{INVITATIONS, Instance, Visitor, read};

const PAGE: &str = "/organize/2026q4/cards";

/// An instance whose wave is drawn.
pub async fn drawn(instance: &Instance) -> Drawn {
    let (app, ada, ben, slug) = (&instance.app, &instance.ada, &instance.ben, instance.slug());
    waves::ask_seal(app, ada, &slug).await.unwrap();
    waves::confirm_seal(app, ben, &slug).await.unwrap();
    draw_sample(app, ada, &slug, "03 11 12").await.unwrap()
}

async fn make(who: &Visitor, layout: &str, county: &str, file: &str) -> Response {
    let fields = [("layout", layout), ("county", county)];
    who.post_file(PAGE, &fields, ("codes.csv", file.as_bytes()))
        .await
}

fn texts(html: &Html, css: &str) -> Vec<String> {
    let selector = Selector::parse(css).unwrap();
    html.select(&selector)
        .map(|element| element.text().collect())
        .collect()
}

/// What a phone reads from a picture on the page.
fn scanned(path: &str, size: usize) -> String {
    const SCALE: usize = 4;
    let mut dark = vec![vec![false; size]; size];
    for line in path.split('M').skip(1) {
        let (start, rest) = line.split_once(' ').unwrap();
        let end = rest.find(['h', 'm']).unwrap();
        let (mut x, y): (usize, usize) = (start.parse().unwrap(), rest[..end].parse().unwrap());
        let steps: Vec<&str> = rest[end..].split_inclusive(['h', 'm']).collect();
        for step in steps.windows(2) {
            let length = step[1].trim_end_matches(['h', 'm']).trim_end_matches(" 0");
            let length: usize = length.parse().unwrap();
            if step[0].ends_with('h') {
                dark[y][x..x + length].fill(true);
            }
            x += length;
        }
    }
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(SCALE * size, SCALE * size, |x, y| {
            if dark[y / SCALE][x / SCALE] { 0 } else { 255 }
        });
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "one code in the picture");
    grids[0].decode().unwrap().1
}

#[tokio::test]
async fn every_code_is_printed_once_with_its_link_as_a_picture() {
    let instance = Instance::with_draft().await;
    let drawn = drawn(&instance).await;
    let ada = instance.person("ada").await;
    let answer = make(&ada, "cards", "", &handout_csv(&drawn.tickets)).await;
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let policy = answer.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
    let text = answer.text().await.unwrap();
    assert!(text.len() < 3_000 * INVITATIONS, "{} bytes", text.len());
    let html = Html::parse_document(&text);
    let printed = texts(&html, ".code");
    assert_eq!(printed.len(), INVITATIONS);
    let wanted: BTreeSet<String> = drawn.tickets.iter().map(|t| t.code.printed()).collect();
    assert_eq!(printed.iter().cloned().collect::<BTreeSet<_>>(), wanted);
    let (svgs, paths) = (
        Selector::parse("svg").unwrap(),
        Selector::parse("svg path").unwrap(),
    );
    let addresses = texts(&html, ".address");
    let links = html
        .select(&svgs)
        .zip(html.select(&paths))
        .zip(printed.iter().zip(&addresses));
    for ((svg, path), (code, address)) in links.step_by(97) {
        let view = svg
            .value()
            .attr("viewbox")
            .or(svg.value().attr("viewBox"))
            .unwrap();
        let size = view.rsplit(' ').next().unwrap().parse().unwrap();
        let link = scanned(path.value().attr("d").unwrap(), size);
        assert_eq!(link, format!("{address}#{code}"));
        assert!(drawn.tickets.iter().any(|ticket| ticket.link == link));
    }
    // Piles by county and community, each with a first card that counts it, on sheets of eight.
    let dividers = texts(&html, ".divider");
    let places: BTreeSet<_> = drawn
        .tickets
        .iter()
        .map(|t| (&t.community, t.part))
        .collect();
    assert_eq!(dividers.len(), places.len());
    let first = drawn
        .tickets
        .iter()
        .filter(|t| t.community == drawn.sample.psus[0].unit)
        .count();
    let own = dividers
        .iter()
        .find(|d| d.contains(drawn.sample.psus[0].unit.as_str()));
    assert!(
        own.unwrap().contains(&format!("{first} invitations")),
        "{own:?}"
    );
    let sheets = Selector::parse(".sheet").unwrap();
    let slots = Selector::parse(".slot").unwrap();
    assert!(
        html.select(&sheets)
            .all(|sheet| (1..=8).contains(&sheet.select(&slots).count()))
    );
    let both = texts(&html, ".slot").concat();
    assert!(both.contains("请扫码") && both.contains("Scan the picture"));
}

#[tokio::test]
async fn one_county_letters_an_urn_and_a_list() {
    let instance = Instance::with_draft().await;
    let drawn = drawn(&instance).await;
    let ada = instance.person("ada").await;
    let file = handout_csv(&drawn.tickets);
    let of = |county: &str| {
        drawn
            .tickets
            .iter()
            .filter(|t| t.place.county.as_str() == county)
            .count()
    };
    let text = make(&ada, "letters", "140321", &file)
        .await
        .text()
        .await
        .unwrap();
    let html = Html::parse_document(&text);
    assert_eq!(texts(&html, ".letter .code").len(), of("140321"));
    assert!(texts(&html, ".letter .text")[0].contains("您被随机抽中"));
    let text = make(&ada, "urn", "140322", &file)
        .await
        .text()
        .await
        .unwrap();
    let html = Html::parse_document(&text);
    assert_eq!(texts(&html, ".code").len(), of("140322"));
    let cards = texts(&html, ".slot:not(.divider)").concat();
    assert!(
        !cards.contains("盂县"),
        "no place on a card that is drawn from an urn"
    );
    let list = make(&ada, "list", "", &file).await;
    let disposition = list.headers()["content-disposition"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(disposition.contains("codes-2026q4.xlsx"));
    let bytes = list.bytes().await.unwrap().to_vec();
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
    let rows = book.worksheet_range_at(0).unwrap().unwrap();
    assert_eq!(rows.height(), INVITATIONS + 1);
    let listed: BTreeSet<String> = rows.rows().skip(1).map(|row| row[1].to_string()).collect();
    let wanted: BTreeSet<String> = drawn.tickets.iter().map(|t| t.link.clone()).collect();
    assert_eq!(listed, wanted);
    // The list, which is a workbook now, comes back as a file of codes only with its communities.
    assert_eq!(rows.rows().next().unwrap()[0].to_string(), "Code");
}

#[tokio::test]
async fn an_outdated_list_and_a_mistyped_code_are_refused_at_their_rows() {
    let instance = Instance::with_draft().await;
    let first = drawn(&instance).await;
    let ada = instance.person("ada").await;
    let again = reissue_codes(&instance.app, &instance.ada, &instance.slug())
        .await
        .unwrap();
    let outdated = make(&ada, "cards", "", &handout_csv(&first.tickets)).await;
    let (status, page) = read(outdated).await;
    assert_eq!(status, 422);
    let said = page.texts(".errors li");
    assert_eq!(said.len(), 51, "fifty, and how many more");
    assert_eq!(
        said[0],
        "row 2, column code: this code is not one of this wave. Was the file saved before other codes were made?"
    );
    let good = handout_csv(&again.tickets);
    let mut lines: Vec<String> = good.lines().take(4).map(str::to_owned).collect();
    let wrong = if lines[1].starts_with('0') { "1" } else { "0" };
    lines[1].replace_range(0..1, wrong);
    lines[3] = lines[2].clone();
    let (status, page) = read(make(&ada, "cards", "", &lines.join("\n")).await).await;
    assert_eq!(status, 422);
    assert_eq!(
        page.texts(".errors li")[0],
        "row 2, column code: this is no code: a character is wrong or missing."
    );
    lines.remove(1);
    let (_, page) = read(make(&ada, "cards", "", &lines.join("\n")).await).await;
    assert_eq!(
        page.texts(".errors li"),
        ["row 3, column code: this code occurs twice."]
    );
    let (status, page) = read(make(&ada, "letters", "140321", "").await).await;
    assert_eq!((status, page.texts(".errors li").len()), (422, 1));
    assert_eq!(
        page.values("option[selected]", "value"),
        ["letters", "140321"]
    );
}

#[tokio::test]
async fn whether_a_code_was_used_cannot_be_told_from_what_is_printed() {
    let instance = Instance::with_draft().await;
    let drawn = drawn(&instance).await;
    let app = &instance.app;
    waves::open(app, &instance.ada, &instance.slug())
        .await
        .unwrap();
    instance.set_time("2026-12-02T10:00");
    let ada = instance.person("ada").await;
    let file = handout_csv(&drawn.tickets);
    let before = make(&ada, "cards", "", &file).await.text().await.unwrap();
    let ticket = &drawn.tickets[5];
    let resident = instance.visitor();
    let answers = [
        ("_instance", "00112233445566778899aabbccddeeff"),
        ("_direction", "0"),
        ("_code", &ticket.code.printed()),
        ("s1", "4"),
        ("s2", "60up"),
        ("q1", "1"),
    ];
    let page = format!("/s/2026q4/{}", ticket.place.county);
    let (status, thanks) = read(resident.post(&page, &answers).await).await;
    assert_eq!(status, 200, "{}", thanks.main());
    let status = waves::status(app, &instance.ada, &instance.slug())
        .await
        .unwrap();
    assert_eq!(
        status
            .counties
            .values()
            .map(|county| county.issued)
            .sum::<u64>(),
        1_600
    );
    let after = make(&ada, "cards", "", &file).await.text().await.unwrap();
    assert_eq!(before, after);
    let eve = make(&instance.person("eve").await, "cards", "", &file).await;
    assert_eq!(eve.status().as_u16(), 403);
}
