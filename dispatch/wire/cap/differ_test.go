package cap

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheSchemaJudgesAlike puts changed alerts before an outside judge: where
// the OASIS schema says yes or no, so do we.
func TestTheSchemaJudgesAlike(t *testing.T) {
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("no xmllint here: ", err)
	}
	schema := filepath.Join(shared, "schema/cap12.xsd")
	if _, err := os.Stat(schema); err != nil {
		t.Skip("no shared testdata here: ", err)
	}
	good, err := storm().Encode()
	if err != nil {
		t.Fatal(err)
	}
	yes := 0
	for _, c := range [][2]string{
		{"", ""}, {"<sent>", "<sent> "}, {"+08:00</sent>", "Z</sent>"}, {"+08:00</sent>", "-14:00</sent>"}, {"+08:00</sent>", "+14:01</sent>"}, {"+08:00</sent>", "-00:00</sent>"},
		{"2026-11-23T08:00:00+08:00</sent>", "2026-02-29T08:00:00+08:00</sent>"}, {"2026-11-23T08:00:00+08:00</sent>", "2026-11-23T08:60:00+08:00</sent>"}, {"08:00:00+08:00</sent>", "08:00:00.5+08:00</sent>"},
		{">Actual<", "> Actual<"}, {">Actual<", ">actual<"}, {">Public<", "><"}, {"<scope>Public</scope>", ""}, {"<scope>", "<source/><scope>"}, {"<scope>", "<note/><scope>"},
		{"</scope>", "</scope><code/><code>x</code>"}, {"</scope>", "</scope><note/><code/>"}, {"</scope>", "</scope><incidents>a</incidents><references/>"}, {"</scope>", "</scope><info/>"},
		{"zh-CN", "zh_CN"}, {"zh-CN", ""}, {"zh-CN", " zh "}, {"<language>zh-CN</language>", ""}, {"<category>Met</category>", ""}, {"<category>Met</category>", "<category>Met</category><category>Geo</category>"},
		{">Prepare<", ">Prepar<"}, {"<event>暴雨</event>", "<event/>"}, {"<event>", "<event><b/>"}, {"<urgency>", "x<urgency>"}, {"<urgency>", "<urgency a='1'>"}, {"<urgency>", "<urgency xmlns:q='u'>"},
		{"<certainty>Likely</certainty>", "<certainty>Very Likely</certainty>"}, {"<senderName>", "<senderName xml:lang='zh'>"}, {"<parameter>", "<web>http://a b</web><parameter>"}, {"<parameter>", "<web>http://[</web><parameter>"}, {"<parameter>", "<web>a%zz</web><parameter>"}, {"<parameter>", "<web>x</web><contact/><parameter>"},
		{"<parameter>", "<parameter/><parameter>"}, {"<area>", "<resource><resourceDesc/><mimeType/></resource><area>"}, {"<area>", "<resource><resourceDesc/></resource><area>"},
		{"<area>", "<resource><resourceDesc/><mimeType/><size> 12 </size></resource><area>"}, {"<area>", "<resource><resourceDesc/><mimeType/><size>1.0</size></resource><area>"},
		{"</area>", "<altitude>-1.5</altitude></area>"}, {"</area>", "<altitude>1e3</altitude></area>"}, {"</area>", "<altitude/></area>"}, {"</area>", "<ceiling>.5</ceiling></area>"}, {"</area>", "<geocode><valueName/><value/></geocode></area>"},
		{"</area>", "<polygon/></area>"}, {"</info>", "</info><Signature xmlns='http://www.w3.org/2000/09/xmldsig#'><a/></Signature>"}, {"</info>", "</info><x xmlns='u'/>"},
		{"<identifier>", "<!-- c --><identifier>"}, {"<identifier>", "<?p i?><identifier>"}, {"<event>暴雨", "<event><![CDATA[暴雨]]>"}, {"<alert ", "<alert xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='a b' "}, {"<alert ", "<alert xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:nil='true' "}, {"<alert ", "<alert id='1' "},
	} {
		raw := []byte(strings.Replace(string(good), c[0], c[1], 1))
		if c[0] != "" && bytes.Equal(raw, good) {
			t.Fatalf("%q was not found", c[0])
		}
		run := exec.CommandContext(t.Context(), lint, "--nonet", "--noout", "--schema", schema, "-")
		run.Stdin = bytes.NewReader(raw)
		said, lintErr := run.CombinedOutput()
		_, ours := Decode(raw)
		if (lintErr == nil) != (ours == nil) {
			t.Errorf("%q for %q: we say %v, the schema %s", c[1], c[0], ours, said)
		}
		if ours == nil {
			yes++
		}
	}
	if yes < 15 {
		t.Errorf("only %d were taken: nothing is compared", yes)
	}
}
