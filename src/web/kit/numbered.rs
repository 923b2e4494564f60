//! Numbered pages, as clients of the API ask for them: `page` from 1, `size` (or `page_size`), and an envelope around the items.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{
        Ref, RefOr, Schema,
        schema::{Array, ArrayBuilder, ObjectBuilder, OneOfBuilder, Type},
    },
};

use super::WebError;

/// How many items a page has unless the client says.
const SIZE: i64 = 50;
/// How many it may ask for.
const MOST: i64 = 100;

/// What the query says of pages.
#[derive(Debug, Default, Clone, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// Which page, from 1.
    #[param(value_type = i32, minimum = 1, required = false)]
    pub page: Option<String>,
    /// How many items it has: 50 unless told.
    #[param(value_type = i32, minimum = 1, maximum = 100, required = false)]
    pub size: Option<String>,
    /// The same as `size`.
    #[param(value_type = i32, minimum = 1, maximum = 100, required = false)]
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

/// All there are, or a page of them where the query asks for one.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Listed<T> {
    All(Vec<T>),
    Page(Items<T>),
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

fn list<T: ToSchema>() -> Array {
    ArrayBuilder::new().items(Ref::from_schema_name(T::name())).build()
}

impl<T: ToSchema> PartialSchema for Items<T> {
    fn schema() -> RefOr<Schema> {
        let page = ObjectBuilder::new().property("items", list::<T>()).required("items");
        let number = |least: i32| ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(least));
        let numbers = [("total", 0), ("page", 1), ("size", 1), ("pages", 0)];
        numbers.into_iter().fold(page, |page, (name, least)| page.property(name, number(least)).required(name)).into()
    }
}

impl<T: ToSchema> ToSchema for Items<T> {
    fn name() -> Cow<'static, str> {
        format!("{}Page", T::name()).into()
    }

    fn schemas(all: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(all);
        all.push((T::name().into_owned(), T::schema()));
    }
}

impl<T: ToSchema> PartialSchema for Listed<T> {
    fn schema() -> RefOr<Schema> {
        OneOfBuilder::new().item(list::<T>()).item(Ref::from_schema_name(Items::<T>::name())).into()
    }
}

impl<T: ToSchema> ToSchema for Listed<T> {
    fn name() -> Cow<'static, str> {
        format!("{}List", T::name()).into()
    }

    fn schemas(all: &mut Vec<(String, RefOr<Schema>)>) {
        Items::<T>::schemas(all);
        all.push((Items::<T>::name().into_owned(), Items::<T>::schema()));
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
