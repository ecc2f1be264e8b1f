package web

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"onemap/dispatch"
)

// The page's template and its style, which stands in the page: the policy names
// it by its hash, so that nothing else may style the page, and nothing may run.
var (
	//go:embed afteraction.html
	afterPageText string
	//go:embed afteraction.css
	afterPageStyle string

	afterPage = template.Must(template.New("after-action").Parse(afterPageText))
)

// pagePolicy is what the printed page may do: look like itself, and show photos.
func pagePolicy() string {
	sum := sha256.Sum256([]byte(afterPageStyle))
	return "default-src 'none'; img-src 'self'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-modals allow-same-origin"
}

// paper is a time on paper: China's, as on all printed documents.
func paper(t time.Time) string { return t.In(china).Format(time.DateTime) }

func paperOf(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return paper(*t)
}

// afterView is what the template is filled with; an empty text is shown as not
// known.
type afterView struct {
	Style                  template.CSS
	Drawn, By, Number      string
	Title, Division, Place string
	Description            string
	Seq                    dispatch.Seq
	Kind, Priority, State  [2]string
	Milestones             []milestoneRow
	Toll                   []tollRow
	Intervals              []intervalRow
	Sent                   []sentRow
	Lines                  []lineRow
	Notes                  []noteRow
	Closures               []closureRow
	LeftOut                [][2]string
	Map                    sketch
	ShowsTracks            bool
}

type milestoneRow struct {
	Name [2]string
	At   string
}

type tollRow struct {
	Name  [2]string
	Count string
}

type intervalRow struct {
	Name                [2]string
	Whose, Took, Target string
	Verdict             [2]string
	Late                bool
}

type sentRow struct {
	Number        int
	Code, Name    string
	Kind, State   [2]string
	Times         []string
	Length, Fixes string
	Reason        string
}

type lineRow struct {
	Seq                 dispatch.Seq
	At, Recorded, Actor string
	Text                [2]string
}

type noteRow struct {
	At, By, Text, Photo string
	Width, Height       int
}

type closureRow struct {
	Code, Name, From, Until string
	Cause                   [2]string
}

// afterActionPage writes the report as a page to print.
func (s *Server) afterActionPage(c echo.Context, a dispatch.Actor, r *dispatch.AfterAction) error {
	var out bytes.Buffer
	view := s.viewOf(a, r)
	if err := afterPage.Execute(&out, view); err != nil {
		return fmt.Errorf("write page of %s: %w", r.Incident.Number, err)
	}
	c.Response().Header().Set("Content-Security-Policy", pagePolicy())
	return c.Blob(http.StatusOK, "text/html; charset=utf-8", out.Bytes())
}

func (s *Server) viewOf(a dispatch.Actor, r *dispatch.AfterAction) afterView {
	in, p := r.Incident, s.Live.Picture()
	view := afterView{
		Style: template.CSS(afterPageStyle), Drawn: paper(r.At), By: a.Name, Number: in.Number, Title: in.Title,
		Division: p.DivisionName(in.Division), Place: in.Place, Description: in.Description, Seq: r.Seq,
		Kind: dispatch.Words("incident_kind", in.Kind), Priority: dispatch.Words("priority", fmt.Sprint(in.Priority)), State: dispatch.Words("incident_state", string(in.State)),
		Milestones: milestonesOf(in), Toll: tollOf(in), Map: sketchOf(r),
	}
	view.ShowsTracks = len(view.Map.Tracks) > 0
	names := map[dispatch.ID]string{}
	for i, sent := range r.Sent {
		names[sent.Unit] = sent.UnitName
		view.Sent = append(view.Sent, sentRowOf(i+1, sent, p.ReadsNotes(a, in)))
	}
	for _, v := range r.Intervals {
		view.Intervals = append(view.Intervals, intervalRowOf(v, names))
	}
	for _, l := range r.Lines {
		view.Lines = append(view.Lines, lineRow{l.Seq, paperOf(&l.OccurredAt), paper(l.RecordedAt), l.ActorName, l.Text})
	}
	for _, n := range r.Notes {
		row := noteRow{At: paper(n.WrittenAt), By: n.ByName, Text: n.Text}
		if n.Photo != nil {
			row.Photo, row.Width, row.Height = "/api/photos/"+n.ID.String(), n.Photo.Width, n.Photo.Height
		}
		view.Notes = append(view.Notes, row)
	}
	for _, e := range r.Closures {
		closure := e.Detail.(*dispatch.Closure)
		view.Closures = append(view.Closures, closureRow{e.Code, e.Name, paperOf(closure.From), paperOf(closure.Until), dispatch.Words("closure_cause", closure.Cause)})
	}
	for _, code := range r.LeftOut {
		view.LeftOut = append(view.LeftOut, dispatch.Words("left_out", code))
	}
	return view
}

