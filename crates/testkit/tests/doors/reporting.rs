//! The form by which a use is reported.

use crate::browser::Browser;
use crate::call::Call;
use crate::front::Front;

impl Front {
    /// Somebody before a use of their own, each time another: a use is reported once.
    pub(crate) async fn report(&self, posts: bool) -> Call {
        let mut holder = self.town.adult().enrol().await;
        let code = holder.agree_to(&self.town.airline()).await;
        self.town.redeem(&code).await.expect("redeemed");
        let overview = self.town.platform.overview(&holder.session).await.expect("an overview");
        let page = format!("/me/report?use={}", overview.events[0].id);
        let mut browser = Browser::signed_in(self, &holder.session);
        if !posts {
            return browser.dress(Call::get(page));
        }
        browser.form(self, &page, "/me/report").await.with("grievance", "asked_again")
    }
}
