# Every function, keyed by crate name. This map is the only list of functions in the infrastructure.
#
#   http       it serves operations of openapi.json and knows who issues tokens
#   tables     r = GetItem, BatchGetItem, Query (also on indexes); w = writes and condition checks; a = PutItem only, for
#              records that are never changed; s = Scan
#   secrets    names of secrets that it may read
#   keeps      names of secrets that it may also write
#   events     types of event that its queue receives; delay holds each message back
#   streams    tables whose stream it reads
#   publishes  it may publish to the topic of events
#   files      prefixes of the bucket of files that it may read (r) and write (w), by itself or by a link that it signs
#   uploads    it hears of every file under this prefix of the bucket of files, through a queue
#   mails      it may send mail
#   sells      it judges selling hours by the clock, which envs/local may hold in the evening
#   batch      messages that it takes at a time, 10 unless told
#   schedules  expression and input by name of the schedule

locals {
  declared_functions = {
    platform-api = {
      http   = true
      tables = { settings = "r" }
    }
    accounts-api = {
      http    = true
      tables  = { accounts = "rw", audit = "ra", limits = "rw", settings = "r" }
      secrets = concat(["jwt-signing-key", "app-keys"], var.challenge_url == "" ? [] : ["challenge"])
      environment = merge(
        {
          WEB_ORIGINS             = join(",", var.cors_origins)
          STAFF_NEEDS_TWO_FACTORS = tostring(var.staff_needs_two_factors)
          NETWORK_LIMIT           = tostring(var.network_limit)
        },
        var.breach_url == "" ? {} : { BREACH_URL = var.breach_url },
        var.challenge_url == "" ? {} : { CHALLENGE_URL = var.challenge_url },
      )
    }
    members-api = {
      http    = true
      tables  = { accounts = "rw", audit = "ra", stores = "rw", limits = "rw", settings = "r" }
      secrets = ["jwt-signing-key", "app-keys"]
    }
    privacy-api = {
      http    = true
      tables  = { accounts = "rw", audit = "ra", limits = "rw", couriers = "r", orders = "r", settings = "r" }
      files   = { exports = "r" }
      secrets = ["app-keys"]
    }
    profiles-api = {
      http = true
      tables = {
        accounts = "rw", audit = "ra", limits = "rw", stores = "r", catalog = "r", inventory = "r", settings = "r"
      }
      files   = { uploads = "w", pictures = "rw" }
      secrets = ["app-keys", "maps", "stripe"]
      environment = merge(
        { AGE_VERIFIER = var.age_verifier, WEB_URL = var.web_url },
        var.maps_url == "" ? {} : { MAPS_URL = var.maps_url },
      )
    }
    passkeys-api = {
      http    = true
      tables  = { accounts = "rw", audit = "ra", limits = "rw", ceremonies = "rw", settings = "r" }
      secrets = ["jwt-signing-key", "app-keys"]
      environment = {
        PASSKEY_RP_ID           = var.passkey_rp_id
        PASSKEY_ORIGINS         = join(",", coalesce(var.passkey_origins, var.cors_origins))
        STAFF_NEEDS_TWO_FACTORS = tostring(var.staff_needs_two_factors)
        NETWORK_LIMIT           = tostring(var.network_limit)
      }
    }
    federation-api = {
      http    = true
      tables  = { accounts = "rw", audit = "ra", stores = "rw", limits = "rw", ceremonies = "rw", settings = "r" }
      secrets = ["jwt-signing-key", "app-keys", "federation"]
      environment = {
        WEB_ORIGINS             = join(",", var.cors_origins)
        STAFF_NEEDS_TWO_FACTORS = tostring(var.staff_needs_two_factors)
        NETWORK_LIMIT           = tostring(var.network_limit)
        FEDERATION              = jsonencode(var.federation)
      }
    }
    stores-api = {
      http    = true
      tables  = { stores = "r", settings = "r" }
      secrets = ["app-keys"]
      sells   = true
    }
    catalog-api = {
      http    = true
      tables  = { catalog = "r", products = "r", inventory = "r", settings = "r" }
      files   = { "pictures/products" = "r" }
      secrets = ["app-keys"]
    }
    products-api = {
      http    = true
      tables  = { products = "rw", accounts = "r", settings = "r" }
      files   = { "uploads/products" = "w", "pictures/products" = "w" }
      secrets = ["app-keys"]
    }
    assortments-api = {
      http    = true
      tables  = { catalog = "rw", products = "rw", stores = "r", accounts = "r", settings = "r" }
      secrets = ["app-keys"]
    }
    partners-api = {
      http    = true
      tables  = { partners = "rw", accounts = "r", settings = "r" }
      secrets = ["app-keys"]
    }
    imports-api = {
      http    = true
      tables  = { jobs = "rw", limits = "rw", accounts = "r", settings = "r" }
      files   = { "sheets/uploads" = "w", "sheets/errors" = "r", "sheets/exports" = "r" }
      secrets = ["app-keys"]
    }
    prices-settle = {
      tables    = { catalog = "rw" }
      schedules = { settle = { expression = "rate(1 minute)", input = { sweep = "prices" } } }
      timeout   = 50
    }
    inventory-api = {
      http    = true
      tables  = { inventory = "rw", catalog = "r", stores = "r", accounts = "r", settings = "r" }
      secrets = ["app-keys"]
    }
    carts-api = {
      http = true
      tables = {
        carts  = "rw", limits = "rw", catalog = "r", inventory = "r", stores = "r", promotions = "r", accounts = "r"
        orders = "r", settings = "r", credits = "r"
      }
      secrets     = ["app-keys"]
      sells       = true
      environment = { NETWORK_LIMIT = tostring(var.network_limit) }
    }
    promotions-api = {
      http    = true
      tables  = { promotions = "rw", stores = "r", catalog = "r", inventory = "r", accounts = "r", settings = "r" }
      secrets = ["app-keys"]
      sells   = true
    }
    orders-api = {
      http = true
      tables = {
        orders  = "rw", inventory = "rw", carts = "rw", promotions = "rw"
        catalog = "r", stores = "r", accounts = "r", settings = "r", audit = "a", credits = "rw"
      }
      secrets     = ["app-keys", "stripe"]
      sells       = true
      environment = { PAYMENT_WINDOW_SECONDS = tostring(var.payment_window_seconds) }
    }
    credits-api = {
      http    = true
      tables  = { credits = "rw", books = "a", limits = "rw", accounts = "r", settings = "r" }
      secrets = ["app-keys"]
    }
    payments-api = {
      http    = true
      tables  = { payments = "r", orders = "r", settings = "r" }
      secrets = ["app-keys", "stripe"]
    }
    books-api = {
      http    = true
      tables  = { books = "ra", stores = "rw", orders = "r", accounts = "r", settings = "r" }
      secrets = ["app-keys"]
    }
    payments-webhook = {
      http    = true
      tables  = { payments = "rw" }
      secrets = ["stripe"]
    }
    deliveries-api = {
      http    = true
      tables  = { deliveries = "rw", couriers = "rw", orders = "r", stores = "r", settings = "r" }
      secrets = ["app-keys"]
      sells   = true
    }
    notifications-api = {
      http    = true
      tables  = { notifications = "rw", settings = "r" }
      secrets = ["app-keys"]
    }

    events-publish = {
      streams   = ["accounts", "audit", "carts", "orders", "payments", "deliveries", "inventory", "jobs", "partners", "products"]
      publishes = true
    }
    orders-on-payment = {
      events = ["payment.captured", "payment.authorised", "payment.failed", "payment.refunded", "payment.cancelled"]
      tables = { orders = "rw", inventory = "rw", promotions = "rw", payments = "r", credits = "rw" }
    }
    orders-on-delivery = {
      events = ["delivery.assigned", "delivery.picked_up", "delivery.handed_over", "delivery.refused", "delivery.returned"]
      tables = { orders = "rw", inventory = "rw", promotions = "rw", deliveries = "r", credits = "rw" }
    }
    payments-on-order = {
      events  = ["order.cancelled", "order.expired", "order.payment_failed", "order.refund_due", "order.returned"]
      batch   = 1 # a provider that answers slowly may take most of the time-out for one order
      timeout = 60
      tables  = { payments = "rw", orders = "r" }
      secrets = ["stripe"]
    }
    books-on-order = {
      events = [
        "order.confirmed", "order.cancelled", "order.returned", "order.goods_refunded", "payment.captured", "payment.refunded",
      ]
      tables = { books = "ra", orders = "r", payments = "r" }
    }
    deliveries-on-order = {
      events    = ["order.confirmed", "order.ready", "order.cancelled"]
      tables    = { deliveries = "rw", couriers = "rw", orders = "r", stores = "r" }
      schedules = { sweep = { expression = "rate(1 minute)", input = { sweep = "planned" } } }
      timeout   = 50
    }
    inventory-on-order = {
      events = [
        "order.placed", "order.expired", "order.payment_failed", "order.cancelled", "order.delivered", "order.returned",
        "order.out_for_delivery",
      ]
      tables = { inventory = "rw", orders = "r" }
    }
    lots-tell = {
      tables    = { inventory = "rw" }
      schedules = { hourly = { expression = "rate(1 hour)", input = { sweep = "lots" } } }
      timeout   = 60
    }
    buckets-on-heat = {
      events = ["inventory.hot"]
      tables = { inventory = "rw" }
    }
    partners-on-event = {
      events = [
        "order.confirmed", "order.preparing", "order.ready", "order.out_for_delivery", "order.delivered",
        "order.cancelled", "order.returning", "order.returned", "order.refund_due", "order.refunded",
        "delivery.planned", "delivery.assigned", "delivery.picked_up", "delivery.handed_over", "delivery.refused",
        "delivery.returned", "delivery.cancelled", "inventory.low", "inventory.back",
      ]
      tables = { partners = "rw" }
    }
    partners-deliver = {
      events    = ["webhook.due"]
      batch     = 1 # a partner that answers slowly may take most of the time-out
      tables    = { partners = "rw" }
      secrets   = ["app-keys"]
      schedules = { sweep = { expression = "rate(1 minute)", input = { sweep = "due" } } }
      timeout   = 55
    }
    watches-on-stock = {
      events = ["inventory.back"]
      tables = { accounts = "rw", inventory = "r" }
    }
    listings-on-product = {
      events = ["product.changed"]
      delay  = 1 # the index of a listing that was written just before is there by then
      tables = { catalog = "rw", products = "r" }
      # One product may be in very many stores.
      timeout = 120
    }
    notifications-on-event = {
      events = [
        "account.*", "order.*", "delivery.*", "inventory.low", "inventory.expiring", "payment.refunded", "store.invitation_made", "cart.abandoned",
        "watch.answered",
      ]
      tables = {
        notifications = "rw", accounts = "r", carts = "r", catalog = "r", orders = "r", stores = "r", deliveries = "r"
      }
      secrets = ["app-keys"]
      mails   = true
    }

    orders-expire = {
      # The delayed queue is the fast path, the sweep the safety net.
      events    = ["order.placed"]
      delay     = var.payment_window_seconds
      tables    = { orders = "rw", inventory = "rw", promotions = "rw", credits = "rw" }
      schedules = { sweep = { expression = "rate(1 minute)", input = { sweep = "expired" } } }
      timeout   = 50
    }
    carts-remind = {
      tables      = { carts = "rw" }
      schedules   = { sweep = { expression = "rate(10 minutes)", input = { sweep = "abandoned" } } }
      timeout     = 50
      environment = { ABANDONED_AFTER_SECONDS = tostring(var.abandoned_after_seconds) }
    }
    payments-reconcile = {
      tables    = { payments = "rw", orders = "rw", inventory = "rw", promotions = "rw", credits = "rw" }
      secrets   = ["stripe"]
      schedules = { reconcile = { expression = "rate(5 minutes)", input = {} } }
      timeout   = 120
    }
    privacy-run = {
      events = ["account.export_requested"]
      tables = {
        accounts = "rsw", audit = "ra", orders = "rsw", deliveries = "rw"
        carts    = "rw", couriers = "rw", notifications = "rw", payments = "r", credits = "r"
      }
      files = { exports = "rw", pictures = "w" }
      schedules = {
        erasures  = { expression = "rate(1 hour)", input = { sweep = "erasures" } }
        retention = { expression = "cron(30 9 * * ? *)", input = { sweep = "retention" } }
      }
      timeout = 300
    }
    images-on-upload = {
      uploads = "uploads/"
      tables  = { accounts = "rw", products = "rw" }
      files   = { uploads = "rw", pictures = "w" }
      batch   = 1 # one picture may take all of the memory
      memory  = 1024
      timeout = 60
    }
    imports-on-upload = {
      uploads = "sheets/uploads/"
      tables  = { jobs = "rw" }
    }
    imports-run = {
      events  = ["job.due"]
      batch   = 1 # one job may take all of the time
      tables  = { jobs = "rw", catalog = "rw", products = "rw", stores = "r", accounts = "r" }
      files   = { sheets = "rw" }
      memory  = 1024
      timeout = 120
      # The rest of the time is for the check of the largest file, and for the part under way.
      environment = { RUN_SECONDS = "60" }
    }
    keys-rotate = {
      tables    = { settings = "rw" }
      secrets   = ["jwt-signing-key"]
      keeps     = ["jwt-signing-key"]
      schedules = { hourly = { expression = "rate(1 hour)", input = {} } }
    }
    books-close = {
      tables    = { books = "ra", orders = "rs", payments = "r" }
      schedules = { nightly = { expression = "cron(0 11 * * ? *)", input = {} } }
      timeout   = 300
    }
    inventory-audit = {
      tables    = { inventory = "rsw", orders = "rs" }
      schedules = { nightly = { expression = "cron(0 10 * * ? *)", input = {} } }
      timeout   = 300
    }
  }

  function_defaults = {
    http   = false, publishes = false, mails = false, sells = false
    tables = {}, files = {}, uploads = "", secrets = [], keeps = [], events = [], streams = [], schedules = {}, environment = {}
    memory = 256, delay = 0, batch = 10
  }
  # An API's caller waits, a consumer's does not.
  functions = { for name, function in local.declared_functions : name => merge(
    local.function_defaults,
    { timeout = try(function.http, false) ? 10 : 30 },
    function,
  ) }
}