func milestonesOf(in *dispatch.Incident) []milestoneRow {
	return []milestoneRow{
		{[2]string{"发生", "Occurred"}, paperOf(in.OccurredAt)},
		{[2]string{"接报", "Received"}, paper(in.ReceivedAt)},
		{[2]string{"核实确认", "Verified"}, paperOf(in.VerifiedAt)},
		{[2]string{"开始处置", "Responding"}, paperOf(in.RespondingAt)},
		{[2]string{"受控", "Contained"}, paperOf(in.ContainedAt)},
		{[2]string{"善后", "Recovering"}, paperOf(in.RecoveringAt)},
		{[2]string{"结束", "Ended"}, paperOf(in.ClosedAt)},
	}
}

func tollOf(in *dispatch.Incident) []tollRow {
	var rows []tollRow
	for _, of := range []struct {
		name  [2]string
		count *int
	}{
		{[2]string{"死亡", "Dead"}, in.Dead}, {[2]string{"失踪", "Missing"}, in.Missing},
		{[2]string{"受伤", "Injured"}, in.Injured}, {[2]string{"被困", "Trapped"}, in.Trapped},
	} {
		row := tollRow{Name: of.name}
		if of.count != nil {
			row.Count = fmt.Sprint(*of.count)
		}
		rows = append(rows, row)
	}
	return rows
}

func intervalRowOf(v dispatch.AfterInterval, names map[dispatch.ID]string) intervalRow {
	row := intervalRow{Name: dispatch.Words("interval", v.Code)}
	if v.Unit != nil {
		row.Whose = names[*v.Unit]
	}
	if v.Target > 0 {
		row.Target = minutes(v.Target)
	}
	switch {
	case v.Took == nil:
		row.Verdict = [2]string{"时刻缺失", "time missing"}
		return row
	case v.Target == 0:
	case *v.Took > v.Target:
		row.Verdict, row.Late = [2]string{"超时", "late"}, true
	default:
		row.Verdict = [2]string{"达标", "kept"}
	}
	row.Took = minutes(*v.Took)
	return row
}

func minutes(d time.Duration) string {
	seconds := int(d.Round(time.Second) / time.Second)
	if seconds >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

func sentRowOf(number int, sent dispatch.AfterSent, reasons bool) sentRow {
	as := sent.Assignment
	row := sentRow{
		Number: number, Code: sent.UnitCode, Name: sent.UnitName, Kind: dispatch.Words("unit_kind", sent.UnitKind), State: dispatch.Words("assignment_state", string(as.State)),
		Times: []string{paperOf(&as.OrderedAt), paperOf(as.AcknowledgedAt), paperOf(as.EnrouteAt), paperOf(as.OnSceneAt), paperOf(as.EndedAt)},
	}
	if as.State == dispatch.Proposed {
		row.Times[0] = "" // nobody has agreed yet
	}
	if reasons {
		row.Reason = as.Reason
	}
	if t := sent.Track; t != nil {
		row.Fixes = fmt.Sprint(t.Fixes)
		if length, ok := t.Length(); ok {
			row.Length = fmt.Sprintf("%.1f", float64(length)/1000)
		}
	}
	return row
}
