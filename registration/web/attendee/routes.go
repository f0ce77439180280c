package attendee

import (
	"embed"

	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

//go:embed templates catalogue
var files embed.FS

// Part returns the pages of this package, for the site to mount.
func Part() kernel.Part { return kernel.Part{Files: files, Public: true, Routes: routes()} }

func routes() []kernel.Route {
	var list []kernel.Route
	for _, start := range []string{"/confirmation", "/pas-moi", "/mon-inscription", "/nouvelle-adresse", "/remplacement"} {
		list = append(list, kernel.Get(start, kernel.Private(badLink)), kernel.Get(start+"/{rest...}", kernel.Private(badLink)))
	}
	return append(list,
		kernel.Get("/{$}", kernel.Cached(kernel.EveryMeeting, home)),
		kernel.Get("/rencontres/{slug}", published(showMeeting)),
		kernel.Get("/rencontres/{slug}/inscription", published(signUpForm)),
		kernel.Post("/rencontres/{slug}/inscription", kernel.Private(signUp)),
		kernel.Get("/rencontres/{slug}/inscription/message/{seal}", kernel.Private(sent)),

		kernel.Get("/confirmation/{token}", linked(link.ForConfirm, confirmation)),
		kernel.Post("/confirmation/{token}", linked(link.ForConfirm, confirm)),
		kernel.Get("/pas-moi/{token}", linked(link.ForDisavow, disavowal)),
		kernel.Post("/pas-moi/{token}", linked(link.ForDisavow, disavow)),

		kernel.Get("/mon-inscription/{token}", linked(link.ForManage, showAttendee)),
		kernel.Get("/mon-inscription/{token}/annulation", linked(link.ForManage, cancellation)),
		kernel.Post("/mon-inscription/{token}/annulation", linked(link.ForManage, cancel)),
		kernel.Get("/mon-inscription/{token}/modification", linked(link.ForManage, editForm)),
		kernel.Post("/mon-inscription/{token}/modification", linked(link.ForManage, edit)),
		kernel.Get("/mon-inscription/{token}/adresse", linked(link.ForManage, addressForm)),
		kernel.Post("/mon-inscription/{token}/adresse", linked(link.ForManage, changeAddress)),
		kernel.Get("/mon-inscription/{token}/remplacement", linked(link.ForManage, replacementForm)),
		kernel.Post("/mon-inscription/{token}/remplacement", linked(link.ForManage, replace)),
		kernel.Get("/mon-inscription/{token}/sessions", linked(link.ForManage, sessionsForm)),
		kernel.Post("/mon-inscription/{token}/sessions", linked(link.ForManage, chooseSessions)),
		kernel.Get("/mon-inscription/{token}/accompagnants", linked(link.ForManage, companionsForm)),
		kernel.Post("/mon-inscription/{token}/accompagnants", linked(link.ForManage, addCompanion)),
		kernel.Get("/mon-inscription/{token}/accompagnants/{id}/modification", linked(link.ForManage, companionForm)),
		kernel.Post("/mon-inscription/{token}/accompagnants/{id}/modification", linked(link.ForManage, renameCompanion)),
		kernel.Get("/mon-inscription/{token}/accompagnants/{id}/sessions", linked(link.ForManage, sessionsForm)),
		kernel.Post("/mon-inscription/{token}/accompagnants/{id}/sessions", linked(link.ForManage, chooseSessions)),
		kernel.Get("/mon-inscription/{token}/accompagnants/{id}/retrait", linked(link.ForManage, removal)),
		kernel.Post("/mon-inscription/{token}/accompagnants/{id}/retrait", linked(link.ForManage, removeCompanion)),

		kernel.Get("/mon-inscription/{token}/billet", linked(link.ForManage, showTicket)),
		kernel.Get("/mon-inscription/{token}/billet.pdf", linked(link.ForManage, ticketPDF)),
		kernel.Get("/mon-inscription/{token}/billet.png", linked(link.ForManage, ticketPNG)),
		kernel.Get("/mon-inscription/{token}/agenda.ics", linked(link.ForManage, calendar)),
		kernel.Get("/mon-inscription/{token}/donnees", linked(link.ForManage, showData)),
		kernel.Get("/mon-inscription/{token}/donnees.json", linked(link.ForManage, dataJSON)),
		kernel.Post("/mon-inscription/{token}/proposition", linked(link.ForManage, answerOffer)),
		kernel.Post("/mon-inscription/{token}/retablissement", linked(link.ForManage, undo)),
		kernel.Get("/mon-inscription/{token}/effacement", linked(link.ForManage, erasure)),
		kernel.Post("/mon-inscription/{token}/effacement", linked(link.ForManage, erase)),

		kernel.Get("/nouvelle-adresse/{token}", linked(link.ForTransfer, transfer)),
		kernel.Post("/nouvelle-adresse/{token}", linked(link.ForTransfer, acceptTransfer)),
		kernel.Get("/remplacement/{token}", linked(link.ForTransfer, transfer)),
		kernel.Post("/remplacement/{token}", linked(link.ForTransfer, acceptTransfer)),

		kernel.Get("/effacement", erased),
		kernel.Get("/lien-perdu", kernel.Private(lostLinkForm)),
		kernel.Post("/lien-perdu", kernel.Private(askLink)),
		kernel.Get("/rencontres/{slug}/lien-perdu", kernel.Private(lostLinkForm)),
		kernel.Post("/rencontres/{slug}/lien-perdu", kernel.Private(askLink)),

		kernel.Get("/programme", kernel.Cached(kernel.NoMeeting, showProgramme)),
		kernel.Get("/mentions-legales", legal("mentions")),
		kernel.Get("/donnees-personnelles", legal("privacy")),
		kernel.Get("/accessibilite", kernel.Cached(kernel.EveryMeeting, accessibility)),
		kernel.Get("/contact", legal("contact")),
		kernel.Get("/plan-du-site", kernel.Cached(kernel.EveryMeeting, siteMap)),
	)
}
