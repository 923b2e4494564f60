//! Files for a spreadsheet: CSV as RFC 4180 has it, made and sent bit by bit.

use std::future::Future;

use actix_web::{HttpResponse, http::header};
use futures_util::stream;

use super::{Answer, WebError};

/// A spreadsheet takes a file of bytes for its own country's letters unless this says that it is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A cell that a spreadsheet shows as it is. One that begins like a formula would be run: an apostrophe before it makes it text.
pub fn cell(text: &str) -> String {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if runs { format!("'{text}") } else { text.to_owned() }
}

/// Lines of a file, as bytes. Each cell is quoted: where a country's spreadsheets part cells at semicolons, one in a name parts
/// none.
pub fn lines<'a>(rows: impl IntoIterator<Item = &'a [String]>) -> Result<Vec<u8>, WebError> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.iter().map(|text| cell(text))).map_err(|e| WebError::fault(&e))?;
    }
    writer.into_inner().map_err(|e| WebError::fault(&e))
}

/// The file `name`: its head, then what `next` gives until it gives no further state. What fails on the way breaks the
/// answer off, so that a browser says that the file is not whole.
pub fn download<S, F>(name: &str, head: &[&str], state: S, next: impl Fn(S) -> F + 'static) -> Answer
where
    S: 'static,
    F: Future<Output = Result<(Vec<Vec<String>>, Option<S>), WebError>> + 'static,
{
    let head: Vec<String> = head.iter().map(|text| (*text).to_owned()).collect();
    let mut begun = BYTE_ORDER_MARK.as_bytes().to_vec();
    begun.extend(lines([head.as_slice()])?);
    let body = stream::try_unfold((Some(begun), Some(state), next), |(begun, state, next)| async move {
        if let Some(begun) = begun {
            return Ok::<_, actix_web::Error>(Some((begun.into(), (None, state, next))));
        }
        let Some(state) = state else { return Ok(None) };
        let (rows, state) = next(state).await.inspect_err(|e| tracing::warn!(error = ?e, "a file was broken off"))?;
        let bytes: actix_web::web::Bytes = lines(rows.iter().map(Vec::as_slice))?.into();
        Ok(Some((bytes, (None, state, next))))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8; header=present")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .streaming(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_cell_is_run() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1"] {
            assert_eq!(cell(formula), format!("'{formula}"));
        }
        for plain in ["", "Ada", "a=b", "O’Hara", " =1", "'=1"] {
            assert_eq!(cell(plain), plain);
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let row = |cells: &[&str]| cells.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let rows = [row(&["Ada \"the first\"", "a,b", "two\r\nlines", "", "Göttingen"]), row(&["", "", "", "", ""])];
        let bytes = lines(rows.iter().map(Vec::as_slice)).unwrap();
        assert!(bytes.ends_with(b"\r\n"));
        let read: Vec<Vec<String>> =
            csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice()).deserialize().collect::<Result<_, _>>().unwrap();
        assert_eq!(read, rows);
    }
}
