package agreement

import (
	"maps"
	"slices"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/programme"
)

// Progress tells how far phase I had come on a day. It counts the embedded
// signatures and the documents given to [ProgressAt]. They are not complete after
// 16 May 2019, so from then on the true numbers are higher. Reported has the
// figures that sources reported; they are never added to a count.
type Progress struct {
	Phase               territoires.Phase  `json:"phase"` // always phase I
	AsOf                territoires.Date   `json:"as_of"`
	Protocols           int                `json:"protocols"`             // signed by that day for certain
	ProtocolsPossible   int                `json:"protocols_possible"`    // further ones that may have been: their date is not precise enough
	RegionsWithProtocol int                `json:"regions_with_protocol"` // distinct régions with one signed for certain
	ProtocolsByRegion   []RegionCount      `json:"protocols_by_region"`   // adds up to more than Protocols: two régions can share one
	Contracts           int                `json:"contracts"`
	Sheets              int                `json:"sheets"`         // action sheets in the documents that were given
	SheetsByAxis        []AxisCount        `json:"sheets_by_axis"` // a sheet counts once under each of its axes
	Stages              []StageCount       `json:"stages"`
	Territories         []TerritoryStage   `json:"territories"`
	Reported            []programme.Figure `json:"reported"` // what sources reported by that day
}

// RegionCount is the number of protocols in a région.
type RegionCount struct {
	Region    cog.RegionCode `json:"region"`
	Name      string         `json:"name"`
	Protocols int            `json:"protocols"`
}

// AxisCount is the number of action sheets on an axis.
type AxisCount struct {
	Axis   territoires.Axis `json:"axis"`
	Sheets int              `json:"sheets"`
}

// StageCount is the number of territories at a stage. For the unknown stage it is
// the number of territories of which nothing is known on that day.
type StageCount struct {
	Stage       Stage `json:"stage"`
	Territories int   `json:"territories"`
}

// TerritoryStage is the stage of one territory.
type TerritoryStage struct {
	Territory territoires.ID `json:"territory"`
	Name      string         `json:"name"`
	Stage     Stage          `json:"stage"`
}

// Countable is what [ProgressAt] counts: [*ActionSheet], [*Protocol],
// [*Contract] and [*Dossier].
type Countable interface {
	Kind() string
	count(*tally)
}

// ProgressAt returns the progress on a day. It counts the embedded signatures and
// those of docs; a document that is in both counts once. Documents of phase II do
// not count. The documents should be valid: ProgressAt does not check them. For the
// zero Date it counts all that is known.
func ProgressAt(on territoires.Date, docs ...Countable) Progress {
	t := tally{on: on, stages: map[territoires.ID]Stage{}, signed: map[signature]programme.Signing{}, axes: map[territoires.Axis]int{}, sheets: map[sheetKey]bool{}}
	if on.IsZero() {
		t.on = lastDay
	}
	for s := range programme.Signings(territoires.Date{}) {
		t.sign(s)
	}
	for _, d := range docs {
		d.count(&t)
	}
	p := Progress{
		Phase: territoires.PhaseI, AsOf: on, Sheets: len(t.sheets), ProtocolsByRegion: []RegionCount{},
		Reported: slices.AppendSeq([]programme.Figure{}, programme.Figures(on)),
	}
	t.countSigned(&p)
	t.countStages(&p)
	for _, a := range append(territoires.Axes(territoires.PhaseI), territoires.AxisSettlementPhaseI) {
		if n := t.axes[a]; n > 0 || a.Region() == "" {
			p.SheetsByAxis = append(p.SheetsByAxis, AxisCount{a, n})
		}
	}
	return p
}

type signature struct {
	document  programme.DocumentKind
	territory territoires.ID
}

// tally collects signatures and stages before they are counted.
type tally struct {
	on     territoires.Date
	signed map[signature]programme.Signing
	stages map[territoires.ID]Stage // the furthest certain stage
	axes   map[territoires.Axis]int
	sheets map[sheetKey]bool
}

type sheetKey struct {
	territory territoires.ID
	title     string
}

// sign records a signature. A later call for the same document replaces an earlier
// one, so a given document takes precedence over the embedded signature.
func (t *tally) sign(s programme.Signing) {
	if !s.On.IsZero() {
		t.signed[signature{s.Document, s.Territory}] = s
	}
}

func (t *tally) reach(id territoires.ID, s Stage) { t.stages[id] = max(t.stages[id], s) }

