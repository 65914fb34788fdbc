# A result from several sides
sides-title = This result from other sides
criteria-help = A county's name leads to its reasons: each criterion with its rule, its numbers and who judged it.
county-answers = The answers to every question, with their intervals
county-answers-title = Answers in { $county }
method-covered-many = { $n } counties, by name in the tables and files.
method-sizes-many = { $issued } invitations and { $answers } answers to the headline in all; the table of invitations and answers and the files have them by county.
parts-title = More counties
parts-which = Counties { $first } to { $last } of { $lines }
parts-before = Earlier counties
parts-behind = Further counties

# Counties beside each other
compare-title = Counties compared
compare-headline = { $pairs ->
    [0] The counties cannot be compared
   *[other] { $shown ->
        [0] No two counties are shown to differ in approval
       *[other] { $shown } of { $pairs } pairs of counties are shown to differ in approval
      }
  }
compare-counties = Possible ranks
compare-caption = Approval and possible ranks by county
compare-ranks = Possible ranks
compare-ranks-plot = Possible ranks, drawn
compare-rank-range = { $best } to { $worst } of { $of }
compare-rank-only = { $best } of { $of }
compare-key = Rank 1 is the highest approval. The bar covers every rank that remains possible: with a probability of 95%, all bars together hold the true ranks. Counties with equal bars stand in the order of their codes, which says nothing about them. The thin line beside the estimate is its 95% interval.
compare-groups = Not to be told apart
compare-groups-none = All counties that can be compared are shown to differ from each other.
compare-groups-many = There are too many counties to list the groups; the table above has the ranks that remain possible for each.
compare-group = { $counties }: no two of these { $n } are shown to differ.
compare-relations = County by county
compare-above = { $named ->
    [yes] Shown above { $counties }.
   *[no] Shown above { $n ->
        [one] one county
       *[other] { $n } counties
      }.
  }
compare-below = { $named ->
    [yes] Shown below { $counties }.
   *[no] Shown below { $n ->
        [one] one county
       *[other] { $n } counties
      }.
  }
compare-alike = { $named ->
    [yes] Not to be told apart from { $counties }.
   *[no] Not to be told apart from { $n ->
        [one] one county
       *[other] { $n } counties
      }.
  }
compare-not-compared = Cannot be compared, so every rank remains possible.
compare-pairs = Every pair
compare-pairs-of = { $county } and each of these counties
compare-pairs-part = The other parts of the list have the pairs with the other counties. The p values are adjusted for all pairs, also those that are not shown here.
compare-beside = Pair by pair
compare-pairs-scroll = Every pair of counties; scrolls sideways
compare-pair = Pair
compare-difference = Difference, points
compare-error = Standard error
compare-p = Adjusted p
compare-shown = Shown
compare-pair-above = { $first } above { $second }
compare-pair-below = { $first } below { $second }
compare-pair-alike = not to be told apart
compare-how = How it was compared
compare-method = Each county was sampled by itself, so the variance of a difference is the sum of both variances. Each pair is tested in both directions by a one-sided t test with the degrees of freedom of both counties together. Holm's adjustment over all directions of all pairs keeps the probability of even one false “above” or “below” at 5% at most.
compare-method-ranks = A county's best rank is one more than the number of counties shown above it; its worst is the number of all counties less those shown below it. Where little is shown, the range is wide: that is what the survey knows. The ranks are of approval alone and play no part in a verdict.
compare-method-sources = Methods: Holm, Scandinavian Journal of Statistics 6 (1979); Mogstad, Romano, Shaikh and Wilhelm, Review of Economic Studies 91 (2024); Klein, Wright and Wieczorek, Journal of the Royal Statistical Society C 69 (2020).

# One question in all counties
ask-title = Answers by question
ask-caption = Per cent of those who answered, with the 95% interval
ask-base = Asked and answered
ask-scroll = Answers by county; scrolls sideways
ask-several = Several answers were possible, so the shares do not add up to 100%. They are rounded, and numbers of residents are left out, so that nobody's combination of answers can be computed.
ask-all = All questions

