// A relying party by Nimbus' oauth2-oidc-sdk, private_key_jwt with ES256; see conformance/shared/foreign.mjs.

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.*;
import com.nimbusds.oauth2.sdk.auth.JWTAuthenticationClaimsSet;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.id.*;
import com.nimbusds.oauth2.sdk.pkce.*;
import com.nimbusds.openid.connect.sdk.*;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.AccessTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.io.*;
import java.net.URI;
import java.nio.file.*;
import java.util.*;

public class Party {
  static final BufferedReader ANSWERS = new BufferedReader(new InputStreamReader(System.in));

  static void say(Object... pairs) {
    Map<String, Object> said = new LinkedHashMap<>();
    for (int at = 0; at < pairs.length; at += 2) said.put((String) pairs[at], pairs[at + 1]);
    System.out.println(JSONObjectUtils.toJSONString(said));
  }

  /** Has an address opened; where the browser came out. */
  static URI open(URI address) throws IOException {
    say("open", address.toString());
    return URI.create(ANSWERS.readLine());
  }

  final OIDCProviderMetadata provider;
  final ClientID id;
  final ECKey key;

  Party(String issuer, String id, String keyFile) throws Exception {
    this.provider = OIDCProviderMetadata.resolve(new Issuer(issuer));
    this.id = new ClientID(id);
    this.key = ECKey.parse(Files.readString(Path.of(keyFile)));
  }

  OIDCTokens tokens(AuthorizationGrant grant) throws Exception {
    var claims = new JWTAuthenticationClaimsSet(id, new Audience(provider.getIssuer()));
    var proof = new PrivateKeyJWT(claims, JWSAlgorithm.ES256, key.toECPrivateKey(), key.getKeyID(), null, null, null);
    var request = new TokenRequest.Builder(provider.getTokenEndpointURI(), proof, grant).build();
    TokenResponse answer = OIDCTokenResponseParser.parse(request.toHTTPRequest().send());
    if (!answer.indicatesSuccess()) throw new IOException(answer.toErrorResponse().getErrorObject().toString());
    return ((OIDCTokenResponse) answer.toSuccessResponse()).getOIDCTokens();
  }

  IDTokenClaimsSet verified(JWT token, Nonce nonce) throws Exception {
    var validator = new IDTokenValidator(provider.getIssuer(), id, JWSAlgorithm.ES256, provider.getJWKSetURI().toURL());
    return validator.validate(token, nonce);
  }

  void run(URI redirect, String loggedOut) throws Exception {
    var state = new State();
    var nonce = new Nonce();
    var verifier = new CodeVerifier();
    URI request = new AuthenticationRequest.Builder(ResponseType.CODE, new Scope("openid", "offline_access"), id, redirect)
        .endpointURI(provider.getAuthorizationEndpointURI()).state(state).nonce(nonce)
        .codeChallenge(verifier, CodeChallengeMethod.S256).build().toURI();
    say("issuer", provider.getIssuer().getValue(), "first_request", request.toString());
    AuthenticationResponse back = AuthenticationResponseParser.parse(open(request));
    if (!state.equals(back.getState())) throw new IOException("state " + back.getState());
    if (!provider.getIssuer().equals(back.getIssuer())) throw new IOException("iss " + back.getIssuer());
    if (!back.indicatesSuccess()) {
      say("error", back.toErrorResponse().getErrorObject().getCode());
      return;
    }
    AuthorizationCode code = back.toSuccessResponse().getAuthorizationCode();
    OIDCTokens first = tokens(new AuthorizationCodeGrant(code, redirect, verifier));
    IDTokenClaimsSet claims = verified(first.getIDToken(), nonce);
    AccessTokenValidator.validate(first.getAccessToken(), JWSAlgorithm.ES256, claims.getAccessTokenHash());
    UserInfoResponse told = UserInfoResponse.parse(
        new UserInfoRequest(provider.getUserInfoEndpointURI(), first.getAccessToken()).toHTTPRequest().send());
    if (!told.indicatesSuccess()) throw new IOException("userinfo " + told.toErrorResponse().getErrorObject());
    say("sub", claims.getSubject().getValue(), "result", claims.getStringClaim("result"),
        "access_token", first.getAccessToken().getValue(),
        "userinfo_sub", told.toSuccessResponse().getUserInfo().getSubject().getValue());

    OIDCTokens again = tokens(new RefreshTokenGrant(first.getRefreshToken()));
    say("refreshed_sub", verified(again.getIDToken(), null).getSubject().getValue(),
        "refreshed_access_token", again.getAccessToken().getValue());

    if (loggedOut.isEmpty()) return;
    URI out = open(new LogoutRequest(provider.getEndSessionEndpointURI(), first.getIDToken(), URI.create(loggedOut), state).toURI());
    say("logged_out", ("" + out.getQuery()).contains("state=" + state.getValue()));
  }

  public static void main(String[] words) throws Exception {
    new Party(words[0], words[1], words[2]).run(URI.create(words[3]), words[4]);
  }
}
