//! The parts of the API as its page shows them, in this order.

pub const TAGS: &[(&str, &str)] = &[
    (
        "Sign-in",
        "Registration, proof of the e-mail address, sessions, and the keys that access tokens are checked with.",
    ),
    ("Account", "One's own profile and addresses."),
    ("Privacy", "A copy of what is known of oneself, and the end of one's account."),
    ("Staff", "Who belongs to a store's staff, and as what: invitations and members."),
    ("Accounts", "Other people's accounts, for support and administration; all that happens here leaves a record."),
    ("Stores", "Licensed stores: who delivers to a place, when, and on what terms."),
    ("Catalogue", "What a store sells, at what price, and what is left of it."),
    (
        "Catalogue administration",
        "The platform's own record of what can be sold: products from draft to archive, pictures, brands, categories, attributes.",
    ),
    ("Cart", "A customer's carts, one a store, and a quote that explains itself line by line."),
    ("Guest carts", "Carts before signing in; whoever has the token has the cart."),
    ("Lists", "Lists of products that a customer keeps, and carts from them."),
    ("Shared carts", "Links that show a cart to others, and nothing of whose it is."),
    ("Promotions", "What stores and administration give away: to whom, on what, how often and within which budget."),
    ("Orders", "Placing, following and cancelling orders."),
    ("Store orders", "Accepting and preparing orders in the store."),
    ("Payments", "Paying for an order. Card data never comes here."),
    (
        "Books",
        "What every order, refund and payout did to whom: the log, what stores are owed, and what the closing found.",
    ),
    ("Credit", "Store credit and gift cards, with the entries that say why."),
    ("Deliveries", "The way to the door, and the hand-over with an ID check."),
    ("Assortment", "What a store offers and what it asks: prices, prices for a while, and what was asked before."),
    ("Imports and exports", "A store's assortment as a CSV file, taken in and written in the background."),
    ("Stock", "A store's stock and its ledger."),
    ("Notifications", "The inbox in the app."),
    ("Partners", "A store's own webhooks: who is told of what happens, under which key, and what became of it."),
    ("Webhooks", "What payment providers report; each report is signed."),
    ("Platform", "Health, and this description."),
];
