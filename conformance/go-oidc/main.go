// A relying party by github.com/coreos/go-oidc and golang.org/x/oauth2, client_secret_basic; see conformance/shared/foreign.mjs.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

func main() {
	if err := run(os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

var answers = bufio.NewScanner(os.Stdin)

func say(what map[string]any) {
	text, _ := json.Marshal(what)
	fmt.Println(string(text))
}

// Has an address opened; where the browser came out.
func open(address string) (*url.URL, error) {
	say(map[string]any{"open": address})
	if !answers.Scan() {
		return nil, fmt.Errorf("nobody answers: %w", answers.Err())
	}
	return url.Parse(answers.Text())
}

func run(issuer, id, secret, redirect, loggedOut string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	provider, err := oidc.NewProvider(ctx, issuer)
	if err != nil {
		return err
	}
	var metadata struct {
		Issuer     string `json:"issuer"`
		EndSession string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&metadata); err != nil {
		return err
	}
	config := oauth2.Config{
		ClientID: id, ClientSecret: secret, RedirectURL: redirect,
		Endpoint: provider.Endpoint(), Scopes: []string{oidc.ScopeOpenID, oidc.ScopeOfflineAccess},
	}
	state, nonce, verifier := oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	request := config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier))
	say(map[string]any{"issuer": metadata.Issuer, "first_request": request})
	back, err := open(request)
	if err != nil {
		return err
	}
	if got := back.Query().Get("state"); got != state {
		return fmt.Errorf("state %q", got)
	}
	if got := back.Query().Get("iss"); got != metadata.Issuer {
		return fmt.Errorf("iss %q", got)
	}
	if refused := back.Query().Get("error"); refused != "" {
		say(map[string]any{"error": refused})
		return nil
	}
	tokens, err := config.Exchange(ctx, back.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		return err
	}
	idToken, text, err := verified(ctx, provider, id, tokens)
	if err != nil {
		return err
	}
	if idToken.Nonce != nonce {
		return fmt.Errorf("nonce %q", idToken.Nonce)
	}
	if err := idToken.VerifyAccessToken(tokens.AccessToken); err != nil {
		return err
	}
	var claims struct {
		Result string `json:"result"`
	}
	if err := idToken.Claims(&claims); err != nil {
		return err
	}
	told, err := provider.UserInfo(ctx, config.TokenSource(ctx, tokens))
	if err != nil {
		return err
	}
	say(map[string]any{
		"sub": idToken.Subject, "result": claims.Result, "access_token": tokens.AccessToken, "userinfo_sub": told.Subject,
	})

	// The library refreshes what has expired.
	worn := &oauth2.Token{RefreshToken: tokens.RefreshToken, Expiry: time.Now().Add(-time.Hour)}
	fresh, err := config.TokenSource(ctx, worn).Token()
	if err != nil {
		return err
	}
	again, _, err := verified(ctx, provider, id, fresh)
	if err != nil {
		return err
	}
	say(map[string]any{"refreshed_sub": again.Subject, "refreshed_access_token": fresh.AccessToken})

	if loggedOut == "" {
		return nil
	}
	query := url.Values{"id_token_hint": {text}, "post_logout_redirect_uri": {loggedOut}, "state": {state}}
	out, err := open(metadata.EndSession + "?" + query.Encode())
	if err != nil {
		return err
	}
	say(map[string]any{"logged_out": out.Query().Get("state") == state})
	return nil
}

func verified(ctx context.Context, provider *oidc.Provider, id string, tokens *oauth2.Token) (*oidc.IDToken, string, error) {
	text, ok := tokens.Extra("id_token").(string)
	if !ok {
		return nil, "", fmt.Errorf("no ID token")
	}
	token, err := provider.VerifierContext(ctx, &oidc.Config{ClientID: id}).Verify(ctx, text)
	return token, text, err
}
