//! The sources that explanations cite, each in one place; `docs/methodology.md` lists the same.

/// A publication, with the place in it where that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Bankier,
    Binder,
    Brewer,
    ClopperPearson,
    CochranRatio,
    CochranSimple,
    CochranSize,
    CochranStrata,
    CochranSystematic,
    DemingStephan,
    DevilleSarndal,
    FayHerriot,
    FleissSize,
    FranciscoFuller,
    Good,
    Holm,
    HoltSmith,
    HorvitzThompson,
    HoxModes,
    HyndmanFan,
    Judkins,
    KishEffect,
    KishWeights,
    KornGraubard,
    KrosnickAlwin,
    LumleyContrasts,
    LumleyIntervals,
    LumleyLonely,
    Madow,
    OhScheuren,
    PhipsonSmyth,
    Potter,
    RaoMolina,
    RaoScott,
    RaoWuYue,
    Sampford,
    SarndalPps,
    ShahVaish,
    Wilson,
    WolterHalf,
    WolterJackknife,
    WolterReplicates,
    WolterUnits,
    Woodruff,
}

impl Source {
    /// Author, year, and the place in a book.
    pub(super) const fn short(self) -> &'static str {
        match self {
            Self::Bankier => "Bankier 1988",
            Self::Binder => "Binder 1983",
            Self::Brewer => "Brewer 1975",
            Self::ClopperPearson => "Clopper and Pearson 1934",
            Self::CochranRatio => "Cochran 1977, §11.4",
            Self::CochranSimple => "Cochran 1977, ch. 2",
            Self::CochranSize => "Cochran 1977, §4.4",
            Self::CochranStrata => "Cochran 1977, §5.5–5.9",
            Self::CochranSystematic => "Cochran 1977, ch. 8",
            Self::DemingStephan => "Deming and Stephan 1940",
            Self::DevilleSarndal => "Deville and Särndal 1992",
            Self::FayHerriot => "Fay and Herriot 1979",
            Self::FleissSize => "Fleiss 1981, §1.2, §2.1",
            Self::FranciscoFuller => "Francisco and Fuller 1991",
            Self::Good => "Good 2005, ch. 3",
            Self::Holm => "Holm 1979",
            Self::HoltSmith => "Holt and Smith 1979",
            Self::HorvitzThompson => "Horvitz and Thompson 1952",
            Self::HoxModes => "Hox, de Leeuw and Klausch 2017",
            Self::HyndmanFan => "Hyndman and Fan 1996",
            Self::Judkins => "Judkins 1990",
            Self::KishEffect => "Kish 1965, §8.2",
            Self::KishWeights => "Kish 1965, §11.7",
            Self::KornGraubard => "Korn and Graubard 1998",
            Self::KrosnickAlwin => "Krosnick and Alwin 1987",
            Self::LumleyContrasts => "Lumley 2010, §2.3",
            Self::LumleyIntervals => "Lumley 2010, §2.4",
            Self::LumleyLonely => "Lumley 2010, §2.2",
            Self::Madow => "Madow 1949",
            Self::OhScheuren => "Oh and Scheuren 1983",
            Self::PhipsonSmyth => "Phipson and Smyth 2010",
            Self::Potter => "Potter 1990",
            Self::RaoMolina => "Rao and Molina 2015, §6.1–6.2",
            Self::RaoScott => "Rao and Scott 1984",
            Self::RaoWuYue => "Rao, Wu and Yue 1992, §2",
            Self::Sampford => "Sampford 1967",
            Self::SarndalPps => "Särndal et al. 1992, §3.6",
            Self::ShahVaish => "Shah and Vaish 2006",
            Self::Wilson => "Wilson 1927",
            Self::WolterHalf => "Wolter 2007, §3.2",
            Self::WolterJackknife => "Wolter 2007, §4.2, §4.5",
            Self::WolterReplicates => "Wolter 2007, ch. 3–5",
            Self::WolterUnits => "Wolter 2007, §2.2",
            Self::Woodruff => "Woodruff 1952",
        }
    }

    /// The publication, as it stands in `docs/methodology.md`.
    pub(super) const fn full(self) -> &'static str {
        match self {
            Self::Bankier => "Bankier, Am. Stat. 42, 1988, 174–177",
            Self::Binder => "Binder, Int. Stat. Rev. 51, 1983, 279–292",
            Self::Brewer => "Brewer, Austral. J. Stat. 17, 1975, 166–172",
            Self::ClopperPearson => "Clopper and Pearson, Biometrika 26, 1934, 404–413",
            Self::CochranRatio
            | Self::CochranSimple
            | Self::CochranSize
            | Self::CochranStrata
            | Self::CochranSystematic => "Cochran, Sampling Techniques, 3rd ed., Wiley 1977",
            Self::DemingStephan => "Deming and Stephan, Ann. Math. Stat. 11, 1940, 427–444",
            Self::DevilleSarndal => "Deville and Särndal, JASA 87, 1992, 376–382",
            Self::FayHerriot => "Fay and Herriot, JASA 74, 1979, 269–277",
            Self::FleissSize => {
                "Fleiss, Statistical Methods for Rates and Proportions, 2nd ed., Wiley 1981"
            }
            Self::FranciscoFuller => "Francisco and Fuller, Ann. Stat. 19, 1991, 454–469",
            Self::Good => {
                "Good, Permutation, Parametric and Bootstrap Tests of Hypotheses, 3rd ed., Springer 2005"
            }
            Self::Holm => "Holm, Scand. J. Stat. 6, 1979, 65–70",
            Self::HoltSmith => "Holt and Smith, JRSS A 142, 1979, 33–46",
            Self::HorvitzThompson => "Horvitz and Thompson, JASA 47, 1952, 663–685",
            Self::HoxModes => {
                "Hox, de Leeuw and Klausch, in Total Survey Error in Practice, Wiley 2017, ch. 23"
            }
            Self::HyndmanFan => "Hyndman and Fan, Am. Stat. 50, 1996, 361–365",
            Self::Judkins => "Judkins, J. Off. Stat. 6, 1990, 223–239",
            Self::KishEffect | Self::KishWeights => "Kish, Survey Sampling, Wiley 1965",
            Self::KornGraubard => "Korn and Graubard, Survey Methodology 24, 1998, 193–201",
            Self::KrosnickAlwin => "Krosnick and Alwin, Public Opinion Q. 51, 1987, 201–219",
            Self::LumleyContrasts | Self::LumleyIntervals | Self::LumleyLonely => {
                "Lumley, Complex Surveys: A Guide to Analysis Using R, Wiley 2010"
            }
            Self::Madow => "Madow, Ann. Math. Stat. 20, 1949, 333–354",
            Self::OhScheuren => {
                "Oh and Scheuren, in Incomplete Data in Sample Surveys 2, Academic Press 1983, 143–184"
            }
            Self::PhipsonSmyth => {
                "Phipson and Smyth, Stat. Appl. Genet. Mol. Biol. 9, 2010, art. 39"
            }
            Self::Potter => "Potter, Proc. ASA Section on Survey Research Methods 1990, 225–230",
            Self::RaoMolina => "Rao and Molina, Small Area Estimation, 2nd ed., Wiley 2015",
            Self::RaoScott => "Rao and Scott, Ann. Stat. 12, 1984, 46–60",
            Self::RaoWuYue => "Rao, Wu and Yue, Survey Methodology 18, 1992, 209–217",
            Self::Sampford => "Sampford, Biometrika 54, 1967, 499–513",
            Self::ShahVaish => "Shah and Vaish, Proc. ASA Section on Survey Research Methods 2006",
            Self::SarndalPps => {
                "Särndal, Swensson and Wretman, Model Assisted Survey Sampling, Springer 1992"
            }
            Self::Wilson => "Wilson, JASA 22, 1927, 209–212",
            Self::WolterHalf
            | Self::WolterJackknife
            | Self::WolterReplicates
            | Self::WolterUnits => {
                "Wolter, Introduction to Variance Estimation, 2nd ed., Springer 2007"
            }
            Self::Woodruff => "Woodruff, JASA 47, 1952, 635–646",
        }
    }

    /// All of them.
    #[cfg(test)]
    pub(super) const ALL: [Self; 44] = [
        Self::Bankier,
        Self::Binder,
        Self::Brewer,
        Self::ClopperPearson,
        Self::CochranRatio,
        Self::CochranSimple,
        Self::CochranSize,
        Self::CochranStrata,
        Self::CochranSystematic,
        Self::DemingStephan,
        Self::DevilleSarndal,
        Self::FayHerriot,
        Self::FleissSize,
        Self::FranciscoFuller,
        Self::Good,
        Self::Holm,
        Self::HoltSmith,
        Self::HorvitzThompson,
        Self::HoxModes,
        Self::HyndmanFan,
        Self::Judkins,
        Self::KishEffect,
        Self::KishWeights,
        Self::KornGraubard,
        Self::KrosnickAlwin,
        Self::LumleyContrasts,
        Self::LumleyIntervals,
        Self::LumleyLonely,
        Self::Madow,
        Self::OhScheuren,
        Self::PhipsonSmyth,
        Self::Potter,
        Self::RaoMolina,
        Self::RaoScott,
        Self::RaoWuYue,
        Self::Sampford,
        Self::SarndalPps,
        Self::ShahVaish,
        Self::Wilson,
        Self::WolterHalf,
        Self::WolterJackknife,
        Self::WolterReplicates,
        Self::WolterUnits,
        Self::Woodruff,
    ];
}
