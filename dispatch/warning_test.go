package dispatch

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func aText(now time.Time) WarningText {
	return WarningText{Kind: "rainstorm", Colour: "yellow", Headline: "暴雨黄色预警", Urgency: "Expected", Certainty: "Likely", AreaText: "海港区", Divisions: []string{"130302"}, Expires: now.Add(6 * time.Hour)}
}

// TestALifeOfAWarning walks at random through every decision, by three people,
// and holds what came of it against the rules.
func TestALifeOfAWarning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := noonUTC
		w, replay := &Warning{ID: ID{9}}, &Warning{ID: ID{9}}
		people := []Actor{{ID: ID{1}, Name: "甲"}, {ID: ID{2}, Name: "乙"}, {ID: ID{3}, Name: "丙"}}
		number := 0
		message := func() WarningSent {
			number++
			return WarningSent{Sender: "us", Identifier: fmt.Sprint(number)}
		}
		var outside []string // messages the world has had, in order
		fold := func(out Outcome, err error) bool {
			var said *Error
			if err != nil && !errors.As(err, &said) {
				t.Fatalf("not a refusal: %v", err)
			}
			for _, f := range out.Facts {
				w.Apply(f, now)
				raw, err := json.Marshal(f)
				if err != nil {
					t.Fatal(err)
				}
				back, err := DecodeFact(f.Type(), raw)
				if err != nil {
					t.Fatal(err)
				}
				replay.Apply(back, now)
			}
			return err == nil
		}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			by := rapid.SampledFrom(people).Draw(t, "by")
			before := *w
			switch rapid.SampledFrom([]string{"draft", "draft", "submit", "submit", "approve", "approve", "issue", "issue", "issue", "return", "cancel", "expire", "wait", "wait long"}).Draw(t, "step") {
			case "draft":
				text := aText(now)
				text.Headline = rapid.SampledFrom([]string{"一", "二", "三"}).Draw(t, "headline")
				fold(w.Draft(text, "130300", by))
			case "submit":
				fold(w.Submit())
			case "approve":
				if fold(w.Approve(by, now)) && (by.ID == before.Work.Authors[0] || w.Work.Approved.Digest != w.Work.Digest()) {
					t.Fatalf("%s approved %+v", by.Name, before.Work)
				}
			case "issue":
				if fold(w.Issue(message(), by, now, nil)) {
					issued(t, &before, w, now)
				}
			case "return":
				fold(w.Return("不完整"))
			case "cancel":
				if fold(w.Cancel(message(), "结束", by, now, nil)) && len(w.Sent) < len(before.Sent) && len(outside) != len(w.Sent) {
					t.Fatalf("the world has %v, and %d messages stand", outside, len(w.Sent))
				}
			case "expire":
				if fold(w.Expire(now)) && now.Before(before.Text.Expires) {
					t.Fatal("it ended before its time")
				}
			case "wait":
				now = now.Add(time.Duration(rapid.IntRange(1, 40).Draw(t, "seconds")) * time.Second)
			case "wait long":
				now = now.Add(time.Duration(rapid.IntRange(1, 200).Draw(t, "minutes")) * time.Minute)
			}
			for n := len(outside); n < w.Out(now); n++ {
				outside = append(outside, w.Sent[n].Key())
			}
			for n, key := range outside {
				if n >= len(w.Sent) || w.Sent[n].Key() != key {
					t.Fatalf("what was out is not what stands: %v", outside)
				}
			}
			if before.Over() && w.Version != before.Version {
				t.Fatal("something happened to what is over")
			}
		}
		if diff := cmp.Diff(w, replay); diff != "" {
			t.Fatalf("replayed otherwise:\n%s", diff)
		}
	})
}

// issued holds one issue against the rules.
func issued(t *rapid.T, before, w *Warning, now time.Time) {
	m := w.Last()
	switch {
	case before.Work == nil || before.Work.State != WarningApproved:
		t.Fatal("issued without an approval")
	case m.Approved.By == before.Work.Authors[0]:
		t.Fatal("issued with one person")
	case m.Approved.Digest != m.WarningText.Digest() || now.Sub(m.Approved.At) > approvalLasts:
		t.Fatal("issued what was not approved, or too late")
	case len(m.References) != len(before.Sent) || (m.Message == MessageAlert) != (len(before.Sent) == 0):
		t.Fatalf("%s refers to %v of %d", m.Message, m.References, len(before.Sent))
	}
	for _, key := range m.References {
		if key == m.Key() {
			t.Fatal("it refers to itself")
		}
	}
}

