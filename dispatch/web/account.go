package web

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"onemap/dispatch"
)

func accountOf(a *dispatch.Account) Account {
	return Account{Id: a.ID, Version: a.Version, Name: a.Name, Display: a.Display, Role: Role(a.Role), Area: a.Area, Clearance: a.Clearance, Unit: a.Unit, Closed: a.Closed}
}

// ListAccounts lists all local accounts by name.
func (s api) ListAccounts(context.Context, ListAccountsRequestObject) (ListAccountsResponseObject, error) {
	p := s.Live.Picture()
	answer := ListAccounts200JSONResponse{Seq: int64(p.Seq), Accounts: make([]Account, 0, len(p.Accounts))}
	for _, a := range p.Accounts {
		answer.Accounts = append(answer.Accounts, accountOf(a))
	}
	slices.SortFunc(answer.Accounts, func(a, b Account) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), slices.Compare(a.Id[:], b.Id[:]))
	})
	return answer, nil
}

// PutAccount makes or changes an account. A password given by another is for
// one use, and ends what was signed in with the old one.
func (s api) PutAccount(ctx context.Context, r PutAccountRequestObject) (PutAccountResponseObject, error) {
	k, b := callOf(ctx), r.Body
	a := dispatch.Account{
		ID: r.Id, Name: b.Name, Display: b.Display, Role: dispatch.Role(b.Role), Area: b.Area, Clearance: b.Clearance,
		Unit: b.Unit, Closed: or(b.Closed, false), MustChange: b.Password != nil && r.Id != k.who.actor.ID,
	}
	if a.Closed && a.ID == k.who.actor.ID {
		return nil, dispatch.ErrForbidden.With("nobody closes their own account: the last administrator would be gone")
	}
	if other := accountNamed(s.Live.Picture(), a.Name); other != nil && other.ID != a.ID {
		return nil, (&dispatch.Error{Kind: dispatch.Conflict, Code: "name_taken"}).With("another account has that name")
	}
	hash := ""
	if b.Password != nil {
		var err error
		if hash, err = s.newHash(ctx, "password", *b.Password); err != nil {
			return nil, err
		}
	}
	if err := k.signWithout(b); err != nil {
		return nil, err
	}
	receipt, err := s.Desk.PutAccount(ctx, k.asCommand(s.now()), a, hash)
	answer, err := s.done(ctx, receipt, err)
	if err != nil {
		return nil, err
	}
	if hash != "" || a.Closed {
		kept := [32]byte{}
		if a.ID == k.who.actor.ID {
			kept = k.who.session
		}
		if err := s.endOthers(ctx, a.ID, kept); err != nil {
			return nil, err
		}
	}
	return PutAccount200JSONResponse(answer), nil
}

// signWithout signs the command over its body but for the password: a digest
// of that, kept, would be a fast hash of it.
func (k *call) signWithout(b *AccountPut) error {
	open := *b
	if b.Password != nil {
		open.Password = ptr("")
	}
	raw, err := json.Marshal(open)
	if err != nil {
		return fmt.Errorf("sign account: %w", err)
	}
	k.sign(raw)
	return nil
}

// ListTokens lists machine tokens without their secrets.
func (s api) ListTokens(context.Context, ListTokensRequestObject) (ListTokensResponseObject, error) {
	p := s.Live.Picture()
	answer := ListTokens200JSONResponse{Seq: int64(p.Seq), Tokens: make([]Token, 0, len(p.Tokens))}
	for _, t := range p.Tokens {
		answer.Tokens = append(answer.Tokens, Token{Id: t.ID, Name: t.Name, Area: t.Area, ExpiresAt: t.ExpiresAt.UTC(), Revoked: t.Revoked})
	}
	slices.SortFunc(answer.Tokens, func(a, b Token) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), slices.Compare(a.Id[:], b.Id[:]))
	})
	return answer, nil
}

// MintToken lets a machine in. A repeated command cannot show the secret
// again, for it is not kept.
func (s api) MintToken(ctx context.Context, r MintTokenRequestObject) (MintTokenResponseObject, error) {
	if r.Body.Days < 1 {
		return nil, outOfRange("days", "1 to 90 days")
	}
	plain, err := secret()
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256([]byte(plain))
	expires := s.now().UTC().Truncate(time.Second).Add(time.Duration(min(r.Body.Days, 1000)) * 24 * time.Hour)
	t := dispatch.Token{ID: r.Id, Name: r.Body.Name, Area: r.Body.Area, ExpiresAt: expires}
	receipt, err := s.Desk.MintToken(ctx, callOf(ctx).asCommand(s.now()), t, hash[:])
	answer, err := s.done(ctx, receipt, err)
	if err != nil {
		return nil, err
	}
	if id, err := s.Secrets.TokenOf(ctx, hash[:]); errors.Is(err, dispatch.ErrNotFound) || id != r.Id {
		return nil, refuse(409, "secret_shown", "this command was answered before; revoke the token and mint another")
	} else if err != nil {
		return nil, fmt.Errorf("read token %s: %w", r.Id, err)
	}
	return MintToken200JSONResponse{Id: r.Id, Secret: plain, ExpiresAt: expires, Seq: answer.Seq}, nil
}

// RevokeToken shuts a machine out.
func (s api) RevokeToken(ctx context.Context, r RevokeTokenRequestObject) (RevokeTokenResponseObject, error) {
	receipt, err := s.Desk.RevokeToken(ctx, callOf(ctx).asCommand(s.now()), r.Id)
	answer, err := s.done(ctx, receipt, err)
	return RevokeToken200JSONResponse(answer), err
}
