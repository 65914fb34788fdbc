//! What the module above promises, tried out.

use super::*;

fn counties(layout: Layout, surface: Surface) -> Forest {
    let row = |label: &str, estimate: f64, interval: (f64, f64), tone: Tone| ForestRow {
        label: label.to_owned(),
        text: format!(
            "{:.1} % ({:.1}–{:.1})",
            estimate * 100.0,
            interval.0 * 100.0,
            interval.1 * 100.0
        ),
        point: Point {
            estimate: Some(estimate),
            interval: Some(interval),
            deciding: None,
            tone,
        },
    };
    let rows = vec![
        row("城区", 0.934, (0.912, 0.951), Tone::Met),
        row("矿区", 0.912, (0.887, 0.932), Tone::Open),
        row("平定县", 0.861, (0.832, 0.886), Tone::NotMet),
        row("盂县", 0.902, (0.803, 0.96), Tone::NotAssessable),
        row("全市", 0.912, (0.901, 0.922), Tone::Plain),
    ];
    Forest {
        title: "对本县区社会治安总体满意的居民比例".to_owned(),
        subtitle: "95%置信区间 · 2026年第四季度".to_owned(),
        scale: Scale::fitting([0.8, 1.0], Unit::Percent),
        rows,
        threshold: Some(Threshold {
            value: 0.9,
            label: "标准 90%".to_owned(),
        }),
        layout,
        surface,
    }
}

/// A document is well-formed if every tag that opens closes, in order, and no bare `<` or `&` is left.
fn assert_well_formed(svg: &str) {
    let mut open: Vec<String> = Vec::new();
    let mut rest = svg;
    while let Some(start) = rest.find('<') {
        let text = &rest[..start];
        assert!(!text.contains('>'), "a bare > before {}", &rest[start..]);
        let end = start + rest[start..].find('>').expect("a tag that ends");
        let tag = &rest[start + 1..end];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split_whitespace().next().unwrap().to_owned());
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "left open: {open:?}");
    for (at, _) in svg.match_indices('&') {
        let entity = svg[at..].split(';').next().unwrap();
        assert!(
            matches!(entity, "&amp" | "&lt" | "&gt" | "&quot" | "&#39"),
            "{entity}"
        );
    }
}

#[test]
fn draws_a_wide_chart_for_a_file() {
    let svg = forest(&counties(Layout::Wide, Surface::File));
    assert_well_formed(&svg);
    assert!(!svg.contains("var("), "a file knows no custom property");
    insta::assert_snapshot!(svg);
}

#[test]
fn draws_a_narrow_chart_for_a_page() {
    let svg = forest(&counties(Layout::Narrow, Surface::Page));
    assert_well_formed(&svg);
    assert!(
        !svg.contains("style"),
        "a strict content policy blocks style attributes"
    );
    insta::assert_snapshot!(svg);
}

#[test]
fn draws_a_table_cell_with_both_intervals_and_an_arrow_beyond_the_scale() {
    let scale = Scale::fitting([0.8, 1.0], Unit::Percent);
    let point = Point {
        estimate: Some(0.82),
        interval: Some((0.78, 0.85)),
        deciding: Some((0.79, 0.845)),
        tone: Tone::NotMet,
    };
    let svg = forest_row(&point, &scale, Some(0.9), "82.0 %, 78.0 to 85.0 %");
    assert_well_formed(&svg);
    insta::assert_snapshot!(svg);
    insta::assert_snapshot!(forest_axis(&scale, Some(0.9)));
}

#[test]
fn a_figure_that_may_not_be_shown_leaves_only_the_grid() {
    let scale = Scale::fitting([0.8, 1.0], Unit::Percent);
    let svg = forest_row(&Point::default(), &scale, None, "not published");
    assert!(!svg.contains("circle") && !svg.contains("path"), "{svg}");
}

