# Counters, recovery sheets, delegations.

event-counter-entered = Application entered at a counter
event-counter-confirmed = Confirmed by a second officer
event-sheet-made = Recovery sheet made
event-sheet-revoked = Recovery sheet revoked
event-delegation-given = Delegation given
event-delegation-revoked = Delegation ended
event-acted-for = Verified through a delegation

refusal-same_officer = Another officer than the one who entered it must confirm.
    .next = Please ask a colleague to sign in and confirm.
refusal-registry_differs = The registry has another name or date of birth for this document.
    .next = Please compare every character with the document. If it is right, the person turns to the authority that issued it.
refusal-second_paper_missing = The registry does not keep this kind of document; it needs a second paper beside it.
    .next = Please ask for a visa, a residence registration or a like paper, and inspect both.
refusal-delegation_to_oneself = Nobody needs a delegation to act for themselves.
    .next = Please have the other person open the link, signed in with their own certificate.
refusal-delegation_of_minor = Both must be eighteen or over.
    .next = For a child, a guardian is the way.
refusal-delegation_too_long = A delegation lasts a day at least and a year at most.
    .next = Please choose another end. It can be given again.
refusal-delegation_empty = A delegation names at least one thing it is for.
    .next = Please tick what it is for.
refusal-delegation_over = This delegation is not in force.
    .next = It has ended, was taken back, or was not confirmed. The person can give a new one.
refusal-delegation_out_of_scope = This delegation is not for this.
    .next = Please ask the person to do it, or to give a delegation that names it.
refusal-not_for_another = This cannot be done for another person.
    .next = Please have the person do it with their own certificate, or at a counter.

refusal-sheet_invalid = This is not a recovery sheet of this platform.
    .next = Please type all seven groups again, as printed.
refusal-sheet_unknown = No recovery sheet in force has this code.
    .next = It may have been revoked or replaced by a newer one. With your document, a counter makes a new one.
refusal-officer_not_signed_in = No officer is signed in here.
    .next = Please sign in with your passkey.
refusal-officer_suspended = This officer may not work at a counter.
    .next = Please ask whoever runs the platform.
refusal-invitation_spent = This invitation is no longer good.
    .next = It was used, withdrawn, or is older than a day. Please ask for another.
refusal-application_unknown = This application does not wait here.
    .next = It was completed or turned down, or half an hour has passed. It can be entered again.
refusal-delegation_unknown = There is no such delegation or offer.
    .next = An offer is good for half an hour and for one person. Please ask for a new one.
refusal-delegation_number_wrong = This is not the number on the other screen.
    .next = Please look at the delegate’s screen and type the six digits. After three tries the offer is over.
