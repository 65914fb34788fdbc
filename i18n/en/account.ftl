# Signing in and out; the bar of pages for staff
account-title = Sign in
account-text = For organizers and evaluators. Residents need no account: the code in the letter is enough.
account-name = Name
account-password = Password
account-sign-in = Sign in
account-sign-out = Sign out
account-none = No account yet? Whoever runs this instance makes one with:
account-refused = The name or the password is wrong. Please try again.
account-throttled = There were too many wrong passwords for this name. Please try again in { $seconds } seconds.
account-person = Signed in as { $name }
account-navigation = Pages for staff
account-nav-waves = Waves
account-nav-results = Results
account-staff = For staff: sign in
