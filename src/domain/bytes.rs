//! What a column holds whole: raw bytes (base64 in JSON), and JSON kept as its text.

use std::{fmt::Debug, ops::Deref};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    serialize::{self, Output, ToSql},
    sql_types::{Binary, Text},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};

/// Raw bytes of a column.
#[derive(Debug, Clone, PartialEq, Eq, Hash, AsExpression, FromSqlRow, Default)]
#[diesel(sql_type = Binary)]
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Self).map_err(serde::de::Error::custom)
    }
}

impl<DB: Backend> ToSql<Binary, DB> for Bytes
where
    [u8]: ToSql<Binary, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        <[u8] as ToSql<Binary, DB>>::to_sql(&self.0, out)
    }
}

impl<DB: Backend> FromSql<Binary, DB> for Bytes
where
    Vec<u8>: FromSql<Binary, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Vec::<u8>::from_sql(bytes)?))
    }
}

/// A JSON value kept as the text it was written with, so that both databases return the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash, AsExpression, FromSqlRow, Default)]
#[diesel(sql_type = Text)]
pub struct JsonText(pub String);

impl JsonText {
    /// The text of a value.
    pub fn of<T: Serialize>(value: &T) -> serde_json::Result<Self> {
        Ok(Self(serde_json::to_string(value)?))
    }

    /// Reads the value back.
    pub fn get<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(&self.0)
    }
}

impl Serialize for JsonText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for JsonText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

impl<DB: Backend> ToSql<Text, DB> for JsonText
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        <str as ToSql<Text, DB>>::to_sql(&self.0, out)
    }
}

impl<DB: Backend> FromSql<Text, DB> for JsonText
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(String::from_sql(bytes)?))
    }
}

/// JSON of one kind, kept as the text it was written with and read once, with the row.
#[derive(Debug, Clone, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct JsonOf<T> {
    text: String,
    value: T,
}

impl<T: Serialize> JsonOf<T> {
    /// A value with its text.
    ///
    /// # Errors
    /// A value that JSON cannot say.
    pub fn of(value: T) -> serde_json::Result<Self> {
        let text = serde_json::to_string(&value)?;
        Ok(Self { text, value })
    }
}

impl<T> Deref for JsonOf<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: DeserializeOwned> JsonOf<T> {
    fn read(text: String) -> serde_json::Result<Self> {
        let value = serde_json::from_str(&text)?;
        Ok(Self { text, value })
    }
}

impl<T> Serialize for JsonOf<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for JsonOf<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(text).map_err(serde::de::Error::custom)
    }
}

impl<DB: Backend, T: Debug> ToSql<Text, DB> for JsonOf<T>
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        <str as ToSql<Text, DB>>::to_sql(&self.text, out)
    }
}

impl<DB: Backend, T: DeserializeOwned> FromSql<Text, DB> for JsonOf<T>
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::read(String::from_sql(bytes)?)?)
    }
}
