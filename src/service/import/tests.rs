//! What the module above promises, tried out.

use super::*;
use crate::survey::plan::Plan;

const AREAS: &str = "code,level,name_zh,name_en,parent\n\
    140300,city,阳泉市,Yangquan,\n\
    140302,county,城区,Chengqu,140300\n";

fn areas() -> AreaTree {
    read_areas(AREAS.as_bytes()).unwrap()
}

fn words(problems: &[RowProblem]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn english_and_chinese_headers_in_any_order_are_the_same_file() {
    let chinese = "\u{feff}上级代码,代码,级别,名称,英文名称\n\
        ,140300,市,阳泉市,Yangquan\n\
        140300,140302,区县,城区,Chengqu\n";
    assert_eq!(read_areas(chinese.as_bytes()).unwrap(), areas());
}

#[test]
fn every_bad_cell_is_named_by_row_and_column() {
    let file = "code,name,county,residence,size,addresses\n\
        140302001001,A,140302,urban,\"1,200\",900\n\
        140302001002,B,140302,suburb,1000,900\n\
        14030200100,C,140302,urban,1000,900\n\
        140302001004,,140302,urban,1000,900\n\
        140302001005,E,140302,urban,many,900\n";
    assert_eq!(
        words(&read_frame(file.as_bytes(), &areas()).unwrap_err()),
        [
            "row 3, column residence: \"suburb\" is none of urban, rural",
            "row 4, column code: \"14030200100\" is no division code of 6, 9 or 12 digits",
            "row 5, column name: is empty",
            "row 6, column size: \"many\" is no whole number",
        ]
    );
}

#[test]
fn rows_that_do_not_fit_together_are_named_too() {
    let file = "code,name,county,residence,size,addresses\n\
        140302001001,A,140302,城镇,1000,900\n\
        140302001001,B,140302,urban,1000,900\n\
        140399001001,C,140399,urban,1000,900\n";
    assert_eq!(
        words(&read_frame(file.as_bytes(), &areas()).unwrap_err()),
        [
            "row 3, column code: unit 140302001001 occurs twice",
            "row 4, column county: unit 140399001001: 140399 is no listed county",
        ]
    );
}

#[test]
fn a_missing_an_unknown_and_a_double_column_are_named() {
    let file = "code,code,name,county,size,population\n1,1,A,140302,5,5\n";
    assert_eq!(
        words(&read_frame(file.as_bytes(), &areas()).unwrap_err()),
        [
            "row 1, column code: this column occurs twice",
            "row 1, column \"population\" is unknown",
            "row 1, column residence: this column is missing",
            "row 1, column addresses: this column is missing",
        ]
    );
}

#[test]
fn a_title_above_the_table_and_columns_once_used_are_no_problem() {
    let file = "阳泉市区划代码表,,,,,\n代码,级别,名称,英文名称,上级代码,\n\
        １４０３００,市,阳泉市,Yangquan,,\n140302,区县,城区,Chengqu,140300,,\n";
    assert_eq!(read_areas(file.as_bytes()).unwrap(), areas());
    let untitled = "code,level,name_zh,name_en,parent,,\n140300,city,阳泉市,Yangquan,,,x\n";
    assert_eq!(
        words(&read_areas(untitled.as_bytes()).unwrap_err()),
        ["row 2, 7 cells, the header has 5"]
    );
    let inside = "code,,level,name_zh,name_en,parent\n140300,x,city,阳泉市,Yangquan,\n";
    assert_eq!(
        words(&read_areas(inside.as_bytes()).unwrap_err()),
        ["row 2, column 2 has no title"]
    );
}

#[test]
fn a_code_that_a_spreadsheet_has_rounded_is_named_as_such() {
    let file = "code,level,name_zh,name_en,parent\n1.40302E+11,city,阳泉市,Yangquan,\n";
    assert_eq!(
        words(&read_areas(file.as_bytes()).unwrap_err()),
        ["row 2, column code: \"1.40302E+11\" is a code that a spreadsheet has rounded"]
    );
}

#[test]
fn rows_with_a_problem_are_shown_as_they_stand_in_the_file() {
    let file = "名单,,,,,\n代码,名称,区县,城乡,人口,地址数\n\
        140302001001,A,140302,城镇,1000,900\n140302001002,B,140302,郊区,1000,很多\n";
    let problems = read_frame(file.as_bytes(), &areas()).unwrap_err();
    let excerpt = sheet::Excerpt::of(file.as_bytes(), &FRAME, &problems, 9);
    assert_eq!(excerpt.header[3], "城乡");
    assert_eq!(excerpt.rows.len(), 1);
    assert_eq!(
        (excerpt.rows[0].row, excerpt.rows[0].marked.as_slice()),
        (4, &[3][..])
    );
    assert_eq!(excerpt.rows[0].cells[3], "郊区");
}

#[test]
fn ragged_and_empty_files_are_refused() {
    let ragged = "code,level,name_zh,name_en,parent\n140300,city,阳泉市\n";
    assert_eq!(
        words(&read_areas(ragged.as_bytes()).unwrap_err()),
        ["row 2, 3 cells, the header has 5"]
    );
    assert_eq!(words(&read_areas(b"").unwrap_err()), ["there are no rows"]);
    let header = "code,level,name_zh,name_en,parent\n";
    assert_eq!(
        words(&read_areas(header.as_bytes()).unwrap_err()),
        ["there are no rows"]
    );
}

#[test]
fn margins_take_chinese_words_and_bands() {
    let file = "区县代码,性别,年龄组,城乡,人口数,#备注\n\
        140302,男,18–29岁,,40,x\n\
        140302,女,18-29,,60,\n\
        140302,男,60岁及以上,,30,\n\
        140302,female,60+,,20,\n\
        140302,,,城镇,150,\n";
    let margins = read_margins(file.as_bytes(), &areas()).unwrap();
    let labels: Vec<String> = margins.rows().iter().map(|row| row.cell.label()).collect();
    assert_eq!(
        labels,
        [
            "female:18-29",
            "female:60up",
            "male:18-29",
            "male:60up",
            "urban"
        ]
    );
}

#[test]
fn a_margin_row_is_about_one_margin() {
    let file = "county,sex,age,residence,population\n140302,male,18-29,urban,40\n";
    assert_eq!(
        words(&read_margins(file.as_bytes(), &areas()).unwrap_err()),
        ["row 2, column residence: a row is about sex and age or about residence, not both"]
    );
}

#[test]
fn margins_that_do_not_agree_are_a_problem_of_the_file() {
    let file = "county,sex,age,residence,population\n140302,male,18-29,,40\n140302,,,urban,41\n";
    assert_eq!(
        words(&read_margins(file.as_bytes(), &areas()).unwrap_err()),
        ["county 140302: sex and age add up to 40, urban and rural to 41"]
    );
}

#[test]
fn the_example_can_be_imported_sealed_and_drawn() {
    use crate::service::waves::file;
    use crate::survey::sample::draw;
    use crate::survey::time::Zone;

    let areas = read_areas(include_bytes!("../../../examples/yangquan/areas.csv")).unwrap();
    let frame = include_bytes!("../../../examples/yangquan/frame.csv");
    let frame = read_frame(frame, &areas).unwrap();
    let margins = include_bytes!("../../../examples/yangquan/margins.csv");
    let margins = read_margins(margins, &areas).unwrap();

    // the 2020 census, and its total of the city
    let census = [225_443, 230_691, 275_094, 306_228, 281_049];
    let sizes: Vec<u64> = areas
        .counties()
        .map(|county| {
            let own = frame.units().iter().filter(|u| u.county == county.code);
            own.map(|unit| u64::from(unit.size)).sum()
        })
        .collect();
    assert_eq!(sizes, census);
    assert_eq!(sizes.iter().sum::<u64>(), 1_318_505);

    for text in [
        include_str!("../../../examples/yangquan/wave.toml"),
        include_str!("../../../examples/yangquan/base-wave.toml"),
    ] {
        let draft = file::read(text, &Zone::shanghai(), |_| Err(String::new())).unwrap();
        let Plan::Probability(plan) = draft.plan else {
            panic!("a sample")
        };
        let form = draft.questionnaire.for_unit(plan.sample.unit);
        plan.check(&form, &margins).unwrap();
        let sample = draw(&plan.sample, &frame, &[1; 32]).unwrap();
        assert!(draft.wave.synthetic);
        let invitations = sample.invitations();
        assert!((9_995..=10_005).contains(&invitations), "{invitations}");
        for county in areas.counties() {
            let strata: std::collections::BTreeSet<_> = sample
                .psus
                .iter()
                .filter(|psu| psu.county == county.code)
                .map(|psu| (&psu.stratum, &psu.variance_unit))
                .collect();
            assert!(
                strata.len() >= 18,
                "enough degrees of freedom in {}",
                county.code
            );
        }
    }
}
