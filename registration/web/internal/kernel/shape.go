package kernel

import (
	"html/template"
	"strings"
	"sync"

	"github.com/territoires-industrie/sdk/registration"
)

// shapes are the marks of the statuses, drawn once: a list has one in each line.
var shapes = sync.OnceValue(func() map[registration.Status]template.HTML {
	page := template.Must(template.ParseFS(sharedFiles, "templates/parts/marks.html"))
	all := make(map[registration.Status]template.HTML)
	for _, status := range registration.Statuses() {
		var b strings.Builder
		if err := page.ExecuteTemplate(&b, "shape", string(status)); err != nil {
			panic("kernel: shape of a status: " + err.Error())
		}
		all[status] = template.HTML(b.String()) // escaped by html/template
	}
	return all
})

// Shape returns the mark of a status.
func Shape(status registration.Status) template.HTML { return shapes()[status] }
