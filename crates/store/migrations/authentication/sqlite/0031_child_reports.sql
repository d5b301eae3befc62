-- A guardian reports what a relying party did with a child under fourteen. The report goes with either of them.

ALTER TABLE reports ADD COLUMN child_id BLOB;   -- whose use it was, if not the reporter's
CREATE INDEX reports_of_child ON reports (child_id);
