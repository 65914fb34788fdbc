# Printed invitations
cards-title = Print invitations
cards-text = Choose the file with the codes that you saved at the draw. It is read, checked and turned into pages to print; nothing of it is kept here.
cards-file = File with the codes
cards-layout = What to make
cards-layout-cards = Cards, eight on a sheet of A4
cards-layout-urn = Cards for an urn: no place on them, residents draw one themselves
cards-layout-letters = Letters, one on a sheet
cards-layout-list = A list for those who send messages (XLSX)
cards-county = County
cards-county-all = All counties
cards-make = Make
cards-how = Print this page on A4 without margins, at 100 %. Each pile begins with a card that says where it goes. Keep it locked away like the codes.
cards-count = { $count ->
    [one] { $count } invitation
   *[other] { $count } invitations
  }
cards-scan = Scan the picture, or open the address and type the code:
cards-anonymous = Anonymous. Nobody may watch you or tell you what to say.
cards-drawn = You were drawn at random.
cards-period = { $opens } to { $closes }
cards-no-file = Please choose the file with the codes.
cards-part = { $name }, part { $part }
cards-code-bad = this is no code: a character is wrong or missing.
cards-code-other = this code is not one of this wave. Was the file saved before other codes were made?
cards-code-twice = this code occurs twice.
cards-way = Print the invitations, or make a list for messages →
import-column-community = community
import-column-part = part
cards-list-code = Code
cards-list-link = Link
cards-list-county = County
cards-list-community = Community

# A single card
anew-title = A card is spoiled or lost
anew-text = Type its code, from the card or from your list of codes. You get another one; the old one is worth nothing from then on. Whether it had been used is not told: if so, the new one brings no second answer. Every new card is counted in the survey's public record.
anew-count = { $count ->
    [0] No card has been made anew so far.
    [one] One card has been made anew so far.
   *[other] { $count } cards have been made anew so far.
}
anew-code = Code of the old card
anew-make = Make a new card
anew-made = The new card
anew-once = This code is shown once, here. Print this page or copy it by hand.
anew-write = Give it to the household for which the old card was meant, and destroy the old one.
anew-ask = Code of the old card:
anew-only-copy = The old code is worth nothing from now on. The new one is stored nowhere else.
anew-not-kept = The file could not be written: { $message }. The code:
anew-file-taken = { $file } is there already, and it is not overwritten. No card was made anew.
anew-file-refused = { $file } cannot be written: { $message }. No card was made anew.
anew-not-named = The new code is complete in { $file }, which could not be given its own name. Keep that file.
