package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"onemap/dispatch"
	"onemap/dispatch/web"
)

// newCommand is a command of the server itself.
func newCommand(a dispatch.Actor) dispatch.Command {
	id := dispatch.NewID()
	return dispatch.Command{ID: id, Actor: a, OccurredAt: time.Now(), Digest: [32]byte(append(id[:], id[:]...))}
}

// cityArea is the division code of the whole city; another city starts with
// its own code as the administrator's area.
const cityArea = "130300"

// firstAdministrator makes one administrator in a database without accounts,
// and returns the one-time password to print.
func firstAdministrator(ctx context.Context, desk *dispatch.Desk, p *dispatch.Picture) (string, error) {
	if len(p.Accounts) > 0 {
		return "", nil
	}
	password := rand.Text()
	if err := makeAccount(ctx, desk, dispatch.Account{
		ID: dispatch.NewID(), Name: "admin", Display: "系统管理员", Role: dispatch.Admin, Area: cityArea, Clearance: 1, MustChange: true,
	}, password); err != nil {
		return "", err
	}
	return password, nil
}

func makeAccount(ctx context.Context, desk *dispatch.Desk, a dispatch.Account, password string) error {
	hash, err := web.HashPassword(password)
	if err != nil {
		return fmt.Errorf("hash password of %s: %w", a.Name, err)
	}
	if _, err := desk.PutAccount(ctx, newCommand(dispatch.System), a, hash); err != nil {
		return fmt.Errorf("make account %s: %w", a.Name, err)
	}
	return nil
}
