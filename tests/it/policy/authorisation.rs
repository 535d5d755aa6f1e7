//! Every operation of openapi.json is asked for with no token, with an expired one, with one of another kind, and with
//! every role. The table says who may; an operation that is not in it fails.

use reqwest::Method;
use serde_json::{Value, json};
use sipstr_domain::account::{Membership, Role, StoreRole};
use sipstr_domain::{
    AddressId, BrandId, CartId, CategoryId, DeliveryId, ExportId, GroupId, InvitationId, JobId, LinkId, ListId, LotId,
    MessageId, OrderId, PasskeyId, ProductId, SessionId, ShareId, StoreId, SubscriptionId, TransferId, UserId,
};
use sipstr_http::auth::Claims;
use sipstr_testkit::{Api, World};

use Role::{Admin, Courier, Customer, Moderator, StoreStaff, Support};

const ANYBODY: &[Role] = &[Customer, StoreStaff, Courier, Support, Moderator, Admin];

/// Who may call what. Public operations have no roles at all.
const MATRIX: &[(&str, &[Role])] = &[
    ("health", &[]),
    ("register", &[]),
    ("verifyEmail", &[]),
    ("resendCode", &[]),
    ("login", &[]),
    ("refresh", &[]),
    ("logout", &[]),
    ("secondFactor", &[]),
    ("forgotPassword", &[]),
    ("askForPasskey", &[]),
    ("signInWithPasskey", &[]),
    ("askForPasskeyAsSecondFactor", &[]),
    ("secondFactorWithPasskey", &[]),
    ("resetPassword", &[]),
    ("openidConfiguration", &[]),
    ("jwks", &[]),
    ("listStores", &[]),
    ("showStore", &[]),
    ("listProducts", &[]),
    ("showProduct", &[]),
    ("showProductBySlug", &[]),
    ("listVariants", &[]),
    ("listRelatedProducts", &[]),
    ("listCategories", &[]),
    ("listBrands", &[]),
    ("showPicture", &[]),
    ("listProviders", &[]),
    ("startFederation", &[]),
    ("federationCallback", &[]),
    ("finishFederation", &[]),
    ("registerFederated", &[]),
    ("receiveStripeWebhook", &[]),
    ("openapi", &[]),
    ("docs", &[]),
    ("docsFile", &[]),
    ("fetchExport", &[]),
    ("cancelErasure", &[]),
    ("askUnsubscribe", &[]),
    ("unsubscribe", &[]),
    ("stepUp", ANYBODY),
    ("changePassword", ANYBODY),
    ("changeEmail", ANYBODY),
    ("confirmEmail", ANYBODY),
    ("listSessions", ANYBODY),
    ("endSession", ANYBODY),
    ("endSessions", ANYBODY),
    ("offerTotp", ANYBODY),
    ("enableTotp", ANYBODY),
    ("disableTotp", ANYBODY),
    ("newRecoveryCodes", ANYBODY),
    ("askForPasskeyToStepUp", ANYBODY),
    ("stepUpWithPasskey", ANYBODY),
    ("offerPasskey", ANYBODY),
    ("addPasskey", ANYBODY),
    ("listPasskeys", ANYBODY),
    ("renamePasskey", ANYBODY),
    ("removePasskey", ANYBODY),
    ("listSecurityEvents", ANYBODY),
    ("listLinks", ANYBODY),
    ("startLink", ANYBODY),
    ("finishLink", ANYBODY),
    ("unlink", ANYBODY),
    ("showPreferences", ANYBODY),
    ("putPreferences", ANYBODY),
    ("listConsents", ANYBODY),
    ("showMe", ANYBODY),
    ("changeMe", ANYBODY),
    ("listAddresses", ANYBODY),
    ("askExport", ANYBODY),
    ("listExports", ANYBODY),
    ("showExport", ANYBODY),
    ("askErasure", ANYBODY),
    ("sendAvatar", ANYBODY),
    ("showAvatar", ANYBODY),
    ("removeAvatar", ANYBODY),
    ("showAge", ANYBODY),
    ("checkAge", ANYBODY),
    ("addAddress", ANYBODY),
    ("changeAddress", ANYBODY),
    ("chooseAddress", ANYBODY),
    ("removeAddress", ANYBODY),
    ("listWatches", &[Customer]),
    ("watchProduct", &[Customer]),
    ("unwatchProduct", &[Customer]),
    ("listNotifications", ANYBODY),
    ("markNotificationRead", ANYBODY),
    ("getCart", &[Customer]),
    ("putCart", &[Customer]),
    ("putCartItem", &[Customer]),
    ("deleteCartItem", &[Customer]),
    ("quoteCart", &[Customer]),
    ("acknowledgeCart", &[Customer]),
    ("listCarts", &[Customer]),
    ("removeCart", &[Customer]),
    ("mergeCart", &[Customer]),
    ("reorder", &[Customer]),
    ("beginGuestCart", &[]),
    ("showGuestCart", &[]),
    ("putGuestCart", &[]),
    ("removeGuestCart", &[]),
    ("putGuestCartItem", &[]),
    ("deleteGuestCartItem", &[]),
    ("listLists", &[Customer]),
    ("createList", &[Customer]),
    ("showList", &[Customer]),
    ("renameList", &[Customer]),
    ("removeList", &[Customer]),
    ("putListItem", &[Customer]),
    ("deleteListItem", &[Customer]),
    ("listToCart", &[Customer]),
    ("cartToList", &[Customer]),
    ("shareCart", &[Customer]),
    ("listShares", &[Customer]),
    ("revokeShare", &[Customer]),
    ("showSharedCart", &[]),
    ("copySharedCart", &[Customer]),
    ("placeOrder", &[Customer]),
    ("listOrders", &[Customer]),
    ("getOrder", ANYBODY),
    ("cancelOrder", ANYBODY),
    ("showMyCredit", &[Customer]),
    ("listMyCreditEntries", &[Customer]),
    ("redeemGiftCard", &[Customer]),
    ("showGiftCard", ANYBODY),
    ("issueGiftCard", &[Support, Admin]),
    ("cashOutGiftCard", &[Support, Admin]),
    ("giveCredit", &[Support, Admin]),
    ("showCredit", &[Support, Admin]),
    ("createPromotion", &[StoreStaff, Admin]),
    ("listPromotions", &[StoreStaff, Admin]),
    ("showPromotion", &[StoreStaff, Admin]),
    ("changePromotion", &[StoreStaff, Admin]),
    ("endPromotion", &[StoreStaff, Admin]),
    ("exportPromotionCodes", &[StoreStaff, Admin]),
    ("dryRunPromotion", &[StoreStaff, Admin]),
    ("createProduct", &[Admin]),
    ("listProductRecords", &[Admin]),
    ("showProductRecord", &[Admin]),
    ("changeProduct", &[Admin]),
    ("publishProduct", &[Admin]),
    ("archiveProduct", &[Admin]),
    ("redraftProduct", &[Admin]),
    ("offerProductImage", &[Admin]),
    ("listProductImages", &[Admin]),
    ("putProductImages", &[Admin]),
    ("createProductGroup", &[Admin]),
    ("listProductGroups", &[Admin]),
    ("showProductGroup", &[Admin]),
    ("changeProductGroup", &[Admin]),
    ("removeProductGroup", &[Admin]),
    ("createBrand", &[Admin]),
    ("listBrandRecords", &[Admin]),
    ("showBrand", &[Admin]),
    ("changeBrand", &[Admin]),
    ("removeBrand", &[Admin]),
    ("createCategory", &[Admin]),
    ("showCategoryRecords", &[Admin]),
    ("changeCategory", &[Admin]),
    ("removeCategory", &[Admin]),
    ("listAttributes", &[Admin]),
    ("putAttribute", &[Admin]),
    ("removeAttribute", &[Admin]),
    ("addGroupMember", &[Admin]),
    ("removeGroupMember", &[Admin]),
    ("refundOrderLines", &[Support]),
    ("getPayment", ANYBODY),
    ("listTransactions", &[Admin]),
    ("listBookFindings", &[Admin]),
    ("writeBookEntry", &[Admin]),
    ("showCommission", &[Admin]),
    ("putCommission", &[Admin]),
    ("showStatement", &[StoreStaff, Admin]),
    ("listStoreOrders", &[StoreStaff]),
    ("acceptOrder", &[StoreStaff]),
    ("rejectOrder", &[StoreStaff]),
    ("readyOrder", &[StoreStaff]),
    ("listStock", &[StoreStaff]),
    ("subscribeWebhook", &[StoreStaff]),
    ("listWebhooks", &[StoreStaff]),
    ("showWebhook", &[StoreStaff]),
    ("putWebhook", &[StoreStaff]),
    ("deleteWebhook", &[StoreStaff]),
    ("rotateWebhookSecret", &[StoreStaff]),
    ("pingWebhook", &[StoreStaff]),
    ("listWebhookMessages", &[StoreStaff]),
    ("showWebhookMessage", &[StoreStaff]),
    ("redeliverWebhookMessage", &[StoreStaff]),
    ("listTransfers", &[StoreStaff]),
    ("sendTransfer", &[StoreStaff]),
    ("showTransfer", &[StoreStaff]),
    ("receiveTransfer", &[StoreStaff]),
    ("cancelTransfer", &[StoreStaff]),
    ("listStockDrifts", &[Admin]),
    ("repairStock", &[Admin]),
    ("adjustStock", &[StoreStaff]),
    ("putBuckets", &[StoreStaff]),
    ("showStockSettings", &[StoreStaff]),
    ("putStockSettings", &[StoreStaff]),
    ("countStock", &[StoreStaff]),
    ("listLots", &[StoreStaff]),
    ("pickLots", &[StoreStaff]),
    ("correctLot", &[StoreStaff]),
    ("listMovements", &[StoreStaff]),
    ("listAssortment", &[StoreStaff]),
    ("showListing", &[StoreStaff]),
    ("putListing", &[StoreStaff]),
    ("deleteListing", &[StoreStaff]),
    ("listPrices", &[StoreStaff]),
    ("orderImport", &[StoreStaff]),
    ("listImports", &[StoreStaff]),
    ("showImport", &[StoreStaff]),
    ("cancelImport", &[StoreStaff]),
    ("orderAssortmentExport", &[StoreStaff]),
    ("listAssortmentExports", &[StoreStaff]),
    ("showAssortmentExport", &[StoreStaff]),
    ("inviteMember", &[StoreStaff, Admin]),
    ("listInvitations", &[StoreStaff]),
    ("withdrawInvitation", &[StoreStaff]),
    ("acceptInvitation", ANYBODY),
    ("listMembers", &[StoreStaff]),
    ("changeMember", &[StoreStaff]),
    ("removeMember", &[StoreStaff]),
    ("showSignOn", &[StoreStaff]),
    ("putSignOn", &[StoreStaff]),
    ("removeSignOn", &[StoreStaff]),
    ("proveDomain", &[StoreStaff]),
    ("showAccount", &[Support, Admin]),
    ("grantRole", &[Admin]),
    ("revokeRole", &[Admin]),
    ("disableAccount", &[Support, Admin]),
    ("enableAccount", &[Support, Admin]),
    ("listAccountEvents", &[Support, Admin]),
    ("impersonate", &[Support]),
    ("listDeliveries", &[Courier, StoreStaff, Support, Admin]),
    ("getDelivery", &[Courier, StoreStaff, Support, Admin]),
    ("assignDelivery", &[StoreStaff, Support, Admin]),
    ("pickUpDelivery", &[Courier]),
    ("handOverDelivery", &[Courier]),
    ("refuseDelivery", &[Courier]),
    ("returnDelivery", &[Courier, StoreStaff]),
];

