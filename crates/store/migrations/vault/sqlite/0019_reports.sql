-- The words of a report: they may tell who somebody is.

CREATE TABLE report_words (
    report_id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL,
    sealed BLOB NOT NULL,                  -- under the person's data key; associated data: the report
    written_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX report_words_of_person ON report_words (person_id);
