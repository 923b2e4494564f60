//! How types of ours stand in a column: as text. Nouns add theirs with [`crate::text_column`].

use crate::base::{
    ids::{AuditId, DraftId, FlowId, InvitationId, KeyId, LetterId, LinkId, RoleId, UserId, WithheldId, WorkspaceId},
    picture::AvatarHash,
};

/// Keeps types in text columns: each has `AsRef<str>` and `FromStr`. What is read is judged anew, but for `trusted` ones.
#[macro_export]
macro_rules! text_column {
    (@trusted $type:ty, $text:expr) => {
        Ok(<$type>::trusted($text))
    };
    (@judged $type:ty, $text:expr) => {
        Ok($text.parse()?)
    };
    (trusted: $($type:ty),+ $(,)?) => {
        $crate::text_column!(@all trusted $($type),+);
    };
    ($($type:ty),+ $(,)?) => {
        $crate::text_column!(@all judged $($type),+);
    };
    (@all $how:ident $($type:ty),+) => {$(
        const _: () = {
            use diesel::{
                backend::Backend,
                deserialize::{self, FromSql, Queryable},
                expression::AsExpression,
                internal::derives::as_expression::Bound,
                serialize::{self, Output, ToSql},
                sql_types::{Nullable, SingleValue, Text},
            };

            impl AsExpression<Text> for $type {
                type Expression = Bound<Text, Self>;
                fn as_expression(self) -> Self::Expression {
                    Bound::new(self)
                }
            }
            impl<'a> AsExpression<Text> for &'a $type {
                type Expression = Bound<Text, Self>;
                fn as_expression(self) -> Self::Expression {
                    Bound::new(self)
                }
            }
            impl AsExpression<Nullable<Text>> for $type {
                type Expression = Bound<Nullable<Text>, Self>;
                fn as_expression(self) -> Self::Expression {
                    Bound::new(self)
                }
            }
            impl<'a> AsExpression<Nullable<Text>> for &'a $type {
                type Expression = Bound<Nullable<Text>, Self>;
                fn as_expression(self) -> Self::Expression {
                    Bound::new(self)
                }
            }
            impl<DB: Backend> ToSql<Text, DB> for $type
            where
                str: ToSql<Text, DB>,
            {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                    <str as ToSql<Text, DB>>::to_sql(self.as_ref(), out)
                }
            }
            impl<DB: Backend> ToSql<Nullable<Text>, DB> for $type
            where
                Self: ToSql<Text, DB>,
            {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                    <Self as ToSql<Text, DB>>::to_sql(self, out)
                }
            }
            impl<DB: Backend> FromSql<Text, DB> for $type
            where
                String: FromSql<Text, DB>,
            {
                fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                    $crate::text_column!(@$how $type, String::from_sql(bytes)?)
                }
            }
            impl<DB: Backend, ST: SingleValue> Queryable<ST, DB> for $type
            where
                Self: FromSql<ST, DB>,
            {
                type Row = Self;
                fn build(row: Self) -> deserialize::Result<Self> {
                    Ok(row)
                }
            }
        };
    )+};
}

text_column!(trusted: UserId, WorkspaceId, RoleId, InvitationId, DraftId, AuditId, LetterId, LinkId, WithheldId, KeyId, FlowId);
text_column!(AvatarHash);
