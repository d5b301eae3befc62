# Texts that stand on every page.

brand = Yinzheng
brand-line = Network identity
skip = Skip to the content
home = Home
my-certificate = My certificate
languages = Language
sandbox-ribbon = Sandbox: everyone and everything here is invented. Enter nothing real.
operator = Run by { $name }
operator-contact = Contact:
foot-free = Applying for and using a net number is voluntary and free of charge.
foot-usable = Usable, not visible
trouble-title = There is a problem
back-home = Back to the start
trouble-wait = Try again in { $minutes } min.
reference-label = Number
code-label = Code
script-needed = This step needs scripts: your browser makes and keeps a key that no page can read. Please switch scripts on, or use another browser.
passcode = Passcode
passcode-hint = 8 digits
show-number = Show the whole net number
hide-number = Hide
net-number = Net number
close-tab-hint = On a shared computer, close the browser when you are done.
sandbox-sign-in-link = Use the sandbox sign-in page without scripts

scene-register = register an account
scene-log_in = log in
scene-recover_password = recover a password
scene-change_phone = change a phone number
scene-manage_membership = manage a membership
scene-book_ticket = book a ticket
scene-check_age = check an age
scene-insure = take out insurance

mode-certificate = certificate
mode-certificate-passcode = certificate and passcode
mode-certificate-portrait = certificate and portrait
mode-certificate-passcode-portrait = certificate, passcode and portrait

document-resident_identity_card = Resident identity card
document-hong_kong_macao_residence_permit = Residence permit for Hong Kong and Macao residents
document-taiwan_residence_permit = Residence permit for Taiwan residents
document-hong_kong_macao_travel_permit = Mainland travel permit for Hong Kong and Macao residents
document-taiwan_travel_permit = Mainland travel permit for Taiwan residents
document-permanent_residence_card = Foreigner’s permanent residence card
document-ordinary_passport = Ordinary passport of a Chinese citizen living abroad
document-foreign_passport = Passport of another state
