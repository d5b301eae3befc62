# A device is lost: locking, stopping by the link of a message, changing the phone.

lock-title = Lost a device? Lock now
lock-lead = Locked, nobody can use your net certificate. Pick whichever of these you can still reach.
lock-here = The certificate in this browser
lock-here-text = One tap, no passcode. You can unlock later with your passcode.
lock-none-here = There is no certificate in this browser. Use one of the other ways below.
lock-lost = The device is gone
lock-lost-text = Prove your identity again on a new device. The certificate on the lost one ends at that moment.
lock-lost-number = Your net number stays, and so do your accounts at other sites.
lock-lost-told = Every phone number we have for you is told, the old one too.
lock-lost-waits = For a few days your name and document number stay closed to everybody, so that a thief gains nothing.
lock-prove-again = Prove my identity again
lock-message = You received a message
lock-message-text = Did we tell you of something you did not do? Open the link in that message, on any device. It stops the certificate with one tap.
lock-operator-text = Nothing works, or you need help? Turn to the institution that runs this platform.
lock-done-title = Locked
lock-next = What to do next
lock-next-unlock = Found it again? Unlock with this device and your passcode.
lock-next-lost = Lost for good? Prove your identity again on another device.
lock-told-reissue = We told you that your net certificate was issued anew, on another device.
lock-told-phone_change = We told you that your phone number was changed. Stopping also brings the old number back.

stop-title = Was this not you?
stop-not-me = It was not me
stop-not-me-text = One tap ends the net certificate at once, wherever it is. It cannot be unlocked, not even with its passcode; you prove your identity again afterwards, and your net number stays.
stop-go = Stop my net certificate now
stop-until = This link is good until { $when }.
stop-me = It was me
stop-me-text = Then there is nothing to do. Close this page.

stopped-title = Your net certificate is stopped
stopped-lead = Nobody can use it any more. Whoever was signed in with it is signed out.
stopped-document = Is your identity document lost or stolen? Report it to the authority that issued it; then nobody can enrol with it.
stopped-again = Prove your identity again with a valid document. Your net number stays.
stopped-operator = Did somebody else do this? Tell the institution that runs this platform.

me-cooling = Your net certificate was issued anew. Until { $when } your name, document number and phone number stay closed to everybody, you cannot cancel, and the phone number cannot be changed. Using it elsewhere is not held up.
me-cooling-not-me = Was it not you? Lock now, and prove your identity again.
me-phone = Change phone number
me-phone-text = Notices and codes go to the new number. The old one is told.
me-phone-lead = We send a code to the new number.
me-phone-new = New mobile number
me-phone-old-told = The new number counts at once. For { $hours } hours the old one is still told of everything and can object; then we forget it.
me-phone-changed = Your phone number was changed
