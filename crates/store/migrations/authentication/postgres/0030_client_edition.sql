-- Which edition of the clients is in force: whoever keeps clients in memory asks this one number whether they are still so.

CREATE TABLE client_edition (
    edition BIGINT NOT NULL             -- grows by one with every change of a client or its organisation
);

INSERT INTO client_edition (edition) VALUES (0);
