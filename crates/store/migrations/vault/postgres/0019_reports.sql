-- The words of a report: they may tell who somebody is.

CREATE TABLE report_words (
    report_id BYTEA NOT NULL PRIMARY KEY,
    person_id BYTEA NOT NULL,
    sealed BYTEA NOT NULL,                  -- under the person's data key; associated data: the report
    written_at BIGINT NOT NULL
);
CREATE INDEX report_words_of_person ON report_words (person_id);
