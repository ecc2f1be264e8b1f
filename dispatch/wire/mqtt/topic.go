// Package mqtt hears positions from a broker there is already (消息队列遥测传输):
// vehicles and their sensors publish, onemap subscribes. It speaks MQTT 3.1.1,
// which every broker does, decodes payloads of JSON by a mapping of fields, and
// hands over. It publishes nothing.
package mqtt

import (
	"fmt"
	"strings"
)

// who stands for the level of a topic that names the terminal.
const who = "{id}"

// Topic is a pattern of topics, such as fleet/{id}/position: one level names the
// terminal, + is any level, the rest is literal.
type Topic []string

// ParseTopic reads a pattern. Exactly one level is {id}.
func ParseTopic(text string) (Topic, error) {
	t := Topic(strings.Split(text, "/"))
	named := 0
	for _, level := range t {
		switch {
		case level == who:
			named++
		case level == "+":
		case strings.ContainsAny(level, "#+{}\x00"):
			return nil, fmt.Errorf("topic %q: level %q is neither {id}, + nor a plain word", text, level)
		}
	}
	if named != 1 || strings.HasPrefix(t[0], "$share") {
		return nil, fmt.Errorf("topic %q: one level, and one only, must be {id}", text)
	}
	return t, nil
}

// Filter is what to subscribe to.
func (t Topic) Filter() string { return strings.ReplaceAll(strings.Join(t, "/"), who, "+") }

// Match returns the terminal that a topic names; false when it does not fit, or
// names nobody.
func (t Topic) Match(topic string) (identity string, ok bool) {
	rest := topic
	for n, want := range t {
		level, after, more := strings.Cut(rest, "/")
		if more == (n == len(t)-1) {
			return "", false
		}
		switch {
		case want == who:
			identity = level
		case want != "+" && want != level:
			return "", false
		}
		rest = after
	}
	return identity, identity != "" && len(identity) <= mostIdentity
}

// mostIdentity is how long a terminal's name can be, in bytes.
const mostIdentity = 512
