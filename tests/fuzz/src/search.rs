//! Searching people, against a real SQLite: whatever is typed, the database takes it, and found are those whom a plain reading finds.

use std::sync::{LazyLock, Mutex};

use diesel::prelude::*;
use noxus_console::{
    access::{Permitted, actor::Caller, passes::Operator, permission::org},
    base::{
        clock,
        ids::UserId,
        text::{EmailAddress, OrganizationName, PersonName, WorkspaceName, fold},
    },
    db::{Database, Origin, schema::users as table},
    domain::{
        Error,
        roles::built_in,
        sessions, setup,
        users::{
            list::{Cursor, Order, Statuses, Wanted, list},
            prefixes, search_term,
        },
    },
};

/// Names that search languages trip over, and that folding makes longer or shorter.
const NAMES: [&str; 24] = [
    "Grace Hopper",
    "Ada Lovelace",
    "Karen Spärck Jones",
    "Mary \"Countess\" Jones",
    "O'Hara % Under_Score",
    "AND OR NOT NEAR",
    "name_key : x*",
    "back\\slash ^caret",
    "İstanbul ıstanbul",
    "Straße STRASSE",
    "ﬁnance ﬀ",
    "東京 太郎",
    "Ελένη Σοφός",
    "\u{1f9d1}\u{1f3fd} Emoji",
    "a",
    "Bo",
    "x y z",
    "-minus +plus",
    "(parens) {braces}",
    "semi;colon--comment",
    "\u{1e9e} sharp",
    "Ǆemal ǅemal",
    "한국 사람",
    "Jones Jones Jones",
];

struct People {
    database: Database,
    caller: Caller,
    /// What each is found by: the key of the name, and the address.
    keys: Vec<(String, String)>,
    _folder: tempfile::TempDir,
}

static PEOPLE: LazyLock<Mutex<People>> = LazyLock::new(|| Mutex::new(people()));

fn people() -> People {
    let folder = tempfile::tempdir().expect("a folder");
    let database = Database::open(&folder.path().join("noxus.db").to_string_lossy()).expect("a database");
    let given = setup::Beginning {
        organization: OrganizationName::parse("Analytical Engines").unwrap(),
        name: PersonName::parse(NAMES[0]).unwrap(),
        email: EmailAddress::parse("0@analytical.example").unwrap(),
        password: String::new(),
        workspace: WorkspaceName::parse("Marketing").unwrap(),
    };
    let made = database.write_now(Origin::default(), |tx| {
        let token = setup::renew_link(tx, Operator::at_the_console())?.expect("nothing is set up");
        let pass = setup::open_with(tx, &token)?.expect("it is open");
        let (session, _) = setup::begin(tx, pass, &given)?;
        for (n, name) in NAMES.iter().enumerate().skip(1) {
            insert(tx, name, &format!("{n}@analytical.example")).map_err(|e| Error::Database(e.into()))?;
        }
        Ok::<_, Error>(session)
    });
    let session = made.expect("people are there");
    let keys = NAMES.iter().enumerate().map(|(n, name)| (fold(name), format!("{n}@analytical.example"))).collect();
    People { database, caller: Caller::Browser(sessions::hash_of(session.as_str())), keys, _folder: folder }
}

fn insert(c: &mut noxus_console::db::Connection, name: &str, email: &str) -> QueryResult<()> {
    use noxus_console::db::schema::user_prefixes;
    let now = clock::now();
    let seq: i64 = diesel::insert_into(table::table)
        .values((
            (table::id.eq(UserId::new()), table::kind.eq("person"), table::status.eq("active"), table::name.eq(name), table::display_name.eq(name)),
            (table::name_key.eq(fold(name)), table::email.eq(email), table::email_key.eq(email), table::role_id.eq(built_in::org_base())),
            (table::role_given_at.eq(now), table::created_at.eq(now), table::status_changed_at.eq(now)),
        ))
        .returning(table::seq)
        .get_result(c)?;
    for prefix in prefixes(&fold(name), email) {
        diesel::insert_into(user_prefixes::table).values((user_prefixes::prefix.eq(prefix), user_prefixes::seq.eq(seq))).execute(c)?;
    }
    Ok(())
}

/// The first line is how the list is sorted, the second where the page before ended, the rest what is searched for.
pub fn holds(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let mut parts = text.splitn(3, '\n');
    let (order, after, typed) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let (order, after) = (Order::parse(order), Cursor::parse(after));
    if let Some(after) = &after {
        assert_eq!(Cursor::parse(&after.text()).as_ref(), Some(after));
    }
    let term = search_term(typed);
    assert!(term.chars().count() <= 100 && !term.chars().any(char::is_control), "{term:?}");
    assert!(!term.starts_with(' ') && !term.ends_with(' ') && !term.contains("  "), "{term:?}");

    let people = PEOPLE.lock().expect("nothing went wrong before");
    let first = find(&people, &Wanted { after: None, ..wanted(&term, order) });
    // Best first begins with whose name begins with it, also with what is no letter and so begins no word.
    let begins = |name: &str| order.is_none() && name.starts_with(&term);
    let found = people.keys.iter().filter(|(name, email)| is_found(&term, name, email) || begins(name));
    let expected: Vec<String> = found.map(|(_, email)| email.clone()).collect();
    assert_eq!(first, expected, "by {term:?}");
    // Behind any page that ended somewhere there is nobody who is not found at all.
    if after.is_some() {
        let rest = find(&people, &Wanted { after, ..wanted(&term, order) });
        assert!(rest.iter().all(|one| expected.contains(one)), "{rest:?} by {term:?}");
    }
}

fn wanted(term: &str, order: Option<Order>) -> Wanted {
    Wanted { status: Statuses::Any, role: None, workspace: None, outside: None, search: term.to_owned(), order, after: None }
}

/// Their addresses, in the order of the people.
fn find(people: &People, wanted: &Wanted) -> Vec<String> {
    let found = people.database.read_now(|c| {
        let may = Permitted::<org::UsersRead>::judge(c, &people.caller, None)?;
        Ok::<_, Error>(list(c, &may, wanted)?)
    });
    let mut all: Vec<String> = found.unwrap_or_else(|e| panic!("{e:?} by {:?}", wanted.search)).rows.into_iter().map(|row| row.email).collect();
    all.sort_by_key(|email| people.keys.iter().position(|(_, known)| known == email));
    all
}

/// Every word is part of the name or the address; where none has three letters, each begins a word, or it is a part as it stands.
fn is_found(term: &str, name: &str, email: &str) -> bool {
    let whole = format!("{name} {email}");
    let words: Vec<&str> = term.split(' ').filter(|word| !word.is_empty()).collect();
    if words.is_empty() || words.iter().any(|word| word.chars().count() >= 3) {
        return words.iter().all(|word| whole.contains(word));
    }
    let begin = prefixes(name, email);
    words.iter().all(|word| begin.iter().any(|prefix| prefix == word)) || term.chars().count() >= 3 && whole.contains(term)
}
