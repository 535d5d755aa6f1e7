//! A guest's cart: whoever has its token may do everything with it; for everybody else it is not there.

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::FromRequestParts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::request::Parts;
use sipstr_domain::CartId;
use sipstr_domain::cart::CartLine;
use sipstr_domain::cart::guest::GuestCart;
use sipstr_http::{ApiResult, Problem};

use crate::desk::{Desk, Scene, TRIES, together};
use crate::view::GuestCartView;

/// The `Cart-Token` header. One that is missing or misshapen opens nothing, like a wrong one: 404.
#[derive(Clone)]
pub struct CartToken {
    hash: String,
}

impl CartToken {
    pub fn of(text: &str) -> Self {
        Self { hash: hash(text) }
    }

    /// A new token, 256 random bits, with what is stored of it.
    pub fn new() -> (String, Self) {
        let mut secret = [0; 32];
        aws_lc_rs::rand::fill(&mut secret).expect("the system has random bytes");
        let text = URL_SAFE_NO_PAD.encode(secret);
        let token = Self::of(&text);
        (text, token)
    }

    pub fn hash(&self) -> &str {
        &self.hash
    }

    fn opens(&self, cart: &GuestCart) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(self.hash.as_bytes(), cart.token_hash.as_bytes()).is_ok()
    }
}

impl std::fmt::Debug for CartToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CartToken(…)")
    }
}

impl<S: Send + Sync> FromRequestParts<S> for CartToken {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let header = parts.headers.get("cart-token").and_then(|value| value.to_str().ok());
        header.map(Self::of).ok_or_else(Problem::not_found)
    }
}

/// The hash of a secret that is stored in its place. It needs no salt: there are 256 bits to guess.
pub fn hash(secret: &str) -> String {
    hex::encode(digest(&SHA256, secret.as_bytes()))
}

impl Desk {
    /// A guest's cart that its token opens, whether it went into a customer's cart or not.
    pub async fn opened(&self, id: &CartId, token: &CartToken) -> ApiResult<GuestCart> {
        let now = self.clock.now();
        let cart = self.carts.guest(id).await?.filter(|cart| token.opens(cart) && cart.expires_at() > now);
        cart.ok_or_else(Problem::not_found)
    }

    /// One that is still a guest's.
    pub async fn open_guest(&self, id: &CartId, token: &CartToken) -> ApiResult<GuestCart> {
        Some(self.opened(id, token).await?).filter(|cart| cart.merged.is_none()).ok_or_else(Problem::not_found)
    }

    pub async fn guest_view(&self, cart: GuestCart) -> ApiResult<GuestCartView> {
        let facts = self.checkout.goods(&cart.store_id, &cart.lines.wanted()).await?;
        let goods = self.review(&cart.lines, &facts);
        Ok(GuestCartView::of(cart, goods))
    }

    /// Changes a guest's cart as [`Desk::change`] does a customer's.
    pub async fn change_guest(
        &self,
        (id, token): (&CartId, &CartToken),
        more: &[CartLine],
        change: impl Fn(&mut GuestCart, &Scene<'_>) -> ApiResult<()>,
    ) -> ApiResult<GuestCartView> {
        for _ in 0..TRIES {
            let cart = self.open_guest(id, token).await?;
            let facts = self.checkout.goods(&cart.store_id, &together(&cart.lines, more)).await?;
            facts.store.as_ref().ok_or_else(Problem::not_found)?;
            let (mut next, now) = (cart.clone(), self.clock.now());
            change(&mut next, &Scene { facts: &facts, current: true, now })?;
            let goods = self.look(&mut next.lines, &facts);
            if next == cart {
                return Ok(GuestCartView::of(cart, goods));
            }
            next.changed_at = now;
            if self.carts.store_guest(&next).await? {
                next.version += 1;
                return Ok(GuestCartView::of(next, goods));
            }
        }
        Err(Problem::unavailable())
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use sipstr_domain::StoreId;

    use super::*;

    #[test]
    fn a_token_opens_its_own_cart_only() {
        let (text, token) = CartToken::new();
        let cart = GuestCart::new(CartId::new(), token.hash().to_owned(), StoreId::new(), Timestamp::UNIX_EPOCH);
        assert!(CartToken::of(&text).opens(&cart) && !CartToken::of("").opens(&cart));
        assert!(!CartToken::new().1.opens(&cart));
        assert!(!format!("{token:?}{cart:?}").contains(&text), "the token is stored nowhere");
    }
}
