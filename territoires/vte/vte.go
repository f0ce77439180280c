package vte

import (
	"strconv"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// VTE is a request for the label « volontariat territorial en entreprise »: a
// company, a candidate, a placement. The label goes on an ordinary contract of
// employment; it is neither a kind of contract nor a civic service, and in
// 2019 the label is not tied to a territory.
//
// Its layout is our model. [VTE.Eligibility] applies the rules in force on a day.
type VTE struct {
	Requested territoires.Date `json:"requested" validate:"required"`
	Company   Company          `json:"company"`
	Candidate Candidate        `json:"candidate"`
	Placement Placement        `json:"placement"`
}

// Kind returns "vte", the name of the member that holds the request in a file.
func (*VTE) Kind() string { return "vte" }

// Candidate is the volunteer, without anything that would identify them.
type Candidate struct {
	Status      CandidateStatus  `json:"status" validate:"required,oneof=student graduate"`
	Level       *int             `json:"level,omitempty" validate:"omitempty,min=0,max=8"` // years after the baccalauréat: 2 for bac+2; nil: unknown
	GraduatedOn territoires.Date `json:"graduated_on,omitzero" validate:"-"`               // of graduates; zero: unknown
}

// CandidateStatus tells students from graduates. The zero value is unknown.
type CandidateStatus string

// What a candidate may be.
const (
	CandidateStudent  CandidateStatus = "student"
	CandidateGraduate CandidateStatus = "graduate"
)

// Placement is the post that the volunteer takes. Its place is given by a phase and
// a territory of that phase, or by a commune. A commune tells the territory on any
// day. A request made before phase II may leave out the phase: it is phase I.
type Placement struct {
	Mission   Mission            `json:"mission" validate:"required,oneof=leadership transformation innovation international finance marketing other"`
	Contract  EmploymentContract `json:"contract" validate:"required,oneof=apprentissage professionnalisation cdd cdi"`
	Start     territoires.Date   `json:"start" validate:"required"`
	Months    int                `json:"months,omitempty" validate:"min=0,max=120"` // length; 0 for a CDI, which has no end
	Phase     territoires.Phase  `json:"phase,omitzero"`                            // of Territory: both phases number alike
	Territory territoires.ID     `json:"territory,omitempty"`                       // where the post is; "" outside or unknown
	Commune   cog.CommuneCode    `json:"commune,omitempty"`                         // where the post is, in place of Phase and Territory; "" unknown
	Charter   *bool              `json:"charter,omitempty"`                         // whether the charte VTE is signed by both sides; nil: unknown
	Green     bool               `json:"green,omitempty"`                           // serves the energy and ecological transition of the company
}

// Mission is what the volunteer works on. The programme's list is open
// (https://www.dossierfamilial.com/emploi/recrutement/tout-savoir-sur-le-volontariat-territorial-en-entreprise-665974).
// The zero value is unknown.
type Mission string

// The categories of mission that the source names, and one for any other.
const (
	MissionLeadership     Mission = "leadership"     // right hand of the head of the company
	MissionTransformation Mission = "transformation" // digital or business model
	MissionInnovation     Mission = "innovation"     // technology, product, method of production
	MissionInternational  Mission = "international"
	MissionFinance        Mission = "finance"
	MissionMarketing      Mission = "marketing"
	MissionOther          Mission = "other"
)

// EmploymentContract is the kind of contract that carries the label. The zero
// value is unknown.
type EmploymentContract string

// The kinds of contract that sources admit.
const (
	ContractApprenticeship      EmploymentContract = "apprentissage"
	ContractProfessionalisation EmploymentContract = "professionnalisation"
	ContractFixedTerm           EmploymentContract = "cdd"
	ContractPermanent           EmploymentContract = "cdi"
)

// leastMonths is the shortest contract that any source of
// internal/data/vte_rules.csv admits, whatever the day.
const leastMonths = 10

// Alternance reports whether the contract alternates work and training.
func (c EmploymentContract) Alternance() bool {
	return c == ContractApprenticeship || c == ContractProfessionalisation
}

// checkCandidate refuses fields of the other status: a student on the way to a
// second degree is a student, even with a first degree.
func checkCandidate(c *Candidate, reject validation.Reject) {
	checkDay(c.GraduatedOn, "graduated_on", reject)
	if c.Status == CandidateStudent && !c.GraduatedOn.IsZero() {
		reject("graduated_on", "excluded", "status")
	}
}

// checkPlacement refuses what no source admits on any day. Rules that depend on
// the day are those of [VTE.Eligibility].
func checkPlacement(p *Placement, reject validation.Reject) {
	checkDay(p.Start, "start", reject)
	switch {
	case p.Contract == ContractPermanent && p.Months != 0:
		reject("months", "excluded", "contract")
	case p.Contract != ContractPermanent && p.Months < leastMonths:
		reject("months", "months", strconv.Itoa(leastMonths))
	}
	if p.Commune == "" {
		return
	}
	_, known := communeOf(p.Commune)
	switch {
	case !known:
		reject("commune", "commune", "")
	case p.Territory != "":
		reject("commune", "excluded", "territory")
	case p.Phase != 0:
		reject("phase", "excluded", "commune")
	}
}

// checkDay refuses a day that the calendar does not have.
func checkDay(d territoires.Date, field string, reject validation.Reject) {
	if !d.IsZero() && !d.Valid() {
		reject(field, "date", "")
	}
}

// communeOf reads a code of either vintage, as people type it: a request may be of any
// year.
func communeOf(typed cog.CommuneCode) (cog.CommuneCode, bool) {
	for _, vintage := range cog.Vintages() {
		if code, err := vintage.ParseCommune(string(typed)); err == nil {
			return code, true
		}
	}
	return "", false
}

// checkVTE needs no clock: it compares the other days with the day of the request.
// That day also decides which phase a territory without a phase is of.
func checkVTE(v *VTE, reject validation.Reject) {
	checkDay(v.Requested, "requested", reject)
	if v.Candidate.GraduatedOn.Compare(v.Requested) > 0 {
		reject("candidate.graduated_on", "future", "requested")
	}
	phase := v.placePhase()
	switch _, ok := territoires.Lookup(phase, v.Placement.Territory); {
	case v.Placement.Phase != 0 && !v.Placement.Phase.Valid():
		reject("placement.phase", "phase", "")
	case v.Placement.Territory == "" && v.Placement.Commune == "" && v.Placement.Phase != 0:
		reject("placement.territory", "required", "")
	case v.Placement.Territory != "" && phase == 0:
		reject("placement.phase", "vte_phase", "")
	case v.Placement.Territory != "" && !ok:
		reject("placement.territory", "territory", phase.String())
	}
}
