# Proving something to a site: sign in, approve, error.

sign-in-title = Sign in with your certificate
sign-in-title-for = Prove yourself to { $organisation }
sign-in-lead = The key in this browser signs once, which shows that you hold your certificate.
sign-in-which = Which certificate
sign-in-passcode-optional = No passcode is needed this time.
sign-in-go = Yes, it is me
sign-in-working = Signing…
sign-in-none = There is no certificate in this browser. Apply for one, or use the device that holds yours.
sign-in-failed = The browser could not use its key. Please leave private browsing, or return to the browser you enrolled with.
sign-in-enrol = No certificate yet? Apply

approve-title = { $organisation } asks for verification
approve-lead = You may decline. The other ways this organisation offers stay open to you.
approve-who = Who asks
approve-application = Application
approve-back-to = Then back to
approve-scene = What for
approve-purpose = Purpose
approve-basis = Legal basis
back-go = Continue
back-lead = The answer goes back to { $host }. If nothing happens, use the button.
back-title = Going back
approve-access = For how long
approve-access-standing = It may ask again without you for up to { $days } days. You can end that at any time in “My certificate”.
approve-mode = Verified by
approve-told = It will be told
approve-told-result = Whether you passed
approve-told-sub = An identifier for this organisation only
approve-told-scene = The scene
approve-told-time = When and how you were verified
approve-told-verified = In which month your identity was proved, and whether by register, by chip or at a counter
approve-told-delegated = That a delegate acted; never who
approve-told-age = Whether you are { $years } or over: yes or no
approve-not-told = It will not be told
approve-not-name = Name
approve-not-number = Document number
approve-not-born = Date of birth
approve-not-phone = Phone number
approve-not-net-number = Net number
approve-not-elsewhere = What you use elsewhere
approve-other = Rather not? This organisation also offers:
approve-yes = Approve
approve-no = Decline
approve-remember = This organisation will not have to ask again for the same thing. You can withdraw in “My certificate” at any time.

refused-title = This cannot continue

sandbox-sign-in-title = Sandbox sign-in
sandbox-sign-in-lead = A page without scripts, in the sandbox only, where test programs can be an invented person.
sandbox-sign-in-person = Card number of the invented person
sandbox-sign-in-hint = As in the list of cards, such as 1
sandbox-sign-in-go = Sign in as this person
approve-told-minor = Whether you are under 18
approve-told-guardian-agreed = Whether a guardian agreed; never which

portrait-sign-in-lead = A portrait is wanted this time. You may do without it and use another method that this organisation offers.
portrait-sign-in-effect = You are asked for your separate consent each time. Refusing leaves the other methods open to you.
portrait-sign-in-other = { $organisation } also offers:
portrait-sign-in-back = Go back and use another method
portrait-proof-lead = The last step: this device shows that it holds your certificate, and the portrait is compared.
portrait-proof-taken = The picture is taken and has not been sent yet.
portrait-proof-go = Send and prove
