package mail

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/territoires-industrie/sdk/registration"
)

// letter is one of kind k in language lang, whose person has been through what
// the kind supposes.
func letter(k registration.Kind, lang registration.Language) registration.Letter {
	l := registration.Letter{
		Mail:    registration.Mail{ID: uuid.MustParse("016abcde-0000-7000-8000-00000000000a"), Kind: k, CreatedAt: at},
		Meeting: registration.ShippedExample(),
		Signup: registration.Signup{
			ID: uuid.MustParse("016abcde-0000-7000-8000-000000000001"), Meeting: registration.ShippedSlug, Code: "3F7KMQRT",
			Person: registration.Person{GivenName: "Zoé", FamilyName: "Nguyễn", Email: "zoe+ti@bücher.example",
				Organisation: "Communauté de communes", Category: registration.Elected},
			Language: lang, CreatedAt: at, HeldUntil: at.Add(registration.HoldFor),
			Places: []registration.Place{
				{Session: "attractivite", State: registration.Seated},
				{Session: "innovation", State: registration.Queued},
				{Session: registration.MeetingSession, State: registration.Seated},
			},
		},
	}
	base := "https://rencontre.example"
	if lang == registration.English {
		base += "/en"
	}
	token := strings.Repeat("Tk0", 16)
	l.Links = registration.Links{Meeting: base + "/rencontres/" + registration.ShippedSlug, Manage: base + "/mon-inscription/" + token}
	l.Links.Leave, l.Links.CheckIn = l.Links.Manage+"/annulation", "https://rencontre.example/accueil/"
	switch k {
	case registration.MailConfirm, registration.MailInvitation, registration.MailConfirmReminder:
		if k == registration.MailInvitation {
			l.Lead = registration.Person{GivenName: "Œuvray", FamilyName: "d’Été"}
		}
		l.Links.Confirm, l.Links.Disavow = base+"/confirmation/"+token, base+"/pas-moi/"+token
	case registration.MailSignIn:
		l = registration.Letter{Mail: l.Mail, Signup: registration.Signup{Language: lang}, Organiser: registration.Organiser{Email: "orga@exemple.fr"},
			Links: registration.Links{SignIn: base + "/organisation/connexion/" + token}}
	case registration.MailTeamInvitation:
		grants := []registration.Grant{{Role: registration.RoleReader}, {Meeting: l.Meeting.Slug, Role: registration.RoleOrganiser}}
		l = registration.Letter{Mail: l.Mail, Organiser: registration.Organiser{Email: "orga@exemple.fr", Grants: grants},
			Inviter: registration.Organiser{Email: "chef@exemple.fr"}, Meetings: []registration.Meeting{l.Meeting},
			Links: registration.Links{SignIn: base + "/organisation/connexion/" + token}}
	case registration.MailDigest:
		l = registration.Letter{Mail: l.Mail, Organiser: registration.Organiser{Email: "orga@exemple.fr"},
			Links: registration.Links{Organisers: base + "/organisation/"},
			Digest: []registration.DigestEntry{{Meeting: l.Meeting, Approvals: 2, Refused: 1, Full: []registration.SessionID{registration.MeetingSession, "innovation"},
				Deletion: l.Meeting.Day.AddDays(90)}},
			Site: []string{"smtp", "dmarc"}}
	case registration.MailAlert:
		l = registration.Letter{Mail: l.Mail, Organiser: registration.Organiser{Email: "orga@exemple.fr"}, Meeting: l.Meeting,
			Links: registration.Links{Networks: base + "/organisation/rencontres/" + l.Meeting.Slug + "/reseaux"},
			Holds: registration.Holds{Unconfirmed: 212, Recent: 240, Confirmed: 3}}
	default:
		if k == registration.MailEnlisted {
			l.Links.Disavow, l.Links.Notice = base+"/pas-moi/"+token, base+"/donnees-personnelles"
		}
		l.Signup.AddressConfirmedAt = at
		l.Mail.CreatedAt = at.Add(time.Minute)
		l.Signup.Sequence = 4
		l = after(l)
	}
	return l
}

