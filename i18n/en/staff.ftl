# staff

## Accounts on the command line
role-organizer = organizer
role-evaluator = evaluator
user-made = Account { $name } ({ $role }) was made.
user-none = There are no accounts yet. Make one with: minyi user add NAME --role organizer --data DIR
user-disabled = disabled
user-password-once = This is the password. It is shown once and cannot be shown again:
user-password-ask = Password (at least 12 characters; nothing is shown while you type):
user-password-again = The same password again:
user-password-differs = The two passwords differ. Nothing was changed; please try again.
user-password-short = The password has fewer than { $least } characters. Take a longer one, such as four words.
user-password-long = The password is longer than 512 bytes. Take a shorter one.
user-password-guessable = The password can be guessed from the name, or repeats a few characters. Take another one, or use --generate.
user-bad-name = "{ $name }" cannot be a name: use letters, digits, ".", "-" and "_", at most 64, the first a letter or digit.
user-taken = There is an account { $name } already. Take another name; "minyi user list" shows those that exist.
user-failed = The account could not be read or made

## Running an instance
serve-made = Made: { $path }. The folder “keys” is the only copy: keep another one safe. Without it no code on a letter can be recognized.
serve-keys-exist = There are keys in { $path } already, and they are not overwritten.
serve-keys = The keys cannot be used: { $error }. For a new instance run first: minyi init --data DIR
serve-bad-url = --public-url must begin with https:// (http:// only for localhost).
serve-bad-zone = There is no time zone { $zone }. An example: Asia/Shanghai.
serve-address-taken = Cannot listen on { $addr }: { $error }. Choose another --addr, or see whether it runs already.
serve-bad-proxy = --trusted-proxy { $network } is no network. An example: 10.0.0.0/8, or one address: 10.1.2.3.
serve-tls-unreadable = { $path } cannot be read: { $error }. See that the file is there and that the user who runs minyi may read it.
serve-tls-no-certificate = { $path } holds no certificate. --tls-cert takes a PEM file that begins with -----BEGIN CERTIFICATE-----, this server's certificate first.
serve-tls-no-key = { $path } holds no private key. --tls-key takes a PEM file with a line -----BEGIN PRIVATE KEY-----.
serve-tls-mismatch = The key in { $path } belongs to another certificate than the one of --tls-cert. Give the two files that were issued together.
serve-tls-unusable = The certificate in { $path } cannot be used: { $error }. Ask its issuer for a new one.
serve-few-descriptors = The system lets this process open { $descriptors } files, so it serves { $connections } connections at a time. For more raise the limit (systemd: LimitNOFILE=20000; shell: ulimit -n 20000).
serve-ready = Running: { $url }. Press Ctrl-C to stop.
serve-attempted = starting
