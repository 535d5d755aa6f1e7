use proptest::prelude::*;
use sipstr_domain::job::{MOST_ROWS, RowError};
use sipstr_domain::terms::HIGHEST_PRICE;
use sipstr_domain::{Currency, Money, ProductId};

use super::*;

const USD: Currency = Currency::Usd;

fn id(n: u32) -> ProductId {
    ProductId::derive(&[&n.to_string()])
}

fn fault(bytes: &[u8]) -> String {
    read(bytes, USD).unwrap_err().code
}

/// Where a file is wrong, and how.
fn wrong(file: &str) -> Vec<(u32, String, String)> {
    let errors = read(file.as_bytes(), USD).unwrap().errors;
    errors.into_iter().map(|error| (error.row, error.column, error.code)).collect()
}

fn price(cell: &str) -> (u32, String, String) {
    let found = wrong(&format!("productId,price,offered\n{},{cell},true\n", id(1)));
    assert_eq!(found.len(), 1, "{cell}: {found:?}");
    found.into_iter().next().unwrap()
}

#[test]
fn rows_are_read_with_or_without_a_mark_in_any_order_of_columns() {
    let file =
        format!("\u{FEFF}Offered,name,PRICE,productId\r\nTRUE,\"Ale, pale\",12.9,{}\r\nfalse,,7,{}\r\n", id(1), id(2));
    let sheet = read(file.as_bytes(), USD).unwrap();
    assert_eq!((sheet.read, sheet.errors.len()), (2, 0));
    let seen: Vec<_> = sheet.rows.iter().map(|row| (row.number, row.amount, row.offered)).collect();
    assert_eq!(seen, [(2, 1_290, true), (3, 700, false)]);
    assert_eq!(sheet.rows[0].identity, Identity::Id(id(1)));
}

#[test]
fn products_are_named_by_bar_code_or_slug_too() {
    let sheet = read(b"gtin,price,offered\n5411551080017,1.00,true\n", USD).unwrap();
    assert_eq!(sheet.rows[0].identity.as_str(), "05411551080017");
    let sheet = read(b"slug,price,offered\nwestmalle-tripel,1.00,true\n", USD).unwrap();
    assert_eq!(sheet.rows[0].identity.as_str(), "westmalle-tripel");
    assert_eq!(wrong("gtin,price,offered\n5411551080013,1.00,true\n")[0].2, "invalid_product");
    assert_eq!(wrong("slug,price,offered\nNo Slug,1.00,true\n")[0].2, "invalid_product");
    assert_eq!(wrong("slug,price,offered\n,1.00,true\n")[0].2, "product_missing");
}

