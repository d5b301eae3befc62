# Enrolment: one page a step.

enrol-progress = Progress of your application
enrol-step-done = done
enrol-step-notice = Notice
enrol-step-document = Document
enrol-step-portrait = Portrait
enrol-step-phone = Phone
enrol-step-device = Passcode
enrol-step-issued = Done
enrol-stop = Do not apply

notice-title = Before you apply
notice-lead = Applying is your free choice. If you do not, every other lawful way of proving who you are remains open to you.
notice-who = Who processes it
notice-who-text = You may ask it, have it correct something, or complain, at any time.
notice-why = Why
notice-why-text = To verify you, to give you a net number and a net certificate, and from then on to tell sites “passed” on your behalf.
notice-how = How
notice-how-text = What is on your document is encrypted under a key that belongs to you alone and kept apart from daily use. Sites that ask are told the result only.
notice-kinds = Which information
notice-kinds-text = Name, kind and number of the document, its expiry, date of birth, mobile number; this browser’s public key; the consents you give; time (to the minute), scene, mode and result of each use.
notice-long = For how long
notice-long-text = Document and phone number until you cancel your net number; uses for { $days } days; an unfinished application for 30 minutes, or for a day while a guardian is asked. A portrait is never kept.
notice-rights = Your rights
notice-rights-text = See, copy, withdraw consent, cancel and have it erased: “My certificate” does all of it, as easily as you applied. To correct something or complain, turn to the institution named above.
notice-agree = I have read this and agree
notice-version = Notice, version { $version }

sensitive-title = Separate consent for sensitive information
sensitive-lead = If the following leaked, it could harm your dignity, your safety or your property. That is why we ask for it separately.
sensitive-need = Why it is needed
sensitive-effect = What it means for you
sensitive-number = Document number and name
sensitive-number-need = Without them nobody could tell that one person holds one net number.
sensitive-number-effect = Encrypted under a key of your own. When you cancel, the key is destroyed, and copies in backups become unreadable.
sensitive-born = Date of birth
sensitive-born-need = Without it nobody could tell whether a guardian is needed, or answer “18 or over?” for you.
sensitive-born-effect = Encrypted likewise. Sites get yes or no, and only after you agree; none is told the date.
sensitive-not-face = Your face is not part of this. You will be asked separately, and there is always another way.
sensitive-agree = I consent separately to these

document-title = Show your document
document-lead = The chip in your document is read, and the authority that issued it confirms that it is genuine and valid.
document-read = Read a card
document-sandbox-text = Pick an invented person in the sandbox card reader. The card answers a one-time question with its own key and brings you back here.
document-production-text = Read your document with an NFC phone or a reader at a counter. Without one, any service counter can help.
document-accepted = Documents accepted
document-why-chip = The card answers a question that is asked once. Nobody can pose as you by copying its number or recording an answer.

chip-title = Hold the document to the reader once more
chip-lead = What was read is genuine. Now the chip itself answers a question, so that a copy of it is worth nothing.
chip-ask = Let the chip answer
chip-sandbox-text = Pick the same person and the same document in the sandbox reader.
chip-why = The chip keeps a key that cannot be read out. Only the original can answer.

guardian-title = Continue together with your guardian
guardian-lead = You are between fourteen and eighteen: a parent or other guardian must be with you and show their own document.
guardian-holds = The guardian must already hold a net certificate.
guardian-read = Read the guardian’s card
guardian-sandbox-text = Pick this young person’s guardian in the sandbox card reader; the cards say who is whose guardian.

portrait-title = Compare a portrait
portrait-lead = This makes sure that the person showing the document is you. Choose either way; the outcome is the same.
portrait-lead-other = Nobody compares portraits for this document here; the other way leads to the same certificate.
portrait-face = With a portrait
portrait-face-text = A picture is taken and compared with the one in your document. This needs your separate consent.
portrait-face-kept = It serves this one comparison, made here or by the authority that holds your document’s picture, and is deleted at once.
portrait-face-effect = You may refuse and still apply, and you may withdraw later.
portrait-face-device = For later logins that want a portrait, this device keeps a sealed note. There is no picture in it, and the platform keeps none either.
portrait-take-lead = Please take a picture with this device. It is made small here before it is sent.
portrait-take = Take a picture of your face
portrait-take-hint = In good light, alone before the camera, without hat or sunglasses.
portrait-take-wrong = This file is no picture that can be used. Please take another.
portrait-camera-open = Use this device’s camera
portrait-camera-take = Take the picture
portrait-camera-again = Take another
portrait-camera-sees = What the camera sees
portrait-camera-taken = The picture is taken. It is sent only when you send the form.
portrait-camera-denied = The camera cannot be used here. Choose a picture below, or the other way.
portrait-camera-or = Or choose a picture:
portrait-take-send = Send and compare
portrait-face-agree = Consent and compare
portrait-face-sandbox = The sandbox camera is simulated: you decide whom it sees.
portrait-other = Without a portrait
portrait-other-text = The chip has answered. Together with a code to your phone and a passcode, that is enough.
portrait-other-kept = No picture is taken and nothing about your face is processed.
portrait-other-effect = Your certificate works all the same. The few sites that want a portrait must offer you another method.
portrait-other-agree = Continue another way

phone-title = Your mobile number
phone-lead = You will receive a code by text message, which shows that the number is yours.
phone-label = Mobile number
phone-hint = Mainland China, 11 digits
phone-send = Send the code
phone-sandbox-text = Invent one, such as 13800001234. Nothing is really sent: the message appears in the sandbox inbox.

phone-code-title = Enter the code
phone-code-lead = It was sent to { $phone }.
phone-code-label = Code
phone-code-hint = The 6 digits in the message
phone-code-check = Confirm
phone-code-inbox = Open the sandbox inbox (new tab)
phone-code-again = It did not come, or use another number

device-title = Choose a passcode
device-lead = Your certificate is bound to this browser. The passcode is the second lock: whoever finds the device cannot use it.
device-rules = 8 digits. No runs such as 12345678 or 87654321, and not eight times the same digit.
device-repeat = The passcode once more
device-differs = The two passcodes differ. Please enter them again.
device-how = The browser makes a key that can sign and cannot be taken out. It never leaves this browser; neither a page nor the platform can see it.
device-issue = Receive net number and certificate
device-working = Making the key and signing…
device-failed = The browser could not make or use its key. Please leave private browsing, or try another browser.

issued-title = Your net certificate is here
issued-lead = The net number is yours for life. It says nothing about you, and no site is ever given it.
issued-storing = Storing the certificate in this browser…
issued-stored = The certificate is stored in this browser.
issued-next = What next
issued-next-text = At a site that supports it, choose “Network identity”.
issued-me = See my certificate
issued-try = Back to the start, on to step two
issued-lost = If you lose this device: enrol again on another. The net number stays, and the old certificate stops working at once.

certificate-title = Net certificate
certificate-title-other = 网络身份认证凭证
certificate-from = Issued
certificate-until = Valid until
certificate-device = Bound to
certificate-device-browser = this browser
certificate-state-active = Valid
certificate-state-locked = Locked
certificate-specimen = Specimen
