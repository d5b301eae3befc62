// The baseline: oidc-provider with its in-memory adapter, a confidential client with private_key_jwt,
// a person who is signed in and has agreed, as after any first visit.
import { readFileSync, writeFileSync, renameSync } from 'node:fs';
import { createServer } from 'node:http';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import Provider from 'oidc-provider';

const [keysFile, portFile, redirectUri] = process.argv.slice(2);
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

// Its own in-memory adapter forgets all but the last 1,000 entries, sessions included; this one is as
// plain and forgets what has been used up.
const memory = new Map();
const names = new Map();
class Memory {
  constructor(model) { this.model = model; }
  key(id) { return `${this.model}:${id}`; }
  async upsert(id, payload) {
    memory.set(this.key(id), payload);
    if (payload.uid) names.set(`uid:${payload.uid}`, id);
  }
  async find(id) { return memory.get(this.key(id)); }
  async findByUid(uid) { return this.find(names.get(`uid:${uid}`)); }
  async findByUserCode() { return undefined; }
  async consume(id) { memory.get(this.key(id)).consumed = Math.floor(Date.now() / 1000); }
  async destroy(id) { memory.delete(this.key(id)); }
  async revokeByGrantId(grantId) {
    for (const [key, value] of memory) if (value.grantId === grantId) memory.delete(key);
  }
}

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const provider = new Provider(`http://localhost:${port}`, {
    clients: ['bench', 'bench-fapi', 'bench-standing', 'bench-standing-fapi'].map((client_id) => ({
      client_id,
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      id_token_signed_response_alg: 'ES256',
      subject_type: 'pairwise',
      redirect_uris: [redirectUri],
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      jwks: JSON.parse(readFileSync(keysFile, 'utf8')),
      scope: 'openid offline_access reports',
      ...(client_id.endsWith('fapi') && { dpop_bound_access_tokens: true, require_pushed_authorization_requests: true }),
    })),
    scopes: ['openid', 'offline_access', 'reports'],
    subjectTypes: ['pairwise'],
    async pairwiseIdentifier(_, accountId, client) {
      return createHash('sha256').update(client.sectorIdentifier).update(accountId).update('bench').digest('base64url');
    },
    issueRefreshToken: (_, client) => client.clientId.startsWith('bench-standing'),
    rotateRefreshToken: (ctx) => ctx.oidc.client.clientId === 'bench-standing',
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'bench' }] },
    adapter: Memory,
    cookies: { keys: ['bench'] },
    features: { devInteractions: { enabled: false }, userinfo: { enabled: true },
      introspection: { enabled: true }, clientCredentials: { enabled: true },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true } },
    pkce: { required: () => true },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    async findAccount(_, id) {
      return { accountId: id, claims: async () => ({ sub: id }) };
    },
  });
  let persons = 0;
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next();
    const { prompt, params, session } = await provider.interactionDetails(ctx.req, ctx.res);
    const result = {};
    if (prompt.name === 'login') {
      result.login = { accountId: `person-${persons++}` };
    } else {
      const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
      grant.addOIDCScope('openid');
      result.consent = { grantId: await grant.save() };
    }
    const to = await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: true });
    ctx.redirect(to);
  });
  server.on('request', provider.callback());
  writeFileSync(`${portFile}.new`, String(port));
  renameSync(`${portFile}.new`, portFile);
});
