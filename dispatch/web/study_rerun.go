package web

import (
	"cmp"
	"context"
	"fmt"

	"onemap/dispatch"
	"onemap/dispatch/study"
)

// RerunStudy computes a finished study again, on the picture it rested on and
// today's road network, with what a solver outside said then, and says whether
// the bytes are the same (重算核对).
func (s api) RerunStudy(ctx context.Context, r RerunStudyRequestObject) (RerunStudyResponseObject, error) {
	now := s.Live.Picture()
	st, err := s.study(ctx, now, r.Id)
	if err != nil {
		return nil, err
	}
	if _, err := s.Desk.AsksStudies(callOf(ctx).who.actor); err != nil {
		return nil, err
	}
	raw, err := s.resultOf(ctx, st)
	if err != nil {
		return nil, err
	}
	select {
	case s.rerunning <- struct{}{}:
		defer func() { <-s.rerunning }()
	default:
		return nil, &refused{status: 503, code: "busy", detail: "one study is computed again at a time", retry: 10}
	}
	was, err := study.Decode(raw)
	if err != nil {
		return nil, err
	}
	then, err := s.Replay.AtSeq(ctx, now, was.Seq, was.AsOf)
	if err != nil {
		return nil, fmt.Errorf("go back to event %d: %w", was.Seq, err)
	}
	is, err := study.On(then, now.Roads, was.AsOf).With(study.Recorded(was.Proof)).Answer(ctx, st, nil)
	answer := RerunStudy200JSONResponse{InputsThen: st.Inputs, Sha256Then: st.ResultSHA256}
	if refusal := refusalOf(err); err != nil && refusal != nil && ctx.Err() == nil {
		why := whyOther(was, study.Result{Network: networkOf(now)})
		answer.Why, answer.WhyEn = ptr(why.Text+titles[refusal.code][0]), ptr(why.TextEN+refusal.detail)
		return answer, nil
	}
	if err != nil {
		return nil, fmt.Errorf("compute study %s again: %w", st.ID, err)
	}
	answer.InputsNow, answer.Sha256Now, answer.Same = is.Inputs, is.SHA256, is.SHA256 == st.ResultSHA256
	if !answer.Same {
		why := whyOther(was, is.Result)
		answer.Why, answer.WhyEn = &why.Text, &why.TextEN
	}
	return answer, nil
}

// whyOther says what has changed where the bytes are not the same.
func whyOther(was, is study.Result) study.Saying {
	switch {
	case was.Network != is.Network:
		return study.Saying{
			Text:   fmt.Sprintf("路网已更换：当时 %s，现在 %s。", cmp.Or(was.Network, "无"), cmp.Or(is.Network, "无")),
			TextEN: fmt.Sprintf("the road network has been replaced: %s then, %s now. ", cmp.Or(was.Network, "none"), cmp.Or(is.Network, "none")),
		}
	case was.Inputs != is.Inputs:
		return study.Saying{Text: "所依据的数据与当时读到的不同。", TextEN: "what it rests on reads otherwise than then. "}
	}
	return study.Saying{Text: "输入相同，但结果由另一版本的程序写出。", TextEN: "the same inputs, but another version of the program wrote the answer. "}
}

// networkOf names the road network of a picture.
func networkOf(p *dispatch.Picture) string {
	if p.Roads == nil {
		return ""
	}
	return fmt.Sprintf("%016x", p.Roads.Now.Graph().Version())
}