// after puts the person of a letter where its kind supposes.
func after(l registration.Letter) registration.Letter {
	switch l.Mail.Kind {
	case registration.MailWaitlisted:
		l.Signup.Places, l.Position = in(registration.Queued), 3
	case registration.MailReceived:
		l.Signup.Places = in(registration.Approval)
	case registration.MailOffer:
		l.Signup.Places = in(registration.Offered)
		l.Signup.Places[0].Until = time.Date(2019, 5, 17, 16, 30, 0, 0, time.UTC)
	case registration.MailOfferEnded:
		l.Signup.Places, l.Signup.EndedAt = in(registration.Expired), l.Mail.CreatedAt
	case registration.MailRefused:
		l.Signup.Places, l.Signup.EndedAt = in(registration.Refused), l.Mail.CreatedAt
	case registration.MailChanged:
		l.Signup.Places[0].Since = l.Mail.CreatedAt
	case registration.MailCancelled:
		l.Signup.Places, l.Signup.EndedAt = in(registration.Cancelled), l.Mail.CreatedAt
		l.Signup.Places[0].Was = registration.Seated
	case registration.MailMeetingCancelled:
		l.Meeting.CancelledAt = l.Mail.CreatedAt
	case registration.MailAddress, registration.MailReplacement:
		l.Mail.To = "paul@exemple.fr"
		l.Signup.Transfer = registration.Transfer{Number: 3, Email: l.Mail.To, AskedAt: at}
		path := "nouvelle-adresse"
		if l.Mail.Kind == registration.MailReplacement {
			l.Signup.Transfer.GivenName, l.Signup.Transfer.FamilyName, path = "Paul", "d’Été", "remplacement"
		}
		l.Links = registration.Links{Meeting: l.Links.Meeting, Transfer: strings.Replace(l.Links.Manage, "mon-inscription", path, 1)}
	case registration.MailAddressChanged, registration.MailReplaced:
		l.Mail.To = "avant@exemple.fr"
		l.Links = registration.Links{Meeting: l.Links.Meeting}
	case registration.MailThanks:
		l.Signup.Arrivals = []registration.Arrival{{At: time.Date(2019, 6, 12, 6, 31, 0, 0, time.UTC), Half: registration.Morning, Session: registration.MeetingSession}}
	case registration.MailMessage, registration.MailTest:
		l.Organiser.Email = "o@exemple.fr" // who reads the test
		l.Note = registration.Note{
			Subject: registration.Localized{FR: "Le café du matin, {prenom}", EN: "Morning coffee, {prenom}"},
			Body: registration.Localized{
				FR: "Le café est servi dès 8\u00a0h\u00a030, {date}, pour {rencontre}.\n\nLieu\u00a0: {lieu}.\nVotre page\u00a0:\n{lien}\nVotre code, {nom}\u00a0: {code} <b> & co",
				EN: "Coffee is served from 08:30, {date}, for {rencontre}.\n\nPlace: {lieu}.\nYour page:\n{lien}\nYour code, {nom}: {code} <b> & co",
			},
		}
	}
	return l
}

// in is a place in the meeting alone.
func in(s registration.State) []registration.Place {
	return []registration.Place{{Session: registration.MeetingSession, State: s}}
}

// kinds are those that an attendee gets.
var kinds = []registration.Kind{
	registration.MailConfirm, registration.MailAlreadySignedUp, registration.MailConfirmed, registration.MailWaitlisted, registration.MailReceived,
	registration.MailApproved, registration.MailRefused, registration.MailOffer, registration.MailOfferEnded, registration.MailChanged,
	registration.MailCancelled, registration.MailReminder, registration.MailMeetingChanged, registration.MailMeetingCancelled,
	registration.MailMessage, registration.MailTest, registration.MailReissued, registration.MailInvitation, registration.MailConfirmReminder,
	registration.MailAddress, registration.MailAddressChanged, registration.MailReplacement, registration.MailReplaced, registration.MailEnlisted,
	registration.MailThanks,
}