#[test]
fn draws_answers_as_a_bar_whose_parts_fill_it() {
    let answer = |label: &str, share: f64, shade: Shade| Segment {
        label: label.to_owned(),
        share,
        text: format!("{:.0} %", share * 100.0),
        shade,
    };
    let answers = [
        answer("非常满意", 0.47, Shade::Approves),
        answer("比较满意", 0.40, Shade::RatherApproves),
        answer("不太满意", 0.06, Shade::RatherDisapproves),
        answer("很不满意", 0.03, Shade::Disapproves),
        answer("说不清", 0.04, Shade::Undecided),
    ];
    let svg = stacked_bar(&answers, "对治安总体满意吗?");
    assert_well_formed(&svg);
    insta::assert_snapshot!(svg);
}

#[test]
fn markup_in_names_stays_text() {
    let mut chart = counties(Layout::Wide, Surface::Page);
    chart.title = r#"<script>alert("1")</script> & 'more'"#.to_owned();
    chart.rows[0].label = "<b onload=x>\u{0}\u{1b}[31m".to_owned();
    let svg = forest(&chart);
    assert_well_formed(&svg);
    assert!(!svg.contains("<script") && !svg.contains("<b "), "{svg}");
    assert!(!svg.contains(char::is_control) || svg.ends_with('\n'));
    let cell = forest_row(&Point::default(), &chart.scale, None, "\"><script>");
    assert_well_formed(&cell);
}

#[test]
fn long_names_are_cut_and_kept_whole_in_a_title() {
    let mut chart = counties(Layout::Wide, Surface::Page);
    chart.rows[0].label = "一个非常长的名字".repeat(8);
    let svg = forest(&chart);
    assert!(svg.contains(&format!("<title>{}</title>", chart.rows[0].label)));
    assert!(svg.contains("…</text>"));
}

#[test]
fn a_scale_has_round_ends_and_ticks() {
    let labels = |scale: &Scale| -> Vec<String> {
        scale
            .ticks()
            .iter()
            .map(|&tick| scale.label(tick))
            .collect()
    };
    let shares = Scale::fitting([0.832, 0.962, 0.9], Unit::Percent);
    assert_eq!(labels(&shares), ["80%", "85%", "90%", "95%", "100%"]);
    assert_eq!(shares.label(0.85), "85%");
    let totals = Scale::fitting([120_000.0, 1_910_000.0], Unit::Number);
    assert_eq!(
        labels(&totals),
        ["0", "500,000", "1,000,000", "1,500,000", "2,000,000"]
    );
    let differences = Scale::fitting([-0.012, 0.031], Unit::Percent);
    assert_eq!(labels(&differences), ["−2%", "0%", "2%", "4%"]);
    let single = Scale::fitting([641.2], Unit::Number);
    assert!(single.shows(641.2) && single.ticks().len() >= 2);
    let nothing = Scale::fitting([f64::NAN], Unit::Percent);
    assert_eq!(labels(&nothing), ["0%", "50%", "100%"]);
}

proptest::proptest! {
    #[test]
    fn every_value_that_a_scale_is_made_for_lies_within_it(
        values in proptest::collection::vec(-1.0e6..1.0e6f64, 1..8)
    ) {
        let scale = Scale::fitting(values.iter().copied(), Unit::Number);
        for value in values {
            proptest::prop_assert!(scale.shows(value));
        }
        let ticks = scale.ticks();
        proptest::prop_assert!((2..=12).contains(&ticks.len()), "{ticks:?}");
    }
}

#[test]
fn draws_a_share_with_its_interval_and_says_both() {
    let svg = share_bar(0.25, (0.2, 0.312), "25 % <20 – 31 %>");
    assert_well_formed(&svg);
    assert!(svg.contains(r#"aria-label="25 % &lt;20 – 31 %&gt;""#));
    assert!(svg.contains(r#"width="25%""#));
    assert!(svg.contains(r#"x1="20%" x2="31.2%""#));
}
