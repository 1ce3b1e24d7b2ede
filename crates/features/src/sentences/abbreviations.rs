//! Abbreviations by what a full stop after them means, and the words that decide the doubtful ones.

/// What a full stop after an abbreviation means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Abbreviation {
    /// Something always follows ("Mr.", "vs."): hardly ever the end of a sentence.
    Never,
    /// Ends a sentence when the next word is one that sentences begin with ("Inc. It closed" but "Inc. Chief Jane Roe").
    Perhaps,
    /// Goes before a number ("No. 5", "p. 7"); before a capital letter it is an ordinary word or the end.
    Number,
    /// Ends a sentence before any capital letter ("etc.", "oz.").
    Before,
}

use Abbreviation::{Before, Never, Number, Perhaps};

/// Abbreviations that are told apart from words by their capital letter; keys in lower case, sorted.
const CAPITALISED: &[(&str, Abbreviation)] = &[
    ("abp", Never),
    ("adm", Never),
    ("ala", Perhaps),
    ("apr", Perhaps),
    ("ariz", Perhaps),
    ("ark", Perhaps),
    ("asst", Never),
    ("atty", Never),
    ("aug", Perhaps),
    ("brig", Never),
    ("cal", Perhaps),
    ("calif", Perhaps),
    ("capt", Never),
    ("cmdr", Never),
    ("col", Never),
    ("colo", Perhaps),
    ("comdr", Never),
    ("conn", Perhaps),
    ("cpl", Never),
    ("cpt", Never),
    ("dec", Perhaps),
    ("del", Perhaps),
    ("det", Never),
    ("drs", Never),
    ("ens", Never),
    ("feb", Perhaps),
    ("fla", Perhaps),
    ("fr", Never),
    ("fri", Perhaps),
    ("ft", Perhaps),
    ("ga", Perhaps),
    ("gen", Never),
    ("gov", Never),
    ("govs", Never),
    ("hon", Never),
    ("ill", Perhaps),
    ("ind", Perhaps),
    ("insp", Never),
    ("jan", Perhaps),
    ("jul", Perhaps),
    ("jun", Perhaps),
    ("kan", Perhaps),
    ("ky", Perhaps),
    ("la", Perhaps),
    ("lieut", Never),
    ("lt", Never),
    ("maj", Never),
    ("mar", Perhaps),
    ("mass", Perhaps),
    ("md", Perhaps),
    ("mich", Perhaps),
    ("minn", Perhaps),
    ("miss", Perhaps),
    ("mme", Never),
    ("mont", Perhaps),
    ("msgr", Never),
    ("mt", Perhaps),
    ("neb", Perhaps),
    ("nev", Perhaps),
    ("nov", Perhaps),
    ("oct", Perhaps),
    ("okla", Perhaps),
    ("ont", Perhaps),
    ("ore", Perhaps),
    ("pa", Perhaps),
    ("pfc", Never),
    ("phd", Perhaps),
    ("pres", Never),
    ("prof", Never),
    ("profs", Never),
    ("pte", Never),
    ("pvt", Never),
    ("rep", Never),
    ("reps", Never),
    ("rev", Never),
    ("sen", Never),
    ("sens", Never),
    ("sep", Perhaps),
    ("sept", Perhaps),
    ("sgt", Never),
    ("supt", Never),
    ("tenn", Perhaps),
    ("tex", Perhaps),
    ("thur", Perhaps),
    ("thurs", Perhaps),
    ("treas", Never),
    ("tue", Perhaps),
    ("tues", Perhaps),
    ("va", Perhaps),
    ("vt", Perhaps),
    ("wash", Perhaps),
    ("wed", Perhaps),
    ("wis", Perhaps),
    ("wyo", Perhaps),
];

