package web

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"onemap/dispatch"
)

// fill puts something, or nothing, into every plain field of a struct.
func fill(t *rapid.T, v reflect.Value) {
	for i := range v.NumField() {
		f := v.Field(i)
		if !f.CanSet() || rapid.Bool().Draw(t, "empty") {
			continue
		}
		if f.Kind() == reflect.Pointer {
			f.Set(reflect.New(f.Type().Elem()))
			f = f.Elem()
		}
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).UTC()
		switch {
		case f.Type() == dayType:
			f.Set(reflect.ValueOf(dispatch.Date{Time: at.Truncate(24 * time.Hour)}))
		case f.Type() == momentType:
			f.Set(reflect.ValueOf(at))
		case f.Kind() == reflect.String:
			f.SetString(rapid.StringN(0, 12, -1).Draw(t, "text"))
		case f.Kind() == reflect.Bool:
			f.SetBool(true)
		case f.CanInt():
			f.SetInt(rapid.Int64Range(-99, 99).Draw(t, "whole"))
		case f.CanFloat():
			f.SetFloat(rapid.Float64Range(-1e6, 1e6).Draw(t, "real"))
		}
	}
}

// TestMembersAreReadAsTheyAreWritten: what a filter reads of an entry is what
// reading the written properties would give it, in every ledger.
func TestMembersAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for _, l := range dispatch.Ledgers {
		members, read := plainMembers(l), 0
		rapid.Check(t, func(t *rapid.T) {
			detail, err := dispatch.NewDetail(l)
			if err != nil {
				t.Fatal(err)
			}
			e := &dispatch.Entry{Ledger: l, ID: dispatch.NewID(), Version: 3, Detail: detail, RecordedAt: time.Unix(1_700_000_000, 123_000).UTC()}
			fill(t, reflect.ValueOf(&e.Head).Elem())
			fill(t, reflect.ValueOf(detail).Elem())
			raw, err := e.Properties()
			if err != nil {
				t.Fatal(err)
			}
			raw = withMembers(raw, fmt.Sprintf(`"version":%d,"recorded_at":%q`, e.Version, e.RecordedAt.UTC().Format(time.RFC3339Nano)))
			for _, shown := range []json.RawMessage{raw, redact(raw)} {
				var want map[string]any
				if err := json.Unmarshal(shown, &want); err != nil {
					t.Fatal(err)
				}
				for _, p := range ledgerCollection(l).properties {
					if got, plain := members.read(e, p.name); plain {
						read++
						if d := cmp.Diff(want[p.name], got); d != "" {
							t.Fatalf("%s of %s: %s", p.name, l, d)
						}
					}
				}
			}
		})
		if read < 1000 {
			t.Errorf("%s: only %d read without writing", l, read)
		}
	}
}

func TestPeopleAndListsAreNotReadAside(t *testing.T) {
	t.Parallel()
	members := plainMembers(dispatch.Teams)
	for _, name := range []string{"leader", "liaison", "capabilities", "caller_name", "nothing"} {
		if _, plain := members.read(&dispatch.Entry{Detail: &dispatch.Team{}}, name); plain {
			t.Errorf("%s is read without its mask", name)
		}
	}
	if got, plain := plainMembers(dispatch.Cells).read(&dispatch.Entry{Detail: &dispatch.Cell{People: 7}}, "people"); !plain || got != 7.0 {
		t.Errorf("people of a cell: %v, %t", got, plain)
	}
}
