-- Plain identity: on which law a scene asks for it, and what each person agreed to tell, once.

ALTER TABLE scenes ADD COLUMN plain_law TEXT;
ALTER TABLE scenes ADD COLUMN plain_kinds TEXT; -- space-separated

CREATE TABLE plain_disclosures (        -- a consent of its own, and whether it was told; nothing of the identity itself
    disclosure_id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL,
    certificate_id BLOB NOT NULL,
    organisation TEXT NOT NULL,
    client_id TEXT NOT NULL,
    scene TEXT NOT NULL,
    law TEXT NOT NULL,
    kinds TEXT NOT NULL,                -- space-separated
    notice_version INTEGER NOT NULL,
    agreed_at INTEGER NOT NULL,
    fetchable_until INTEGER NOT NULL,
    told_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX plain_disclosures_of_person ON plain_disclosures (person_id);
