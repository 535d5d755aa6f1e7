//! Buying: by the customer's own steps, or by the hundred for a race.

use jiff::Timestamp;
use serde_json::{Value, json};
use sipstr_checkout::{QUOTE_LIFE, Ticket};
use sipstr_domain::account::{DateOfBirth, Role};
use sipstr_domain::cart::{Cart, CartLine};
use sipstr_domain::promotion::PromoCode;
use sipstr_domain::{AddressId, EventId, OrderId, UserId};
use sipstr_storage::accounts::Account;

use crate::arrange::{Demand, Shop};
use crate::people::{Person, address};
use crate::{Answer, World};

impl World {
    /// Fills the cart and asks for the quote.
    pub async fn quote(&self, buyer: &Person, shop: &Shop, address: &AddressId, wants: &[Demand]) -> Value {
        let choices = json!({"storeId": shop.id(), "addressId": address, "tip": 300});
        buyer.api.put("/v1/cart", choices).await.expect(200);
        for (product, quantity) in wants {
            let path = format!("/v1/cart/items/{}", shop.products[*product]);
            buyer.api.put(&path, json!({"quantity": quantity})).await.expect(200);
        }
        buyer.api.get("/v1/cart/quote").await.expect(200)
    }

    /// Places what was quoted, under a fresh key.
    pub async fn place(&self, buyer: &Person, quote: &Value) -> Answer {
        let key = EventId::new();
        let body = json!({"quoteToken": quote["quoteToken"]});
        buyer.api.post_keyed("/v1/orders", key.as_str(), body).await
    }

    /// Fills the cart, orders, and gives back what came: the order and the payment to make.
    pub async fn order(&self, buyer: &Person, shop: &Shop, address: &AddressId, wants: &[Demand]) -> Value {
        let quote = self.quote(buyer, shop, address, wants).await;
        self.place(buyer, &quote).await.expect(201)
    }

    /// Orders, pays, and waits until the webhook has confirmed the order.
    pub async fn paid_order(&self, buyer: &Person, shop: &Shop, address: &AddressId, wants: &[Demand]) -> OrderId {
        let placed = self.order(buyer, shop, address, wants).await;
        self.pay(&placed).await;
        let id: OrderId = placed["order"]["id"].as_str().expect("an id").parse().expect("an order's id");
        self.order_becomes(buyer, &id, "confirmed").await;
        id
    }

    /// Waits until the order is in a state, and gives it back.
    pub async fn order_becomes(&self, reader: &Person, id: &OrderId, state: &str) -> Value {
        let path = format!("/v1/orders/{id}");
        self.eventually(&format!("order {state}"), || async {
            let order = reader.api.get(&path).await.expect(200);
            (order["state"] == state).then_some(order)
        })
        .await
    }

    /// A buyer with everything ready to order: account, address, cart and quote, arranged directly because a race is about
    /// the last step. Gives back the buyer and the body of the order.
    pub async fn buyer_at_the_till(&self, shop: &Shop, wants: &[Demand], total: i64) -> (Person, Value) {
        self.buyer_with_code(shop, wants, total, None).await
    }

    /// The same with a discount code; the total is that with the discount.
    pub async fn buyer_with_code(
        &self,
        shop: &Shop,
        wants: &[Demand],
        total: i64,
        promo_code: Option<PromoCode>,
    ) -> (Person, Value) {
        let (id, address, now) = (UserId::new(), address(shop.store.location), Timestamp::now());
        let email = self.fresh_email("buyer").parse().expect("an address");
        let born = DateOfBirth::new(jiff::civil::date(1990, 5, 17), jiff::civil::date(2026, 1, 1)).expect("a day");
        let name = "Bea Buyer".parse().expect("a name");
        let account = Account {
            email_verified_at: Some(now),
            ..Account::new(id.clone(), email, name, born, vec![Role::Customer], now)
        };
        self.accounts().put_demo(&account, std::slice::from_ref(&address)).await.expect("the account is written");
        let lines: Vec<CartLine> = wants
            .iter()
            .map(|(product, quantity)| CartLine { product_id: shop.products[*product].clone(), quantity: *quantity })
            .collect();
        let mut cart = Cart::new(id.clone(), shop.id().clone());
        (cart.address_id, cart.chosen_at) = (Some(address.id.clone()), Some(now));
        cart.lines = lines.iter().cloned().collect();
        cart.promo_code.clone_from(&promo_code);
        // Nobody else has this cart: where one is there it is this one, and the first answer was lost.
        let _first = self.carts().store(&cart).await.expect("the cart is written");
        let ticket = Ticket {
            customer: id.clone(),
            cart_version: 1,
            store: shop.id().clone(),
            address: address.id,
            lines,
            promotions: promo_code.iter().map(|code| self.keys.signer.asked(code)).collect(),
            promo_code,
            tip: 0,
            total,
            credit: 0,
            expires_at: now + QUOTE_LIFE,
        };
        let token = self.keys.signer.seal(Ticket::PURPOSE, &ticket);
        let api = self.api.with_token(self.sign(&self.claims(&id, &[Role::Customer], Vec::new())));
        (Person { id, email: String::new(), api }, json!({"quoteToken": token}))
    }

    /// What such an order costs, found by quoting it once.
    pub async fn total_of(&self, shop: &Shop, wants: &[Demand]) -> i64 {
        let (buyer, address) = self.customer_at(shop.store.location).await;
        let choices = json!({"storeId": shop.id(), "addressId": address, "tip": 0});
        buyer.api.put("/v1/cart", choices).await.expect(200);
        for (product, quantity) in wants {
            let path = format!("/v1/cart/items/{}", shop.products[*product]);
            buyer.api.put(&path, json!({"quantity": quantity})).await.expect(200);
        }
        buyer.api.get("/v1/cart/quote").await.expect(200)["total"].as_i64().expect("a total")
    }
}
