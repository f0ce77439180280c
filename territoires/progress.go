package territoires

import (
	"maps"
	"slices"

	"github.com/territoires-industrie/sdk/territoires/cog"
)

// Progress is how far phase I had come on a day, as far as the embedded
// signatures and the documents that were given bear it out. Numbers count what
// is known, which after 16 May 2019 is less than what there was; what others
// reported is in Reported, and never added to a count.
type Progress struct {
	AsOf                Date             `json:"as_of"`
	Protocols           int              `json:"protocols"`             // signed by that day for certain
	ProtocolsPossible   int              `json:"protocols_possible"`    // more that may have been: their date is not known closely enough
	RegionsWithProtocol int              `json:"regions_with_protocol"` // distinct régions with one signed for certain
	ProtocolsByRegion   []RegionCount    `json:"protocols_by_region"`   // adds up to more than Protocols: two régions can share one
	Contracts           int              `json:"contracts"`
	Sheets              int              `json:"sheets"`         // action sheets in the documents that were given
	SheetsByAxis        []AxisCount      `json:"sheets_by_axis"` // a sheet counts once under each of its axes
	Stages              []StageCount     `json:"stages"`
	Territories         []TerritoryStage `json:"territories"`
	Reported            []Figure         `json:"reported"` // what sources reported by that day
}

// RegionCount is the number of protocols in a région.
type RegionCount struct {
	Region    cog.RegionCode `json:"region"`
	Name      string         `json:"name"`
	Protocols int            `json:"protocols"`
}

// AxisCount is the number of action sheets on an axis.
type AxisCount struct {
	Axis   Axis `json:"axis"`
	Sheets int  `json:"sheets"`
}

// StageCount is the number of territories at a stage. The unknown stage counts
// those of which nothing is known on that day.
type StageCount struct {
	Stage       Stage `json:"stage"`
	Territories int   `json:"territories"`
}

// TerritoryStage is the stage of one territory.
type TerritoryStage struct {
	Territory ID     `json:"territory"`
	Name      string `json:"name"`
	Stage     Stage  `json:"stage"`
}

// ProgressAt reports on a day. Documents of phase I that are given count with
// what is embedded, a signature of the same document of the same territory
// once; other documents do not count. The documents should be valid.
func ProgressAt(on Date, docs ...Document) Progress {
	t := tally{on: on, stages: map[ID]Stage{}, signed: map[signature]Signing{}, axes: map[Axis]int{}, sheets: map[sheetKey]bool{}}
	for s := range Signings() {
		t.sign(s)
	}
	for _, d := range docs {
		t.add(d)
	}
	p := Progress{AsOf: on, Sheets: len(t.sheets), Reported: Figures(on)}
	t.countSigned(&p)
	t.countStages(&p)
	for _, a := range axes {
		if n := t.axes[a.key]; a.phase == PhaseI && (n > 0 || a.region == "") {
			p.SheetsByAxis = append(p.SheetsByAxis, AxisCount{a.key, n})
		}
	}
	return p
}

type signature struct {
	document  DocumentKind
	territory ID
}

// tally gathers signatures and stages before they are counted.
type tally struct {
	on     Date
	signed map[signature]Signing
	stages map[ID]Stage // the furthest that is certain
	axes   map[Axis]int
	sheets map[sheetKey]bool
}

type sheetKey struct {
	territory ID
	title     string
}

// sign keeps a signature. A document at hand speaks for itself, before what
// others say of it.
func (t *tally) sign(s Signing) {
	if !s.On.IsZero() {
		t.signed[signature{s.Document, s.Territory}] = s
	}
}

func (t *tally) reach(id ID, s Stage) { t.stages[id] = max(t.stages[id], s) }

// add takes in what a document tells of phase I.
func (t *tally) add(d Document) {
	switch d := d.(type) {
	case *ActionSheet:
		t.addSheets(*d)
	case *Protocol:
		if d.Phase == PhaseI {
			t.sign(Signing{Document: ProtocolKind, Territory: d.Territory, Regions: d.Regions, On: d.Signed()})
			t.addSheets(d.Sheets...)
		}
	case *Contract:
		t.addContract(d)
	case *Dossier:
		t.addDossier(d)
	}
}

// addContract goes by the day of each amendment, as the contract itself is
// counted by the day of its signature.
func (t *tally) addContract(c *Contract) {
	if c.Phase != PhaseI {
		return
	}
	t.sign(Signing{Document: ContractKind, Territory: c.Territory, Regions: c.Regions, On: c.Signed()})
	t.addSheets(c.Sheets...)
	for _, a := range c.Amendments {
		if a.Signed.by(t.on) {
			t.reach(c.Territory, StageAmended)
		}
	}
}

// addDossier takes the stage on the word of the dossier, from its day on, and
// counts the documents in it like any others.
func (t *tally) addDossier(d *Dossier) {
	if d.Phase == PhaseI && d.AsOf.Compare(t.on) <= 0 {
		t.reach(d.Territory, d.Stage)
	}
	if d.Protocol != nil {
		t.add(d.Protocol)
	}
	if d.Contract != nil {
		t.add(d.Contract)
	}
}

// addSheets counts the sheets of phase I, but those of a version after the day.
// A sheet that passed from the protocol into the contract counts once.
func (t *tally) addSheets(sheets ...ActionSheet) {
	for i := range sheets {
		s := &sheets[i]
		key := sheetKey{s.Territory, s.Title}
		if s.Phase != PhaseI || s.Version.Compare(t.on) > 0 || t.sheets[key] {
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
		certain := s.On.by(t.on)
		switch {
		case key.document == ContractKind && certain:
			p.Contracts++
			t.reach(s.Territory, StageContract)
		case key.document == ProtocolKind && certain:
			p.Protocols++
			t.reach(s.Territory, StageProtocol)
			for _, r := range s.Regions {
				regions[r]++
			}
		case key.document == ProtocolKind && later(s.On.From, firstList).Compare(t.on) <= 0:
			p.ProtocolsPossible++
		}
	}
	p.RegionsWithProtocol = len(regions)
	for _, code := range slices.Sorted(maps.Keys(regions)) {
		r, _ := cog.V2019.Region(code)
		p.ProtocolsByRegion = append(p.ProtocolsByRegion, RegionCount{code, r.Name, regions[code]})
	}
}

// countStages gives every territory the furthest stage that is certain.
func (t *tally) countStages(p *Progress) {
	count := map[Stage]int{}
	for territory := range All(PhaseI) {
		s := max(t.stages[territory.ID], t.identified(territory))
		p.Territories = append(p.Territories, TerritoryStage{territory.ID, territory.Name, s})
		count[s]++
	}
	for _, s := range append([]Stage{0}, Stages()...) {
		p.Stages = append(p.Stages, StageCount{s, count[s]})
	}
}

// identified reports whether a source names the territory in the list of a day
// that has come. Most of the lists of 2019 are lost, so that many territories
// stay unknown until the list of the end of 2022.
func (t *tally) identified(territory Territory) Stage {
	if endOf2022.Compare(t.on) <= 0 {
		return StageIdentified
	}
	for _, q := range []Question{InList124, InList136} {
		if f := territory.Fact(q); f.Answer == Yes && f.On.by(t.on) {
			return StageIdentified
		}
	}
	return 0
}

// firstList is the day of the first list of territories: nothing was signed
// before it.
var firstList = Date{2018, 11, 22}

// endOf2022 is the day of the list that the table of phase I is.
var endOf2022 = Date{2022, 12, 31}
