//! Numbered pages, as clients of the API ask for them: `page` from 1, `size` (or `page_size`), and an envelope around the items.

use serde::{Deserialize, Serialize};

use super::WebError;

/// How many items a page has unless the client says.
const SIZE: i64 = 50;
/// How many it may ask for.
const MOST: i64 = 100;

/// What the query says of pages.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub page: Option<String>,
    pub size: Option<String>,
    pub page_size: Option<String>,
}

/// Which page, and how large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    pub page: i64,
    pub size: i64,
}

/// A page as it is answered.
#[derive(Debug, Serialize)]
pub struct Items<T> {
    items: Vec<T>,
    total: i64,
    page: i64,
    size: i64,
    pages: i64,
}

impl Asked {
    /// The page that is asked for; without a query the first.
    pub fn page(&self) -> Result<Page, WebError> {
        let mut wrong = Vec::new();
        let mut read = |name: &str, text: &Option<String>, most: i64| {
            let number = text.as_ref().map(|text| text.parse().ok().filter(|n| (1..=most).contains(n)));
            if number == Some(None) {
                wrong.push((name.to_owned(), format!("Give a whole number from 1 to {most}.")));
            }
            number.flatten()
        };
        let page: Option<i64> = read("page", &self.page, i64::from(i32::MAX));
        let (size, page_size) = (read("size", &self.size, MOST), read("page_size", &self.page_size, MOST));
        if size.zip(page_size).is_some_and(|(one, other)| one != other) {
            wrong.push(("size".to_owned(), "size and page_size differ. Give one of them.".to_owned()));
        }
        if !wrong.is_empty() {
            return Err(WebError::Unprocessable(wrong));
        }
        Ok(Page { page: page.unwrap_or(1), size: size.or(page_size).unwrap_or(SIZE) })
    }

    /// The same, where a query without pages asks for everything.
    pub fn page_or_all(&self) -> Result<Option<Page>, WebError> {
        let asks = self.page.is_some() || self.size.is_some() || self.page_size.is_some();
        asks.then(|| self.page()).transpose()
    }
}

impl Page {
    /// How many items lie before it.
    pub fn skip(self) -> i64 {
        (self.page - 1) * self.size
    }

    pub fn of<T>(self, items: Vec<T>, total: i64) -> Items<T> {
        Items { items, total, page: self.page, size: self.size, pages: (total + self.size - 1) / self.size }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Asked {
        serde_html_form::from_str(query).unwrap()
    }

    #[test]
    fn pages_are_numbers_from_one() {
        assert_eq!(asked("").page().unwrap(), Page { page: 1, size: 50 });
        assert_eq!(asked("page=3&size=20&page_size=20&type=flow").page().unwrap(), Page { page: 3, size: 20 });
        assert_eq!(asked("page_size=7").page().unwrap().size, 7);
        assert_eq!(asked("page=3&size=20").page().unwrap().skip(), 40);
        for bad in
            ["page=0", "page=-1", "page=x", "page=", "page=1.0", "size=0", "size=101", "page_size=1000", "size=10&page_size=20", "page=9999999999999999999"]
        {
            assert!(matches!(asked(bad).page(), Err(WebError::Unprocessable(_))), "{bad}");
        }
        assert!(asked("type=flow").page_or_all().unwrap().is_none() && asked("size=5").page_or_all().unwrap().is_some());
        assert_eq!((Page { page: 1, size: 10 }.of(vec![(); 1], 21).pages, Page { page: 1, size: 10 }.of(Vec::<()>::new(), 0).pages), (3, 0));
    }
}