# Weights
weights-title = Distribution of weights
weights-lead = A weight says for how many residents an answer stands. Weights that differ much make a figure less precise; a weight that is far above the others lets few people decide. Here every weight is a multiple of its county's mean.
weights-caption = Weights by county
weights-scroll = Weights by county; scrolls sideways
weights-min = Smallest, × mean
weights-max = Largest, × mean
weights-class = Weight, × mean
weights-share = Respondents %
weights-from = { $low } and more
weights-histogram = { $county }: distribution of weights; the table below has the shares
weights-none = No histogram: its classes would have to be joined until only one is left, or the result was computed before histograms were kept.
weights-failed = The weighting failed, so there are no weights.
weights-help = In a histogram the area of a bar is the share of the respondents, and the dashed line is the mean. A class is shown only if it holds at least ten respondents from at least three variance units, none of which has more than half of it; smaller ones are joined with their neighbor, so that nobody learns how many answered in one community. Shares are whole percentages.

# The map
map-title = Map
map-label = Map of approval by county against { $limit }; the table below has every figure
map-legend = How to read the map
map-class-under = approval under { $high }
map-class = { $low } to under { $high }
map-class-from = { $low } and more
map-texture-open = hatched: not decidable, one of the two one-sided bounds lies on either side of the threshold
map-texture-none = dotted: not assessable
map-sign-met = without texture, at or above the threshold: shown to reach it
map-sign-unmet = without texture, below the threshold: shown not to reach it
map-simplified = The outlines are simplified for display and say nothing about the exact course of a boundary.
map-tiles = No outlines have been provided: every county has one tile of equal size, in the order of the division codes. Where a tile stands says nothing about where the county lies.
map-tiles-given = Every county has one tile of equal size, roughly where it lies.
map-source = Source of the map: { $source }
map-synthetic = The map is made up; it shows no real place.
map-table = Approval with its 95% interval, and the verdict

# The map of the counties, for organizers
mapdata-title = Map of the counties
mapdata-lead = With the outlines of the counties, every result has a map. Without them its counties are shown as tiles of equal size.
mapdata-held = In use
mapdata-none = No map has been brought yet; results show tiles in the order of the division codes.
mapdata-outlines = { $count ->
    [one] outline of one county
   *[other] outlines of { $count } counties
  }
mapdata-tiles = { $count ->
    [one] place of one tile
   *[other] places of { $count } tiles
  }
mapdata-file-hint = GeoJSON: a FeatureCollection with one Polygon or MultiPolygon for each county of the area tree, in longitude and latitude (WGS 84), at most 8 MB. Or a CSV file with the columns code, row, column for a map of tiles.
mapdata-property = Property with the division code
mapdata-property-hint = Which property of a feature has the six-digit code. A CSV file needs none.
mapdata-source-hint = Printed under every map: publisher, year, and the number under which the map was approved for publication.
mapdata-synthetic = The map is made up or stands in for another one
mapdata-no-property = Say which property has the code, in at most 300 characters.
mapdata-send = Use this map
mapdata-errors = The map was not taken over

boundary-place = { $kind ->
    [line] Line { $place }
   *[other] Feature { $place }
  }{ $coded ->
    [yes] {" "}({ $code })
   *[no] {""}
  }: { $what }
boundary-too-large = The file is larger than { $most } MB. Simplify the outlines first; a map needs far fewer points.
boundary-not-json = This is no JSON; reading failed at line { $line }, column { $column }.
boundary-not-a-collection = This is no GeoJSON FeatureCollection.
boundary-other-reference = The coordinates are not longitude and latitude by WGS 84. Convert the file first.
boundary-too-many = The file has more than { $most } positions. Simplify the outlines first.
boundary-too-wide = The map would be wider than half the earth, or it crosses the date line.
boundary-no-code = there is no property “{ $property }” with a code.
boundary-unknown-county = no county of the area tree has this code.
boundary-twice = this county was there before.
boundary-missing = The county { $code } of the area tree is not in the file.
boundary-not-a-polygon = the geometry is { $kind }; a Polygon or MultiPolygon is needed.
boundary-empty = the geometry has no ring.
boundary-ring-short = ring { $ring } has fewer than four positions.
boundary-ring-open = ring { $ring } is not closed: its last position is not its first one.
boundary-ring-not-a-number = ring { $ring }, position { $position } is not two finite numbers.
boundary-ring-outside = ring { $ring }, position { $position } is no longitude and latitude. Are these coordinates of another reference system, or in reverse order?
boundary-ring-flat = ring { $ring } encloses no area.
boundary-ring-crosses = ring { $ring } crosses itself.
boundary-ring-involved = ring { $ring } is too involved to be checked. Simplify it first.
boundary-not-a-table = This is neither GeoJSON nor a table with the columns code, row, column.
boundary-no-place = row and column must be whole numbers from 1 to 60.
boundary-place-taken = another county has this place already.
