# Families and officers: minors at a counter, guardianships, locking in every way.

event-became-officer = Became an officer at a counter
event-guardian-locked = A guardian locked the certificate
event-reissue-cut = Identity proved anew, cut off; nothing issued

refusal-officers_own_matter = Nobody is an officer in a matter of their own.
    .next = Please have two colleagues handle it.
refusal-paper_unfit = This paper does not show that.
    .next = Confirming takes a birth certificate, household register or court order; ending a household register, court order or death certificate.
refusal-guardian_phone_wanted = Under fourteen, the contact is a guardian’s phone.
    .next = Please give the number the guardian’s own certificate has. The guardian can change that number first, under “My certificate”.
refusal-officer_already = You are an officer already.
    .next = One person is one officer. To work at another office, please have the first place ended.

paper-birth_certificate = Birth certificate
paper-household_register = Household register
paper-court_order = Court judgment or ruling
paper-death_certificate = The guardian’s death certificate

family-title = Guardianship
family-lead = Confirm that somebody is a minor’s guardian, or that they are it no more. Both hold a net number already.
family-act = What is to be done
family-act-is_guardian = Confirm a guardianship
family-act-no_guardian = End a guardianship
family-here = To confirm, the guardian stands before you with the original document. To end one, the paper suffices.
family-guardian-document = Guardian: kind of document
family-guardian-number = Guardian: document number
family-guardian-hint = The document with which the guardian’s own net certificate was made. Leave empty for an adult.
family-child-document = Minor: kind of document
family-child-number = Minor: document number
family-paper = Paper shown
family-paper-hint = Only its kind and the day are kept: no copy, no number.
family-minor = Under eighteen: the guardian who stands here
family-minor-text = Under fourteen the guardian applies: read the notices to the guardian, who agrees and later chooses the passcode. From fourteen the young person applies and the guardian agrees. Under fourteen the guardian’s phone is the contact, whatever is typed below.
family-confirm-then = After you confirm, it counts at once. The guardians and the young person see it in their records.
family-done = Done. The guardians and the young person see it in their records.
family-lock = Lock this child’s certificate
family-lock-text = One tap, at once. The child’s device and passcode unlock it.
family-lock-go = Lock now

lock-passkey = A passkey of yours
lock-passkey-text = On any device that holds it, no passcode.
lock-passkey-go = Lock with a passkey
lock-sheet = A recovery sheet
lock-sheet-text = The paper alone suffices for locking. To unlock, you sign in with your passcode.
lock-sheet-go = Lock with the sheet
lock-child = A child’s certificate
lock-child-text = Guardians lock the certificate of a child under fourteen from their own device.
lock-child-go = Children
lock-told-reissue_cut = We told you that somebody proved your identity anew and stopped half-way. Nothing was issued, but another phone number may have been left.

stop-locks-text = One tap locks the net certificate at once, wherever it is. A face was compared when it was issued, or two officers saw its holder; so whoever holds its device and knows its passcode can unlock it. If that is not you, prove your identity again: that ends it.
stop-cut-text = One tap brings your old phone number back. Your net certificate stays as it is.
stop-cut-go = Bring my number back
stopped-locked = It is locked. Its device and passcode unlock it. If it is in somebody else’s hands, prove your identity again: that ends it.
stopped-cut = Your old phone number is back. Your net certificate was not touched.