// letters lists the golden mails: each kind in both languages, and the
// variants whose words differ.
func letters() map[string]registration.Letter {
	all := map[string]registration.Letter{"signin-fr": letter(registration.MailSignIn, ""), "signin-en": letter(registration.MailSignIn, registration.English),
		"team_invitation-fr": letter(registration.MailTeamInvitation, ""), "digest-fr": letter(registration.MailDigest, ""), "alert-fr": letter(registration.MailAlert, "")}
	for _, k := range kinds {
		for _, lang := range []registration.Language{registration.French, registration.English} {
			all[string(k)+"-"+string(lang)] = letter(k, lang)
		}
	}
	queue := func(k registration.Kind) registration.Letter {
		l := letter(k, registration.French)
		l.Meeting = registration.Shipped()
		l.Signup.Places = in(registration.Queued)
		return l
	}
	silent := letter(registration.MailThanks, registration.French)
	silent.Meeting.Contact = ""
	all["thanks-no-contact-fr"] = silent
	all["approved-queue-fr"] = queue(registration.MailApproved)
	all["enlisted-queue-fr"] = queue(registration.MailEnlisted)
	reasoned := letter(registration.MailRefused, registration.French)
	reasoned.Signup.Refusal = "La rencontre est réservée aux territoires.\nVenez à la prochaine."
	all["refused-reason-fr"] = reasoned
	for _, lang := range []registration.Language{registration.French, registration.English} {
		off := letter(registration.MailMeetingCancelled, lang)
		off.Meeting.CancelReason = registration.Localized{FR: "La salle n’est plus disponible.\nUne autre date sera proposée.", EN: "The room is no longer available.\nAnother date will follow."}
		all["meeting_cancelled-reason-"+string(lang)] = off
	}
	all["confirm-queue-fr"] = queue(registration.MailConfirm)
	all["confirmed-queue-fr"] = queue(registration.MailConfirmed)
	all["invitation-queue-fr"] = queue(registration.MailInvitation)
	all["confirm_reminder-queue-fr"] = queue(registration.MailConfirmReminder)
	advertising := letter(registration.MailInvitation, registration.French)
	advertising.Lead.GivenName = "www.exemple.fr"
	all["invitation-unnamed-fr"] = advertising
	long := letter(registration.MailInvitation, registration.French) // names and addresses break rather than widen the mail
	long.Lead = registration.Person{GivenName: "Anne-Sophie", FamilyName: strings.Repeat("Ramanantsoa", 5) + "drian"}
	long.Meeting.Contact = "organisationdesrencontresnationales@cohesiondesterritoires.example"
	all["invitation-long-fr"] = long
	for _, k := range []registration.Kind{registration.MailConfirm, registration.MailConfirmReminder} {
		l := letter(k, registration.French)
		l.Meeting.Approval = true
		l.Signup.Places = in(registration.Approval)
		all[string(k)+"-approval-fr"] = l
	}
	brought := letter(registration.MailConfirmReminder, registration.French)
	brought.Lead = registration.Person{GivenName: "Œuvray", FamilyName: "d’Été"}
	all["confirm_reminder-brought-fr"] = brought
	byLead := letter(registration.MailCancelled, registration.French)
	byLead.Lead = brought.Lead
	all["cancelled-by-lead-fr"] = byLead
	pending := letter(registration.MailAlreadySignedUp, registration.French)
	pending.Signup.AddressConfirmedAt = time.Time{}
	pending.Links = letter(registration.MailConfirm, registration.French).Links
	all["known-pending-fr"] = pending
	pending.Mail.Kind = registration.MailReissued
	all["reissued-pending-fr"] = pending
	first := letter(registration.MailWaitlisted, registration.French)
	first.Position = 1
	all["waitlisted-first-fr"] = first
	for _, k := range []registration.Kind{registration.MailOffer, registration.MailOfferEnded} {
		l := letter(k, registration.French) // in a session, beside a seat in the meeting
		p := l.Signup.Places[0]
		p.Session = "innovation"
		l.Signup.Places, l.Signup.EndedAt = append(in(registration.Seated), p), time.Time{}
		all[string(k)+"-session-fr"] = l
	}
	for _, k := range []registration.Kind{registration.MailConfirm, registration.MailConfirmReminder, registration.MailConfirmed, registration.MailChanged, registration.MailWaitlisted, registration.MailOffer} {
		for _, lang := range []registration.Language{registration.French, registration.English} {
			l := letter(k, lang)
			l.Companions = []registration.Person{{GivenName: "Œuvray", FamilyName: "d’Été"}, {GivenName: "www.exemple.fr"}, {FamilyName: "Kéré"}}
			all[string(k)+"-party-"+string(lang)] = l
		}
	}
	waited := letter(registration.MailCancelled, registration.French)
	waited.Signup.Places[0].Was = registration.Queued
	all["cancelled-queue-fr"] = waited
	rank := letter(registration.MailReplacement, registration.French)
	rank.Signup.Places, rank.Signup.GivenName, rank.Signup.FamilyName = in(registration.Queued), "exemple.fr/gratuit", ""
	all["replacement-queue-fr"] = rank
	access := letter(registration.MailConfirmed, registration.French)
	access.Meeting.Ends = ""
	access.Meeting.Venue.Access = registration.Localized{FR: "Munissez-vous d’une pièce d’identité.\nTéléphone\u00a0: 01 99 00 12 34"}
	all["confirmed-access-fr"] = access
	bringing := letter(registration.MailConfirmed, registration.French)
	bringing.Companions = []registration.Person{{GivenName: "Œuvray", FamilyName: "d’Été"}}
	bringing.Brought = []registration.Signup{{Code: "7KMQRT3F", Person: bringing.Companions[0]}}
	all["confirmed-brought-fr"] = bringing
	for _, lang := range []registration.Language{registration.French, registration.English} {
		eve := letter(registration.MailReminder, lang)
		eve.Mail.CreatedAt = time.Date(2019, 6, 11, 7, 0, 0, 0, time.UTC)
		all["reminder-eve-"+string(lang)] = eve
	}
	morning := letter(registration.MailReminder, registration.French)
	morning.Mail.CreatedAt = time.Date(2019, 6, 12, 4, 0, 0, 0, time.UTC)
	all["reminder-morning-fr"] = morning
	return all
}
