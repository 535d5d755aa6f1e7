//! Repair of the sources' text: encoding mistakes, broken entities, stray white space, upper case.

/// Characters that Windows-1252 has at 0x80..=0x9F; the bytes without a character decode to the C1 control of the same
/// number.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Upper-case words that are not shouted: the beer world's abbreviations that are longer than three letters.
const ABBREVIATIONS: [&str; 2] = ["HIPA", "XXXXX"];

/// One clean line: encoding repaired, entities decoded, white space collapsed.
pub(crate) fn line(raw: &str) -> String {
    let repaired = repair_encoding(raw);
    let decoded = repaired.replace("&amp;", "&").replace("&S;", "&S").replace("&B;", "&B").replace("&R;", "&R");
    collapse_space(&decoded)
}

/// A description: one clean paragraph of at most `limit` characters, cut after a sentence where there is one, else
/// after a word.
pub(crate) fn paragraph(raw: &str, limit: usize) -> String {
    let text = line(raw);
    if text.chars().count() <= limit {
        return text;
    }
    let head: String = text.chars().take(limit - 1).collect();
    let sentence = head.rmatch_indices(['.', '!', '?']).map(|(at, _)| at + 1).find(|&end| text[end..].starts_with(' '));
    match sentence {
        Some(end) if end > head.len() / 2 => head[..end].to_owned(),
        _ => format!(
            "{}…",
            head.rsplit_once(' ').map_or(head.as_str(), |(words, _)| words).trim_end_matches([',', ';', ':', ' '])
        ),
    }
}

/// A name that is shouted or whispered throughout, in title case; any other name as it is. Words of up to three
/// letters, words with digits or full stops, and known abbreviations stay as they are in a shouted name.
pub(crate) fn title_case(name: &str) -> String {
    let letters = || name.chars().filter(|c| c.is_alphabetic());
    if letters().all(char::is_lowercase) {
        return name.split(' ').map(capitalised).collect::<Vec<_>>().join(" ");
    }
    if letters().any(char::is_lowercase) {
        return name.to_owned();
    }
    let keep = |word: &str| {
        word.chars().count() <= 3
            || word.contains(|c: char| c.is_ascii_digit() || c == '.')
            || ABBREVIATIONS.contains(&word)
    };
    let word_in_case = |word: &str| {
        if keep(word) {
            word.to_owned()
        } else {
            word.split('-').map(|part| capitalised(&part.to_lowercase())).collect::<Vec<_>>().join("-")
        }
    };
    name.split(' ').map(word_in_case).collect::<Vec<_>>().join(" ")
}

/// The word with its first letter in upper case.
pub(crate) fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn collapse_space(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// UTF-8 that was read as Windows-1252 and stored as UTF-8 again (`BiÃ¨re`), put right. Works on each stretch that
/// decodes, so that a text which mixes right and wrong stretches comes out right; what cannot be right is kept.
fn repair_encoding(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut repaired = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&here) = chars.get(at) {
        if let Some((original, length)) = misread_character(&chars[at..]) {
            repaired.push(original);
            at += length;
        } else {
            repaired.push(here);
            at += 1;
        }
    }
    // U+FFFD stands where the source itself had lost a character; it had lost apostrophes.
    repaired.replace('\u{fffd}', "'").replace('\u{ad}', "")
}

/// The character whose UTF-8 bytes were misread as the first characters of `chars`, and how many they are.
fn misread_character(chars: &[char]) -> Option<(char, usize)> {
    let length = match windows_1252_byte(*chars.first()?)? {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let bytes: Option<Vec<u8>> = chars.get(..length)?.iter().copied().map(windows_1252_byte).collect();
    let original = std::str::from_utf8(&bytes?).ok()?.chars().next()?;
    Some((original, length))
}

fn windows_1252_byte(c: char) -> Option<u8> {
    if let Some(at) = WINDOWS_1252.iter().position(|&known| known == c) {
        return u8::try_from(0x80 + at).ok();
    }
    u8::try_from(u32::from(c)).ok().filter(|byte| !(0x80..0xa0).contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_is_repaired() {
        assert_eq!(line("BiÃ¨re Darbyste"), "Bière Darbyste");
        assert_eq!(line("JÃ¶rger WeiÃŸe Hell"), "Jörger Weiße Hell");
        assert_eq!(line("NÃ¸gne Ã˜ Brown Ale"), "Nøgne Ø Brown Ale");
        assert_eq!(line("TrÃ¶egs Breweryâ€™s â€œwortâ€\u{9d}"), "Tröegs Brewery’s “wort”");
        assert_eq!(line("KrÃ¡lovskÃ½ pivovar KruÅ¡ovice"), "Královský pivovar Krušovice");
        assert_eq!(line("Vetterï¿½s Alt"), "Vetter's Alt");
        assert_eq!(line("Château Suduiraut, Épenots"), "Château Suduiraut, Épenots");
    }

    #[test]
    fn entities_and_space_are_cleaned() {
        assert_eq!(line("J&S; Stout"), "J&S Stout");
        assert_eq!(line(" Crested Butte Brewery &  Pub\n"), "Crested Butte Brewery & Pub");
    }

    #[test]
    fn only_shouted_and_whispered_names_change_case() {
        assert_eq!(title_case("HURRICANE I.P.A."), "Hurricane I.P.A.");
        assert_eq!(title_case("MAI-BOCK"), "Mai-Bock");
        assert_eq!(title_case("50 CAT IPA"), "50 CAT IPA");
        assert_eq!(title_case("HIPA"), "HIPA");
        assert_eq!(title_case("Y2KIPA"), "Y2KIPA");
        assert_eq!(title_case("old gak strong ale"), "Old Gak Strong Ale");
        assert_eq!(title_case("Dale's IPA"), "Dale's IPA");
    }

    #[test]
    fn paragraphs_end_after_a_sentence_or_a_word() {
        assert_eq!(paragraph("One two three. Four five six seven.", 20), "One two three.");
        assert_eq!(paragraph("One two three four, five six", 20), "One two three…");
        assert_eq!(paragraph("Short.", 20), "Short.");
    }
}
