-- What a client says of itself, under the names of RFC 7591, as JSON.
ALTER TABLE clients ADD COLUMN metadata TEXT NOT NULL DEFAULT '{}';
