# What samples are drawn from: areas, frames, margins
account-nav-data = Data
data-title = Data
data-text = Areas, frame and population are what a wave is drawn from and weighted to. A file is shown with all its problems before anything of it counts; then it is taken over whole or not at all.
data-title-areas = Areas
data-title-frame = Frames
data-title-margins = Population
data-text-areas = City, counties, townships and communities with their division codes. A file adds areas and gives those that are there already their new names.
data-text-frame = All communities and villages with their residents and addresses: from them the places of a sample are drawn. Nothing is overwritten; a new file is a new frame.
data-text-margins = Residents of 18 and over by county: by sex and age, and by urban and rural. Weights make the answers stand for them.
data-none-areas = There are no areas yet. Begin with them: frames and population name their counties.
data-none-frame = There is no frame yet.
data-none-margins = There is no population yet.
data-level-city = { $count ->
    [one] { $count } city
   *[other] { $count } cities
  }
data-level-county = { $count ->
    [one] { $count } county
   *[other] { $count } counties
  }
data-level-township = { $count ->
    [one] { $count } township
   *[other] { $count } townships
  }
data-level-community = { $count ->
    [one] { $count } community
   *[other] { $count } communities
  }
data-comma = ,{" "}
data-send = Send a file
data-template = Template to fill in (XLSX)
data-file = File
data-file-hint = XLSX, or CSV as a spreadsheet program saves it. Column titles may be English or Chinese. At most 16 MB.
data-name = Name
data-name-hint = Waves refer to it by this name, for example “2026 households”.
data-source = Source
data-source-hint = Where the data come from. It is printed with every result.
data-synthetic = The data are made up or stand in for others; every result says so
data-look = Send, and look at it
data-imported = Taken over
data-when = { $when }, by { $name }
data-no-name = Please give it a name of at most 300 characters.
data-no-source = Please say where the data come from, in at most 300 characters.
data-no-file = Please choose a file that is not empty.
data-done-areas = The areas were taken over.
data-done-frame = The frame was taken over.
data-done-margins = The population was taken over.
data-check-areas = Areas: look before they count
data-check-frame = Frame: look before it counts
data-check-margins = Population: look before it counts
data-named = Name: { $name } · Source: { $source }
data-problems = This has to be mended first
data-problems-how = Nothing was taken over. Mend the file in your spreadsheet program and send it again; rows have the numbers that it shows.
data-excerpt = Rows with problems, as they stand in the file
data-row = Row
data-blank = (empty)
data-areas-changes = { $new } new, { $changed } with other names or places, { $same } as they were.
data-changed = What changes
data-code = Code
data-before = Before
data-now = In the file
data-units = Communities and villages
data-rural = Of them villages
data-size = Residents
data-addresses = Addresses
data-frame-counties = The frame by county
data-difference = Compared with the frame “{ $name }”: new places: { $added }, gone: { $removed }, different: { $changed }.
data-listed = The first { $count } of them are listed.
data-unit = { $name }, { $residence }, { $size } residents, { $addresses } addresses
residence-urban = Urban
residence-rural = Rural
data-margins-counties = The population by county
data-margin-people = Residents of 18 and over
data-margin-cells = Cells of sex and age
data-take-title = Take it over
data-take-text = The numbers above are what counts from then on. Nothing is changed in waves that are sealed.
data-take = Take it over
data-other = ← All data
data-again = Send the mended file
import-no-upload = This file is no longer here: it was taken over, replaced, or a day has passed. Send it again.
import-template-areas = Areas
import-template-frame = Frame
import-template-margins = Population
import-template-notes = Notes
import-template-column = Column
import-template-needed = Needed
import-template-what = What to fill in
import-template-example = Example
import-template-yes = yes
import-template-no = if it applies
import-hint-areas-code = Division code: 6 digits for city and county, 9 for a township, 12 below. As text, so that no digit is lost.
import-hint-areas-level = One of: city, county, township, community.
import-hint-areas-name-zh = Name in Chinese.
import-hint-areas-name-en = Name in English (pinyin).
import-hint-areas-parent = Code of the area above. Only the city has none.
import-example-areas-code = 140321
import-example-areas-level = county
import-example-areas-name-zh = 平定县
import-example-areas-name-en = Pingding
import-example-areas-parent = 140300
import-hint-frame-code = Division code of the community or village, 12 digits. It begins with the county’s six.
import-hint-frame-name = Name, for those who bring the letters.
import-hint-frame-county = The county’s code, 6 digits.
import-hint-frame-residence = urban or rural.
import-hint-frame-size = Residents, a whole number of 1 or more. The chance of being drawn is proportional to it.
import-hint-frame-addresses = Listed addresses or persons that can be invited, 1 or more.
import-example-frame-code = 140321001001
import-example-frame-name = 冠山社区
import-example-frame-county = 140321
import-example-frame-residence = urban
import-example-frame-size = 2643
import-example-frame-addresses = 2135
import-hint-margins-county = The county’s code, 6 digits.
import-hint-margins-sex = male or female; empty in rows by urban and rural.
import-hint-margins-age = Age band as in the questionnaire, such as 18-29 or 60up; empty in rows by urban and rural.
import-hint-margins-residence = urban or rural; empty in rows by sex and age.
import-hint-margins-population = Residents of 18 and over. Both kinds of rows of a county add up to the same number.
import-example-margins-county = 140321
import-example-margins-sex = female
import-example-margins-age = 18-29
import-example-margins-residence = (empty)
import-example-margins-population = 18432
import-template-unwritten = { $file } cannot be written: { $message }
