# Passkeys and the dynamic code.

me-ways = Other ways to prove it is you
me-ways-passkeys = Passkeys
me-ways-passkeys-text = Sign in with a fingerprint, a face, a voice, a palm or a security key, also on another device.
me-ways-code = Dynamic code
me-ways-code-text = Eight digits on your phone, new every half minute, for confirming elsewhere that it is you.
me-ways-confirm = Confirm with the code on my phone
me-ways-confirmed = This sign-in is confirmed with the code on your phone.

passkeys-title = Passkeys
passkeys-lead = A passkey signs you in with what your phone, computer or security key checks: a fingerprint, a face, a voice, a palm or its own code. What it checks never leaves it.
passkeys-mine = Your passkeys
passkeys-nothing = None yet.
passkeys-end = Passkeys end with this certificate: after enrolling again, add them anew. While the certificate is locked, they open nothing.
passkey-add = Add a passkey
passkey-name = What to call it
passkey-name-hint = Forty characters at most, for you alone: the security key at home.
passkey-added = Added { $date }
passkey-used = last used { $date }
passkey-unused = not used yet
passkey-synced = may be on several of your devices
passkey-bound = on one device only
passkey-remove = Remove
passkey-passcode-first = To add a passkey, sign in with the passcode first.
passkey-method-fingerprint = by fingerprint
passkey-method-device-code = by the device’s own code
passkey-method-voice = by voice
passkey-method-face = by face
passkey-method-eye = by eye
passkey-method-pattern = by a pattern
passkey-method-palm = by palm

passkey-sign-in = Sign in with a passkey
passkey-sign-in-lead = Your device asks for your fingerprint, your face, your voice, your palm or its own code, and you are in.
passkey-passcode-optional = Passcode (may be left empty)
passkey-passcode-hint = Needed only where a site asks for it, to download your data, and to add passkeys.
passkey-go = Continue with a passkey
passkey-other-way = Sign in with the certificate in this browser
passkey-working = Please follow what your device asks.
passkey-failed = No passkey was used. Please try again, or sign in another way.
passkey-none = This browser cannot use passkeys. Please sign in another way.
passkey-note = Add passkeys in “My certificate”, signed in with the passcode.

code-title = Dynamic code
code-lead = For confirming that it is you, after you signed in elsewhere. It is new every half minute and good once.
code-now = The code now
code-never-told = Type it only into this platform’s own pages. Nobody who calls you has any use for it.
code-set-up = Set up
code-set-up-text = The key of the codes is kept in this browser, where your certificate is. An older one, if there is one, stops working.
code-set-up-done = Set up.
code-not-here = Your certificate is not in this browser. Please open this page where it is.

confirm-title = Confirm with the code on your phone
confirm-lead = Open “Dynamic code” on the phone that holds your certificate, and enter what it shows.
confirm-code = Dynamic code
confirm-hint = Eight digits, with or without the space.
confirm-go = Confirm
