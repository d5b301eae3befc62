-- Losing a device: until when plain identity stays closed, and the links by which a person objects.

ALTER TABLE persons ADD COLUMN disclosure_from INTEGER;

CREATE TABLE lock_links (
    link BLOB NOT NULL PRIMARY KEY,     -- SHA-256 of what the message carries
    person_id BLOB NOT NULL,
    about TEXT NOT NULL,                -- what is objected to
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX lock_links_of_person ON lock_links (person_id);
CREATE INDEX lock_links_by_expiry ON lock_links (expires_at);
