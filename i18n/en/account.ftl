# Signing in and out; the bar of pages for staff
account-title = Sign in
account-text = For staff. Residents need no account: the code in the letter is enough.
account-name = Name
account-password = Password
account-sign-in = Sign in
account-sign-out = Sign out
account-none = No account yet? Whoever runs this instance makes one with:
account-refused = The name or the password is wrong, or the code from the app is. Please try again.
account-throttled = There were too many wrong passwords for this name. Please try again in { $seconds } seconds.
account-person = Signed in as { $name }
account-navigation = Pages for staff
account-nav-waves = Waves
account-nav-results = Results
account-staff = For staff: sign in
account-code = Code from your app
account-code-hint = Only if you have set one up for this account.
own-title = Your account
own-second = Second factor
own-second-text = With a code from an app on your phone, a password that somebody has seen is not enough to sign in. Scan the picture with the app, then type the code that it shows.
own-second-picture = Picture for the app
own-second-secret = Without a camera, type this into the app:
own-second-set = Set up the second factor
own-second-there = A sign-in needs a code from your app.
own-second-remove = Remove the second factor
own-code = Code from the app
own-password = Password
own-password-change = Change the password
own-current = Your password now
own-chosen = New password
own-chosen-hint = At least { $least } characters; a few words are easier to keep in mind.
own-again = The new password again
own-everywhere = Where you are signed in
own-sessions = { $count ->
    [one] You are signed in in { $count } browser.
   *[other] You are signed in in { $count } browsers.
  }
own-everywhere-button = Sign out everywhere
own-done-password = The password was changed. All other browsers are signed out.
own-done-set-second = The second factor is set up. From now on a sign-in needs a code.
own-done-remove-second = The second factor was removed. A password is enough again.
own-done-everywhere = You are signed out everywhere.
own-differs = The two new passwords are not the same. Nothing was changed.
own-refused = The password or the code is wrong. Nothing was changed. A code can be used once; wait for the next one.
own-changed = This was changed in another browser meanwhile. Look at it again.
