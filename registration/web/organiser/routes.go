package organiser

import (
	"embed"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

//go:embed templates catalogue
var files embed.FS

// Part returns the pages of this package, for the site to mount.
func Part() kernel.Part { return kernel.Part{Files: files, Routes: routes()} }

// settingsBody is the largest form of settings that is accepted, in bytes: a
// meeting file of the largest size, each of whose letters takes six bytes in
// a form.
const settingsBody = 512 << 10

// routes has each route with the right that it needs. If the path has a
// {slug}, the right is needed for that meeting.
func routes() []kernel.Route {
	anybody, self := kernel.Anybody(), kernel.Organisers()
	read, act, team := kernel.Needs(registration.RightRead), kernel.Needs(registration.RightAct), kernel.Needs(registration.RightTeam)
	everywhere := kernel.NeedsEverywhere(registration.RightAct)
	return append([]kernel.Route{
		anybody.Get("/organisation/connexion", byLink(signInForm)),
		anybody.Post("/organisation/connexion", byLink(askSignIn)),
		anybody.Get("/organisation/connexion/{token}", byLink(signInLink)),
		anybody.Post("/organisation/connexion/{token}", byLink(signIn)),
		anybody.Post("/organisation/deconnexion", signOut),

		self.Get("/organisation/{$}", home),
		self.Get("/organisation/guide", showGuide),
		self.Get("/organisation/sessions", showAccount),
		self.Post("/organisation/sessions", endSession),
		self.Post("/organisation/recapitulatif", setDigest),

		act.Get("/organisation/connexions", byLink(chooseSignIn)),
		act.Post("/organisation/connexions", byLink(showSignIn)),

		team.Get("/organisation/equipe", showTeam),
		team.Get("/organisation/equipe/invitation", inviteForm),
		team.Fresh().SavesForm().Post("/organisation/equipe/invitation", invite),
		team.Get("/organisation/equipe/{id}", showMember),
		team.Fresh().SavesForm().Post("/organisation/equipe/{id}", setRole),
		team.Get("/organisation/equipe/{id}/retrait", removeForm),
		team.Fresh().Post("/organisation/equipe/{id}/retrait", remove),
		team.Post("/organisation/equipe/{id}/deconnexion", signOutMember),
		team.Get("/organisation/journal", showAudit),

		everywhere.Get("/organisation/creation", creationForm),
		everywhere.SavesForm().Post("/organisation/creation", create),

		act.Get("/organisation/rencontres/{slug}/reglages", showSettings),
		act.Post("/organisation/rencontres/{slug}/reglages", saveSettings).Taking(settingsBody),
		act.Get("/organisation/rencontres/{slug}/reglages/{part}", showPart),
		act.SavesForm().Post("/organisation/rencontres/{slug}/reglages/{part}", savePart).Taking(settingsBody),
		act.Get("/organisation/rencontres/{slug}/reglages/versions/{n}", showVersion),
		act.Post("/organisation/rencontres/{slug}/reglages/versions/{n}", restoreVersion),
		act.Get("/organisation/rencontres/{slug}/reglages/suppression", deletionForm),
		act.Post("/organisation/rencontres/{slug}/reglages/suppression", deleteMeeting),

		read.Get("/organisation/rencontres/{slug}", showList),
		read.Get("/organisation/rencontres/{slug}/apercu", showOverview),
		read.Get("/organisation/rencontres/{slug}/statistiques", showStatistics),
		read.Get("/organisation/rencontres/{slug}/export", exportList),
		read.Post("/organisation/rencontres/{slug}/colonnes", chooseColumns),

		act.Get("/organisation/rencontres/{slug}/plusieurs", showBulk),
		act.Post("/organisation/rencontres/{slug}/plusieurs", submitBulk),

		read.Get("/organisation/rencontres/{slug}/documents", showDocuments),
		act.Post("/organisation/rencontres/{slug}/documents", actOnDocuments),
		read.Get("/organisation/rencontres/{slug}/documents/{file}", showDocument),

		read.Get("/organisation/rencontres/{slug}/courrier", showOutbox),
		act.Post("/organisation/rencontres/{slug}/courrier/refus/{id}", resend),
		act.Get("/organisation/rencontres/{slug}/courrier/message", messageForm),
		act.SavesForm().Post("/organisation/rencontres/{slug}/courrier/message", postMessage),
		act.Post("/organisation/rencontres/{slug}/courrier/message/{id}/arret", stopMessage),
		act.Get("/organisation/rencontres/{slug}/reseaux", showNetworks),
		act.Post("/organisation/rencontres/{slug}/reseaux", releaseNetwork),

		read.Get("/organisation/rencontres/{slug}/inscriptions/{code}", showSignup),
		act.Get("/organisation/rencontres/{slug}/import", showImport),
		act.Post("/organisation/rencontres/{slug}/import", importList).Taking(importBody),
		act.Post("/organisation/rencontres/{slug}/import/liste", actOnList),
		act.Post("/organisation/rencontres/{slug}/import/annulation", undoImport),
		act.Get("/organisation/rencontres/{slug}/inscriptions/nouvelle", enlistForm),
		act.SavesForm().Post("/organisation/rencontres/{slug}/inscriptions/nouvelle", enlist),
		act.Get("/organisation/rencontres/{slug}/inscriptions/{code}/billet", showTicket),
	}, actRoutes()...)
}

// byLink is for the pages of one-time sign-in links. If the program that
// mounts the site signs its people in itself, they redirect to its own page.
func byLink(next kernel.Handler) kernel.Handler {
	return func(r *kernel.Request) error {
		if r.Site.HostSignIn != nil {
			return r.HostSignIn(r.URL.Query().Get("suite"))
		}
		return next(r)
	}
}
