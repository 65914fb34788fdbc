//! The sources that explanations cite, each in one place; `docs/methodology.md` lists the same.

/// A publication, with the place in it where that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Binder,
    ClopperPearson,
    CochranRatio,
    DemingStephan,
    DevilleSarndal,
    FayHerriot,
    FranciscoFuller,
    HoltSmith,
    HyndmanFan,
    Judkins,
    KishWeights,
    KornGraubard,
    LumleyLonely,
    LumleyContrasts,
    LumleyIntervals,
    OhScheuren,
    Potter,
    RaoMolina,
    RaoScott,
    RaoWuYue,
    ShahVaish,
    Wilson,
    WolterHalf,
    WolterJackknife,
    WolterReplicates,
    Woodruff,
}

impl Source {
    /// Author, year, and the place in a book.
    pub(super) const fn short(self) -> &'static str {
        match self {
            Self::Binder => "Binder 1983",
            Self::ClopperPearson => "Clopper and Pearson 1934",
            Self::CochranRatio => "Cochran 1977, §11.4",
            Self::DemingStephan => "Deming and Stephan 1940",
            Self::DevilleSarndal => "Deville and Särndal 1992",
            Self::FayHerriot => "Fay and Herriot 1979",
            Self::FranciscoFuller => "Francisco and Fuller 1991",
            Self::HoltSmith => "Holt and Smith 1979",
            Self::HyndmanFan => "Hyndman and Fan 1996",
            Self::Judkins => "Judkins 1990",
            Self::KishWeights => "Kish 1965, §11.7",
            Self::KornGraubard => "Korn and Graubard 1998",
            Self::LumleyLonely => "Lumley 2010, §2.2",
            Self::LumleyContrasts => "Lumley 2010, §2.3",
            Self::LumleyIntervals => "Lumley 2010, §2.4",
            Self::OhScheuren => "Oh and Scheuren 1983",
            Self::Potter => "Potter 1990",
            Self::RaoMolina => "Rao and Molina 2015, §6.1–6.2",
            Self::RaoScott => "Rao and Scott 1984",
            Self::RaoWuYue => "Rao, Wu and Yue 1992, §2",
            Self::ShahVaish => "Shah and Vaish 2006",
            Self::Wilson => "Wilson 1927",
            Self::WolterHalf => "Wolter 2007, §3.2",
            Self::WolterJackknife => "Wolter 2007, §4.2, §4.5",
            Self::WolterReplicates => "Wolter 2007, ch. 3–5",
            Self::Woodruff => "Woodruff 1952",
        }
    }

    /// The publication, as it stands in `docs/methodology.md`.
    pub(super) const fn full(self) -> &'static str {
        match self {
            Self::Binder => "Binder, Int. Stat. Rev. 51, 1983, 279–292",
            Self::ClopperPearson => "Clopper and Pearson, Biometrika 26, 1934, 404–413",
            Self::CochranRatio => "Cochran, Sampling Techniques, 3rd ed., Wiley 1977",
            Self::DemingStephan => "Deming and Stephan, Ann. Math. Stat. 11, 1940, 427–444",
            Self::DevilleSarndal => "Deville and Särndal, JASA 87, 1992, 376–382",
            Self::FayHerriot => "Fay and Herriot, JASA 74, 1979, 269–277",
            Self::FranciscoFuller => "Francisco and Fuller, Ann. Stat. 19, 1991, 454–469",
            Self::HoltSmith => "Holt and Smith, JRSS A 142, 1979, 33–46",
            Self::HyndmanFan => "Hyndman and Fan, Am. Stat. 50, 1996, 361–365",
            Self::Judkins => "Judkins, J. Off. Stat. 6, 1990, 223–239",
            Self::KishWeights => "Kish, Survey Sampling, Wiley 1965",
            Self::KornGraubard => "Korn and Graubard, Survey Methodology 24, 1998, 193–201",
            Self::LumleyLonely | Self::LumleyContrasts | Self::LumleyIntervals => {
                "Lumley, Complex Surveys: A Guide to Analysis Using R, Wiley 2010"
            }
            Self::OhScheuren => {
                "Oh and Scheuren, in Incomplete Data in Sample Surveys 2, Academic Press 1983, 143–184"
            }
            Self::Potter => "Potter, Proc. ASA Section on Survey Research Methods 1990, 225–230",
            Self::RaoMolina => "Rao and Molina, Small Area Estimation, 2nd ed., Wiley 2015",
            Self::RaoScott => "Rao and Scott, Ann. Stat. 12, 1984, 46–60",
            Self::RaoWuYue => "Rao, Wu and Yue, Survey Methodology 18, 1992, 209–217",
            Self::ShahVaish => "Shah and Vaish, Proc. ASA Section on Survey Research Methods 2006",
            Self::Wilson => "Wilson, JASA 22, 1927, 209–212",
            Self::WolterHalf | Self::WolterJackknife | Self::WolterReplicates => {
                "Wolter, Introduction to Variance Estimation, 2nd ed., Springer 2007"
            }
            Self::Woodruff => "Woodruff, JASA 47, 1952, 635–646",
        }
    }

    /// All of them.
    #[cfg(test)]
    pub(super) const ALL: [Self; 26] = [
        Self::Binder,
        Self::ClopperPearson,
        Self::CochranRatio,
        Self::DemingStephan,
        Self::DevilleSarndal,
        Self::FayHerriot,
        Self::FranciscoFuller,
        Self::HoltSmith,
        Self::HyndmanFan,
        Self::Judkins,
        Self::KishWeights,
        Self::KornGraubard,
        Self::LumleyLonely,
        Self::LumleyContrasts,
        Self::LumleyIntervals,
        Self::OhScheuren,
        Self::Potter,
        Self::RaoMolina,
        Self::RaoScott,
        Self::RaoWuYue,
        Self::ShahVaish,
        Self::Wilson,
        Self::WolterHalf,
        Self::WolterJackknife,
        Self::WolterReplicates,
        Self::Woodruff,
    ];
}
