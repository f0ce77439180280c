package attendee

import (
	"embed"

	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

//go:embed templates catalogue
var files embed.FS

// Part returns the pages of this package, for the site to mount.
func Part() kernel.Part { return kernel.Part{Files: files, Public: true, Routes: routes()} }

func routes() []kernel.Route {
	return []kernel.Route{
		kernel.Get("/{$}", home),
		kernel.Get("/rencontres/{slug}", showMeeting),
		kernel.Get("/rencontres/{slug}/inscription", signUpForm),
		kernel.Post("/rencontres/{slug}/inscription", kernel.Private(signUp)),
		kernel.Get("/rencontres/{slug}/inscription/message/{seal}", kernel.Private(sent)),

		kernel.Get("/confirmation/{token}", kernel.Private(confirmation)),
		kernel.Post("/confirmation/{token}", kernel.Private(confirm)),
		kernel.Get("/pas-moi/{token}", kernel.Private(disavowal)),
		kernel.Post("/pas-moi/{token}", kernel.Private(disavow)),

		kernel.Get("/mon-inscription/{token}", kernel.Private(showAttendee)),
		kernel.Get("/mon-inscription/{token}/annulation", kernel.Private(cancellation)),
		kernel.Post("/mon-inscription/{token}/annulation", kernel.Private(cancel)),
		kernel.Get("/mon-inscription/{token}/modification", kernel.Private(editForm)),
		kernel.Post("/mon-inscription/{token}/modification", kernel.Private(edit)),
		kernel.Get("/mon-inscription/{token}/sessions", kernel.Private(sessionsForm)),
		kernel.Post("/mon-inscription/{token}/sessions", kernel.Private(chooseSessions)),
		kernel.Get("/mon-inscription/{token}/accompagnants", kernel.Private(companionsForm)),
		kernel.Post("/mon-inscription/{token}/accompagnants", kernel.Private(addCompanion)),
		kernel.Get("/mon-inscription/{token}/accompagnants/{id}/retrait", kernel.Private(removal)),
		kernel.Post("/mon-inscription/{token}/accompagnants/{id}/retrait", kernel.Private(removeCompanion)),

		kernel.Get("/mon-inscription/{token}/billet", kernel.Private(showTicket)),
		kernel.Get("/mon-inscription/{token}/billet.pdf", kernel.Private(ticketPDF)),
		kernel.Get("/mon-inscription/{token}/billet.png", kernel.Private(ticketPNG)),
		kernel.Get("/mon-inscription/{token}/agenda.ics", kernel.Private(calendar)),
		kernel.Get("/mon-inscription/{token}/donnees", kernel.Private(showData)),
		kernel.Get("/mon-inscription/{token}/donnees.json", kernel.Private(dataJSON)),
		kernel.Post("/mon-inscription/{token}/proposition", kernel.Private(answerOffer)),
		kernel.Post("/mon-inscription/{token}/retablissement", kernel.Private(undo)),
		kernel.Get("/mon-inscription/{token}/effacement", kernel.Private(erasure)),
		kernel.Post("/mon-inscription/{token}/effacement", kernel.Private(erase)),

		kernel.Get("/effacement", erased),
		kernel.Get("/rencontres/{slug}/lien-perdu", kernel.Private(lostLinkForm)),
		kernel.Post("/rencontres/{slug}/lien-perdu", kernel.Private(askLink)),

		kernel.Get("/programme", showProgramme),
		kernel.Get("/mentions-legales", legal("mentions")),
		kernel.Get("/donnees-personnelles", legal("privacy")),
		kernel.Get("/accessibilite", legal("accessibility")),
		kernel.Get("/contact", legal("contact")),
	}
}
