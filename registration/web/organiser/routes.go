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

func routes() []kernel.Route {
	return []kernel.Route{
		kernel.Get("/organisation/connexion", kernel.Private(signInForm)),
		kernel.Post("/organisation/connexion", kernel.Private(askSignIn)),
		kernel.Get("/organisation/connexion/{token}", kernel.Private(signInLink)),
		kernel.Post("/organisation/connexion/{token}", kernel.Private(signIn)),
		kernel.Post("/organisation/deconnexion", kernel.Private(signOut)),

		kernel.Get("/organisation/{$}", kernel.SignedIn(home)),
		kernel.Get("/organisation/rencontres/{slug}", kernel.SignedIn(showList)),
		kernel.Get("/organisation/rencontres/{slug}/export", kernel.SignedIn(exportList)),

		kernel.Get("/organisation/rencontres/{slug}/documents", forPapers(showDocuments)),
		kernel.Post("/organisation/rencontres/{slug}/documents", forOrganisers(actOnDocuments)),
		kernel.Get("/organisation/rencontres/{slug}/documents/{file}", forPapers(showDocument)),

		kernel.Get("/organisation/rencontres/{slug}/courrier", kernel.SignedIn(showOutbox)),
		kernel.Post("/organisation/rencontres/{slug}/courrier/refus/{id}", forOrganisers(resend)),
		kernel.Get("/organisation/rencontres/{slug}/courrier/message", forOrganisers(messageForm)),
		kernel.Post("/organisation/rencontres/{slug}/courrier/message", forOrganisers(postMessage)),

		kernel.Get("/organisation/rencontres/{slug}/inscriptions/{code}", kernel.SignedIn(showSignup)),
		kernel.Get("/organisation/rencontres/{slug}/inscriptions/{code}/lien", forOrganisers(reissueForm)),
		kernel.Post("/organisation/rencontres/{slug}/inscriptions/{code}/lien", forOrganisers(reissue)),
		kernel.Get("/organisation/rencontres/{slug}/inscriptions/{code}/decision", forOrganisers(decisionForm)),
		kernel.Post("/organisation/rencontres/{slug}/inscriptions/{code}/decision", forOrganisers(decide)),
	}
}

// forOrganisers is for pages that act on sign-ups: readers may only look.
func forOrganisers(next kernel.Handler) kernel.Handler {
	return kernel.ForRole(registration.RoleOrganiser, next)
}

// forPapers is for pages with lists of people: the desk has its own.
func forPapers(next kernel.Handler) kernel.Handler {
	return kernel.SignedIn(func(r *kernel.Request) error {
		if r.Organiser.Role == registration.RoleDesk {
			return kernel.ErrForbidden
		}
		return next(r)
	})
}
