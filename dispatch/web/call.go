package web

import (
	"context"
	"crypto/sha256"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"onemap/dispatch"
)

// call is one request on its way through: what it asks, who asks, and what a
// command needs to be repeatable.
type call struct {
	id        string // request id, for the log and the problem's instance
	op        operation
	who       identity
	ip        string
	command   dispatch.ID
	expected  *int
	digest    [32]byte
	hasDigest bool
	receipt   dispatch.Receipt
	what      string // method and path, part of the digest
	english   bool   // the caller asked for English
	gzip      bool   // the caller reads gzip
}

type callKey struct{}

// callOf returns the request a handler works for.
func callOf(ctx context.Context) *call { return ctx.Value(callKey{}).(*call) }

func withCall(ctx context.Context, k *call) context.Context {
	return context.WithValue(ctx, callKey{}, k)
}

// readKeys reads Idempotency-Key and If-Match.
func (k *call) readKeys(c echo.Context) error {
	h := c.Request().Header
	if k.op.Keyed {
		text := h.Get("Idempotency-Key")
		if text == "" {
			return refuse(400, "idempotency_key_required", "send an Idempotency-Key: a UUID made for this command")
		}
		id, err := uuid.Parse(text)
		if err != nil || len(text) != 36 || len(h.Values("Idempotency-Key")) > 1 {
			return refuse(400, "bad_idempotency_key", "the Idempotency-Key is one UUID")
		}
		k.command = id
		for _, name := range []string{"id", "note"} {
			if made, err := uuid.Parse(c.Param(name)); err == nil && made == uuid.Nil {
				return refuse(400, "bad_id", "the id of nothing cannot be given to something")
			}
		}
	}
	version, err := version(h.Values("If-Match"))
	k.expected = version
	return err
}

// version reads If-Match: one version in quotes, nil when absent.
func version(values []string) (*int, error) {
	if len(values) == 0 {
		return nil, nil
	}
	text, n := values[0], 0
	ok := len(values) == 1 && len(text) > 2 && len(text) < 12 && text[0] == '"' && text[len(text)-1] == '"'
	if ok {
		for _, digit := range text[1 : len(text)-1] {
			ok = ok && digit >= '0' && digit <= '9'
			n = n*10 + int(digit-'0')
		}
	}
	if !ok {
		return nil, refuse(400, "bad_if_match", `If-Match is one version in quotes, such as "3"`)
	}
	return &n, nil
}

// asCommand returns what the desk wants to know. The digest covers what was
// asked, so that a key used again for something else is noticed.
func (k *call) asCommand(now time.Time) dispatch.Command {
	if !k.hasDigest {
		k.sign(nil)
	}
	return dispatch.Command{ID: k.command, Actor: k.who.actor, Expected: k.expected, OccurredAt: now, Digest: k.digest}
}

// sign sets the digest: SHA-256 of method, path and canonical body.
func (k *call) sign(body []byte) {
	h := sha256.New()
	h.Write([]byte(k.what))
	h.Write([]byte{0})
	h.Write(body)
	h.Sum(k.digest[:0])
	k.hasDigest = true
}

// wantsEnglish reads Accept-Language: the first language decides, and without
// one it is Chinese.
func wantsEnglish(accept string) bool {
	first, _, _ := strings.Cut(accept, ",")
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(first)), "en")
}
