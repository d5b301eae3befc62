-- A document whose place a newer one took: its number must not open a second record, nor somebody else's.

ALTER TABLE documents ADD COLUMN ended_at INTEGER;
CREATE INDEX documents_by_end ON documents (ended_at);
