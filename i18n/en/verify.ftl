# minyi verify
verify-no-key = --key is no key. Copy it whole from the page of the record: name, hash and key with a + between them.
verify-no-receipt = "{ $given }" is no receipt: a receipt has 64 characters, 0 to 9 and a to f.
verify-good = { $log }: { $size } entries, signed, and they give the signed root.
verify-root = Root { $root }
verify-goes-on = The { $kept } entries that were kept are its beginning.
verify-found = Receipt { $receipt } stands at place { $place }.
verify-missing = Receipt { $receipt } is not in the log. If the date on its page is past, something was left out.
verify-away = { $file } could not be fetched: { $why }
verify-file = { $file } cannot be read or written: { $why }
verify-head = The head is not signed with this key.
verify-origin = This is the log { $found }; the key is another log's.
verify-bundle = { $file } is no bundle of entries.
verify-broken = THE LOG IS BROKEN: its entries are not those that were signed. Keep what you have and tell the auditors.
verify-rolled-back = THE LOG WAS ROLLED BACK: { $kept } entries were signed before, now there are { $found }. What you kept is proof of it and was left as it is.
verify-rewritten = THE LOG WAS CHANGED: the first { $kept } entries are not those that were signed before. What you kept is proof of it and was left as it is.
verify-cosigned = Cosigned by { $witness } at { $at }.
verify-not-cosigned = { $witness } has not cosigned this head. Ask again in a minute; if it stays so, ask the witness what it saw.
witness-ready = This witness is { $key }
    and listens at http://{ $address }. Give others the key by a way of your own.
witness-no-key = “{ $given }” is no key of a log: name, hash and key, as the log's page shows them.
witness-no-log = No log is to be watched. Name one with --log, or all of an instance with --instance.
witness-no-party = “{ $given }” is no witness: its key, @, and its address.
witness-no-cosigner = “{ $given }” is no key of a witness.
