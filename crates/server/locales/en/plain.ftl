# Telling a relying party who one is: its own page, and what was told.

plain-title = { $organisation } asks who you are
plain-lead = This is not the verification you approved before. It is up to you, and you are asked each time.
plain-told = It would be told, in clear
plain-law = The law it names
plain-name = Your name
plain-document-type = The type of your document
plain-document-number = The number of your document
plain-born = Your date of birth
plain-phone = Your phone number
plain-notice-sensitive = Document numbers and dates of birth are sensitive: whoever has them can look for you elsewhere.
plain-notice-kept = The organisation keeps it for as long as that law says. Ask the organisation how long, and to correct it.
plain-notice-once = It is told once, encrypted so that only this organisation reads it, and fetched within ten minutes or not at all.
plain-notice-rights = Afterwards you find in “My certificate” what was told to whom, and why.
plain-yes-title = Tell it this once
plain-yes = Tell it
plain-no-key = The key of your certificate is not in this browser, so nothing can be told from here. Continue without telling.
plain-no-title = Or do not tell it
plain-no-text = You stay verified. The organisation learns that you declined, and serves you by its other methods.
plain-no = Continue without telling

event-plain-agreed = You agreed to tell who you are
event-plain-declined = You did not tell who you are
event-plain-told = It was told who you are
me-consent-plain_identity = Telling { $client } who you are
me-told = Who was told who you are
me-told-lead = Each time you agreed to it. Kept for three years, because the law wants such consents on record.
me-told-none = Nobody.
me-told-law = on { $law }
me-told-at = told on { $date }
me-told-not = agreed to on { $date }, not fetched: nothing was told

refusal-plain_beyond_registration = The site asks for more of who you are than it registered. It was told nothing.
    .next = Please give the site the code below.
