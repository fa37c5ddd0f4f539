-- Codes that the committee imports: regions (GB/T 2260) and the specialties experts are drawn from.
CREATE TABLE region (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL
);
CREATE TABLE specialty (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  parent_id TEXT REFERENCES specialty (id)
);
