//! Words that are data: closed enums and checked codes as TEXT in the database and in JSON.
//!
//! In: the variants. Out: the same `snake_case` word everywhere (`word`, `parse`, serde, SQL) and
//! `ALL`, which a test compares with the CHECK of the column. What must never happen: a word that is
//! read from a row and silently becomes another.

/// A data file that cannot be law: where it is wrong, and how. Only a deployment can cause it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misprint(pub String);

impl std::fmt::Display for Misprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misprint {}

/// `ToSql` and `FromSql` over TEXT: the method that borrows the text, and how a stored text is read.
macro_rules! text_column {
    ($name:ident, $borrow:ident, |$text:ident| $read:expr) => {
        impl<DB: ::diesel::backend::Backend> ::diesel::serialize::ToSql<::diesel::sql_types::Text, DB>
            for $name
        where
            str: ::diesel::serialize::ToSql<::diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut ::diesel::serialize::Output<'b, '_, DB>,
            ) -> ::diesel::serialize::Result {
                <str as ::diesel::serialize::ToSql<::diesel::sql_types::Text, DB>>::to_sql(
                    self.$borrow(),
                    out,
                )
            }
        }

        impl<DB: ::diesel::backend::Backend> ::diesel::deserialize::FromSql<::diesel::sql_types::Text, DB>
            for $name
        where
            String: ::diesel::deserialize::FromSql<::diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> ::diesel::deserialize::Result<Self> {
                let $text =
                    <String as ::diesel::deserialize::FromSql<::diesel::sql_types::Text, DB>>::from_sql(
                        bytes,
                    )?;
                Ok($read)
            }
        }
    };
}
pub(crate) use text_column;

/// A closed enum whose variants are `snake_case` words in code, JSON, forms and columns alike.
macro_rules! text_enum {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$of:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            ::strum::EnumString, ::strum::IntoStaticStr, ::strum::VariantArray,
            ::serde::Serialize, ::serde::Deserialize, ::utoipa::ToSchema,
            ::diesel::expression::AsExpression, ::diesel::deserialize::FromSqlRow,
        )]
        #[strum(serialize_all = "snake_case")]
        #[serde(rename_all = "snake_case")]
        #[diesel(sql_type = ::diesel::sql_types::Text)]
        $vis enum $name { $($(#[$of])* $variant),+ }

        impl $name {
            /// Every variant, in order.
            pub const ALL: &'static [Self] = <Self as ::strum::VariantArray>::VARIANTS;

            /// The word that stands for it in columns, JSON and message keys.
            #[must_use]
            pub fn word(self) -> &'static str {
                self.into()
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.word())
            }
        }

        $crate::domain::text::text_column!($name, word, |text| text.parse()?);
    };
}
pub(crate) use text_enum;

#[cfg(test)]
mod tests {
    text_enum! {
        /// A sample.
        pub enum Sample {
            /// One word.
            Open,
            /// Two words.
            AwardDraw,
            /// A word with a digit.
            Draw1,
        }
    }

    #[test]
    fn one_word_everywhere() {
        for (variant, word) in Sample::ALL.iter().zip(["open", "award_draw", "draw1"]) {
            assert_eq!(variant.word(), word);
            assert_eq!(variant.to_string(), word);
            assert_eq!(word.parse::<Sample>().unwrap(), *variant);
            assert_eq!(serde_json::to_value(variant).unwrap(), word);
            assert_eq!(serde_json::from_value::<Sample>(word.into()).unwrap(), *variant);
        }
        assert!("Open".parse::<Sample>().is_err());
        assert!("award-draw".parse::<Sample>().is_err());
    }
}