func (s *ActionSheet) count(t *tally) { t.addSheets(*s) }

func (p *Protocol) count(t *tally) {
	if p.Phase == territoires.PhaseI {
		t.sign(programme.Signing{Document: programme.DocumentProtocol, Phase: p.Phase, Territory: p.Territory, Regions: p.Regions, On: p.Signed()})
		t.addSheets(p.Sheets...)
	}
}

// count counts the contract by the day of its signature, and its amendments by
// theirs.
func (c *Contract) count(t *tally) {
	if c.Phase != territoires.PhaseI {
		return
	}
	t.sign(programme.Signing{Document: programme.DocumentContract, Phase: c.Phase, Territory: c.Territory, Regions: c.Regions, On: c.Signed()})
	t.addSheets(c.Sheets...)
	for _, a := range c.Amendments {
		if a.Signed.By(t.on) {
			t.reach(c.Territory, StageAmended)
		}
	}
}

// count takes the stage of the dossier as certain from the day that it states, and
// counts the documents in the dossier like any others.
func (d *Dossier) count(t *tally) {
	if d.Phase == territoires.PhaseI && d.AsOf.Compare(t.on) <= 0 {
		t.reach(d.Territory, d.Stage)
	}
	if d.Protocol != nil {
		d.Protocol.count(t)
	}
	if d.Contract != nil {
		d.Contract.count(t)
	}
}

// addSheets counts the sheets of phase I whose version is not later than the day.
// A sheet that is in both the protocol and the contract counts once.
func (t *tally) addSheets(sheets ...ActionSheet) {
	for i := range sheets {
		s := &sheets[i]
		key := sheetKey{s.Territory, s.Title}
		if s.Phase != territoires.PhaseI || s.Version.Compare(t.on) > 0 || t.sheets[key] {
			continue
		}
		t.sheets[key] = true
		for _, a := range s.Axes {
			t.axes[a]++
		}
	}
}

// countSigned counts a signature as certain when its latest possible day has
// come, and as possible when its earliest has.
func (t *tally) countSigned(p *Progress) {
	regions := map[cog.RegionCode]int{}
	for key, s := range t.signed {
		certain := s.On.By(t.on)
		switch {
		case key.document == programme.DocumentContract && certain:
			p.Contracts++
			t.reach(s.Territory, StageContract)
		case key.document == programme.DocumentProtocol && certain:
			p.Protocols++
			t.reach(s.Territory, StageProtocol)
			for _, r := range s.Regions {
				regions[r]++
			}
		case key.document == programme.DocumentProtocol && later(s.On.From, firstList).Compare(t.on) <= 0:
			p.ProtocolsPossible++
		}
	}
	p.RegionsWithProtocol = len(regions)
	for _, code := range slices.Sorted(maps.Keys(regions)) {
		r, _ := cog.V2019.Region(code)
		p.ProtocolsByRegion = append(p.ProtocolsByRegion, RegionCount{code, r.Name, regions[code]})
	}
}

// countStages gives every territory its furthest certain stage.
func (t *tally) countStages(p *Progress) {
	count := map[Stage]int{}
	for territory := range territoires.All(territoires.PhaseI) {
		s := max(t.stages[territory.ID], t.identified(territory))
		p.Territories = append(p.Territories, TerritoryStage{territory.ID, territory.Name, s})
		count[s]++
	}
	for _, s := range append([]Stage{0}, Stages()...) {
		p.Stages = append(p.Stages, StageCount{s, count[s]})
	}
}

// identified returns [StageIdentified] if a list published by the day names the
// territory, and the unknown stage otherwise. Most lists of 2019 are lost, so many
// territories stay unknown until the list of the end of 2022.
func (t *tally) identified(territory territoires.Territory) Stage {
	if endOf2022.Compare(t.on) <= 0 {
		return StageIdentified
	}
	for _, q := range []programme.Question{programme.QuestionList124, programme.QuestionList136} {
		if f := programme.FactOf(territory, q); f.Answer == programme.AnswerYes && f.On.By(t.on) {
			return StageIdentified
		}
	}
	return 0
}

// firstList is the day of the first list of territories: nothing was signed
// before it.
var firstList = territoires.Date{Year: 2018, Month: 11, Day: 22}

// lastDay is the last day that a date can be.
var lastDay = territoires.Date{Year: 9999, Month: 12, Day: 31}

// endOf2022 is the day of the list from which the table of phase I was made.
var endOf2022 = territoires.Date{Year: 2022, Month: 12, Day: 31}
