package kernel

import "testing"

// TestWhole: a mailbox is marked with the punctuation around it, and nothing that was
// typed becomes markup.
func TestWhole(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                             "",
		"Écrivez-nous & attendez <b>":  "Écrivez-nous &amp; attendez &lt;b&gt;",
		"à a-b@c-d.example.":           `à <span class="mailbox">a-b@c-d.example.</span>`,
		"Zoé (z@c.example), puis Ana":  `Zoé <span class="mailbox">(z@c.example),</span> puis Ana`,
		"550 <é+x@évry.example>: none": `550 <span class="mailbox">&lt;é+x@évry.example&gt;:</span> none`,
		`"><script>@x.example`:         `&#34;&gt;&lt;script&gt;@x.example`,
		"a@b.example et c@d.example":   `<span class="mailbox">a@b.example</span> et <span class="mailbox">c@d.example</span>`,
		"@ seule, ou a@b sans point":   "@ seule, ou a@b sans point",
		`x@"onload=alert(1)".example`:  `x@&#34;onload=alert(1)&#34;.example`,
	} {
		if got := string(whole(in)); got != want {
			t.Errorf("whole(%q) = %s, want %s", in, got, want)
		}
	}
}

// TestSitesShareTemplates: what is made of embedded files is made once for all sites.
func TestSitesShareTemplates(t *testing.T) {
	t.Parallel()
	var made [2]any
	for i := range made {
		s, err := newSet(sharedFiles, nil)
		if err != nil {
			t.Fatal(err)
		}
		if made[i], err = s.pages["error"](); err != nil {
			t.Fatal(err)
		}
	}
	if made[0] != made[1] {
		t.Error("the page of errors was parsed twice")
	}
}