func TestATextSaysAllThatIsWrongWithIt(t *testing.T) {
	hole := orb.Polygon{{{119, 39}, {119.2, 39}, {119.2, 39.2}, {119, 39.2}, {119, 39}}, {{119.1, 39.1}, {119.15, 39.1}, {119.15, 39.15}, {119.1, 39.1}}}
	for name, c := range map[string]struct {
		change func(*WarningText)
		code   string
	}{
		"as it should be":          {func(*WarningText) {}, ""},
		"red without what to do":   {func(t *WarningText) { t.Colour = "red" }, "required"},
		"nobody":                   {func(t *WarningText) { t.Divisions = nil }, "required"},
		"ends before now":          {func(t *WarningText) { t.Expires = noonUTC }, "bad_time"},
		"four days":                {func(t *WarningText) { t.Expires = noonUTC.Add(96 * time.Hour) }, "bad_time"},
		"purple":                   {func(t *WarningText) { t.Colour = "purple" }, "bad_enum"},
		"a hole":                   {func(t *WarningText) { t.Polygon = &WarnedArea{orb.MultiPolygon{hole}} }, "cap_holes"},
		"a headline that is bidi":  {func(t *WarningText) { t.Headline = "暴雨\u202e" }, "bad_text"},
		"a division of four":       {func(t *WarningText) { t.Divisions = []string{"1303"} }, "bad_division"},
		"begins when it has ended": {func(t *WarningText) { at := noonUTC.Add(7 * time.Hour); t.Onset = &at }, "bad_time"},
	} {
		t.Run(name, func(t *testing.T) {
			text := aText(noonUTC)
			c.change(&text)
			err := text.check(noonUTC)
			var said *Error
			if errors.As(err, &said); c.code == "" && err != nil || c.code != "" && (said == nil || said.Code != c.code) {
				t.Errorf("%v, want %q", err, c.code)
			}
		})
	}
}

func foreign(message, identifier string, sent time.Time, refers ...string) *Warning {
	text := aText(sent)
	return &Warning{ID: ForeignID("met", identifier, sent), State: WarningIssued, Text: &text, Foreign: &WarningForeign{Sender: "met", Identifier: identifier, Sent: sent, Message: message, Status: "Actual", References: refers}}
}

// TestLaterMessagesTakeThePlace holds in whatever order they come, and for the
// same sender's only.
func TestLaterMessagesTakeThePlace(t *testing.T) {
	first := foreign(MessageAlert, "1", noonUTC)
	update := foreign(MessageUpdate, "2", noonUTC.Add(time.Minute), first.Foreign.key())
	cancel := foreign(MessageCancel, "3", noonUTC.Add(time.Minute), first.Foreign.key())
	stranger := foreign(MessageCancel, "4", noonUTC.Add(time.Minute), first.Foreign.key())
	stranger.Foreign.Sender = "somebody"
	for _, c := range []struct {
		name  string
		later *Warning
		state string
	}{{"update", update, WarningUpdated}, {"cancel", cancel, WarningCancelled}, {"a stranger's cancel", stranger, WarningIssued}} {
		t.Run(c.name, func(t *testing.T) {
			old := *first
			if ids := c.later.Foreign.replaces(); len(ids) > 0 {
				for _, f := range old.giveWay(c.later, noonUTC) {
					old.Apply(f, noonUTC)
				}
			}
			if old.State != c.state {
				t.Errorf("in order it stands at %s", old.State)
			}
			p := NewPicture(1, "", []Entity{c.later})
			var came Warning
			for _, f := range first.Receive(p, noonUTC).Facts {
				came.Apply(f, noonUTC)
			}
			if came.State != c.state {
				t.Errorf("out of order it stands at %s", came.State)
			}
		})
	}
}

func TestWhatIsNotRealOrIsOverNeverSounds(t *testing.T) {
	now := noonUTC.Add(time.Minute)
	for name, c := range map[string]struct {
		change func(*Warning)
		sounds bool
	}{
		"real":            {func(*Warning) {}, true},
		"a test":          {func(w *Warning) { w.Foreign.Status = "Test" }, false},
		"an exercise":     {func(w *Warning) { w.Foreign.Status = "Exercise" }, false},
		"run out":         {func(w *Warning) { w.Text.Expires = now }, false},
		"without an end":  {func(w *Warning) { w.Text.Expires = time.Time{} }, true},
		"cancelled":       {func(w *Warning) { w.State = WarningCancelled }, false},
		"of four days":    {func(w *Warning) { w.Foreign.Sent, w.Text.Expires = now.Add(-96*time.Hour), time.Time{} }, false},
		"ours, not out":   {func(w *Warning) { w.Foreign, w.Sent = nil, []WarningSent{{OutAt: now.Add(time.Second)}} }, false},
		"ours, out":       {func(w *Warning) { w.Foreign, w.Sent = nil, []WarningSent{{OutAt: now}} }, true},
		"ours, a drill's": {func(w *Warning) { w.Foreign, w.Sent, w.Text.Exercise = nil, []WarningSent{{OutAt: now}}, "演练" }, false},
	} {
		w := foreign(MessageAlert, "1", noonUTC)
		if c.change(w); w.Sounds(now) != c.sounds {
			t.Errorf("%s: sounds is %t", name, !c.sounds)
		}
	}
}

func TestWhatHasRunOutIsADuty(t *testing.T) {
	inForce, over := foreign(MessageAlert, "1", noonUTC), foreign(MessageAlert, "2", noonUTC.Add(-7*time.Hour))
	p := NewPicture(1, "", []Entity{inForce, over})
	due := warningWatch{}.Look(Watch{Picture: p, Now: noonUTC})
	if len(due) != 1 || due[0].Subject != over.ID {
		t.Errorf("due: %v", due)
	}
	if due := (warningWatch{}).Look(Watch{Picture: p, Now: noonUTC.Add(6 * time.Hour)}); len(due) != 2 {
		t.Errorf("six hours later: %v", due)
	}
}
