# Signing out, here and at relying parties.

sign-out-title = Sign out?
sign-out-asked = { $application } asks whether you want to sign out of Yinzheng.
sign-out-asked-nobody = A site asks whether you want to sign out of Yinzheng.
sign-out-here = This browser is signed in to Yinzheng no more.
sign-out-there = Sites that you entered with it in this browser are told, if they take part.
sign-out-keeps = Your certificate stays on your device. You can sign in again at any time.
sign-out-back = Afterwards you go on to { $host }.
sign-out-yes = Sign out
sign-out-no = Stay signed in
signed-out-title = You are signed out
signed-out-lead = This browser is signed in to Yinzheng no more. Your certificate stays on your device.
signed-out-told = These sites are told
signed-out-asked = { $application } (asked for it)
signed-out-others = Other sites may keep you signed in until you sign out there.
signed-out-frame = A site is told that you signed out
signed-out-go-on = Go on to { $host }
signed-out-again = Sign in again