struct Operation {
    id: String,
    method: Method,
    path: String,
    secured: bool,
}

fn operations() -> Vec<Operation> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.json")).expect("openapi.json");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("operations") {
            operations.push(Operation {
                id: operation["operationId"].as_str().expect("an operationId").to_owned(),
                method: method.to_uppercase().parse().expect("a method"),
                path: with_ids_of_nothing(path),
                secured: operation["security"].as_array().is_some_and(|schemes| !schemes.is_empty()),
            });
        }
    }
    operations
}

/// Fills the parameters of a path with ids that are well-formed and name nothing.
fn with_ids_of_nothing(path: &str) -> String {
    path.split('/')
        .map(|part| match part {
            "{storeId}" => StoreId::new().to_string(),
            "{orderId}" => OrderId::new().to_string(),
            "{productId}" => ProductId::new().to_string(),
            "{deliveryId}" => DeliveryId::new().to_string(),
            "{addressId}" => AddressId::new().to_string(),
            "{passkeyId}" => PasskeyId::new().to_string(),
            "{sessionId}" => SessionId::new().to_string(),
            "{userId}" => UserId::new().to_string(),
            "{invitationId}" => InvitationId::new().to_string(),
            "{exportId}" => ExportId::new().to_string(),
            "{brandId}" => BrandId::new().to_string(),
            "{categoryId}" => CategoryId::new().to_string(),
            "{groupId}" => GroupId::new().to_string(),
            "{linkId}" => LinkId::new().to_string(),
            "{cartId}" => CartId::new().to_string(),
            "{listId}" => ListId::new().to_string(),
            "{shareId}" => ShareId::new().to_string(),
            "{webhookId}" => SubscriptionId::new().to_string(),
            "{messageId}" => MessageId::new().to_string(),
            "{transferId}" => TransferId::new().to_string(),
            "{jobId}" => JobId::new().to_string(),
            "{lotId}" => LotId::new().to_string(),
            "{role}" => "courier".to_owned(),
            other => other.trim_matches(['{', '}']).to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

fn roles_of(operation: &Operation) -> &'static [Role] {
    let row = MATRIX.iter().find(|(id, _)| *id == operation.id);
    row.unwrap_or_else(|| panic!("{} is not in the matrix of permissions", operation.id)).1
}

/// Staff of some store, so that what fails is never the lack of one.
fn memberships(role: Role) -> Vec<Membership> {
    match role {
        StoreStaff => vec![Membership { store_id: StoreId::new(), role: StoreRole::Owner }],
        _ => Vec::new(),
    }
}

async fn status(api: &Api, operation: &Operation) -> u16 {
    let body = (operation.method != Method::GET && operation.method != Method::DELETE).then(|| json!({}));
    api.send(operation.method.clone(), &operation.path, body, &[("idempotency-key", "policy")]).await.status
}

#[test]
fn the_matrix_and_the_contract_name_the_same_operations() {
    let operations = operations();
    for operation in &operations {
        assert_eq!(operation.secured, !roles_of(operation).is_empty(), "{}", operation.id);
    }
    for (id, _) in MATRIX {
        assert!(
            operations.iter().any(|operation| operation.id == *id),
            "{id} is in the matrix and not in openapi.json"
        );
    }
}

#[tokio::test]
async fn without_a_valid_token_nothing_that_is_secured_answers() {
    let world = World::new().await;
    let good = world.claims(&UserId::new(), &[Customer], Vec::new());
    let hour_ago = good.iat - 3_600;
    let bad = [
        world.sign(&Claims { iat: hour_ago - 600, exp: hour_ago, ..good.clone() }),
        world.sign(&Claims { aud: "another-api".into(), ..good.clone() }),
        world.sign(&Claims { iss: "https://elsewhere.example".into(), ..good.clone() }),
        "not-a-token".to_owned(),
    ];
    for operation in operations().iter().filter(|operation| operation.secured) {
        assert_eq!(status(&world.api, operation).await, 401, "{} without a token", operation.id);
        for token in bad.iter().map(String::as_str) {
            assert_eq!(status(&world.api.with_token(token), operation).await, 401, "{} with {token}", operation.id);
        }
    }
}

#[tokio::test]
async fn each_role_may_do_just_what_the_matrix_says() {
    let world = World::new().await;
    for role in ANYBODY {
        for operation in operations().iter().filter(|operation| operation.secured) {
            // Somebody new each time: who ended all sessions is signed out.
            let person = world.person("Pat Policy", &[*role], memberships(*role)).await;
            let status = status(&person.api, operation).await;
            let allowed = roles_of(operation).contains(role);
            // Who may is let in: what then fails is the empty request, not the person. Another's thing is 404 for everybody.
            assert_eq!(status != 403 && status != 401, allowed, "{role:?} {}: {status}", operation.id);
        }
    }
}

#[tokio::test]
async fn what_is_public_asks_for_no_token() {
    let world = World::new().await;
    for operation in operations().iter().filter(|operation| !operation.secured) {
        let status = status(&world.api, operation).await;
        assert!(status != 403 && (status != 401 || operation.id == "refresh"), "{}: {status}", operation.id);
    }
}
