package study

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"onemap/dispatch"
)

// mostFigures is how many figures of a result stand in the journal.
const mostFigures = 12

// Answer is a result as it is kept: its bytes and what the journal says of them.
type Answer struct {
	Result
	Bytes  []byte
	SHA256 string
}

// Encode writes a result as it is kept: JSON in the order of the structures,
// the same result in the same bytes.
func (r Result) Encode() (Answer, error) {
	raw, err := json.Marshal(r)
	if err != nil {
		return Answer{}, fmt.Errorf("write result: %w", err)
	}
	sum := sha256.Sum256(raw)
	return Answer{r, raw, hex.EncodeToString(sum[:])}, nil
}

// Decode reads the bytes of a result.
func Decode(raw []byte) (Result, error) {
	var r Result
	if err := json.Unmarshal(raw, &r); err != nil {
		return Result{}, fmt.Errorf("read result: %w", err)
	}
	return r, nil
}

// Ended is the fact that a study has this answer.
func (a Answer) Ended(id dispatch.ID, when time.Time) (dispatch.StudyEnded, error) {
	figures, err := json.Marshal(a.Figures[:min(len(a.Figures), mostFigures)])
	if err != nil {
		return dispatch.StudyEnded{}, fmt.Errorf("write figures: %w", err)
	}
	return dispatch.StudyEnded{
		ID: id, To: dispatch.StudyFinished, RestsOn: a.Seq, Inputs: a.Inputs, ResultSHA256: a.SHA256, Figures: figures, When: when, Body: a.Bytes,
	}, nil
}

// Scene is what a study is computed on: a picture with the closures of its
// moment in force. Where units were is not in it: a planner may not know.
type Scene struct {
	Picture   *dispatch.Picture
	At        time.Time
	unapplied error // closures that could not be put in force
	prover    Prover
}

// On puts a picture at an instant on a road network; nil: on the one it has.
// Nothing that happens later changes the scene. Closures that cannot be put in
// force are left out, and every answer says so.
func On(p *dispatch.Picture, roads *dispatch.Roads, at time.Time) Scene {
	at = at.UTC().Truncate(time.Millisecond)
	then, err := p.OnRoadsThen(roads, at)
	return Scene{Picture: then, At: at, unapplied: err}
}

// With puts a solver at hand, for who asks for a proof.
func (s Scene) With(p Prover) Scene {
	s.prover = p
	return s
}

// Answer computes a study that was asked for.
func (s Scene) Answer(ctx context.Context, st *dispatch.Study, watch func(progress, value, bound float64) bool) (Answer, error) {
	params, err := Check(st.Kind, st.Params)
	if err != nil {
		return Answer{}, fmt.Errorf("read parameters of %s: %w", st.Kind, err)
	}
	result, err := Run(ctx, st.Kind, Input{Picture: s.Picture, Actor: st.Asker(), Now: s.At, Params: params, Watch: watch, Prover: s.prover})
	if err != nil {
		return Answer{}, err
	}
	if s.unapplied != nil {
		result.leaveClosures(s.unapplied)
	}
	return result.Encode()
}

// leaveClosures counts the closures that no road took. It names none: some may
// lie where the asker sees nothing.
func (r *Result) leaveClosures(err error) {
	n := 1
	var several interface{ Unwrap() []error }
	if errors.As(err, &several) {
		n = len(several.Unwrap())
	}
	r.leave(fmt.Sprintf("%d 处道路阻断无法套用到路网，未计入", n), fmt.Sprintf("%d closures could not be put on the road network: not counted", n))
}
