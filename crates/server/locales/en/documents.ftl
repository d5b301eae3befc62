# The documents a person is recognised by.

documents-title = My documents
documents-lead = Any of these proves that you are you: with each of them you get the same net number again, on a new phone for instance.
documents-mine = Kept for you
documents-added = shown on { $date }
documents-replaced = replaced on { $date }
documents-names-you = your name was taken from it
documents-remove = Remove
documents-kept = Of each document only its kind and a fingerprint of its number are kept, which nobody can turn back into the number. A document that was replaced stays listed, so that nobody else can use it.
documents-add = Add a document
documents-add-text = Show another document of yours, a passport for instance. Its chip is read and answers a question. Your net number, your certificate and what sites know you by stay as they are.
documents-replaces = Does it replace one of these?
documents-replaces-hint = If your passport was renewed, choose the old one: it ends, and proves nobody any more.
documents-replaces-none = No, it is a further document
documents-replaces-one = The passport shown on { $date }
documents-consent = To tell whether the document is yours, its number, name and date of birth are read; then only its kind and the fingerprint are kept. If it replaces the document your name was taken from, its name and number are kept encrypted instead.
documents-agree = I consent to this separately: show a document
documents-sign-in = To add or remove a document, sign in again with your passcode or a passkey. It must be less than fifteen minutes ago.
documents-adding-lead = The document you show now is added to your record.
