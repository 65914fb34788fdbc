# staff

## Accounts on the command line
role-administrator = administrator
role-organizer = organizer
role-fieldworker = fieldworker
role-evaluator = evaluator
role-auditor = auditor
role-reporter = county reporter
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
user-no-county = There is no imported county "{ $code }". A reporter reports for one county; "minyi import areas" brings them.
user-county-unused = Only a reporter has a county. Leave --county out, or take --role reporter.
user-failed = The account could not be read or made

## Running an instance
serve-made = Made: { $path }. The folder “keys” is the only copy: keep another one safe. Without it no code on a letter can be recognized.
serve-keys-exist = There are keys in { $path } already, and they are not overwritten.
serve-keys = The keys cannot be used: { $error }. For a new instance run first: minyi init --data DIR
serve-store-office = office
serve-store-urn = urn
serve-database-unnamed = --database-url must end with the name of a database: postgres://USER:PASSWORD@HOST/NAME
serve-one-database = The office and the urn must be two databases, and better two accounts. Give --office-url and --urn-url different names.
serve-database-address = The address of the { $store }’s database cannot be read. It looks like this: postgres://USER:PASSWORD@HOST:5432/NAME
serve-database-silent = The { $store }’s database server does not answer. See whether it runs and whether host and port in the address are right.
serve-database-account = The { $store }’s database server refuses the account or its password. See the address and the server’s pg_hba.conf.
serve-database-missing = The { $store }’s database does not exist. Make it first, as the server’s administrator: createdb --owner=USER NAME
serve-database-standby = Every server that was named for the { $store } is a standby and takes no writes. Promote one, or add the address of the primary.
serve-file-closed = The { $store }’s file cannot be opened or written. Its folder and files must belong to the user who runs minyi.
serve-file-held = Another program holds the { $store }’s file. End it, then try again.
serve-disk-full = The disk of the { $store } is full. Make room, then try again.
serve-file-foreign = The { $store }’s file is no database of SQLite. Is --data the right folder? If the file was damaged, restore a backup.
serve-no-tables = The { $store } is empty. For a new instance run first: minyi init
serve-old-tables = The { $store } has the tables of an earlier version (step { $found } of { $known }). Bring them up to date: minyi migrate
serve-new-tables = The { $store } has the tables of a later version (step { $found }; this program knows { $known }). Use the newer program.
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

# minyi backup, restore, migrate, check
backup-made = Saved and tried: { $path }. The keys are not in it: keep the folder “keys” elsewhere, without keys/waves/WAVE folders.
backup-exists = { $path } is there already. Name a new folder.
backup-none = { $path } is no backup: the file backup.json is missing or cannot be read.
backup-altered = { $path } is not as it was saved. Take another backup.
backup-file = { $path }: { $error }
restore-not-empty = The { $store } is not empty, and nothing is overwritten. Restore into a new folder or new databases.
restore-checkpoint = { $file }: { $error }. Name a checkpoint of this instance, and put the instance’s own keys in place first.
restore-fork = The log { $origin } in this backup is another one than the checkpoint says: leaves were changed, not only lost. Nothing was restored. Take another backup.
restore-unknown = Wave { $wave }: { $leaves } leaves. No checkpoint of this log is known here, so nobody can tell whether leaves are missing. If you have one, restore again with --checkpoint.
restore-complete = Wave { $wave }: { $leaves } leaves, none missing by the newest checkpoint that is known.
restore-compared = Wave { $wave }: { $leaves } leaves in the backup.
restore-unreadable = Wave { $wave }: { $unreadable } waiting records were taken out. Their key was destroyed after the backup, when they were logged; nobody can read them.
restore-done = Restored.
migrate-nothing = The tables are those of this version already.
migrate-done = Brought up to date: the office from step { $office }, the urn from step { $urn }. The state before is saved in { $path }.
check-column-wave = wave
check-column-used = used codes
check-column-pool = waiting
check-column-responses = responses
check-column-leaves = leaves
check-column-log = log
check-column-root = root
check-good = Both stores tell one story.
check-damaged = A database file is damaged. Restore a backup.
check-leaves = Wave { $wave }: { $count } responses are not in the log, { $other } leaves have no response. Restore a backup.
check-altered = Wave { $wave }: { $count } responses are not what was committed to: they were changed after they came in. Restore a backup.
check-spent = Wave { $wave }: { $count } codes were spent, but there are { $other } records and responses. Restore a backup.
check-used = Wave { $wave }: only { $count } codes were used, but there are { $other } records and responses. Office and urn are of different times. Restore both from one backup.
check-unreadable = Wave { $wave }: { $count } waiting records cannot be read with the keys in this place. Copy keys/waves from the node that drew the sample or served the day.
check-halted = Wave { $wave }: { $lost } leaves that were signed are missing. Nothing more is signed and no answer is taken until two people let a new log begin: minyi wave ask-new-log, then minyi wave new-log.
check-audit = The audit log does not fit its chain, first at entry { $place }: an entry was changed, removed or put in. Compare with a backup.
user-closed = Account { $name } is closed; every session has ended.
user-opened = Account { $name } is open again.
user-second-gone = Second factor and passkeys of { $name } are removed; every session has ended. New ones can be set up after the next sign-in.
user-unknown = There is no account { $name }. minyi user list shows them all.
welcome-link = Nobody has an account yet. Make the first administrator with this link; it is good once, for 24 hours, until the next start:
welcome-file = Nobody has an account yet. The link with which the first administrator is made is in { $path }; it is good once, for 24 hours, until the next start.
serve-oidc-secret = --oidc-client-secret-file: { $path } cannot be read: { $error }. See that the file is there and that the user who runs minyi may read it.
serve-oidc-issuer = --oidc-issuer { $issuer } must begin with https:// (http:// only for this machine).
