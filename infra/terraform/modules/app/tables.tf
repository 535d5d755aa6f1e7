# Every table, keyed by its short name. Keys are pk and, with `sort`, sk; `ttl` expires items by the attribute ttl.

locals {
  tables = {
    accounts = {
      sort   = true
      stream = true
      ttl    = true
      # Only those who wait for a product.
      indexes = { byWatched = { hash = "watchKey", range = "pk", projection = "KEYS_ONLY" } }
    }
    audit  = { sort = true, stream = true, ttl = true }
    limits = { ttl = true }
    # Questions to authenticators that wait for their answer.
    ceremonies = { ttl = true }
    stores = {
      sort    = true
      indexes = { byCell = { hash = "cell", range = "pk" } }
    }
    catalog = {
      sort = true
      indexes = {
        byName          = { hash = "listKey", range = "nameKey" }
        byPrice         = { hash = "listKey", range = "priceKey" }
        byCategoryName  = { hash = "categoryKey", range = "nameKey" }
        byCategoryPrice = { hash = "categoryKey", range = "priceKey" }
        # Only those whose price a schedule will change.
        byDue = { hash = "dueKey", range = "dueAt", range_type = "N", projection = "KEYS_ONLY" }
        # Which stores a changed product concerns.
        byProduct = { hash = "sk", range = "pk", projection = "KEYS_ONLY" }
      }
    }
    products = {
      sort   = true
      stream = true
      ttl    = true
      indexes = {
        byList     = { hash = "listKey", range = "nameKey" }
        byBrand    = { hash = "brandId", range = "stateKey" }
        byCategory = { hash = "categoryId", range = "stateKey" }
        byGroup    = { hash = "groupId", range = "stateKey" }
      }
    }
    inventory = {
      sort   = true
      stream = true
      ttl    = true
      # Only lots of which something is left and nobody was told.
      indexes = { byEnding = { hash = "endsKey", range = "endsOn", projection = "KEYS_ONLY" } }
    }
    carts = {
      sort   = true
      stream = true
      ttl    = true
      # Only carts that somebody may have to be reminded of.
      indexes = { byIdle = { hash = "idleKey", range = "idleSince", projection = "KEYS_ONLY" } }
    }
    promotions = { indexes = { byOwner = { hash = "owner", range = "pk" } } }
    credits    = { sort = true }
    orders = {
      stream = true
      indexes = {
        byCustomer = { hash = "customerId", range = "placedKey" }
        byStore    = { hash = "storeId", range = "placedKey" }
        # Read by the expiry sweep only, which takes the order itself anyway.
        byDue = { hash = "dueKey", range = "dueAt", range_type = "N", projection = "KEYS_ONLY" }
      }
    }
    payments = { sort = true, stream = true }
    books = {
      sort = true
      indexes = {
        # A day is several partitions, because all that is sold that day is written there.
        byDay   = { hash = "dayKey", range = "atKey" }
        byStore = { hash = "storeId", range = "atKey" }
      }
    }
    deliveries = {
      stream = true
      indexes = {
        byCourier = { hash = "courierId", range = "createdKey" }
        byStore   = { hash = "storeId", range = "createdKey" }
        # Only those that wait for a courier.
        byOpen = { hash = "openKey", range = "createdKey" }
      }
    }
    couriers = {
      indexes = { byFree = { hash = "freeCell", range = "pk" } }
    }
    partners = {
      sort   = true
      stream = true
      ttl    = true
      indexes = {
        byTime = { hash = "listKey", range = "createdKey" }
        # Only messages that are to be sent.
        byDue = { hash = "dueKey", range = "dueSecond", range_type = "N", projection = "KEYS_ONLY" }
      }
    }
    jobs = {
      sort    = true
      stream  = true
      ttl     = true
      indexes = { byStore = { hash = "listKey", range = "createdKey" } }
    }
    notifications = { sort = true, ttl = true }
    settings      = {}
  }
}

module "table" {
  source   = "../table"
  for_each = local.tables

  name                = "${local.prefix}-${each.key}"
  table               = each.value
  deletion_protection = var.deletion_protection
}