/// Abbreviations in either case; keys in lower case, sorted.
const ANY_CASE: &[(&str, Abbreviation)] = &[
    ("al", Perhaps),
    ("approx", Never),
    ("apt", Perhaps),
    ("art", Number),
    ("assn", Perhaps),
    ("assoc", Perhaps),
    ("ave", Perhaps),
    ("avg", Never),
    ("bldg", Perhaps),
    ("blvd", Perhaps),
    ("bros", Perhaps),
    ("ca", Never),
    ("cf", Never),
    ("ch", Number),
    ("cia", Perhaps),
    ("co", Perhaps),
    ("corp", Perhaps),
    ("cos", Perhaps),
    ("dept", Perhaps),
    ("dist", Perhaps),
    ("dr", Never),
    ("ed", Perhaps),
    ("eds", Perhaps),
    ("eq", Number),
    ("esp", Never),
    ("esq", Perhaps),
    ("est", Perhaps),
    ("etc", Before),
    ("ext", Number),
    ("fig", Number),
    ("figs", Number),
    ("hwy", Perhaps),
    ("ibid", Before),
    ("inc", Perhaps),
    ("jr", Perhaps),
    ("lb", Before),
    ("lbs", Before),
    ("llc", Perhaps),
    ("ltd", Perhaps),
    ("max", Number),
    ("messrs", Never),
    ("mfg", Perhaps),
    ("min", Number),
    ("mlle", Never),
    ("mr", Never),
    ("mrs", Never),
    ("ms", Never),
    ("mx", Never),
    ("no", Number),
    ("nos", Number),
    ("n°", Never),
    ("nº", Never),
    ("op", Never),
    ("oz", Before),
    ("para", Number),
    ("pg", Number),
    ("pl", Perhaps),
    ("plc", Perhaps),
    ("pls", Never),
    ("pp", Number),
    ("ps", Never),
    ("pt", Perhaps),
    ("pty", Perhaps),
    ("rd", Perhaps),
    ("rm", Number),
    ("sec", Number),
    ("sq", Never),
    ("sr", Perhaps),
    ("st", Perhaps),
    ("ste", Perhaps),
    ("tel", Number),
    ("univ", Perhaps),
    ("viz", Never),
    ("vol", Number),
    ("vols", Number),
    ("vs", Never),
];

/// Words that are also abbreviations in lower case: a small letter after them begins a sentence as after any word.
const ALSO_WORDS: &[&str] = &["art", "no", "min", "max", "apt", "sec", "pt", "pl", "miss", "ill", "ed"];

/// The longest key of the tables in bytes.
const LONGEST: usize = 6;

/// The class of `word`, written without its full stop; none when it is an ordinary word.
pub(super) fn abbreviation(word: &str) -> Option<Abbreviation> {
    if word.len() > LONGEST {
        return None;
    }
    let mut buffer = [0; LONGEST];
    let key = lower(word, &mut buffer)?;
    let find = |table: &[(&str, Abbreviation)]| {
        table.binary_search_by(|(entry, _)| (*entry).cmp(key)).ok().map(|at| table[at].1)
    };
    let capital = word.starts_with(|c: char| c.is_ascii_uppercase());
    find(ANY_CASE).or_else(|| if capital { find(CAPITALISED) } else { None })
}

/// Whether `word` is an ordinary word as well as an abbreviation.
pub(super) fn also_word(word: &str) -> bool {
    ALSO_WORDS.contains(&word)
}

fn lower<'a>(word: &str, buffer: &'a mut [u8; LONGEST]) -> Option<&'a str> {
    let bytes = buffer.get_mut(..word.len())?;
    bytes.copy_from_slice(word.as_bytes());
    bytes.make_ascii_lowercase();
    std::str::from_utf8(bytes).ok()
}

