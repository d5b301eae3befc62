-- The security profile a client keeps to: openid or fapi2.
ALTER TABLE clients ADD COLUMN profile TEXT NOT NULL DEFAULT 'openid';
