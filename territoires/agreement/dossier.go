package agreement

import (
	"slices"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/programme"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// Dossier is what a territory has gathered on its way through a phase: its
// committee, its documents and the stage it has reached. A new phase begins a
// new dossier. The dossier is our model; the documents in it are not.
type Dossier struct {
	Phase     territoires.Phase `json:"phase" validate:"required"`
	Territory territoires.ID    `json:"territory" validate:"required"`
	Stage     Stage             `json:"stage" validate:"required"`
	AsOf      territoires.Date  `json:"as_of" validate:"required"` // the day on which Stage holds; Advance moves it
	Committee Committee         `json:"committee,omitzero"`
	Protocol  *Protocol         `json:"protocol,omitempty"`
	Contract  *Contract         `json:"contract,omitempty"`
}

// Committee leads the work of one territory. It is chaired by a binôme of an
// elected member of an intercommunalité and an industriel
// (https://banquedesterritoires.fr/territoires-dindustrie/letat-et-les-collectivites).
// Both sides are lists: Axe Seine had seven binômes, one for each EPCI, and
// Lacq-Pau-Tarbes two élus.
type Committee struct {
	Installed   territoires.Span   `json:"installed,omitzero" validate:"-"` // zero: unknown
	Elected     []programme.Person `json:"elected,omitempty" validate:"max=50,dive"`
	Industrials []programme.Person `json:"industrials,omitempty" validate:"max=50,dive"`
}

// CommitteeName returns what the committee is called at the stage: « comité de
// projet », and « comité de suivi » once there is a contract. It is empty
// before there is a committee.
func (s Stage) CommitteeName() string {
	switch {
	case s < StageProject || !s.Valid():
		return ""
	case s < StageContract:
		return "comité de projet"
	}
	return "comité de suivi"
}

// Advance takes the dossier to the next stage on a day. If something is missing,
// it leaves the dossier as it is and returns a [*StageError] that lists it. A day
// before that of the present stage is such an error, too, and so is one that the
// calendar does not have.
func (d *Dossier) Advance(to Stage, on territoires.Date) error {
	for _, t := range transitions {
		if t.from != d.Stage || t.to != to {
			continue
		}
		missing := t.missing(d, on)
		switch {
		case !on.Valid():
			missing = append(missing, validation.FieldError{Path: "dossier.as_of", Rule: "date"})
		case on.Compare(d.AsOf) < 0:
			missing = append(missing, validation.FieldError{Path: "dossier.as_of", Rule: "after", Param: d.Stage.String()})
		}
		if len(missing) > 0 {
			return &StageError{From: d.Stage, To: to, Missing: missing}
		}
		d.Stage, d.AsOf = to, on
		return nil
	}
	return &StageError{From: d.Stage, To: to}
}

// missingCommittee requires at least one elected member and one industriel. A
// committee without a date counts as installed once it has both.
func (d *Dossier) missingCommittee(on territoires.Date) []validation.FieldError {
	var out []validation.FieldError
	if len(d.Committee.Elected) == 0 {
		out = append(out, validation.FieldError{Path: "dossier.committee.elected", Rule: "binome"})
	}
	if len(d.Committee.Industrials) == 0 {
		out = append(out, validation.FieldError{Path: "dossier.committee.industrials", Rule: "binome"})
	}
	if i := d.Committee.Installed; !i.IsZero() && !i.By(on) {
		out = append(out, validation.FieldError{Path: "dossier.committee.installed", Rule: "by", Param: on.String()})
	}
	return out
}

func (d *Dossier) missingProtocol(on territoires.Date) []validation.FieldError {
	if d.Protocol == nil {
		return []validation.FieldError{{Path: "dossier.protocol", Rule: "required"}}
	}
	return d.Protocol.agreement().missing("dossier.protocol", on)
}

func (d *Dossier) missingContract(on territoires.Date) []validation.FieldError {
	if d.Contract == nil {
		return []validation.FieldError{{Path: "dossier.contract", Rule: "required"}}
	}
	return d.Contract.agreement().missing("dossier.contract", on)
}

// missingAmendment requires one signed amendment more than the dossier had on the
// day of its present stage: to advance from amended to amended takes a new one.
func (d *Dossier) missingAmendment(on territoires.Date) []validation.FieldError {
	if d.Contract == nil {
		return []validation.FieldError{{Path: "dossier.contract", Rule: "required"}}
	}
	signed := func(day territoires.Date) (n int) {
		for _, a := range d.Contract.Amendments {
			if a.Signed.By(day) {
				n++
			}
		}
		return n
	}
	before := 0
	if d.Stage == StageAmended {
		before = signed(d.AsOf)
	}
	if signed(on) > before {
		return nil
	}
	return []validation.FieldError{{Path: "dossier.contract.amendments", Rule: "amendment"}}
}

// checkDossier requires the documents to be of this territory and in order, and
// the dossier to have all that its stage needs.
func checkDossier(d *Dossier, reject validation.Reject) {
	checkTerritory(d.Phase, d.Territory, reject)
	if p := d.Protocol; p != nil {
		checkSame("protocol", p.Phase, d.Phase, p.Territory, d.Territory, reject)
	}
	if c := d.Contract; c != nil {
		checkSame("contract", c.Phase, d.Phase, c.Territory, d.Territory, reject)
	}
	if d.Protocol != nil && d.Contract != nil && d.Contract.Signed().Before(d.Protocol.Signed()) {
		reject("contract.signatories", "after", "protocol")
	}
	if d.Stage != 0 && !d.Stage.Valid() {
		reject("stage", "stage", "")
	}
	checkSpan(d.Committee.Installed, "committee.installed", reject)
	checkDay(d.AsOf, "as_of", reject)
	if !d.AsOf.Valid() {
		return // the tag required says so of no day; without one nothing else can be checked
	}
	for _, f := range d.unearned() {
		rule := f.Rule
		switch {
		case d.reported(f.Path):
			continue
		case rule == "signature" || rule == "deliberation":
			rule = "no_" + rule
		}
		reject(f.Path[len("dossier."):], rule, f.Param)
	}
}

// reported reports whether a field that the stage needs is one that its own rule
// refuses: a date that is none, or the missing deliberation of a party that has
// signed.
func (d *Dossier) reported(path string) bool {
	wrong := func(s territoires.Span) bool { return !s.IsZero() && !s.Valid() }
	of := func(root string, parties []Signatory) bool {
		for i := range parties {
			s := &parties[i]
			switch path {
			case root + at(".signatories", i) + ".signed":
				return wrong(s.Signed)
			case root + at(".signatories", i) + ".deliberation":
				return s.Deliberation == nil && !s.Signed.IsZero() || s.Deliberation != nil && wrong(s.Deliberation.On)
			}
		}
		return false
	}
	return path == "dossier.committee.installed" && wrong(d.Committee.Installed) ||
		d.Protocol != nil && of("dossier.protocol", d.Protocol.Signatories) ||
		d.Contract != nil && of("dossier.contract", d.Contract.Signatories)
}

// unearned returns what the dossier lacks for its present stage and for each
// stage before it.
func (d *Dossier) unearned() []validation.FieldError {
	var out []validation.FieldError
	walk := *d
	for walk.Stage = StageIdentified; walk.Stage < d.Stage && d.Stage.Valid(); walk.Stage++ {
		i := slices.IndexFunc(transitions, func(t transition) bool { return t.from == walk.Stage })
		out = append(out, transitions[i].missing(&walk, d.AsOf)...)
	}
	return out
}
