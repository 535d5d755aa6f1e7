pub mod list_brands;
pub mod list_categories;
pub mod list_products;
pub mod list_related;
pub mod list_variants;
pub mod product_by_slug;
pub mod show_picture;
pub mod show_product;
