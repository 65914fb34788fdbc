# Tokens for programs

tokens-title = Tokens for programs
tokens-text = A program that sends a token reads or reports what you may yourself, within what the token may. Give each program its own, so that one can be ended without the others. A changed password, “sign out everywhere” and a closed account end all of them.
tokens-none = You have no token.
tokens-nothing = Your role has nothing that a program could do for you.
tokens-made = The token is made. Copy it now: it is shown this once, and is kept here only as a fingerprint. Programs send it as “Authorization: Bearer …”.
tokens-secret = The token
tokens-new = A new token
tokens-name = Name
tokens-name-hint = What will use it, such as “statistics office, monthly job”.
tokens-may = May
tokens-scope-fieldwork = read how fieldwork goes
tokens-scope-fieldwork-hint = Codes handed out and used and outcomes by county, rounded as on the page. Nothing computed from answers.
tokens-scope-indicators = reported values
tokens-scope-indicators-hint = Read what you may read; a reporter’s token also reports the own county’s values.
tokens-life = Good for
tokens-days = { $days } days
tokens-since = made { $made }, good until { $until }
tokens-end = End it
tokens-make = Make the token
tokens-bad-name = Give it a name of at most { $most } characters.
tokens-no-scope = Choose what it may do, and for how long.
tokens-full = An account has at most { $most } tokens. End one that is not used any more.