#[test]
fn a_file_that_is_none_is_refused_as_a_whole() {
    assert_eq!(fault(b""), "empty");
    assert_eq!(fault(b"\xEF\xBB\xBF\r\n\r\n"), "empty");
    assert_eq!(
        fault("productId,price,offered\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>().as_slice()),
        "not_csv"
    );
    assert_eq!(fault(b"\xFF\xFEp\0"), "not_utf8");
    assert_eq!(fault(b"productId,price,offered\ncaf\xE9,1,true\n"), "not_utf8");
    assert_eq!(fault(b"PK\x03\x04rest of a workbook"), "not_csv");
    assert_eq!(fault(b"productId;price;offered\n"), "not_comma_separated");
    assert_eq!(fault(b"productId,price,offered,price\n"), "duplicate_column");
    assert_eq!(fault(b"productId,price,offered,colour\n"), "unknown_column");
    assert_eq!(fault(b"productId,offered\n"), "missing_column");
    assert_eq!(fault(b"productId,price\n"), "missing_column");
    assert_eq!(fault(b"price,offered\n"), "missing_column");
    assert_eq!(fault(b"productId,gtin,price,offered\n"), "several_identities");
    let mut long = String::from("productId,price,offered\n");
    long.push_str(&"x,1,true\n".repeat(MOST_ROWS as usize + 1));
    assert_eq!(fault(long.as_bytes()), "too_many_rows");
}

#[test]
fn a_price_is_told_what_is_wrong_with_it() {
    for (cell, code) in [
        ("", "price_missing"),
        ("-1.00", "price_negative"),
        ("-", "formula"),
        ("-1+cmd", "formula"),
        ("=1+1", "formula"),
        (" =1", "formula"),
        ("+1.00", "formula"),
        ("@1", "formula"),
        ("\t1", "formula"),
        ("1.999", "price_too_precise"),
        ("1.990", "price_too_precise"),
        ("0", "price_zero"),
        ("0.00", "price_zero"),
        ("100000.01", "price_too_high"),
        ("99999999999999999999999999", "price_too_high"),
        ("1e3", "price_not_decimal"),
        ("1.", "price_not_decimal"),
        (".5", "price_not_decimal"),
        ("$5", "price_not_decimal"),
        ("\"12,99\"", "price_not_decimal"),
        ("٣", "price_not_decimal"),
        ("NaN", "price_not_decimal"),
    ] {
        assert_eq!(price(cell), (2, "price".into(), code.into()), "{cell:?}");
    }
    assert_eq!(parse_amount("100000.00", USD), Ok(HIGHEST_PRICE));
    assert_eq!(parse_amount("500", Currency::Jpy), Ok(500));
    assert_eq!(parse_amount("500.0", Currency::Jpy), Err(AmountFault::TooPrecise));
    assert_eq!(parse_amount("1.5", Currency::Bhd), Ok(1_500));
    assert_eq!(parse_amount("007", USD), Ok(700));
}

#[test]
fn every_mistake_is_found_where_it_stands() {
    let (a, b) = (id(1), id(2));
    let file = format!(
        "productId,name,price,currency,offered\n\
         {a},Ale,1.00,USD,true\n\
         \n\
         {b},\"two\nlines\",x,EUR,maybe\n\
         {a},Ale again,2.00,USD,true\n\
         ,,,,\n\
         {b},short\n\
         nobody,=HYPERLINK(1),1.00,USD,true\n"
    );
    let expected = [
        (4, "price", "price_not_decimal"),
        (4, "currency", "wrong_currency"),
        (4, "offered", "not_true_or_false"),
        (5, "productId", "duplicate_product"),
        (7, "", "ragged_row"),
        (8, "productId", "invalid_product"),
        (8, "name", "formula"),
    ];
    let expected: Vec<_> =
        expected.iter().map(|(row, column, code)| (*row, column.to_string(), code.to_string())).collect();
    assert_eq!(wrong(&file), expected);
    assert_eq!(wrong(&file.replace('\n', "\r\n")), expected, "the same with the line ends of Windows");
    let sheet = read(file.as_bytes(), USD).unwrap();
    assert_eq!((sheet.read, sheet.rows.len()), (5, 1));
}

#[test]
fn what_a_spreadsheet_would_run_is_written_as_text() {
    for cell in ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "  =1", "＝1"] {
        let line = Line { product: id(1), name: cell.to_owned(), price: Money::new(1, USD), offered: true };
        let file = String::from_utf8(write(&[line])).unwrap();
        assert!(file.contains(&format!(",\"'{cell}\",")), "{file}");
        assert!(read(file.as_bytes(), USD).unwrap().errors.is_empty());
    }
    let error = RowError {
        row: 2,
        column: "name".into(),
        code: "formula".into(),
        message: "no".into(),
        value: "=cmd\"|".into(),
    };
    let file = String::from_utf8(write_errors(&[error])).unwrap();
    assert!(file.ends_with("\"'=cmd\"\"|\"\n"), "{file}");
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes, USD);
        let _ = read(&[b"productId,price,offered\n".as_slice(), &bytes].concat(), USD);
    }

    #[test]
    fn no_text_makes_it_panic(text in "[\\PC\r\n\t\",;=-]{0,200}") {
        let _ = read(format!("slug,name,price,offered\n{text}").as_bytes(), USD);
        let _ = parse_amount(&text, Currency::Bhd);
    }

    #[test]
    fn what_is_written_is_read(
        given in prop::collection::vec(("\\PC{0,20}", 1..=HIGHEST_PRICE, any::<bool>()), 0..40),
        currency in prop::sample::select(Currency::ALL.to_vec()),
    ) {
        let lines: Vec<Line> = given.into_iter().zip(0..).map(|((name, amount, offered), n)| {
            Line { product: id(n), name, price: Money::new(amount, currency), offered }
        }).collect();
        let sheet = read(&write(&lines), currency).unwrap();
        prop_assert_eq!(&sheet.errors, &[]);
        let read: Vec<_> = sheet.rows.into_iter().map(|row| (row.number, row.identity, row.amount, row.offered)).collect();
        let written: Vec<_> = lines.into_iter().zip(2..)
            .map(|(line, number)| (number, Identity::Id(line.product), line.price.amount, line.offered)).collect();
        prop_assert_eq!(read, written);
    }

    #[test]
    fn an_amount_is_read_as_it_is_written(amount in 1..=HIGHEST_PRICE, currency in prop::sample::select(Currency::ALL.to_vec())) {
        prop_assert_eq!(parse_amount(&format_amount(amount, currency), currency), Ok(amount));
    }
}