/// Words that sentences often begin with and names hardly ever do; sorted.
const STARTERS: &[&str] = &[
    "A",
    "About",
    "According",
    "After",
    "Again",
    "All",
    "Also",
    "Although",
    "Among",
    "An",
    "And",
    "Another",
    "Any",
    "Are",
    "As",
    "At",
    "Be",
    "Because",
    "Before",
    "Being",
    "Both",
    "But",
    "By",
    "Can",
    "Could",
    "Despite",
    "Did",
    "Do",
    "Does",
    "Don",
    "During",
    "Each",
    "Earlier",
    "Either",
    "Even",
    "Every",
    "Everyone",
    "Few",
    "For",
    "From",
    "Had",
    "Has",
    "Have",
    "He",
    "Her",
    "Here",
    "His",
    "How",
    "However",
    "I",
    "If",
    "In",
    "Indeed",
    "Instead",
    "Is",
    "Isn",
    "It",
    "Its",
    "Just",
    "Last",
    "Later",
    "Like",
    "Many",
    "Maybe",
    "Meanwhile",
    "Moreover",
    "Most",
    "Much",
    "My",
    "Nevertheless",
    "Next",
    "No",
    "Nobody",
    "None",
    "Nor",
    "Not",
    "Nothing",
    "Now",
    "Of",
    "On",
    "Once",
    "Only",
    "Or",
    "Other",
    "Others",
    "Our",
    "Over",
    "People",
    "Perhaps",
    "Please",
    "Several",
    "She",
    "Should",
    "Since",
    "So",
    "Some",
    "Still",
    "Such",
    "Than",
    "Thanks",
    "That",
    "The",
    "Their",
    "Then",
    "There",
    "Therefore",
    "These",
    "They",
    "This",
    "Those",
    "Though",
    "Through",
    "Thus",
    "To",
    "Today",
    "Too",
    "Two",
    "Under",
    "Unless",
    "Unlike",
    "Until",
    "Was",
    "We",
    "Were",
    "What",
    "When",
    "Where",
    "Whether",
    "Which",
    "While",
    "Who",
    "Why",
    "With",
    "Within",
    "Without",
    "Would",
    "Yes",
    "Yet",
    "You",
    "Your",
];

/// Whether sentences often begin with `word`.
pub(super) fn is_starter(word: &str) -> bool {
    STARTERS.binary_search(&word).is_ok()
}

/// Whether `word` may follow a time of day within its sentence ("8 p.m. Tuesday", "9 a.m. ET").
pub(super) fn follows_time(word: &str) -> bool {
    const ZONES: &[&str] = &[
        "AEST", "BST", "CDT", "CEST", "CET", "CST", "CT", "Central", "EDT", "EST", "ET", "Eastern", "GMT", "IST",
        "JST", "Local", "MDT", "MST", "MT", "Mountain", "PDT", "PST", "PT", "Pacific", "UTC",
    ];
    const DAYS: &[&str] = &[
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "Aug",
        "Sept",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
        "Mon",
        "Tue",
        "Tues",
        "Wed",
        "Thu",
        "Thurs",
        "Fri",
        "Sat",
        "Sun",
    ];
    word.strip_suffix('s').unwrap_or(word).ends_with("day") || ZONES.contains(&word) || DAYS.contains(&word)
}

/// Whether a sentence that begins with `word` and has only reached a time of day has yet to say anything
/// ("At 5 a.m. Ms. Roe …").
pub(super) fn leads_to_time(word: &str) -> bool {
    ["About", "After", "Around", "At", "Before", "Between", "By", "From", "On", "Since", "Until"].contains(&word)
}

/// Whether `word` is a name with an exclamation mark of its own ("Yahoo!").
pub(super) fn is_exclamatory_name(word: &str) -> bool {
    ["E", "Jeopardy", "Panic", "Wham", "Yahoo", "Yum"].contains(&word)
}

/// Whether `word` says that someone spoke ("asked", "said").
pub(super) fn is_speech_verb(word: &str) -> bool {
    [
        "added",
        "argued",
        "asked",
        "asks",
        "called",
        "cried",
        "declared",
        "demanded",
        "exclaimed",
        "insisted",
        "joked",
        "quipped",
        "replied",
        "responded",
        "said",
        "says",
        "shouted",
        "told",
        "tweeted",
        "wondered",
        "writes",
        "wrote",
        "yelled",
    ]
    .contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_and_keys_fit() {
        for table in [CAPITALISED, ANY_CASE] {
            assert!(table.is_sorted_by(|a, b| a.0 < b.0));
            assert!(table.iter().all(|(key, _)| key.len() <= LONGEST && *key == key.to_lowercase()));
        }
        assert!(STARTERS.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn capital_letters_tell_abbreviations_from_words() {
        assert_eq!(abbreviation("Gov"), Some(Never));
        assert_eq!(abbreviation("GOV"), Some(Never));
        assert_eq!(abbreviation("gov"), None);
        assert_eq!(abbreviation("co"), Some(Perhaps));
        assert_eq!(abbreviation("N°"), Some(Never));
        assert_eq!(abbreviation("governor"), None);
        assert!(also_word("no") && !also_word("No"));
    }
}
